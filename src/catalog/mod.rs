//! Data about the world the rules live in: tables and their columns, functions, connectors, ATT&CK, products. It is
//! read from `schemas/catalog`, which is embedded in the binary; facts are data there, never match arms here.
//!
//! A file of the catalogue is a list of lines sorted by their first field (in byte order), fields separated by tabs, so
//! that one entry is found by bisection and nothing is parsed that nobody asked for. `schemas/catalog/README.md` tells
//! what the fields mean and where they come from.

pub mod attack;
pub mod column_roles;
mod column_worlds;
pub mod connectors;
mod described;
pub mod entities;
mod functions;
mod lines;
pub mod products;
mod tables;
mod tabular;

pub use column_worlds::column_in_other_world;
pub use described::{Described, described};
pub use functions::{
    ArgumentForm, Arity, Function, Kind, Naming, Parameter, Returns, Signature, WorkspaceFunction, WorkspaceParameter,
    WorkspaceResult, aggregate, aggregate_names, operator, plugin, plugin_names, scalar_function,
    scalar_function_names, workspace_function, workspace_function_names,
};
pub use tables::{ColumnType, Table, Worlds, table, table_names, tables_with_column};
pub use tabular::{OperatorParameter, TabularOperator, tabular_operator, tabular_operator_names};
