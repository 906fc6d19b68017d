//! `summarize`, `distinct`, `count`: rows by group, and aggregates of each group.

use super::aggregate::Aggregate;
use super::mismatch;
use super::source::Reading;
use crate::bind::ir;
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;

/// A compiled `summarize`.
#[derive(Debug)]
pub(crate) struct Summarize {
    input: Box<Stage>,
    keyed: bool,
    keys: Vec<Expr>,
    aggregates: Vec<Aggregate>,
    outputs: Vec<Expr>,
}

/// Compiles `summarize`.
pub(super) fn compile(
    input: &ir::Rel,
    keyed: bool,
    keys: &[ir::Expr],
    aggregates: &[ir::Aggregate],
    outputs: &[ir::Expr],
    compiler: &mut Compiler,
) -> Result<Summarize, Error> {
    Ok(Summarize {
        input: Box::new(compiler.input(input)?),
        keyed,
        keys: compiler.exprs(keys)?,
        aggregates: aggregates.iter().map(|one| Aggregate::compile(one, compiler)).collect::<Result<_, _>>()?,
        outputs: compiler.exprs(outputs)?,
    })
}

impl Summarize {
    /// Marks the columns that are read of the input.
    pub(in crate::eval) fn mark_wanted(&self) {
        let mut read = vec![false; self.input.names.len()];
        let args = self.aggregates.iter().flat_map(Aggregate::args);
        self.keys.iter().chain(args).for_each(|expr| expr.mark_columns(&mut read));
        self.input.mark_wanted(read);
    }

    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let read = self.keys.iter().chain(self.aggregates.iter().flat_map(Aggregate::args));
        let input = Reading::new(&self.input, read, run)?;
        let scope = input.scope();
        let keys = self.keys.iter().map(|key| key.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let groups = if self.keyed { Groups::of(&keys, scope.rows()) } else { Groups::single(scope.rows()) };
        let mut columns: Vec<Column> = keys.iter().map(|key| key.gather(&groups.firsts)).collect();
        for aggregate in &self.aggregates {
            columns.extend(aggregate.run(scope, &groups, run)?);
        }
        run.budget.rows(groups.len(), stage.span)?;
        let scope = Scope::all(&columns, groups.len());
        let outputs = self.outputs.iter().zip(&stage.types).map(|(output, &ty)| {
            let column = output.eval(scope, run)?.into_column(ty, groups.len());
            column.map_err(|failure| mismatch(failure, output.span))
        });
        Ok(stage.table(outputs.collect::<Result<_, _>>()?, groups.len()))
    }
}
