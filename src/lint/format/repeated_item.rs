//! A list of the rule that names something twice.

use std::collections::HashMap;

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Field;

pub(super) static LINT: Lint = Lint {
    name: "repeated-item",
    group: "format",
    level: Level::Error,
    summary: "a list names something twice",
    page: include_str!("repeated_item.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    if let Some(tactics) = &rule.tactics {
        report("tactics", tactics.value.iter(), Level::Warning, sink);
    }
    if let Some(techniques) = &rule.techniques {
        report("techniques", techniques.value.iter(), Level::Warning, sink);
    }
    for connector in rule.required_data_connectors.iter().flat_map(|connectors| &connectors.value) {
        report("dataTypes", connector.value.data_types.iter(), Level::Warning, sink);
    }
    for mapping in rule.entity_mappings.iter().flat_map(|mappings| &mappings.value) {
        let identifiers = mapping.value.field_mappings.iter().filter_map(|field| field.value.identifier.as_ref());
        report("fieldMappings", identifiers, cx.level_of_refusal(), sink);
    }
}

fn report<'r>(list: &str, items: impl Iterator<Item = &'r Field<String>>, level: Level, sink: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, &Field<String>> = HashMap::new();
    for item in items.filter(|item| !item.value.trim().is_empty()) {
        let earlier = *first.entry(item.value.trim().to_ascii_lowercase()).or_insert(item);
        if earlier.span == item.span {
            continue;
        }
        let message = format!("`{}` stands twice in `{list}`", item.value.trim());
        let found = Diagnostic { level, ..LINT.finding(item.span, message) };
        sink.push(found.related(earlier.span, "first named here").help("keep one of the two"));
    }
}
