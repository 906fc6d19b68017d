//! A rule whose query ends its window on a fixed day.

use super::moment::{Moment, Moments};
use super::window::{self, End};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "fixed-window-end",
    group: "time",
    level: Level::Warning,
    summary: "a rule that runs for ever looks for rows before a fixed day",
    page: include_str!("fixed_window_end.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(query) = cx.query().filter(|_| cx.is_analytics()) else { return };
    let source = query.syntax.text.as_str();
    let moments = Moments::of(&query.syntax.query, source);
    let mut bounds = window::of_result(&query.syntax.query, &moments, source).into_iter();
    let Some(end) = bounds.find(|bound| bound.end == End::To && bound.moment == Moment::Fixed) else { return };
    let written = moments.resolved(end.expr).span.slice(source);
    let message = format!("the rule finds nothing after {written}: its window ends on a fixed day");
    sink.push(cx.at_query(&LINT, end.expr.span, message).help("let the schedule set the window, or use `now()`"));
}
