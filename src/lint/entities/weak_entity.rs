//! An entity that its identifiers do not tell from every other.

use super::mapping::{self, alternatives};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "weak-entity",
    group: "entities",
    level: Level::Note,
    summary: "an entity is mapped by weak identifiers only",
    page: include_str!("weak_entity.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for mapping in mapping::all(cx.rule()).filter(mapping::Mapping::is_understood) {
        let entity = mapping.entity;
        let is_found = entity.required().any(|combination| mapping.has(combination));
        if !is_found || entity.strong().any(|combination| mapping.has(combination)) {
            continue;
        }
        let place = mapping.written.value.entity_type.as_ref().map_or(mapping.written.span, |entity| entity.span);
        let mapped: Vec<String> = mapping.identifiers().map(|identifier| format!("`{}`", identifier.value)).collect();
        let message = format!("{} alone does not tell one {} from another", mapped.join(" and "), entity.name);
        sink.push(
            LINT.finding(place, message)
                .help(format!("what tells it without doubt: {}", alternatives(entity.strong()))),
        );
    }
}
