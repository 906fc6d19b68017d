//! A hunting query that fixes its own stretch of time.

use super::moment::{Moment, Moments};
use super::window::{self, Bound, End};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;

pub(super) static LINT: Lint = Lint {
    name: "hard-coded-window",
    group: "time",
    level: Level::Note,
    summary: "a hunting query fixes its own stretch of time",
    page: include_str!("hard_coded_window.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let is_hunting = cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::Hunting);
    let Some(query) = cx.query().filter(|_| is_hunting) else { return };
    let source = query.syntax.text.as_str();
    let moments = Moments::of(&query.syntax.query, source);
    let mut bounds = window::of_result(&query.syntax.query, &moments, source).into_iter();
    let Some(start) = bounds.find(is_start).map(|bound| moments.resolved(bound.expr)) else { return };
    let message = format!("the query fixes its window itself, with `{}`", start.span.slice(source));
    let found = cx.at_query(&LINT, start.span, message).label("neither the schedule nor the time picker can change it");
    sink.push(found.help("remove the condition on the time column; whoever runs the query sets the window"));
}

fn is_start(bound: &Bound<'_>) -> bool {
    bound.end == End::From && matches!(bound.moment, Moment::Before(seconds) if seconds > 0)
}
