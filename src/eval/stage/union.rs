//! `union`: the legs' rows one below the other, columns by name.

use crate::bind::ir::{self, UnionColumn};
use crate::eval::builder::concat;
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::strings::Strings;
use crate::eval::table::Table;

/// A compiled leg.
#[derive(Debug)]
pub(crate) struct Leg {
    stage: Stage,
    output: Vec<UnionColumn>,
}

/// Compiles the legs.
pub(super) fn compile(legs: &[ir::UnionLeg], compiler: &mut Compiler) -> Result<Vec<Leg>, Error> {
    legs.iter().map(|leg| Ok(Leg { stage: compiler.rel(&leg.rel)?, output: leg.output.clone() })).collect()
}

/// Runs the legs in order.
pub(super) fn run(stage: &Stage, legs: &[Leg], run: &Run) -> Result<Table, Error> {
    let tables = legs.iter().map(|leg| leg.stage.run(run)).collect::<Result<Vec<_>, _>>()?;
    let rows = tables.iter().map(Table::rows).sum();
    run.budget.rows(rows, stage.span)?;
    if let Some((first, others)) = stage.names.split_first()
        && legs.iter().any(|leg| matches!(leg.output.first(), Some(UnionColumn::Source(_))))
        && others.contains(first)
    {
        return Err(Error::unsupported(format!("withsource={first} beside a column of that name"), stage.span));
    }
    let mut columns = Vec::with_capacity(stage.names.len());
    for (at, &ty) in stage.types.iter().enumerate() {
        let parts = legs.iter().zip(&tables).map(|(leg, table)| match leg.output.get(at) {
            Some(UnionColumn::Column(of)) => {
                let missing = || Error::unsupported("a union of tables whose columns are not known", stage.span);
                table.columns().get(*of).cloned().ok_or_else(missing)
            }
            Some(UnionColumn::Source(name)) => Ok(Column::String(Strings::repeat(name, table.rows()))),
            Some(UnionColumn::Absent) | None => Ok(Column::nulls(ty, table.rows())),
        });
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        columns.push(concat(ty, &parts).map_err(|failure| super::mismatch(failure, stage.span))?);
    }
    Ok(stage.table(columns, rows))
}
