//! A rule that is filed under no tactic.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;

pub(super) static LINT: Lint = Lint {
    name: "missing-tactics",
    group: "attack",
    level: Level::Warning,
    summary: "the rule names no ATT&CK tactic",
    page: include_str!("missing_tactics.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let tactics = rule.tactics.as_ref();
    if cx.query().is_none() || tactics.is_some_and(|tactics| !tactics.value.is_empty()) {
        return;
    }
    let (what, level) = match rule.kind.as_ref().map(|kind| kind.value) {
        Some(Kind::Scheduled | Kind::Nrt) => ("rule", Level::Warning),
        Some(Kind::Hunting) => ("hunting query", Level::Note),
        _ => return,
    };
    let place = tactics.map_or(cx.head(), |tactics| tactics.key);
    let found = LINT.finding(place, format!("this {what} names no ATT&CK tactic: `tactics` is missing"));
    sink.push(Diagnostic { level, ..found }.help("list the tactics it is about, such as `- InitialAccess`"));
}
