//! A name that another rule of the repository has too.

use super::index::{Family, family};
use super::{others, with_places};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-rule-name",
    group: "identity",
    level: Level::Warning,
    summary: "two rules of the repository have the same name",
    page: include_str!("duplicate_rule_name.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let (Some(name), Some(kind)) = (&rule.name, &rule.kind) else { return };
    let same = cx.surroundings.repository.identities().with_name(&name.value, cx.unit.source.path());
    if same.is_empty() {
        return;
    }
    let in_family = same.iter().any(|other| family(other.kind) == family(kind.value));
    let mut found = LINT.finding(name.span, format!("{} has this name too", others(same.len())));
    found.level = match family(kind.value) {
        // Custom detections are found again by their name when they are deployed.
        Family::Detection if in_family => Level::Error,
        _ if in_family => Level::Warning,
        _ => Level::Note,
    };
    let places = same.iter().map(|other| other.at_name()).collect();
    sink.push(with_places(found, places).help("say in each name what only that rule finds"));
}
