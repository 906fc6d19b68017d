//! Names, types and columns of every stage of a query. [`ir`] is the result: a resolved tree in which columns are
//! indices and every expression has a type; `eval` runs it, lints read it.

pub mod ir;
