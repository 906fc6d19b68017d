//! sentinelc, the Sentinel rule compiler: validates, lints, tests and compiles Microsoft Sentinel and
//! Defender rules, offline.
//!
//! ```text
//! bytes -> text -> yaml -> rule -----+
//!                   kql syntax ------+-> unit -> { lint | emit | testing(eval) } -> diagnostics / artefacts -> report -> cli
//! ```
//!
//! Every command runs the same early stages over each file, then one of lint, emit or testing. A stage
//! is a plain function from one plain type to the next. The floors, lowest last; a module may use only
//! floors below its own, and modules of one floor do not know each other:
//!
//! ```text
//! 6  cli         arguments, one file per command, exit code
//! 5  report      diagnostics -> text | json | sarif
//! 4  lint        emit        testing     import     format
//! 3  eval        unit        repo                     eval: bound query + tables -> table
//! 2  bind        rule                                 bind: names, types and columns of every stage
//! 1  yaml        kql         catalog
//! 0  text        diag        value
//! ```

pub mod bind;
pub mod catalog;
pub mod cli;
pub mod diag;
pub mod emit;
pub mod eval;
pub mod format;
pub mod import;
pub mod kql;
pub mod lint;
pub mod repo;
pub mod report;
pub mod rule;
pub mod testing;
pub mod text;
pub mod unit;
pub mod value;
pub mod yaml;
