//! Reads the fields of a rule into a context, collecting losses and reasons against it on the way.

use serde_json::{Map, Value, json};

use super::{Context, description, is_guid, shown};
use crate::emit::check;
use crate::emit::loss::{Loss, Reason, Refusal};
use crate::rule::duration::Duration;
use crate::rule::{Field, Kind, Rule};
use crate::text::Span;
use crate::unit::Unit;

/// Newest version of `alertRules` that is no preview.
const STABLE: &str = "2025-09-01";
/// The version for what no stable one has: NRT rules, sub-techniques, `sentinelEntitiesMappings`.
const PREVIEW: &str = "2025-07-01-preview";
/// Newest version of `savedSearches`.
const SAVED_SEARCH: &str = "2025-07-01";

/// The context of a unit's rule, and what it loses.
pub(super) fn read(unit: &Unit) -> Result<(Context, Vec<Loss>), Refusal> {
    let mut reader = Reader { rule: &unit.rule, losses: Vec::new(), reasons: Vec::new() };
    let context = reader.context(unit);
    if reader.reasons.is_empty() { Ok((context, reader.losses)) } else { Err(Refusal { reasons: reader.reasons }) }
}

/// Reads field after field, collecting losses and reasons, so that a person sees every reason in one run.
pub(super) struct Reader<'r> {
    pub(super) rule: &'r Rule,
    losses: Vec<Loss>,
    pub(super) reasons: Vec<Reason>,
}

impl Reader<'_> {
    fn context(&mut self, unit: &Unit) -> Context {
        let rule = self.rule;
        let kind = self.required("kind", rule.kind.as_ref().map(|kind| kind.value));
        let id = self.id();
        let name = self.required("name", text(rule.name.as_ref()).filter(|name| !name.is_empty()));
        let query = self.required("query", unit.query.as_ref().map(|query| query.embedded.text().to_owned()));
        let mut context = Context {
            kind: kind.map_or("", kind_word),
            id,
            name: name.unwrap_or_default(),
            description: description(rule),
            query: query.unwrap_or_default(),
            api_version: SAVED_SEARCH,
            severity: None,
            enabled: false,
            query_frequency: None,
            query_period: None,
            trigger_operator: None,
            trigger_threshold: None,
            suppression_duration: "PT1H".to_owned(),
            suppression_enabled: false,
            tactics: Vec::new(),
            techniques: Vec::new(),
            sub_techniques: Vec::new(),
            entity_mappings: Vec::new(),
            sentinel_entities_mappings: Vec::new(),
            custom_details: Map::new(),
            alert_details_override: Map::new(),
            event_grouping_settings: Map::new(),
            incident_configuration: Map::new(),
            tags: Vec::new(),
        };
        self.lose_what_no_resource_has();
        match kind {
            Some(Kind::Hunting) => self.hunting(&mut context),
            Some(kind) => self.analytics(kind, &mut context),
            None => {}
        }
        context
    }

    fn hunting(&mut self, context: &mut Context) {
        let rule = self.rule;
        let spaceless = |tactic: &str| tactic.replace(' ', "");
        context.tactics = values(rule.tactics.as_ref()).map(|tactic| spaceless(&tactic.value)).collect();
        context.techniques = values(rule.techniques.as_ref()).map(|id| id.value.trim().to_owned()).collect();
        let listed = [("tactics", context.tactics.join(",")), ("techniques", context.techniques.join(","))];
        let described = context.description.clone().map(|text| ("description", text));
        let tags = described.into_iter().chain(listed).filter(|(_, value)| !value.is_empty());
        context.tags = tags.map(|(name, value)| json!({ "name": name, "value": value })).collect();
        for (what, key) in [
            ("severity", rule.severity.as_ref().map(|f| f.key)),
            ("queryFrequency", rule.query_frequency.as_ref().map(|f| f.key)),
            ("queryPeriod", rule.query_period.as_ref().map(|f| f.key)),
            ("triggerOperator", rule.trigger_operator.as_ref().map(|f| f.key)),
            ("triggerThreshold", rule.trigger_threshold.as_ref().map(|f| f.key)),
            ("entityMappings", rule.entity_mappings.as_ref().map(|f| f.key)),
            ("sentinelEntitiesMappings", rule.sentinel_entities_mappings.as_ref().map(|f| f.key)),
            ("customDetails", rule.custom_details.as_ref().map(|f| f.key)),
            ("alertDetailsOverride", rule.alert_details_override.as_ref().map(|f| f.key)),
            ("eventGroupingSettings", rule.event_grouping.as_ref().map(|f| f.key)),
            ("incidentConfiguration", rule.incident_configuration.as_ref().map(|f| f.key)),
            ("suppressionEnabled", rule.suppression_enabled.as_ref().map(|f| f.key)),
            ("suppressionDuration", rule.suppression_duration.as_ref().map(|f| f.key)),
            ("enabled", rule.enabled.as_ref().map(|f| f.key)),
        ] {
            self.lose(what, "a saved search has no place for it", key);
        }
    }

    fn analytics(&mut self, kind: Kind, context: &mut Context) {
        let rule = self.rule;
        context.severity = Some(self.severity());
        context.enabled = self.flag("enabled", rule.enabled.as_ref());
        context.suppression_enabled = self.flag("suppressionEnabled", rule.suppression_enabled.as_ref());
        match rule.suppression_duration.as_ref() {
            Some(field) => context.suppression_duration = self.duration("suppressionDuration", field),
            None => self.fill("suppressionDuration", "PT1H, as Microsoft's packager writes it"),
        }
        if kind == Kind::Scheduled {
            self.schedule(context);
        } else {
            self.lose_schedule();
        }
        context.tactics = self.tactics();
        self.techniques(context);
        context.entity_mappings = self.entity_mappings();
        context.sentinel_entities_mappings = values(rule.sentinel_entities_mappings.as_ref())
            .map(|column| json!({ "columnName": column.value }))
            .collect();
        for detail in rule.custom_details.iter().flat_map(|field| &field.value) {
            context.custom_details.insert(detail.name.value.clone(), Value::String(detail.column.value.clone()));
        }
        if let Some(field) = &rule.alert_details_override {
            context.alert_details_override = self.alert_details(&field.value);
        }
        if let Some(field) = &rule.event_grouping {
            let kind = field.value.aggregation_kind.as_ref();
            match kind.and_then(|kind| check::choice("aggregationKind", &kind.value)) {
                Some(kind) => drop(context.event_grouping_settings.insert("aggregationKind".to_owned(), json!(kind))),
                None => {
                    self.refuse_choice("aggregationKind", kind.map(|kind| (kind.value.as_str(), kind.span)), field.key);
                }
            }
        }
        if let Some(field) = &rule.incident_configuration {
            context.incident_configuration = self.incidents(field);
        }
        let needs_preview = kind == Kind::Nrt
            || !context.sub_techniques.is_empty()
            || !context.sentinel_entities_mappings.is_empty()
            || context.has_preview_property();
        context.api_version = if needs_preview { PREVIEW } else { STABLE };
    }

    fn schedule(&mut self, context: &mut Context) {
        let rule = self.rule;
        let frequency = self.required("queryFrequency", rule.query_frequency.as_ref());
        context.query_frequency = frequency.map(|field| self.duration("queryFrequency", field));
        let period = self.required("queryPeriod", rule.query_period.as_ref());
        context.query_period = period.map(|field| self.duration("queryPeriod", field));
        if let Some(field) = self.required("triggerOperator", rule.trigger_operator.as_ref()) {
            context.trigger_operator = trigger_operator(&field.value);
            if context.trigger_operator.is_none() {
                self.refuse(format!("`{}` is no trigger operator: gt, lt, eq or ne", shown(&field.value)), field.span);
            }
        }
        if let Some(field) = self.required("triggerThreshold", rule.trigger_threshold.as_ref()) {
            context.trigger_threshold = field.value.trim().parse().ok().filter(|&rows: &u32| rows <= 10_000);
            if context.trigger_threshold.is_none() {
                self.refuse(format!("`{}` is no number of rows from 0 to 10000", shown(&field.value)), field.span);
            }
        }
    }

    fn lose_schedule(&mut self) {
        let rule = self.rule;
        for (what, field) in [
            ("queryFrequency", &rule.query_frequency),
            ("queryPeriod", &rule.query_period),
            ("triggerOperator", &rule.trigger_operator),
            ("triggerThreshold", &rule.trigger_threshold),
        ] {
            self.lose(what, "an NRT rule has no schedule and no threshold", field.as_ref().map(|field| field.key));
        }
    }

    fn lose_what_no_resource_has(&mut self) {
        let rule = self.rule;
        let connectors = rule.required_data_connectors.as_ref().map(|field| field.key);
        self.lose("requiredDataConnectors", "only solution templates list connectors", connectors);
        self.lose("status", "only solution templates have a status", rule.status.as_ref().map(|field| field.key));
        let why = "kept by rules that are installed from a solution only";
        self.lose("version", why, rule.version.as_ref().map(|field| field.key));
        self.lose("tags", "the resource has no free tags", rule.tags.as_ref().map(|field| field.key));
    }

    fn id(&mut self) -> String {
        let Some(id) = self.required("id", self.rule.id.as_ref()) else { return String::new() };
        let text = id.value.trim();
        if !is_guid(text) {
            self.refuse(format!("`{}` is no GUID; the resource is named after the rule's id", shown(text)), id.span);
        }
        text.to_owned()
    }

    fn severity(&mut self) -> String {
        let Some(field) = &self.rule.severity else {
            self.fill("severity", "Medium, as Microsoft's packager writes it");
            return "Medium".to_owned();
        };
        check::choice("severity", &field.value).unwrap_or_else(|| {
            self.refuse_choice("severity", Some((&field.value, field.span)), field.key);
            String::new()
        })
    }

    fn flag(&mut self, what: &'static str, field: Option<&Field<String>>) -> bool {
        let Some(field) = field else {
            self.fill(what, "false, as Microsoft's packager writes it");
            return false;
        };
        self.truth(what, field)
    }

    pub(super) fn truth(&mut self, what: &str, field: &Field<String>) -> bool {
        match field.value.trim().to_ascii_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => {
                self.refuse(
                    format!("`{}` is neither true nor false, which {what} asks for", shown(&field.value)),
                    field.span,
                );
                false
            }
        }
    }

    pub(super) fn duration(&mut self, what: &str, field: &Field<String>) -> String {
        let Some(duration) = Duration::parse(&field.value) else {
            let message =
                format!("`{}` is no duration, which {what} asks for: 5m, 1h, 14d or ISO 8601", shown(&field.value));
            self.refuse(message, field.span);
            return String::new();
        };
        duration.to_iso()
    }

    fn tactics(&mut self) -> Vec<String> {
        let mut tactics: Vec<String> = Vec::new();
        for field in values(self.rule.tactics.as_ref()) {
            match check::choice("tactic", &field.value.replace(' ', "")) {
                Some(tactic) if tactics.contains(&tactic) => {}
                Some(tactic) => tactics.push(tactic),
                None => self.refuse(format!("`{}` is no tactic that Azure knows", shown(&field.value)), field.span),
            }
        }
        tactics
    }

    fn techniques(&mut self, context: &mut Context) {
        for field in values(self.rule.techniques.as_ref()) {
            let id = field.value.trim();
            let (parent, sub) = id.split_once('.').map_or((id, None), |(parent, sub)| (parent, Some(sub)));
            if !is_technique(parent) || sub.is_some_and(|sub| sub.len() != 3 || !digits(sub)) {
                self.refuse(format!("`{}` is no technique id such as T1059 or T1059.001", shown(id)), field.span);
                continue;
            }
            push_once(&mut context.techniques, parent);
            if sub.is_some() {
                push_once(&mut context.sub_techniques, id);
            }
        }
    }

    fn required<T>(&mut self, what: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.reasons.push(Reason::new(format!("the rule has no {what}"), None));
        }
        value
    }

    pub(super) fn refuse(&mut self, message: String, span: Span) {
        self.reasons.push(Reason::new(message, Some(span)));
    }

    pub(super) fn refuse_choice(&mut self, what: &str, written: Option<(&str, Span)>, whole: Span) {
        match written {
            Some((text, span)) => self.refuse(format!("`{}` is no {what} that Azure knows", shown(text)), span),
            None => self.refuse(format!("{what} is missing"), whole),
        }
    }

    fn lose(&mut self, what: &str, why: &str, key: Option<Span>) {
        if key.is_some() {
            self.losses.push(Loss::lost(what, why, key));
        }
    }

    fn fill(&mut self, what: &str, why: &str) {
        self.losses.push(Loss::filled(what, why));
    }
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Hunting => "Hunting",
        other => other.as_str(),
    }
}

fn trigger_operator(text: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 4] = [("gt", "GreaterThan"), ("lt", "LessThan"), ("eq", "Equal"), ("ne", "NotEqual")];
    let text = text.trim();
    let same = |short: &str, long: &str| text.eq_ignore_ascii_case(short) || text.eq_ignore_ascii_case(long);
    NAMES.into_iter().find(|(short, long)| same(short, long)).map(|(_, long)| long)
}

fn is_technique(id: &str) -> bool {
    id.strip_prefix('T').is_some_and(|number| number.len() == 4 && digits(number))
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn push_once(list: &mut Vec<String>, item: &str) {
    if !list.iter().any(|known| known == item) {
        list.push(item.to_owned());
    }
}

pub(super) fn text(field: Option<&Field<String>>) -> Option<String> {
    field.map(|field| field.value.clone())
}

fn values<T>(field: Option<&Field<Vec<T>>>) -> impl Iterator<Item = &T> {
    field.into_iter().flat_map(|field| &field.value)
}
