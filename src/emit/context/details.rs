//! The fields of an analytics rule that have fields of their own: entities, alert texts, incidents.

use serde_json::{Map, Value, json};

use super::read::{Reader, text};
use crate::emit::check;
use crate::emit::loss::Reason;
use crate::rule::{AlertDetailsOverride, EntityMapping, Field, Grouping, IncidentConfiguration};

impl Reader<'_> {
    pub(super) fn entity_mappings(&mut self) -> Vec<Value> {
        let mappings = self.rule.entity_mappings.iter().flat_map(|field| &field.value);
        mappings.map(|mapping| self.entity_mapping(mapping)).collect()
    }

    fn entity_mapping(&mut self, mapping: &Field<EntityMapping>) -> Value {
        let entity = mapping.value.entity_type.as_ref();
        let entity_type = entity.and_then(|entity| check::choice("entityType", &entity.value));
        if entity_type.is_none() {
            self.refuse_choice("entityType", entity.map(|entity| (entity.value.as_str(), entity.span)), mapping.span);
        }
        let field_mappings: Vec<Value> = mapping
            .value
            .field_mappings
            .iter()
            .map(|field| {
                let identifier = text(field.value.identifier.as_ref());
                let column = text(field.value.column_name.as_ref());
                if identifier.is_none() || column.is_none() {
                    self.refuse("a field mapping needs an identifier and a columnName".to_owned(), field.span);
                }
                json!({ "identifier": identifier, "columnName": column })
            })
            .collect();
        if field_mappings.is_empty() {
            self.refuse("an entity mapping needs at least one field mapping".to_owned(), mapping.span);
        }
        json!({ "entityType": entity_type, "fieldMappings": field_mappings })
    }

    pub(super) fn alert_details(&mut self, details: &AlertDetailsOverride) -> Map<String, Value> {
        let mut out = Map::new();
        for (name, field) in [
            ("alertDisplayNameFormat", &details.display_name_format),
            ("alertDescriptionFormat", &details.description_format),
            ("alertTacticsColumnName", &details.tactics_column),
            ("alertSeverityColumnName", &details.severity_column),
        ] {
            if let Some(field) = field {
                out.insert(name.to_owned(), Value::String(field.value.clone()));
            }
        }
        let mut properties = Vec::new();
        for property in &details.dynamic_properties {
            let place = property.property.as_ref().or(property.column.as_ref()).map(|field| field.span);
            let name = property.property.as_ref().and_then(|name| check::choice("alertProperty", &name.value));
            match (name, text(property.column.as_ref())) {
                (Some(name), Some(column)) => properties.push(json!({ "alertProperty": name, "value": column })),
                _ => self.reasons.push(Reason::new(
                    "an alertDynamicProperties entry needs a known alertProperty and a value",
                    place,
                )),
            }
        }
        if !properties.is_empty() {
            out.insert("alertDynamicProperties".to_owned(), Value::Array(properties));
        }
        out
    }

    pub(super) fn incidents(&mut self, field: &Field<IncidentConfiguration>) -> Map<String, Value> {
        let mut out = Map::new();
        match &field.value.create_incident {
            Some(create) => drop(out.insert("createIncident".to_owned(), json!(self.truth("createIncident", create)))),
            None => self.refuse("incidentConfiguration needs createIncident".to_owned(), field.key),
        }
        if let Some(grouping) = &field.value.grouping {
            out.insert("groupingConfiguration".to_owned(), Value::Object(self.grouping(grouping)));
        }
        out
    }

    fn grouping(&mut self, field: &Field<Grouping>) -> Map<String, Value> {
        let grouping = &field.value;
        let mut out = Map::new();
        for (name, flag) in [("enabled", &grouping.enabled), ("reopenClosedIncident", &grouping.reopen_closed_incident)]
        {
            match flag {
                Some(flag) => drop(out.insert(name.to_owned(), json!(self.truth(name, flag)))),
                None => self.refuse(format!("groupingConfiguration needs {name}"), field.key),
            }
        }
        match &grouping.lookback_duration {
            Some(lookback) => {
                out.insert("lookbackDuration".to_owned(), json!(self.duration("lookbackDuration", lookback)));
            }
            None => self.refuse("groupingConfiguration needs lookbackDuration".to_owned(), field.key),
        }
        let method = grouping.matching_method.as_ref();
        match method.and_then(|method| check::choice("matchingMethod", &method.value)) {
            Some(method) => drop(out.insert("matchingMethod".to_owned(), json!(method))),
            None => self.refuse_choice("matchingMethod", method.map(|m| (m.value.as_str(), m.span)), field.key),
        }
        for (name, choices, list) in [
            ("groupByEntities", Some("entityType"), &grouping.group_by_entities),
            ("groupByAlertDetails", Some("alertDetail"), &grouping.group_by_alert_details),
            ("groupByCustomDetails", None, &grouping.group_by_custom_details),
        ] {
            let mut items = Vec::new();
            for item in list {
                match choices.map_or_else(|| Some(item.value.clone()), |choices| check::choice(choices, &item.value)) {
                    Some(item) => items.push(Value::String(item)),
                    None => self.refuse_choice(name, Some((&item.value, item.span)), item.span),
                }
            }
            if !items.is_empty() {
                out.insert(name.to_owned(), Value::Array(items));
            }
        }
        out
    }
}
