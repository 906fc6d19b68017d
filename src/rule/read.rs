//! From YAML to the rule model. Nothing is refused here: text where a list is asked for becomes a list of one, a key in
//! another case is found, a value of a shape that says nothing is left out. What is wrong with the shape is for the
//! schema check to say.

use super::model::{
    AlertDetailsOverride, Connector, CustomDetail, DynamicProperty, EntityMapping, EventGrouping, Field, FieldMapping,
    Grouping, IncidentConfiguration, Kind, Rule,
};
use super::{kind, parameters};
use crate::text::Span;
use crate::yaml::{self, Entry, Kind as Shape, Mapping, Node};

/// Reads the root of a rule file; `text` is the file.
pub fn read(text: &str, root: &Node) -> Rule {
    let Some(rule) = root.as_mapping() else { return Rule::default() };
    let kind = kind::of_rule(rule);
    let keys = keys(kind.as_ref().map(|kind| kind.value));
    Rule {
        kind,
        id: scalar(rule, "id"),
        name: keys.name.iter().find_map(|key| scalar(rule, key)),
        description: at(rule, keys.description).and_then(scalar_of),
        severity: scalar(rule, "severity"),
        status: scalar(rule, "status"),
        version: scalar(rule, "version"),
        required_data_connectors: list(rule, "requiredDataConnectors", connector),
        query_frequency: scalar(rule, "queryFrequency"),
        query_period: scalar(rule, "queryPeriod"),
        trigger_operator: scalar(rule, "triggerOperator"),
        trigger_threshold: scalar(rule, "triggerThreshold"),
        tactics: list(rule, "tactics", text_of),
        techniques: list(rule, "relevantTechniques", text_of).or_else(|| list(rule, "techniques", text_of)),
        query: at(rule, keys.query).and_then(|entry| Some(field(entry, yaml::embedded(text, &entry.value)?))),
        entity_mappings: list(rule, "entityMappings", entity_mapping),
        sentinel_entities_mappings: list(rule, "sentinelEntitiesMappings", entities_column),
        custom_details: entry(rule, "customDetails").map(|entry| field(entry, custom_details(&entry.value))),
        alert_details_override: object(rule, "alertDetailsOverride", alert_details_override),
        event_grouping: object(rule, "eventGroupingSettings", event_grouping),
        incident_configuration: object(rule, "incidentConfiguration", incident_configuration),
        suppression_enabled: scalar(rule, "suppressionEnabled"),
        suppression_duration: scalar(rule, "suppressionDuration"),
        enabled: scalar(rule, "enabled"),
        tags: list(rule, "tags", text_of),
        parameters: parameters::read(rule),
    }
}

/// Where a kind writes what all kinds have: the keys that may hold its name, and the ways down to its description and its
/// query.
struct Keys {
    name: &'static [&'static str],
    description: &'static [&'static str],
    query: &'static [&'static str],
}

const fn keys(kind: Option<Kind>) -> Keys {
    const USUAL: Keys = Keys { name: &["name"], description: &["description"], query: &["query"] };
    match kind {
        Some(Kind::CustomDetection) => Keys {
            name: &["displayName"],
            description: &["detectionAction", "alertTemplate", "description"],
            query: &["queryCondition", "queryText"],
        },
        Some(Kind::AsimParser) => Keys { name: &["ParserName"], query: &["ParserQuery"], ..USUAL },
        Some(Kind::Function) => Keys { name: &["FunctionName", "FunctionAlias"], query: &["FunctionQuery"], ..USUAL },
        Some(Kind::Fusion | Kind::IncidentCreation | Kind::SummaryRule | Kind::Watchlist | Kind::ExplorationQuery) => {
            Keys { name: &["displayName", "name"], ..USUAL }
        }
        Some(Kind::Scheduled | Kind::Nrt | Kind::Hunting | Kind::WorkspaceParser) | None => USUAL,
    }
}

/// The entry that a way of keys leads to.
fn at<'a>(rule: &'a Mapping, way: &[&str]) -> Option<&'a Entry> {
    let (last, outer) = way.split_last()?;
    let inner = outer.iter().try_fold(rule, |mapping, key| entry(mapping, key)?.value.as_mapping())?;
    entry(inner, last)
}

/// The entry of `key`, exactly or else in another case (as Microsoft's reader finds it), if it has a value.
pub(super) fn entry<'a>(mapping: &'a Mapping, key: &str) -> Option<&'a Entry> {
    let exact = mapping.get(key);
    let any_case = || mapping.entries.iter().find(|entry| entry.key.value.eq_ignore_ascii_case(key));
    exact.or_else(any_case).filter(|entry| !entry.value.is_null())
}

fn field<T>(entry: &Entry, value: T) -> Field<T> {
    Field { value, key: entry.key.span, span: entry.value.span }
}

fn scalar(mapping: &Mapping, key: &str) -> Option<Field<String>> {
    scalar_of(entry(mapping, key)?)
}

fn scalar_of(entry: &Entry) -> Option<Field<String>> {
    entry.value.as_scalar().map(|scalar| field(entry, scalar.value.clone()))
}

fn object<T>(mapping: &Mapping, key: &str, read: impl Fn(&Mapping) -> T) -> Option<Field<T>> {
    let entry = entry(mapping, key)?;
    entry.value.as_mapping().map(|inner| field(entry, read(inner)))
}

fn list<T>(mapping: &Mapping, key: &str, read: impl Fn(&Node) -> Option<T>) -> Option<Field<Vec<Field<T>>>> {
    let entry = entry(mapping, key)?;
    Some(field(entry, items(&entry.value, read)))
}

/// The elements of a list; of anything else the one value it is.
fn items<T>(node: &Node, read: impl Fn(&Node) -> Option<T>) -> Vec<Field<T>> {
    let place = |item: &Node, value| Field { value, key: item.span, span: item.span };
    match &node.kind {
        Shape::Sequence(items) => items.iter().filter_map(|item| Some(place(item, read(item)?))).collect(),
        _ => read(node).map(|value| place(node, value)).into_iter().collect(),
    }
}

fn nested<T>(mapping: &Mapping, key: &str, read: impl Fn(&Node) -> Option<T>) -> Vec<Field<T>> {
    entry(mapping, key).map(|entry| items(&entry.value, read)).unwrap_or_default()
}

fn text_of(node: &Node) -> Option<String> {
    if node.is_null() {
        return None;
    }
    node.as_scalar().map(|scalar| scalar.value.clone())
}

fn connector(node: &Node) -> Option<Connector> {
    let mapping = node.as_mapping()?;
    Some(Connector { id: scalar(mapping, "connectorId"), data_types: nested(mapping, "dataTypes", text_of) })
}

fn entity_mapping(node: &Node) -> Option<EntityMapping> {
    let mapping = node.as_mapping()?;
    Some(EntityMapping {
        entity_type: scalar(mapping, "entityType"),
        field_mappings: nested(mapping, "fieldMappings", field_mapping),
    })
}

fn field_mapping(node: &Node) -> Option<FieldMapping> {
    let mapping = node.as_mapping()?;
    Some(FieldMapping { identifier: scalar(mapping, "identifier"), column_name: scalar(mapping, "columnName") })
}

/// `sentinelEntitiesMappings` holds `columnName: X` mappings; plain text is taken as the column.
fn entities_column(node: &Node) -> Option<String> {
    match node.as_mapping() {
        Some(mapping) => scalar(mapping, "columnName").map(|column| column.value),
        None => text_of(node),
    }
}

fn custom_details(node: &Node) -> Vec<CustomDetail> {
    let Some(mapping) = node.as_mapping() else { return Vec::new() };
    let detail = |entry: &Entry| {
        let name = Field { value: entry.key.value.clone(), key: entry.key.span, span: entry.key.span };
        Some(CustomDetail { name, column: field(entry, text_of(&entry.value)?) })
    };
    mapping.entries.iter().filter_map(detail).collect()
}

fn alert_details_override(mapping: &Mapping) -> AlertDetailsOverride {
    let dynamic_property = |node: &Node| {
        let mapping = node.as_mapping()?;
        Some(DynamicProperty { property: scalar(mapping, "alertProperty"), column: scalar(mapping, "value") })
    };
    AlertDetailsOverride {
        display_name_format: scalar(mapping, "alertDisplayNameFormat"),
        description_format: scalar(mapping, "alertDescriptionFormat"),
        tactics_column: scalar(mapping, "alertTacticsColumnName"),
        severity_column: scalar(mapping, "alertSeverityColumnName"),
        dynamic_properties: nested(mapping, "alertDynamicProperties", dynamic_property)
            .into_iter()
            .map(|property| property.value)
            .collect(),
    }
}

fn event_grouping(mapping: &Mapping) -> EventGrouping {
    EventGrouping { aggregation_kind: scalar(mapping, "aggregationKind") }
}

fn incident_configuration(mapping: &Mapping) -> IncidentConfiguration {
    IncidentConfiguration {
        create_incident: scalar(mapping, "createIncident"),
        grouping: object(mapping, "groupingConfiguration", grouping),
    }
}

fn grouping(mapping: &Mapping) -> Grouping {
    Grouping {
        enabled: scalar(mapping, "enabled"),
        reopen_closed_incident: scalar(mapping, "reopenClosedIncident"),
        lookback_duration: scalar(mapping, "lookbackDuration"),
        matching_method: scalar(mapping, "matchingMethod"),
        group_by_entities: nested(mapping, "groupByEntities", text_of),
        group_by_alert_details: nested(mapping, "groupByAlertDetails", text_of),
        group_by_custom_details: nested(mapping, "groupByCustomDetails", text_of),
    }
}

/// The place of the first key: where things that are missing are reported.
pub(super) fn top(mapping: &Mapping) -> Span {
    mapping.entries.first().map_or(Span::default(), |entry| entry.key.span)
}
