//! `scan`: sequences of rows that pass through steps (Microsoft: "scan operator", "Scan logic").
//!
//! Each step holds at most one sequence: the last row of every step passed and the number of the match. A row is held
//! against the steps from last to first: it moves the sequence of the step before on, or stays in its own.

use crate::bind::ir;
use crate::eval::builder::{ColumnBuilder, repeat};
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::kql::ast::ScanOrder;
use crate::text::Span;
use crate::value::{Type, Value};

/// A compiled `scan`.
#[derive(Debug)]
pub(crate) struct Scan {
    input: Stage,
    declared: Vec<Expr>,
    partition_by: Vec<Expr>,
    steps: Vec<Step>,
    span: Span,
}

#[derive(Debug)]
struct Step {
    condition: Expr,
    assignments: Vec<(usize, Expr)>,
    output: ScanOrder,
}

/// A sequence: the last row of each step it has passed, and its number.
#[derive(Debug, Clone)]
struct Sequence {
    rows: Vec<Option<Vec<Value>>>,
    number: i64,
}

/// A row that a step gives, with the number of its match.
type Given = (Vec<Value>, i64);

/// Compiles `scan`.
pub(super) fn compile(bound: &ir::Scan, span: Span, compiler: &mut Compiler) -> Result<Scan, Error> {
    let input = compiler.rel(&bound.input)?;
    let mut steps = Vec::with_capacity(bound.steps.len());
    for step in &bound.steps {
        if step.optional {
            return Err(Error::unsupported("scan with an optional step", step.condition.span));
        }
        let assignments = step.assignments.iter().map(|(at, value)| Ok((*at, compiler.expr(value)?)));
        steps.push(Step {
            assignments: assignments.collect::<Result<_, Error>>()?,
            condition: compiler.expr(&step.condition)?,
            output: step.output,
        });
    }
    let (declared, partition_by) = (compiler.exprs(&bound.declared)?, compiler.exprs(&bound.partition_by)?);
    Ok(Scan { input, declared, partition_by, steps, span })
}

/// One run over the rows of a partition.
struct Pass<'a, 'r> {
    scan: &'a Scan,
    run: &'a Run<'r>,
    types: &'a [Type],
    /// What stands for a step that a sequence has not passed.
    blank: Vec<Value>,
    sequences: Vec<Option<Sequence>>,
    /// For each step the last row of a series of matches that goes on (`output=last`).
    waiting: Vec<Option<Given>>,
    started: &'a mut i64,
}

impl Scan {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let defaults = self.declared.iter().map(|value| value.eval_constant(run)).collect::<Result<Vec<_>, _>>()?;
        let width = input.columns().len() + defaults.len();
        let types = stage.types.get(..width).unwrap_or_default();
        let keys = self.partition_by.iter().map(|key| key.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let partitions = if keys.is_empty() { Groups::single(input.rows()) } else { Groups::of(&keys, input.rows()) };
        let nulls = types.iter().take(input.columns().len()).map(|&ty| Value::null_of(ty));
        let blank: Vec<Value> = nulls.chain(defaults.iter().cloned()).collect();
        let mut builders: Vec<_> = stage.types.iter().map(|&ty| ColumnBuilder::new(ty)).collect();
        let (mut rows, mut started) = (0, 0);
        for members in partitions.members() {
            let sequences = vec![None; self.steps.len()];
            let waiting = vec![None; self.steps.len()];
            let mut pass =
                Pass { scan: self, run, types, blank: blank.clone(), sequences, waiting, started: &mut started };
            let mut given: Vec<Given> = Vec::new();
            for row in members {
                run.budget.check(stage.span)?;
                let own = input.columns().iter().map(|column| column.value(row as usize));
                let row: Vec<Value> = own.chain(defaults.iter().cloned()).collect();
                given.extend(pass.take(&row)?);
                run.budget.rows(rows + given.len(), stage.span)?;
            }
            given.extend(pass.waiting.into_iter().flatten());
            rows += given.len();
            for (row, number) in given {
                let cells = row.into_iter().chain([Value::Long(number)]);
                for (builder, cell) in builders.iter_mut().zip(cells) {
                    builder.push(cell).map_err(|failure| super::mismatch(failure, stage.span))?;
                }
            }
        }
        Ok(stage.table(builders.into_iter().map(ColumnBuilder::finish).collect(), rows))
    }
}

impl Pass<'_, '_> {
    /// Holds a row against every step; the rows it gives with the numbers of their matches.
    fn take(&mut self, row: &[Value]) -> Result<Vec<Given>, Error> {
        let (mut given, mut ended) = (Vec::new(), Vec::new());
        for at in (0..self.scan.steps.len()).rev() {
            let before = at.checked_sub(1).and_then(|before| self.sequences[before].clone());
            let advanced = match before {
                Some(sequence) => self.entered(at, row, &sequence)?.map(|row| (row, sequence)),
                None => None,
            };
            let (row, sequence) = if let Some((row, sequence)) = advanced {
                self.sequences[at - 1] = None;
                ended.extend(self.waiting[at].take());
                ended.extend(self.waiting[at - 1].take());
                (row, sequence)
            } else {
                let Some(sequence) = self.own_sequence(at) else { continue };
                let Some(row) = self.entered(at, row, &sequence)? else { continue };
                if self.sequences[at].is_none() {
                    *self.started += 1;
                }
                (row, sequence)
            };
            let mut sequence = sequence;
            sequence.rows[at] = Some(row.clone());
            match self.scan.steps[at].output {
                ScanOrder::All => given.push((row, sequence.number)),
                ScanOrder::Last => self.waiting[at] = Some((row, sequence.number)),
                ScanOrder::None => {}
            }
            self.sequences[at] = Some(sequence);
        }
        ended.reverse();
        ended.extend(given.into_iter().rev());
        Ok(ended)
    }

    /// The sequence that a step holds; a new one for the first step.
    fn own_sequence(&self, at: usize) -> Option<Sequence> {
        let fresh = || Sequence { rows: vec![None; self.scan.steps.len()], number: *self.started };
        self.sequences[at].clone().or_else(|| (at == 0).then(fresh))
    }

    /// The row with what the step sets, if it meets the step's condition.
    fn entered(&self, at: usize, row: &[Value], sequence: &Sequence) -> Result<Option<Vec<Value>>, Error> {
        let step = &self.scan.steps[at];
        let states = sequence.rows.iter().map(|state| state.as_ref().unwrap_or(&self.blank));
        let cells = row.iter().chain(states.flatten());
        let columns = cells.zip(self.types.iter().cycle()).map(|(cell, &ty)| self.column(cell, ty));
        let columns: Vec<Column> = columns.collect::<Result<_, _>>()?;
        let scope = Scope::all(&columns, 1);
        if step.condition.eval(scope, self.run)?.value(0) != Value::Bool(true) {
            return Ok(None);
        }
        let mut entered = row.to_vec();
        for (column, value) in &step.assignments {
            if let Some(cell) = entered.get_mut(*column) {
                *cell = value.eval(scope, self.run)?.value(0);
            }
        }
        Ok(Some(entered))
    }

    fn column(&self, cell: &Value, ty: Type) -> Result<Column, Error> {
        repeat(cell, ty, 1).map_err(|failure| super::mismatch(failure, self.scan.span))
    }
}
