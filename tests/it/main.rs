//! The integration tests, linked into one binary: one module an area, its data under `tests/<area>/`.

mod bind;
mod check;
mod editor_schemas;
mod emit;
mod eval;
mod eval_aggregates;
mod eval_compare;
mod eval_corpus;
mod eval_functions;
mod eval_fuzz;
mod eval_graph;
mod eval_inverses;
mod eval_laws;
mod eval_limits;
mod eval_operators;
mod eval_patterns;
mod eval_plugins;
mod eval_series;
mod eval_tabular;
mod eval_window;
mod floors;
mod fmt;
mod hostile;
mod identity;
mod import;
mod kql;
mod lint_pages;
mod rule;
mod run;
mod run_files;
#[cfg(feature = "parquet")]
mod run_parquet;
mod schema;
mod testing;
mod text;
mod value;
