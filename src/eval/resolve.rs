//! Queries whose columns depend on rows: `bag_unpack` and `pivot` make columns of values. What comes before such a plugin
//! is run to learn them, and the query is bound again with what was learned.

use super::compile::{Compiler, Unresolved, compile_with};
use super::database::Settings;
use super::error::Error;
use super::plan::Plan;
use super::plugin::{bag_unpack, pivot};
use super::run::Run;
use super::table::{Database, Table};
use crate::bind::{self, Environment, ir};
use crate::kql::Syntax;
use crate::text::Span;

/// The most plugins of one query that are resolved.
const MAX_ROUNDS: usize = 64;

/// Binds, compiles and runs a query and gives its last result. Fails as [`super::compile()`] and [`Plan::run`] do. Queries
/// that are run over many databases are better compiled once where [`super::compile()`] takes them.
pub fn evaluate(
    syntax: &Syntax,
    environment: &Environment,
    database: &Database,
    settings: &Settings,
) -> Result<Table, Error> {
    resolve(syntax, environment, database, settings)?.run(database, settings)
}

/// The plan of a query over the rows of a database: for others its columns may be different ones.
pub fn resolve(
    syntax: &Syntax,
    environment: &Environment,
    database: &Database,
    settings: &Settings,
) -> Result<Plan, Error> {
    let mut environment = environment.clone();
    for _ in 0..MAX_ROUNDS {
        let bound = bind::bind(syntax, &environment);
        match compile_with(&bound, environment.learned_spans()) {
            Ok(plan) => return Ok(plan),
            Err((error, None)) => return Err(error),
            Err((_, Some(unresolved))) => {
                let (span, columns) = learn(*unresolved, database, settings)?;
                environment.learn(span, columns);
            }
        }
    }
    Err(Error::unsupported(format!("more than {MAX_ROUNDS} plugins whose columns depend on rows"), Span::default()))
}

/// The columns of an unresolved plugin.
fn learn(unresolved: Unresolved, database: &Database, settings: &Settings) -> Result<(Span, Vec<ir::Column>), Error> {
    let Unresolved { input, plugin, slots } = unresolved;
    let ir::RelKind::Plugin { input: Some(source), name, args } = &plugin.kind else {
        return Err(Error::unsupported("a plugin without rows before it", plugin.span));
    };
    let mut compiler = Compiler::continuing(slots);
    let span = plugin.span;
    let columns = if name == "pivot" {
        let options = pivot::options(source, args, span, &mut compiler)?;
        let plan = compiler.into_plan();
        let run = Run::new(&plan, database, settings);
        options.columns(&input.run(&run)?, &run)?
    } else {
        let options = bag_unpack::options(args, span, &mut compiler)?;
        let plan = compiler.into_plan();
        let run = Run::new(&plan, database, settings);
        options.columns(&input.run(&run)?, &run)?
    };
    Ok((span, columns))
}
