//! An analytics rule without a version.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;

pub(super) static LINT: Lint = Lint {
    name: "missing-version",
    group: "format",
    level: Level::Note,
    summary: "an analytics rule has no version",
    page: include_str!("missing_version.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let is_analytics = matches!(rule.kind.as_ref().map(|kind| kind.value), Some(Kind::Scheduled | Kind::Nrt));
    if is_analytics && rule.version.is_none() {
        let found = LINT.finding(cx.head(), "this rule has no version");
        sink.push(found.help("add `version: 1.0.0`, and raise it with each change of the rule"));
    }
}
