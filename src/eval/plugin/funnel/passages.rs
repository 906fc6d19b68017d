//! `funnel_sequence`: the states before and behind a sequence. What this stage gives is one row for each way through the
//! sequence: its bin, the state before, the state behind, the id; the plugin's tables count their ids.
//!
//! A way through ends as early as it can, with its steps as late as they can be, and the next one starts behind it. Other
//! states may lie between steps; the state before is the last one that differs from the first step, the state behind the
//! first one that differs from the last step. This is how the answers of Microsoft's page fit together.

use std::collections::BTreeSet;

use super::{Event, Journeys, Source, scalars};
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{ABSENT, Cells};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::plan::Stage;
use crate::eval::plugin::{Compiled, positive_constant, timeline_column};
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;

/// A compiled `funnel_sequence`.
#[derive(Debug)]
pub(crate) struct Passages {
    source: Source,
    /// The most time between two steps.
    window: Compiled,
}

/// A way through the sequence: the places of its first and last event.
#[derive(Debug, Clone, Copy)]
struct Way {
    first: usize,
    last: usize,
}

/// A row of the result: rows of the input that have its values, [`ABSENT`] for none.
struct Passage {
    bin: i64,
    before: u32,
    behind: u32,
    id: u32,
}

impl Passages {
    /// Compiles the plugin's arguments.
    pub(crate) fn compile(
        input: &ir::Rel,
        args: &[PluginArg],
        span: Span,
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let rows = Box::new(compiler.rel(input)?);
        let [id, time, start, end, window, bin, state, sequence] = scalars("funnel_sequence", args, span, compiler)?;
        let source = Source { input: rows, id, time, period: [start, end], bin, state, sequence, span };
        Ok(Self { source: source.checked()?, window })
    }

    /// Runs the plugin.
    pub(crate) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let span = self.source.span;
        let window = positive_constant(&self.window, run)?;
        let (input, journeys) = self.source.journeys(run)?;
        let mut passages: Vec<Passage> = Vec::new();
        for ((bin, _), events) in &journeys.events {
            let (before, behind) = neighbours(events);
            let near = |from: usize, to: Option<usize>| {
                to.filter(|&to| events[from].at.abs_diff(events[to].at) <= window.unsigned_abs()).map(|to| events[to])
            };
            let number = |event: &Option<Event>| event.map(|event| event.state);
            let mut known = BTreeSet::new();
            for way in ways(events, &journeys, window, span, run)? {
                let (before, behind) = (near(way.first, before[way.first]), near(way.last, behind[way.last]));
                if known.insert((number(&before), number(&behind))) {
                    let row = |event: Option<Event>| event.map_or(ABSENT, |event| event.row);
                    let (before, behind) = (row(before), row(behind));
                    passages.push(Passage { bin: *bin, before, behind, id: events[way.first].row });
                }
            }
            run.budget.rows(passages.len(), span)?;
        }
        self.table(stage, &input, &passages, run)
    }

    fn table(&self, stage: &Stage, input: &Table, passages: &[Passage], run: &Run) -> Result<Table, Error> {
        let scope = Scope::all(input.columns(), input.rows());
        let rows = |of: fn(&Passage) -> u32| passages.iter().map(of).collect::<Vec<u32>>();
        let states = self.source.state.eval_column(scope, run)?;
        let columns = vec![
            timeline_column(self.source.time.ty, Cells::new(passages.iter().map(|passage| passage.bin).collect())),
            states.gather(&rows(|passage| passage.before)),
            states.gather(&rows(|passage| passage.behind)),
            self.source.id.eval_column(scope, run)?.gather(&rows(|passage| passage.id)),
        ];
        stage.conform(columns, passages.len())
    }
}

/// The ways through the sequence, one behind the other.
fn ways(events: &[Event], journeys: &Journeys, window: i64, span: Span, run: &Run) -> Result<Vec<Way>, Error> {
    let steps = journeys.states.len();
    let mut found = Vec::new();
    // The latest way to each state.
    let mut ways: Vec<Option<Way>> = vec![None; steps];
    for (last, event) in events.iter().enumerate() {
        run.budget.row(last, span)?;
        for &step in journeys.steps.get(&event.state).into_iter().flatten() {
            let near = |way: &Way| event.at.abs_diff(events[way.last].at) <= window.unsigned_abs();
            let first = if step == 0 { Some(last) } else { ways[step - 1].filter(near).map(|way| way.first) };
            let Some(first) = first else { continue };
            ways[step] = Some(Way { first, last });
            if step + 1 == steps {
                found.push(Way { first, last });
                ways.fill(None);
                break;
            }
        }
    }
    Ok(found)
}

/// For each event the last one before it and the first one behind it that are of another state.
fn neighbours(events: &[Event]) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let mut before: Vec<Option<usize>> = vec![None; events.len()];
    let mut behind = before.clone();
    for at in 1..events.len() {
        before[at] = if events[at - 1].state == events[at].state { before[at - 1] } else { Some(at - 1) };
    }
    for at in (0..events.len().saturating_sub(1)).rev() {
        behind[at] = if events[at + 1].state == events[at].state { behind[at + 1] } else { Some(at + 1) };
    }
    (before, behind)
}
