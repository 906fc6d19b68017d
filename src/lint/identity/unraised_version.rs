//! A query that changed while the version stayed.

use super::index::says;
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unraised-version",
    group: "identity",
    level: Level::Warning,
    summary: "the query of a rule was changed, but not its version (with `check --since`)",
    page: include_str!("unraised_version.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(before) = cx.surroundings.before else { return };
    let (Some(query), Some(old_query)) = (cx.query(), &before.query) else { return };
    if says(&query.syntax) == says(&old_query.syntax) {
        return;
    }
    let (Some(version), Some(old)) = (&cx.rule().version, &before.rule.version) else { return };
    let (Some(new_number), Some(old_number)) = (number(&version.value), number(&old.value)) else { return };
    if new_number > old_number {
        return;
    }
    let (written, old) = (version.value.trim(), old.value.trim());
    let message = if new_number == old_number {
        format!("the query changed, but the version is still {old}")
    } else {
        format!("the query changed, and the version went back from {old} to {written}")
    };
    let help = "raise the version: it tells whoever has installed the rule that there is a new one";
    sink.push(LINT.finding(version.span, message).help(help));
}

/// The numbers of a version.
fn number(version: &str) -> Option<Vec<u64>> {
    version.trim().split('.').map(|part| part.parse().ok()).collect()
}
