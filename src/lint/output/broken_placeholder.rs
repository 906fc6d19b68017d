//! A placeholder in a text of the alert that is opened and not closed.

use super::reference::{self, Placeholder};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "broken-placeholder",
    group: "output",
    level: Level::Error,
    summary: "a `{{` in a text of the alert that is not closed by `}}`",
    page: include_str!("broken_placeholder.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(details) = &cx.rule().alert_details_override else { return };
    for (format, key) in reference::formats(&details.value) {
        for placeholder in reference::placeholders(&format.value) {
            let Placeholder::Open(rest) = placeholder else { continue };
            let shown: String = rest.chars().take(30).collect();
            let written = cx.unit.source.slice(format.span);
            let at = written.find(rest).map(|at| format.span.part(at, rest.len()));
            let message = format!("the placeholder `{}` of {key} is not closed by `}}}}`", shown.trim_end());
            sink.push(LINT.finding(at.unwrap_or(format.span), message).help("write `{{Column}}`"));
        }
    }
}
