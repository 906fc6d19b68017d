//! `summarize`, `distinct`, `count`: rows by group, and aggregates of each group.

use super::aggregate::Aggregate;
use super::mismatch;
use super::piecewise::Gathered;
use super::source::Reading;
use crate::bind::ir;
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::load::TableFile;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stream;
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
        self.read().for_each(|expr| expr.mark_columns(&mut read));
        self.input.mark_wanted(read);
    }

    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let file = stream::file_under(&self.input, run).filter(|file| !file.fits());
        if let Some(file) = file
            && !self.read().any(Expr::looks_at_neighbours)
        {
            return self.run_piecewise(stage, file, run);
        }
        let input = Reading::new(&self.input, self.read(), run)?;
        let scope = input.scope();
        let keys = self.keys.iter().map(|key| key.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let groups = if self.keyed { Groups::of(&keys, scope.rows()) } else { Groups::single(scope.rows()) };
        let mut columns: Vec<Column> = keys.iter().map(|key| key.gather(&groups.firsts)).collect();
        for aggregate in &self.aggregates {
            columns.extend(aggregate.run(scope, &groups, run)?);
        }
        self.project(stage, &columns, groups.len(), run)
    }

    /// What it reads of the input.
    fn read(&self) -> impl Iterator<Item = &Expr> {
        self.keys.iter().chain(self.aggregates.iter().flat_map(Aggregate::args))
    }

    /// Over a file that does not fit: only the groups are kept.
    fn run_piecewise(&self, stage: &Stage, file: &TableFile, run: &Run) -> Result<Table, Error> {
        let mut gathered = Gathered::new(&self.keys, &self.aggregates, stage.span);
        if !self.keyed {
            gathered.start(&self.input.types, run)?;
        }
        stream::each_part(&self.input, file, run, || {
            let input = Reading::new(&self.input, self.read(), run)?;
            gathered.add(input.scope(), input.bytes(), run)
        })?;
        let (columns, groups) = gathered.finish()?;
        self.project(stage, &columns, groups, run)
    }

    fn project(&self, stage: &Stage, columns: &[Column], groups: usize, run: &Run) -> Result<Table, Error> {
        run.budget.rows(groups, stage.span)?;
        let scope = Scope::all(columns, groups);
        let outputs = self.outputs.iter().zip(&stage.types).map(|(output, &ty)| {
            let column = output.eval(scope, run)?.into_column(ty, groups);
            column.map_err(|failure| mismatch(failure, output.span))
        });
        Ok(stage.table(outputs.collect::<Result<_, _>>()?, groups))
    }
}
