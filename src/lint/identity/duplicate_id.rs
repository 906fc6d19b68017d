//! An id that another rule of the repository has too.

use super::index::family;
use super::{others, with_places};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-id",
    group: "identity",
    level: Level::Error,
    summary: "two rules of the repository have the same id",
    page: include_str!("duplicate_id.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let (Some(id), Some(kind)) = (&rule.id, &rule.kind) else { return };
    let key = id.value.trim().to_lowercase();
    let same = cx.surroundings.repository.identities().with_id(&key, cx.unit.source.path());
    if key.is_empty() || same.is_empty() {
        return;
    }
    let message = format!("the id `{}` is also that of {}", id.value.trim(), others(same.len()));
    let in_family = same.iter().any(|other| family(other.kind) == family(kind.value));
    let mut found = LINT.finding(id.span, message);
    if !in_family {
        found.level = Level::Warning;
    }
    let places = same.iter().map(|other| other.at_id()).collect();
    sink.push(with_places(found, places).help("give one of them a new GUID; the one deployed first keeps its id"));
}
