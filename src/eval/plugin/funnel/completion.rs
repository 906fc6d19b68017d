//! `funnel_sequence_completion`: how many ids come to each state of a sequence within a period. A state counts as reached
//! where the states before it were met no later than it, the first of them no earlier than the period allows; other states
//! may lie between.

use std::collections::BTreeMap;

use super::{Event, Journeys, Source, items, scalars};
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::plan::Stage;
use crate::eval::plugin::{Compiled, timeline_column, whole};
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Type, convert};

/// A compiled `funnel_sequence_completion`.
#[derive(Debug)]
pub(crate) struct Completion {
    source: Source,
    periods: Compiled,
}

/// A row of the result.
struct Stop {
    bin: i64,
    period: i64,
    step: usize,
    ids: i64,
}

impl Completion {
    /// Compiles the plugin's arguments.
    pub(crate) fn compile(
        input: &ir::Rel,
        args: &[PluginArg],
        span: Span,
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let rows = Box::new(compiler.rel(input)?);
        let [id, time, start, end, bin, state, sequence, periods] =
            scalars("funnel_sequence_completion", args, span, compiler)?;
        let source = Source { input: rows, id, time, period: [start, end], bin, state, sequence, span };
        Ok(Self { source: source.checked()?, periods })
    }

    /// Runs the plugin.
    pub(crate) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let span = self.source.span;
        let (_, journeys) = self.source.journeys(run)?;
        let periods = self.periods(run)?;
        let mut durations: BTreeMap<i64, Vec<Vec<i64>>> = BTreeMap::new();
        for ((bin, _), events) in &journeys.events {
            let shortest = shortest(events, &journeys, span, run)?;
            let of_bin = durations.entry(*bin).or_insert_with(|| vec![Vec::new(); shortest.len()]);
            for (all, own) in of_bin.iter_mut().zip(shortest) {
                all.extend(own);
            }
        }
        let mut stops = Vec::new();
        for (&bin, of_bin) in &durations {
            for &period in &periods {
                run.budget.check(span)?;
                stops.extend(of_bin.iter().enumerate().filter_map(|(step, durations)| {
                    let within = durations.iter().filter(|duration| **duration <= period).count();
                    let ids = i64::try_from(within).ok().filter(|ids| *ids > 0)?;
                    Some(Stop { bin, period, step, ids })
                }));
                run.budget.rows(stops.len(), span)?;
            }
        }
        self.table(stage, &stops, &journeys.states)
    }

    /// The periods, as ticks or numbers.
    fn periods(&self, run: &Run) -> Result<Vec<i64>, Error> {
        let ty = self.period_type();
        let period = |value| {
            whole(&convert::convert(&value, ty)).ok_or_else(|| {
                Error::runtime(
                    format!("a period to reach a state within is a {ty} here, and one of these is none"),
                    self.periods.span,
                )
            })
        };
        items(&self.periods, run)?.into_iter().map(period).collect()
    }

    fn period_type(&self) -> Type {
        if self.source.time.ty == Type::DateTime { Type::TimeSpan } else { self.source.time.ty }
    }

    fn table(&self, stage: &Stage, stops: &[Stop], states: &Column) -> Result<Table, Error> {
        let reached: Vec<u32> = stops.iter().map(|stop| u32::try_from(stop.step).unwrap_or(u32::MAX)).collect();
        let columns = vec![
            timeline_column(self.source.time.ty, Cells::new(stops.iter().map(|stop| stop.bin).collect())),
            states.gather(&reached),
            timeline_column(self.period_type(), Cells::new(stops.iter().map(|stop| stop.period).collect())),
            Column::Long(Cells::new(stops.iter().map(|stop| stop.ids).collect())),
        ];
        stage.conform(columns, stops.len())
    }
}

/// The shortest time from the first state to each state of the sequence; none for those that are not reached.
fn shortest(events: &[Event], journeys: &Journeys, span: Span, run: &Run) -> Result<Vec<Option<i64>>, Error> {
    let steps = journeys.states.len();
    // When a way to each state started, of those that started last.
    let mut starts: Vec<Option<i64>> = vec![None; steps];
    let mut shortest: Vec<Option<i64>> = vec![None; steps];
    for (at, event) in events.iter().enumerate() {
        run.budget.row(at, span)?;
        for &step in journeys.steps.get(&event.state).into_iter().flatten() {
            let start = if step == 0 { Some(event.at) } else { starts[step - 1] };
            let Some(start) = start else { continue };
            let duration = event.at.saturating_sub(start);
            starts[step] = starts[step].max(Some(start));
            shortest[step] = Some(shortest[step].map_or(duration, |known| known.min(duration)));
        }
    }
    Ok(shortest)
}
