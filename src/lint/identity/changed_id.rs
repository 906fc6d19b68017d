//! A rule whose id is another than it was.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "changed-id",
    group: "identity",
    level: Level::Error,
    summary: "the id of a rule was changed (with `check --since`)",
    page: include_str!("changed_id.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(before) = cx.surroundings.before else { return };
    let (Some(id), Some(old)) = (&cx.rule().id, &before.rule.id) else { return };
    let (new, old) = (id.value.trim(), old.value.trim());
    if new.eq_ignore_ascii_case(old) || old.is_empty() {
        return;
    }
    let message = format!("the id was `{old}` before; a rule keeps its id for good");
    let help =
        "write the id it had: to whoever has installed the rule this is another one, and the old one stays behind";
    sink.push(LINT.finding(id.span, message).help(help));
}
