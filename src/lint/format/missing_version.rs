//! An analytics rule without a version.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "missing-version",
    group: "format",
    level: Level::Note,
    summary: "an analytics rule has no version",
    page: include_str!("missing_version.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    if cx.is_analytics() && cx.rule().version.is_none() {
        let found = LINT.finding(cx.head(), "this rule has no version");
        sink.push(found.help("add `version: 1.0.0`, and raise it with each change of the rule"));
    }
}
