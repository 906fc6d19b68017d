//! `dcount_intersect`: how many values the first sets have in common, for each number of sets (Microsoft:
//! "`dcount_intersect` plugin"). The sets are those that `hll` gives; ours keep their values, so the counts are exact.

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::function::sketch::Distinct;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;

/// A compiled `dcount_intersect`.
#[derive(Debug)]
pub(crate) struct DcountIntersect {
    input: Box<Stage>,
    sets: Vec<Compiled>,
}

/// Compiles `dcount_intersect`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<DcountIntersect, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let sets = args.iter().map(|arg| compiler.expr(super::required(super::scalar(arg), "sets of values", span)?));
    Ok(DcountIntersect { input: stage, sets: sets.collect::<Result<_, _>>()? })
}

impl DcountIntersect {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let rows = input.rows();
        let mut counts: Vec<Vec<Option<i64>>> = vec![Vec::with_capacity(rows); self.sets.len()];
        let scope = Scope::all(input.columns(), rows);
        let sets = self.sets.iter().map(|set| set.eval(scope, run)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..rows {
            run.budget.row(row, stage.span)?;
            let mut common: Option<Distinct> = None;
            for (set, counts) in sets.iter().zip(&mut counts) {
                // What is no set has no values.
                let own = Distinct::read(&set.value(row)).unwrap_or_default();
                let shared = match common {
                    Some(common) => common.intersect(&own),
                    None => own,
                };
                counts.push(Some(shared.count()));
                common = Some(shared);
            }
        }
        let counts = counts.into_iter().map(|counts| Column::Long(counts.into_iter().collect()));
        Ok(stage.table(input.columns().iter().cloned().chain(counts).collect(), rows))
    }
}
