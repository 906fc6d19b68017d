//! A rule that finds every row in several of its runs.

use super::moment::{Moment, Moments};
use super::schedule;
use super::window::{self, End};
use crate::diag::{Diagnostic, Level};
use crate::kql::ast::{ExprKind, Operator, Query, Stage};
use crate::kql::walk::{Node, Step, walk_stage};
use crate::lint::{Check, Context, Lint};
use crate::rule::Rule;
use crate::rule::duration::spell;

pub(super) static LINT: Lint = Lint {
    name: "overlapping-runs",
    group: "time",
    level: Level::Note,
    summary: "every row is found by several runs of the rule",
    page: include_str!("overlapping_runs.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let (Some(schedule), Some(query)) = (schedule::of(cx.rule()), cx.query()) else { return };
    let source = query.syntax.text.as_str();
    let moments = Moments::of(&query.syntax.query, source);
    if is_suppressed(cx.rule()) || !alerts_on_any_row(cx.rule()) || !keeps_rows(&query.syntax.query, &moments, source) {
        return;
    }
    let starts = window::of_result(&query.syntax.query, &moments, source).into_iter().filter_map(|bound| {
        match (bound.end, bound.moment) {
            (End::From, Moment::Before(seconds)) => Some(seconds),
            _ => None,
        }
    });
    let period = schedule.period.seconds();
    let (looked_at, often) = (starts.fold(period, i64::min), schedule.frequency.seconds());
    let runs = if often > 0 { looked_at / often } else { 0 };
    if runs < 2 {
        return;
    }
    let message = format!(
        "each row is found by {runs} runs: the rule runs every {} and looks at the last {} each time",
        schedule.frequency.duration,
        spell(looked_at.unsigned_abs())
    );
    let found =
        LINT.finding(schedule.period.field.span, message).related(schedule.frequency.field.span, "how often it runs");
    sink.push(found.help("look back only as far as the rule runs often, or hold alerts back with suppressionDuration"));
}

fn is_suppressed(rule: &Rule) -> bool {
    rule.suppression_enabled.as_ref().is_some_and(|enabled| enabled.value.eq_ignore_ascii_case("true"))
}

/// Whether one row is enough for an alert.
fn alerts_on_any_row(rule: &Rule) -> bool {
    let is = |field: Option<&str>, any_of: &[&str]| {
        field.is_some_and(|value| any_of.iter().any(|known| value.trim().eq_ignore_ascii_case(known)))
    };
    is(rule.trigger_operator.as_ref().map(|operator| operator.value.as_str()), &["gt", "GreaterThan"])
        && is(rule.trigger_threshold.as_ref().map(|threshold| threshold.value.as_str()), &["0"])
}

/// Whether the query only picks rows of one table and shapes them, so that a row's fate hangs on that row alone.
fn keeps_rows<'q>(query: &'q Query, moments: &Moments<'q>, source: &str) -> bool {
    let pipes = window::result_pipes(query, moments, source);
    let mut stages = pipes.iter().flat_map(|pipe| &pipe.stages);
    !pipes.is_empty()
        && pipes.iter().all(|pipe| pipe.source.is_some())
        && stages.all(|stage| is_row_by_row(stage) && !asks_other_rows(stage, moments))
}

const fn is_row_by_row(stage: &Stage) -> bool {
    matches!(
        stage.operator,
        Operator::Where { .. }
            | Operator::Extend(_)
            | Operator::Project(_)
            | Operator::ProjectAway(_)
            | Operator::ProjectKeep(_)
            | Operator::ProjectRename(_)
            | Operator::ProjectReorder(_)
            | Operator::Parse(_)
            | Operator::ParseWhere(_)
            | Operator::MvExpand(_)
    )
}

/// Whether the stage compares with the rows of another pipe: `where User !in (known)`.
fn asks_other_rows(stage: &Stage, moments: &Moments<'_>) -> bool {
    let mut asks = false;
    walk_stage(stage, &mut |node| {
        if let Node::Expr(expr) = node {
            asks |= matches!(moments.resolved(expr).kind, ExprKind::Pipe(_));
        }
        Step::Into
    });
    asks
}
