//! Names, types and columns of every stage of a query. [`ir`] is the result: a resolved tree in which columns are
//! indices and every expression has a type; `eval` runs it, lints read it.
//!
//! [`bind`] never fails: what cannot be resolved is reported once, has the type [`Unknown`](crate::value::Type::Unknown),
//! and agrees with everything after it. The rules are those of Microsoft's documentation of the Kusto Query Language.

mod aggregate;
mod answer;
mod binary;
mod call;
mod columns;
pub mod dump;
mod environment;
mod expr;
mod graph;
mod hint;
mod indices;
pub mod ir;
mod known;
mod literal;
mod local;
mod name;
mod naming;
mod once;
mod operator;
mod overload;
mod pattern;
mod projection;
mod query;
mod scope;
mod stage;
mod suggestion;
mod types;
mod workspace;

pub use answer::call_text;
pub use environment::{
    Environment, FunctionParameter, FunctionResult, SuppliedTable, UnknownTables, WorkspaceFunction,
};

use crate::kql::Syntax;

/// Binds a query. Columns, types and names of every stage are in the result; its problems are ordered by place.
///
/// A tree that the parser had to mend binds too: what is missing has an unknown type and is not reported again.
pub fn bind(syntax: &Syntax, environment: &Environment) -> ir::Bound {
    let mut binder = scope::Binder::new(environment, &syntax.text);
    let results = binder.query(&syntax.query);
    binder.say_where_missing_columns_are();
    let tables = std::mem::take(&mut binder.tables_read);
    let mut problems = binder.into_problems();
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    problems.dedup();
    ir::Bound { results, problems, tables }
}
