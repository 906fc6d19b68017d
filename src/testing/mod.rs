//! Runs `*.test.yaml` files: fixture events through a rule, and the expectation compared with what came out.
//!
//! A test file is read with its places ([`mod@file`]), its events become typed tables ([`events`]), the rule's query is compiled once and
//! run for each case ([`run()`]), and every case passes, fails with a difference, or is skipped with a reason ([`report`]). What
//! the evaluator does not support is skipped, never passed. `docs/test-format.md` describes the format.

mod cell;
mod compare;
pub mod events;
pub mod file;
pub mod report;
pub mod run;
mod shape;

pub use file::read;
pub use run::run;
pub use shape::{committed_schema, generated_schema};
