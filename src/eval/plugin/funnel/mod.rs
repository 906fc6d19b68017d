//! Funnels: ids that go through the states of a sequence one after the other (Microsoft: "`funnel_sequence` plugin",
//! "`funnel_sequence_completion` plugin").

mod completion;
mod passages;

use std::collections::BTreeMap;

pub(crate) use completion::Completion;
pub(crate) use passages::Passages;

use super::Compiled;
use super::bins::{Bins, Width};
use crate::bind::ir::PluginArg;
use crate::eval::builder::{ColumnBuilder, concat};
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::grouping::codes;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::mismatch;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, convert};

/// The arguments of a plugin, all of which are scalars: eight of either plugin.
fn scalars(plugin: &str, args: &[PluginArg], span: Span, compiler: &mut Compiler) -> Result<[Compiled; 8], Error> {
    let scalar = |arg: &PluginArg| match arg {
        PluginArg::Scalar(value) | PluginArg::Named(_, value) => compiler.expr(value),
        _ => Err(Error::unsupported("an argument that is neither a column nor a value", span)),
    };
    let scalars: Vec<Compiled> = args.iter().map(scalar).collect::<Result<_, _>>()?;
    <[Compiled; 8]>::try_from(scalars).map_err(|_| Error::runtime(format!("{plugin} needs eight arguments"), span))
}

/// What both plugins look at: who was when in which state.
#[derive(Debug)]
struct Source {
    input: Box<Stage>,
    id: Compiled,
    time: Compiled,
    period: [Compiled; 2],
    bin: Compiled,
    state: Compiled,
    /// The states to go through.
    sequence: Compiled,
    span: Span,
}

/// An id was in a state.
#[derive(Debug, Clone, Copy)]
struct Event {
    /// When: ticks, or a number.
    at: i64,
    /// The number of the state.
    state: u32,
    /// The row that says so.
    row: u32,
}

/// What is to be looked for in which events.
#[derive(Debug)]
struct Journeys {
    /// The states to go through, as values of the column of states.
    states: Column,
    /// The places that each state has in the sequence, last first, by the number of the state.
    steps: BTreeMap<u32, Vec<usize>>,
    /// The events of each id in each bin, in order of time. Events of one moment are in the order of the sequence.
    events: BTreeMap<(i64, u32), Vec<Event>>,
}

impl Source {
    /// As it is; fails where an id, a moment or a state is no column.
    fn checked(self) -> Result<Self, Error> {
        for column in [&self.id, &self.time, &self.state] {
            if column.column_index().is_none() {
                return Err(Error::runtime("the plugin needs a column here", column.span));
            }
        }
        Ok(self)
    }

    fn journeys(&self, run: &Run) -> Result<(Table, Journeys), Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let (ids, times) = (self.id.eval_column(scope, run)?, self.time.eval_column(scope, run)?);
        if !matches!(times.ty(), Type::Int | Type::Long | Type::DateTime | Type::TimeSpan) {
            return Err(Error::unsupported(format!("a timeline of {}", times.ty()), self.time.span));
        }
        let all_states = self.state.eval_column(scope, run)?;
        let states = self.sequence(&all_states, run)?;
        let numbers =
            concat(all_states.ty(), [&states, &all_states]).map_err(|failure| mismatch(failure, self.span))?;
        let numbers = codes(&numbers);
        let (sequence, numbers) = numbers.split_at(states.len());
        let mut steps: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (step, &state) in sequence.iter().enumerate().rev() {
            steps.entry(state).or_default().push(step);
        }
        let [start, end] = &self.period;
        let bins = Bins {
            start: super::whole_constant(start, run)?,
            end: super::whole_constant(end, run)?,
            width: Width::Even(super::positive_constant(&self.bin, run)?),
        };
        let id_numbers = codes(&ids);
        let mut events: BTreeMap<(i64, u32), Vec<Event>> = BTreeMap::new();
        for row in 0..input.rows() {
            run.budget.row(row, self.span)?;
            if let Some(at) = super::whole(&times.value(row))
                && bins.includes(at)
                && !ids.is_null(row)
            {
                let event = Event { at, state: numbers[row], row: u32::try_from(row).unwrap_or(u32::MAX) };
                events.entry((bins.of(at), id_numbers[row])).or_default().push(event);
            }
        }
        let first_step = |state: u32| steps.get(&state).and_then(|places| places.last().copied()).unwrap_or(usize::MAX);
        for events in events.values_mut() {
            run.budget.check(self.span)?;
            events.sort_by_key(|event| (event.at, first_step(event.state), event.row));
        }
        Ok((input, Journeys { states, steps, events }))
    }

    /// The states to go through.
    fn sequence(&self, states: &Column, run: &Run) -> Result<Column, Error> {
        let mut sequence = ColumnBuilder::new(states.ty());
        for item in items(&self.sequence, run)? {
            let state = convert::convert(&item, states.ty());
            if state.is_null() {
                let message = format!("the sequence holds a state that is no {}", states.ty());
                return Err(Error::runtime(message, self.sequence.span));
            }
            sequence.push(state).map_err(|failure| mismatch(failure, self.sequence.span))?;
        }
        Ok(sequence.finish())
    }
}

/// The items of a constant array, of which there is at least one.
fn items(array: &Compiled, run: &Run) -> Result<Vec<Value>, Error> {
    match array.eval_constant(run)? {
        Value::Dynamic(Dynamic::Array(items)) if !items.is_empty() => Ok(items.iter().map(Dynamic::to_value).collect()),
        _ => Err(Error::runtime("the plugin needs an array with at least one item here", array.span)),
    }
}
