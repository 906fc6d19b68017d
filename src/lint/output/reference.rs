//! Every place of a rule that names a column of the query's result.

use crate::rule::{AlertDetailsOverride, Field, Kind, Rule};
use crate::text::{Source, Span};
use crate::yaml::{self, Node};

/// A column named outside of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The name as written, without braces.
    pub(super) column: String,
    /// What names it, as its key is written in the rule.
    pub(super) key: &'static str,
    /// Where it is written in the file.
    pub(super) span: Span,
    /// The text at `span` is the name, byte for byte, so that it can be replaced.
    pub(super) is_exact: bool,
}

/// All of them, by key; empty names are left out (the schema reports them).
pub(super) fn all(rule: &Rule, source: &Source) -> Vec<Reference> {
    let mut found = Vec::new();
    for mapping in rule.entity_mappings.iter().flat_map(|mappings| &mappings.value) {
        for field in &mapping.value.field_mappings {
            found.extend(field.value.column_name.iter().map(|column| named(column, "columnName", source)));
        }
    }
    let ready_made = rule.sentinel_entities_mappings.iter().flat_map(|mappings| &mappings.value);
    found.extend(ready_made.map(|column| named(column, "sentinelEntitiesMappings", source)));
    let details = rule.custom_details.iter().flat_map(|details| &details.value);
    found.extend(details.map(|detail| named(&detail.column, "customDetails", source)));
    if let Some(details) = &rule.alert_details_override {
        of_alert_details(&details.value, source, &mut found);
    }
    if rule.kind.as_ref().is_some_and(|kind| kind.value == Kind::CustomDetection) {
        of_detection(source, &mut found);
    }
    found.retain(|reference| !reference.column.is_empty());
    found
}

/// The columns of a custom detection's entities and actions: the values of all keys in `…Column`.
fn of_detection(source: &Source, found: &mut Vec<Reference>) {
    const LISTS: [(&[&str], &str); 2] = [
        (&["detectionAction", "alertTemplate", "entityMappings"], "entityMappings"),
        (&["detectionAction", "automatedActions"], "automatedActions"),
    ];
    let document = yaml::read(source.text());
    let Some(root) = &document.root else { return };
    for (way, key) in LISTS {
        let groups = way.iter().try_fold(root, |node, step| Some(&node.as_mapping()?.get(step)?.value));
        let groups = groups.and_then(Node::as_mapping).into_iter().flat_map(|groups| &groups.entries);
        let items = groups.filter_map(|group| group.value.as_sequence()).flatten().filter_map(Node::as_mapping);
        for entry in items.flat_map(|item| &item.entries).filter(|entry| entry.key.value.ends_with("Column")) {
            let Some(column) = entry.value.as_scalar() else { continue };
            let field = Field { value: column.value.clone(), key: entry.key.span, span: entry.value.span };
            found.push(named(&field, key, source));
        }
    }
}

fn of_alert_details(details: &AlertDetailsOverride, source: &Source, found: &mut Vec<Reference>) {
    for (format, key) in formats(details) {
        found.extend(named_in(format, key, source));
    }
    for (column, key) in
        [(&details.tactics_column, "alertTacticsColumnName"), (&details.severity_column, "alertSeverityColumnName")]
    {
        found.extend(column.iter().map(|column| named(column, key, source)));
    }
    let properties = details.dynamic_properties.iter().filter_map(|property| property.column.as_ref());
    found.extend(properties.map(|column| named(column, "alertDynamicProperties", source)));
}

/// A field whose whole value is the name; quotes around it are not part of the place.
fn named(field: &Field<String>, key: &'static str, source: &Source) -> Reference {
    let column = field.value.trim().to_owned();
    let within = source.slice(field.span).find(&column).filter(|_| !column.is_empty());
    Reference {
        span: within.map_or(field.span, |at| field.span.part(at, column.len())),
        is_exact: within.is_some(),
        column,
        key,
    }
}

/// The texts of an alert that may hold placeholders, with their keys.
pub(super) fn formats(details: &AlertDetailsOverride) -> impl Iterator<Item = (&Field<String>, &'static str)> {
    let formats = [
        (&details.display_name_format, "alertDisplayNameFormat"),
        (&details.description_format, "alertDescriptionFormat"),
    ];
    formats.into_iter().filter_map(|(format, key)| Some((format.as_ref()?, key)))
}

/// A placeholder in a text: `{{DeviceName}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder<'t> {
    /// What stands between the braces.
    Closed(&'t str),
    /// The text from the braces on to the next ones, or to the end: no `}}` closes it.
    Open(&'t str),
}

/// The placeholders of a text, in order.
pub(super) fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let from = &rest[start..];
        let next = from[2..].find("{{").map_or(from.len(), |at| at + 2);
        let (this, behind) = from.split_at(next);
        found.push(match this.find("}}") {
            Some(end) => Placeholder::Closed(&this[2..end]),
            None => Placeholder::Open(this.trim_end()),
        });
        rest = behind;
    }
    found
}

/// The columns that the placeholders of a text name.
fn named_in(field: &Field<String>, key: &'static str, source: &Source) -> Vec<Reference> {
    let mut found = Vec::new();
    let (mut written, mut at) = (source.slice(field.span), 0);
    for placeholder in placeholders(&field.value) {
        let Placeholder::Closed(inside) = placeholder else { continue };
        let column = inside.trim().to_owned();
        // The same braces in the text as it is written: what stands between them is searched from the last place on.
        let braces = format!("{{{{{inside}}}}}");
        let place = written.find(&braces).map(|start| {
            let name = start + 2 + (inside.len() - inside.trim_start().len());
            let place = field.span.part(at + name, column.len());
            at += start + braces.len();
            written = &written[start + braces.len()..];
            place
        });
        found.push(Reference { span: place.unwrap_or(field.span), is_exact: place.is_some(), column, key });
    }
    found
}
