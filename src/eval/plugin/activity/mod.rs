//! Plugins that count who did something when: each slice of the rows (one for each combination of dimensions) is a list
//! of events in order of time, cut into bins (Microsoft: "`activity_counts_metrics` plugin" and its neighbours).

mod metric;

use std::collections::HashSet;

use metric::{Event, Row};

use super::Compiled;
use super::bins::{Bins, Width};
use crate::bind::ir::{self, PluginArg};
use crate::eval::builder::{ColumnBuilder, concat};
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::grouping::{Groups, codes};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::mismatch;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Type, Value};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Metric {
    ActiveUsers,
    Counts,
    Engagement,
    Metrics,
    NewMetrics,
    Sessions,
    SlidingWindow,
}

/// A compiled plugin of this family.
#[derive(Debug)]
pub(crate) struct Activity {
    input: Box<Stage>,
    metric: Metric,
    id: Compiled,
    time: Compiled,
    period: Option<[Compiled; 2]>,
    /// Widths of windows and numbers of periods, in the order of the arguments.
    windows: Vec<Compiled>,
    dimensions: Vec<Compiled>,
    cohort: Option<Compiled>,
    seen_before: Option<Box<Stage>>,
    span: Span,
}

/// The metric that a plugin's name means, and how many windows it takes.
fn metric(plugin: &str) -> Option<(Metric, usize)> {
    Some(match plugin {
        "active_users_count" => (Metric::ActiveUsers, 4),
        "activity_counts_metrics" => (Metric::Counts, 1),
        "activity_engagement" => (Metric::Engagement, 2),
        "activity_metrics" => (Metric::Metrics, 1),
        "new_activity_metrics" => (Metric::NewMetrics, 1),
        "session_count" => (Metric::Sessions, 2),
        "sliding_window_counts" => (Metric::SlidingWindow, 2),
        _ => return None,
    })
}

/// Compiles a plugin of this family; `None` for the name of another one.
pub(super) fn compile(
    name: &str,
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Option<Result<Activity, Error>> {
    let (metric, windows) = metric(name)?;
    Some(compile_metric(metric, windows, input, args, span, compiler))
}

fn compile_metric(
    metric: Metric,
    windows: usize,
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<Activity, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let mut scalars: Vec<Compiled> = Vec::new();
    let mut seen_before = None;
    for arg in args {
        match arg {
            PluginArg::Scalar(value) | PluginArg::Named(_, value) => scalars.push(compiler.expr(value)?),
            PluginArg::Table(table) if metric == Metric::NewMetrics => {
                seen_before = Some(Box::new(compiler.rel(table)?));
            }
            _ => return Err(Error::unsupported("an argument that is neither a column nor a value", span)),
        }
    }
    let few = || Error::runtime("the plugin needs more arguments", span);
    let mut scalars = scalars.into_iter().peekable();
    let id = scalars.next().ok_or_else(few)?;
    let time = scalars.next().ok_or_else(few)?;
    let period = if scalars.len() > windows {
        Some([scalars.next().ok_or_else(few)?, scalars.next().ok_or_else(few)?])
    } else {
        None
    };
    let own: Vec<Compiled> = scalars.by_ref().take(windows).collect();
    if own.len() < windows {
        return Err(few());
    }
    let mut cohort = None;
    if metric == Metric::NewMetrics {
        cohort = scalars.next_if(|value| {
            let mut read = vec![false; input.columns.len()];
            value.mark_columns(&mut read);
            !read.contains(&true)
        });
    }
    let dimensions = scalars.collect();
    Ok(Activity { input: stage, metric, id, time, period, windows: own, dimensions, cohort, seen_before, span })
}

impl Activity {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let dimensions =
            self.dimensions.iter().map(|one| one.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let groups = Groups::of(&dimensions, input.rows());
        let time = self.time.eval_column(scope, run)?;
        let slices = self.slices(&input, &time, &groups, run)?;
        let ends = self.ends(&slices, run)?;
        let mut rows: Vec<(u32, Row)> = Vec::new();
        for (slice, &first) in slices.iter().zip(&groups.firsts) {
            run.budget.check(stage.span)?;
            rows.extend(self.measure(slice, ends, run)?.into_iter().map(|row| (first, row)));
            run.budget.rows(rows.len(), stage.span)?;
        }
        self.table(stage, &rows, &dimensions, time.ty())
    }

    /// The events of each slice in order of time.
    fn slices(&self, input: &Table, time: &Column, groups: &Groups, run: &Run) -> Result<Vec<Vec<Event>>, Error> {
        let scope = Scope::all(input.columns(), input.rows());
        let ids = self.id.eval_column(scope, run)?;
        let known = match &self.seen_before {
            Some(table) => self.known(&table.run(run)?)?,
            None => Column::nulls(ids.ty(), 0),
        };
        let all = concat(ids.ty(), [&ids, &known]).map_err(|failure| mismatch(failure, self.span))?;
        let numbers = codes(&all);
        let (ids, known) = numbers.split_at(input.rows());
        let known: HashSet<u32> = known.iter().copied().collect();
        let mut slices: Vec<Vec<Event>> = vec![Vec::new(); groups.len()];
        for row in 0..input.rows() {
            run.budget.row(row, self.span)?;
            let value = time.value(row);
            if value.is_null() {
                continue;
            }
            let at = super::whole(&value)
                .ok_or_else(|| Error::unsupported(format!("a timeline of {}", time.ty()), self.time.span))?;
            let id = ids[row];
            slices[groups.ids[row] as usize].push(Event { at, id, seen_before: known.contains(&id) });
        }
        for slice in &mut slices {
            slice.sort_by_key(|event| event.at);
        }
        Ok(slices)
    }

    /// The ids of the look-back table: its only column of their type.
    fn known(&self, table: &Table) -> Result<Column, Error> {
        let same_type: Vec<&Column> = table.columns().iter().filter(|column| column.ty() == self.id.ty).collect();
        match same_type.as_slice() {
            [only] => Ok(Column::clone(only)),
            _ => Err(Error::unsupported("a look-back table without one column of the type of the ids", self.span)),
        }
    }

    /// The first and last moment, as given or as the events have it.
    fn ends(&self, slices: &[Vec<Event>], run: &Run) -> Result<(i64, i64), Error> {
        if let Some([from, to]) = &self.period {
            return Ok((super::whole_constant(from, run)?, super::whole_constant(to, run)?));
        }
        let firsts = slices.iter().filter_map(|slice| slice.first()).map(|event| event.at);
        let lasts = slices.iter().filter_map(|slice| slice.last()).map(|event| event.at);
        Ok((firsts.min().unwrap_or(0), lasts.max().unwrap_or(-1)))
    }

    fn window(&self, at: usize, run: &Run) -> Result<i64, Error> {
        self.windows.get(at).map_or(Ok(0), |expr| super::positive_constant(expr, run))
    }

    fn bins(&self, at: usize, (start, end): (i64, i64), run: &Run) -> Result<Bins, Error> {
        let Some(expr) = self.windows.get(at) else { return Ok(Bins { start, end, width: Width::Even(1) }) };
        let width = match expr.eval_constant(run)? {
            Value::String(name) => Width::of_calendar(&name).ok_or_else(|| {
                Error::runtime(format!("`{name}` is no window: use a timespan, 'week', 'month' or 'year'"), expr.span)
            })?,
            _ => Width::Even(self.window(at, run)?),
        };
        let bins = Bins { start, end, width };
        run.budget.rows(bins.count(), self.span)?;
        Ok(bins)
    }

    fn measure(&self, events: &[Event], ends: (i64, i64), run: &Run) -> Result<Vec<Row>, Error> {
        Ok(match self.metric {
            Metric::ActiveUsers => {
                let (lookback, period, least) = (self.window(0, run)?, self.window(1, run)?, self.window(2, run)?);
                metric::active_users(events, &self.bins(3, ends, run)?, lookback, period, least)
            }
            Metric::Counts => metric::counts(events, &self.bins(0, ends, run)?),
            Metric::Engagement => metric::engagement(events, &self.bins(0, ends, run)?, self.window(1, run)?),
            Metric::Metrics => metric::retention(events, &self.bins(0, ends, run)?),
            Metric::NewMetrics => {
                let cohort = self.cohort.as_ref().map(|cohort| super::whole_constant(cohort, run)).transpose()?;
                metric::cohorts(events, &self.bins(0, ends, run)?, cohort)
            }
            Metric::Sessions => metric::sessions(events, ends, self.window(0, run)?, self.window(1, run)?),
            Metric::SlidingWindow => metric::sliding(events, &self.bins(1, ends, run)?, self.window(0, run)?),
        })
    }

    /// The rows as a table: times, measures, and the dimensions where the plugin has them.
    fn table(&self, stage: &Stage, rows: &[(u32, Row)], dimensions: &[Column], time: Type) -> Result<Table, Error> {
        let firsts: Vec<u32> = rows.iter().map(|(first, _)| *first).collect();
        let mut columns: Vec<Column> = Vec::new();
        let times = if self.metric == Metric::NewMetrics { 2 } else { 1 };
        for at in 0..times {
            let cells = rows.iter().map(|(_, row)| row.times.get(at).copied()).collect();
            columns.push(super::timeline_column(time, cells));
        }
        for at in 0..stage.types.len().saturating_sub(times + dimensions.len()) {
            let mut builder = ColumnBuilder::new(Type::Unknown);
            for (_, row) in rows {
                let value = row.measures.get(at).cloned().unwrap_or(Value::Null);
                builder.push(value).map_err(|failure| mismatch(failure, stage.span))?;
            }
            columns.push(builder.finish());
        }
        let place = match self.metric {
            Metric::Engagement | Metric::Metrics | Metric::NewMetrics => columns.len(),
            _ => 1,
        };
        let dimensions = dimensions.iter().map(|column| column.gather(&firsts));
        columns.splice(place..place, dimensions);
        stage.conform(columns, rows.len())
    }
}
