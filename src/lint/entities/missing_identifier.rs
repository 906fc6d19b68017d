//! A mapping without any of the identifiers that its entity type asks for.

use super::mapping::{self, alternatives};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "missing-identifier",
    group: "entities",
    level: Level::Error,
    summary: "an entity mapping lacks an identifier that its type asks for",
    page: include_str!("missing_identifier.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for mapping in mapping::all(cx.rule()).filter(mapping::Mapping::is_understood) {
        let entity = mapping.entity;
        if entity.required().any(|combination| mapping.has(combination)) {
            continue;
        }
        let place = mapping.written.value.entity_type.as_ref().map_or(mapping.written.span, |entity| entity.span);
        let message = format!("this {} has no identifier that Microsoft Sentinel can find it by", entity.name);
        let found = Diagnostic { level: cx.level_of_refusal(), ..LINT.finding(place, message) };
        sink.push(found.help(format!("map {}", alternatives(entity.required()))));
    }
}
