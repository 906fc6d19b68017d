//! Evaluation: a bound query and tables give a table.
//!
//! A query is compiled once ([`compile()`]) and run over any number of databases ([`Plan::run`]). A table is typed columns;
//! an expression is a tree of functions from columns to a column. The same query, data, clock and seed give the same
//! answer. What is not built is [`Error::Unsupported`] with its place: never a guess.

pub mod aggregate;
mod answer;
pub mod builder;
mod call;
pub mod cells;
pub mod column;
mod compile;
mod database;
mod equality;
mod error;
mod expr;
pub mod function;
mod graph;
mod grouping;
mod kernel;
mod keys;
mod limits;
pub mod load;
mod order;
mod outline;
mod plan;
mod plugin;
mod regular_expression;
mod resolve;
mod run;
mod stage;
mod stream;
pub mod strings;
mod table;
mod vector;
mod window;

pub use column::Column;
pub use compile::compile;
pub use database::{MissingTables, Settings};
pub use error::Error;
pub use limits::Limits;
pub use outline::{Cost, Entry, Note};
pub use plan::Plan;
pub use resolve::{evaluate, resolve};
pub use table::{Database, Table};
