//! `partition by`: the body runs over the rows of each value.

use super::{Inner, mismatch};
use crate::bind::ir::PartitionStrategy;
use crate::eval::builder::concat;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;

/// The most parts of the legacy strategy (Microsoft: "partition operator").
const MAX_LEGACY_PARTS: usize = 64;

/// Runs the body over each partition and puts the results one below the other.
pub(super) fn run(
    stage: &Stage,
    input: &Table,
    by: &Expr,
    strategy: PartitionStrategy,
    body: &Inner,
    run: &Run,
) -> Result<Table, Error> {
    let key = by.eval_column(Scope::all(input.columns(), input.rows()), run)?;
    let groups = Groups::of(&[key], input.rows());
    if strategy == PartitionStrategy::Legacy && groups.len() > MAX_LEGACY_PARTS {
        let message = format!(
            "partition makes {} parts; more than {MAX_LEGACY_PARTS} need hint.strategy=native or shuffle",
            groups.len()
        );
        return Err(Error::runtime(message, by.span));
    }
    let mut tables = Vec::with_capacity(groups.len());
    for members in groups.members() {
        run.budget.check(stage.span)?;
        tables.push(body.run(input.gather(&members), run)?);
    }
    let rows = tables.iter().map(Table::rows).sum();
    let columns = stage.types.iter().enumerate().map(|(at, &ty)| {
        concat(ty, tables.iter().filter_map(|table| table.columns().get(at)))
            .map_err(|failure| mismatch(failure, stage.span))
    });
    Ok(stage.table(columns.collect::<Result<_, _>>()?, rows))
}
