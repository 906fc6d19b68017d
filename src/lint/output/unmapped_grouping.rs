//! Incidents are grouped by an entity or a detail that the rule's alerts do not have.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::{Field, Rule};
use crate::text::nearest;

pub(super) static LINT: Lint = Lint {
    name: "unmapped-grouping",
    group: "output",
    level: Level::Error,
    summary: "incidents are grouped by an entity or a detail that alerts do not have",
    page: include_str!("unmapped_grouping.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let grouping = rule.incident_configuration.as_ref().and_then(|incidents| incidents.value.grouping.as_ref());
    let Some(grouping) = grouping.map(|grouping| &grouping.value) else { return };
    if grouping.enabled.as_ref().is_some_and(|enabled| enabled.value.eq_ignore_ascii_case("false")) {
        return;
    }
    // Entities that come ready-made in a column have types that only the data knows.
    if rule.sentinel_entities_mappings.is_none() {
        let entities = mapped_entities(rule);
        report(&grouping.group_by_entities, &entities, "groupByEntities", "entityMappings", sink);
    }
    let details: Vec<&str> = rule
        .custom_details
        .iter()
        .flat_map(|details| &details.value)
        .map(|detail| detail.name.value.as_str())
        .collect();
    report(&grouping.group_by_custom_details, &details, "groupByCustomDetails", "customDetails", sink);
}

fn mapped_entities(rule: &Rule) -> Vec<&str> {
    let mappings = rule.entity_mappings.iter().flat_map(|mappings| &mappings.value);
    mappings.filter_map(|mapping| mapping.value.entity_type.as_ref()).map(|entity| entity.value.as_str()).collect()
}

fn report(listed: &[Field<String>], had: &[&str], key: &str, source: &str, sink: &mut Vec<Diagnostic>) {
    for item in listed {
        let name = item.value.trim();
        if name.is_empty() || had.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            continue;
        }
        let found = LINT.finding(item.span, format!("{key} lists `{name}`, which {source} does not have"));
        sink.push(match nearest(name, had.iter().copied()) {
            Some(known) => found.help(format!("did you mean `{known}`?")),
            None => found.help(format!("add `{name}` to {source}, or take it out of the grouping")),
        });
    }
}
