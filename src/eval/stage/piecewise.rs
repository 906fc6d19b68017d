//! `summarize` over a file that does not fit into memory: one piece of the file after the other, so that only the groups stay
//! in memory and not the rows.

use hashbrown::HashMap;

use super::aggregate::Aggregate;
use crate::eval::aggregate::Accumulator;
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::{Groups, key_of};
use crate::eval::run::Run;
use crate::eval::vector::Vector;
use crate::text::Span;
use crate::value::{Type, Value};

/// What the groups have seen so far.
pub(super) struct Gathered<'s> {
    keys: &'s [Expr],
    aggregates: &'s [Aggregate],
    /// Groups by their keys, written in a way that is the same for equal keys.
    numbers: HashMap<Vec<u8>, usize>,
    /// The keys of each group.
    columns: Vec<ColumnBuilder>,
    /// For each aggregate one accumulator a group.
    states: Vec<Vec<Box<dyn Accumulator>>>,
    /// At most so many bytes were added since `bytes` was measured.
    added: usize,
    bytes: usize,
    span: Span,
}

impl<'s> Gathered<'s> {
    pub(super) fn new(keys: &'s [Expr], aggregates: &'s [Aggregate], span: Span) -> Self {
        Self {
            keys,
            aggregates,
            numbers: HashMap::new(),
            columns: keys.iter().map(|key| ColumnBuilder::new(key.ty)).collect(),
            states: aggregates.iter().map(|_| Vec::new()).collect(),
            added: 0,
            bytes: 0,
            span,
        }
    }

    /// Takes one piece of the rows.
    pub(super) fn add(&mut self, scope: Scope, bytes: usize, run: &Run) -> Result<(), Error> {
        let rows = scope.rows();
        let keys = self.keys.iter().map(|key| key.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let groups = if keys.is_empty() { Groups::single(rows) } else { Groups::of(&keys, rows) };
        let mut numbers = Vec::with_capacity(groups.len());
        let mut args = Vec::with_capacity(self.aggregates.len());
        for aggregate in self.aggregates {
            args.push(aggregate.args().iter().map(|arg| arg.eval(scope, run)).collect::<Result<Vec<_>, _>>()?);
        }
        for &first in &groups.firsts {
            let place = (first as usize) < rows;
            numbers.push(self.number(&keys, place.then_some(first as usize), &args)?);
        }
        for (at, aggregate) in self.aggregates.iter().enumerate() {
            let mut values = vec![Value::Null; args[at].len()];
            for (row, &group) in groups.ids.iter().enumerate() {
                run.budget.row(row, self.span)?;
                for (value, arg) in values.iter_mut().zip(&args[at]) {
                    *value = arg.value(row);
                }
                self.states[at][numbers[group as usize]].add(&values).map_err(|failure| aggregate.failed(failure))?;
            }
        }
        self.measure(bytes, run)
    }

    /// The number of the group of a row; a new one where the keys are new.
    fn number(&mut self, keys: &[Column], row: Option<usize>, args: &[Vec<Vector>]) -> Result<usize, Error> {
        let mut key = Vec::new();
        if let Some(row) = row {
            for column in keys {
                key_of(&column.value(row), &mut key);
            }
        }
        if let Some(&number) = self.numbers.get(&key) {
            return Ok(number);
        }
        for ((aggregate, states), args) in self.aggregates.iter().zip(&mut self.states).zip(args) {
            states.push(aggregate.accumulator(args)?);
        }
        for (builder, column) in self.columns.iter_mut().zip(keys) {
            let value = row.map_or(Value::Null, |row| column.value(row));
            builder.push(value).map_err(|failure| super::mismatch(failure, self.span))?;
        }
        self.bytes += 2 * key.len() + 64 * (1 + self.aggregates.len());
        let number = self.numbers.len();
        self.numbers.insert(key, number);
        Ok(number)
    }

    /// Fails where the groups take more memory than is allowed.
    fn measure(&mut self, bytes: usize, run: &Run) -> Result<(), Error> {
        run.budget.rows(self.numbers.len(), self.span)?;
        self.added += bytes;
        if run.budget.bytes(self.bytes + self.added, self.span).is_ok() {
            return Ok(());
        }
        let states = self.states.iter().flatten();
        let held: usize = states.map(|state| state.bytes()).sum();
        self.added = 0;
        run.budget.bytes(self.bytes + held, self.span)
    }

    /// The groups: their keys and then the columns of all aggregates.
    pub(super) fn finish(self) -> Result<(Vec<Column>, usize), Error> {
        let mut columns: Vec<Column> = self.columns.into_iter().map(ColumnBuilder::finish).collect();
        for (aggregate, mut states) in self.aggregates.iter().zip(self.states) {
            columns.extend(aggregate.results(&mut states)?);
        }
        Ok((columns, self.numbers.len()))
    }

    /// Makes the one group there is without keys, also where no row came.
    pub(super) fn start(&mut self, input_types: &[Type], run: &Run) -> Result<(), Error> {
        let columns: Vec<Column> = input_types.iter().map(|&ty| Column::nulls(ty, 0)).collect();
        self.add(Scope::all(&columns, 0), 0, run)
    }
}
