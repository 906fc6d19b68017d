//! `partition by`: the body runs over the rows of each value.

use super::{Inner, mismatch};
use crate::eval::builder::concat;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;

/// Runs the body over each partition and puts the results one below the other.
pub(super) fn run(stage: &Stage, input: &Table, by: &Expr, body: &Inner, run: &Run) -> Result<Table, Error> {
    let key = by.eval_column(Scope::all(input.columns(), input.rows()), run)?;
    let groups = Groups::of(&[key], input.rows());
    let mut tables = Vec::with_capacity(groups.len());
    for members in groups.members() {
        run.budget.time(stage.span)?;
        tables.push(body.run(input.gather(&members), run)?);
    }
    let rows = tables.iter().map(Table::rows).sum();
    let columns = stage.types.iter().enumerate().map(|(at, &ty)| {
        concat(ty, tables.iter().filter_map(|table| table.columns().get(at)))
            .map_err(|failure| mismatch(failure, stage.span))
    });
    Ok(stage.table(columns.collect::<Result<_, _>>()?, rows))
}
