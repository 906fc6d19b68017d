//! A rule whose alerts name no entity.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;

pub(super) static LINT: Lint = Lint {
    name: "missing-entity-mappings",
    group: "entities",
    level: Level::Warning,
    summary: "no column of the result is mapped to an entity",
    page: include_str!("missing_entity_mappings.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let is_empty = |list: Option<usize>| list.is_none_or(|length| length == 0);
    let mappings = rule.entity_mappings.as_ref().map(|mappings| mappings.value.len());
    let ready_made = rule.sentinel_entities_mappings.as_ref().map(|mappings| mappings.value.len());
    if cx.query().is_none() || !is_empty(mappings) || !is_empty(ready_made) {
        return;
    }
    let (message, level) = match rule.kind.as_ref().map(|kind| kind.value) {
        Some(Kind::Scheduled | Kind::Nrt) => {
            ("alerts of this rule name no entity: entityMappings is missing", Level::Warning)
        }
        Some(Kind::Hunting) => ("results of this hunting query name no entity: entityMappings is missing", Level::Note),
        _ => return,
    };
    let place = rule.entity_mappings.as_ref().map_or(cx.head(), |mappings| mappings.key);
    let found = Diagnostic { level, ..LINT.finding(place, message) };
    sink.push(found.help("map a column of the result to an entity, as in `Host` with `HostName` from `DeviceName`"));
}
