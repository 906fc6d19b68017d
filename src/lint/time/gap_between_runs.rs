//! A query whose own window is shorter than the time between two runs.

use super::moment::{Moment, Moments};
use super::schedule;
use super::window::{self, Bound, End};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::duration::spell;

pub(super) static LINT: Lint = Lint {
    name: "gap-between-runs",
    group: "time",
    level: Level::Warning,
    summary: "the query's own window is shorter than the time between two runs",
    page: include_str!("gap_between_runs.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let (Some(schedule), Some(query)) = (schedule::of(cx.rule()), cx.query()) else { return };
    let source = query.syntax.text.as_str();
    let moments = Moments::of(&query.syntax.query, source);
    let bounds = window::of_result(&query.syntax.query, &moments, source);
    let Some((from, start)) = latest_start(&bounds) else { return };
    let end = earliest_end(&bounds);
    let (length, often) = (from - end, schedule.frequency.seconds());
    if length <= 0 || length >= often {
        return;
    }
    let (length, frequency) = (spell(length.unsigned_abs()), schedule.frequency.duration);
    let message = format!(
        "the query looks at {length}, but runs every {frequency} (queryFrequency): {} of each {frequency} are never looked at",
        spell((often - (from - end)).unsigned_abs())
    );
    let found =
        cx.at_query(&LINT, start.expr.span, message).related(schedule.frequency.field.span, "how often it runs");
    sink.push(found.help(format!("look at {frequency} or more, or run it every {length}")));
}

/// The start that leaves the fewest rows, in seconds before the run.
fn latest_start<'b, 'q>(bounds: &'b [Bound<'q>]) -> Option<(i64, &'b Bound<'q>)> {
    let starts = bounds.iter().filter(|bound| bound.end == End::From);
    let relative = starts.filter_map(|bound| match bound.moment {
        Moment::Before(seconds) => Some((seconds, bound)),
        Moment::Fixed => None,
    });
    relative.min_by_key(|(seconds, _)| *seconds)
}

/// The end that leaves the fewest rows, in seconds before the run; the run itself where there is none.
fn earliest_end(bounds: &[Bound<'_>]) -> i64 {
    let ends = bounds.iter().filter(|bound| bound.end == End::To);
    let relative = ends.filter_map(|bound| match bound.moment {
        Moment::Before(seconds) => Some(seconds),
        Moment::Fixed => None,
    });
    relative.max().unwrap_or(0).max(0)
}
