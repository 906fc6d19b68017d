//! A query that asks for data older than the rule's period brings.

use std::collections::HashSet;

use super::moment::{Moment, Moments};
use super::schedule::{self, Schedule};
use super::window::{self, Bound, End};
use crate::diag::{Diagnostic, Level};
use crate::kql::ast::ExprKind;
use crate::kql::walk::{Node, Step, walk};
use crate::lint::{Check, Context, Lint};
use crate::rule::duration::spell;

pub(super) static LINT: Lint = Lint {
    name: "look-back-beyond-period",
    group: "time",
    level: Level::Warning,
    summary: "the query looks back farther than the rule's queryPeriod",
    page: include_str!("look_back_beyond_period.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let (Some(schedule), Some(query)) = (schedule::of(cx.rule()), cx.query()) else { return };
    let source = query.syntax.text.as_str();
    let moments = Moments::of(&query.syntax.query, source);
    // One time that several conditions name by its `let` is one mistake.
    let mut seen = HashSet::new();
    walk(&query.syntax.query, &mut |node| {
        if let Node::Expr(expr) = node
            && let ExprKind::Pipe(pipe) = &expr.kind
        {
            for bound in window::bounds(pipe, &moments, source) {
                let written = moments.resolved(bound.expr).span;
                sink.extend(finding(cx, &bound, &schedule).filter(|_| seen.insert((written, bound.end == End::From))));
            }
        }
        Step::Into
    });
}

fn finding(cx: &Context<'_>, bound: &Bound<'_>, schedule: &Schedule<'_>) -> Option<Diagnostic> {
    let Moment::Before(back) = bound.moment else { return None };
    let (period, shown) = (schedule.period.seconds(), schedule.period.duration);
    let stretch = spell(back.unsigned_abs());
    let message = match bound.end {
        End::From if back > period => format!(
            "the query looks back {stretch}, but a run is given the last {shown} (queryPeriod): the {} before are never there",
            spell((back - period).unsigned_abs())
        ),
        End::To if back >= period => format!(
            "the query asks for rows older than {stretch}, but a run is given the last {shown} (queryPeriod): there are none"
        ),
        _ => return None,
    };
    let found =
        cx.at_query(&LINT, bound.expr.span, message).related(schedule.period.field.span, "how far a run looks back");
    let day = 24 * 60 * 60;
    Some(if back <= 14 * day {
        found.help(format!("set queryPeriod to {stretch} or more, or look back less"))
    } else {
        found.help("queryPeriod can be 14d at most: keep older values in a watchlist or a summary table")
    })
}
