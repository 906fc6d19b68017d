//! `sequence_detect`: rows that meet one condition after the other in time (Microsoft: "`sequence_detect` plugin"). Every way
//! to choose a moment for each step counts, once.

use std::collections::BTreeSet;

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Scope, truth};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::Operand;
use crate::text::Span;
use crate::value::Type;

/// A compiled `sequence_detect`.
#[derive(Debug)]
pub(crate) struct SequenceDetect {
    input: Box<Stage>,
    time: Compiled,
    step_window: Compiled,
    whole_window: Compiled,
    steps: Vec<Compiled>,
    dimensions: Vec<Compiled>,
    span: Span,
}

/// Compiles `sequence_detect`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<SequenceDetect, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let mut scalars = args.iter().take(3).filter_map(super::scalar).map(|arg| compiler.expr(arg));
    let few = || Error::runtime("sequence_detect needs a timeline and two windows", span);
    let time = scalars.next().ok_or_else(few)??;
    let step_window = scalars.next().ok_or_else(few)??;
    let whole_window = scalars.next().ok_or_else(few)??;
    let (mut steps, mut dimensions) = (Vec::new(), Vec::new());
    for arg in args.iter().skip(3) {
        match arg {
            PluginArg::Named(_, step) if step.ty == Type::Bool => steps.push(compiler.expr(step)?),
            PluginArg::Scalar(step) if step.ty == Type::Bool => {
                return Err(Error::unsupported("a step without a name (write `e1 = (…)`)", step.span));
            }
            PluginArg::Scalar(dimension) => dimensions.push(compiler.expr(dimension)?),
            _ => return Err(Error::unsupported("an argument that is neither a step nor a column", span)),
        }
    }
    Ok(SequenceDetect { input: stage, time, step_window, whole_window, steps, dimensions, span })
}

impl SequenceDetect {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let dimensions =
            self.dimensions.iter().map(|one| one.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let time = self.time.eval_column(scope, run)?;
        let (step_window, whole_window) =
            (super::whole_constant(&self.step_window, run)?, super::whole_constant(&self.whole_window, run)?);
        let slices = Groups::of(&dimensions, input.rows());
        // The moments of each step in each slice.
        let mut moments: Vec<Vec<BTreeSet<i64>>> = vec![vec![BTreeSet::new(); self.steps.len()]; slices.len()];
        for (at, step) in self.steps.iter().enumerate() {
            let holds = step.eval(scope, run)?;
            let Some(holds) = truth(&holds, input.rows()) else {
                return Err(Error::unsupported("a step that is no bool", step.span));
            };
            for row in 0..input.rows() {
                run.budget.row(row, self.span)?;
                let holds = match &holds {
                    Operand::One(holds) => *holds == Some(true),
                    Operand::Many(cells) => cells.get(row) == Some(&true),
                };
                if let (true, Some(moment)) = (holds, super::whole(&time.value(row))) {
                    moments[slices.ids[row] as usize][at].insert(moment);
                }
            }
        }
        let mut found: Vec<(u32, Vec<i64>)> = Vec::new();
        for (steps, &first) in moments.iter().zip(&slices.firsts) {
            let mut sequences: Vec<Vec<i64>> = Vec::new();
            for (at, step) in steps.iter().enumerate() {
                run.budget.check(self.span)?;
                sequences = if at == 0 {
                    step.iter().map(|moment| vec![*moment]).collect()
                } else {
                    continued(&sequences, step, step_window, whole_window)
                };
                run.budget.rows(found.len() + sequences.len(), self.span)?;
            }
            found.extend(sequences.into_iter().map(|sequence| (first, sequence)));
        }
        self.table(stage, &found, &dimensions, time.ty())
    }

    fn table(&self, stage: &Stage, found: &[(u32, Vec<i64>)], dimensions: &[Column], ty: Type) -> Result<Table, Error> {
        let firsts: Vec<u32> = found.iter().map(|(first, _)| *first).collect();
        let mut columns: Vec<Column> = dimensions.iter().map(|column| column.gather(&firsts)).collect();
        for at in 0..self.steps.len() {
            let cells = found.iter().map(|(_, sequence)| sequence.get(at).copied()).collect();
            columns.push(super::timeline_column(ty, cells));
        }
        let durations = found.iter().map(|(_, sequence)| match (sequence.first(), sequence.last()) {
            (Some(first), Some(last)) => last.checked_sub(*first),
            _ => None,
        });
        let duration_type = if ty == Type::DateTime { Type::TimeSpan } else { ty };
        columns.push(super::timeline_column(duration_type, durations.collect()));
        stage.conform(columns, found.len())
    }
}

/// The sequences with each moment of the next step that is near enough.
fn continued(sequences: &[Vec<i64>], step: &BTreeSet<i64>, step_window: i64, whole_window: i64) -> Vec<Vec<i64>> {
    let mut longer = Vec::new();
    for sequence in sequences {
        let (Some(&first), Some(&last)) = (sequence.first(), sequence.last()) else { continue };
        let end = last.saturating_add(step_window).min(first.saturating_add(whole_window));
        if end < last {
            continue;
        }
        longer.extend(step.range(last..=end).map(|moment| sequence.iter().copied().chain([*moment]).collect()));
    }
    longer
}
