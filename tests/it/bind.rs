//! Names and types: KQL in, columns and problems out; and agreement with Microsoft's binder.

mod hints;
mod laws;
mod mistakes;
mod operators;
mod problems;
mod verdicts;

use sentinelc::bind::{Environment, bind, dump};
use sentinelc::kql;

/// The columns of a query's result, and its problems below.
fn outcome(query: &str) -> String {
    let syntax = kql::parse(query);
    assert_eq!(syntax.problems, [], "{query}");
    let bound = bind(&syntax, &Environment::new());
    format!("{}\n{}", dump::columns(&bound), dump::problems(&bound, query))
}

/// The bound tree of a query.
fn tree(query: &str) -> String {
    let syntax = kql::parse(query);
    assert_eq!(syntax.problems, [], "{query}");
    dump::bound(&bind(&syntax, &Environment::new()), query)
}
