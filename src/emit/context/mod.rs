//! What a template of an Azure target may say: one plain structure, the contract of `templates/arm` and `templates/bicep`
//! (docs/templates.md lists it for template authors). [`mod@read`] makes it from a rule, converting what Azure writes in
//! another way than rule files do: durations, operators, tactics, technique ids.

mod details;
mod read;

use serde::Serialize;
use serde_json::{Map, Value};

use super::loss::{Loss, Refusal};
use crate::rule::Rule;
use crate::unit::Unit;

/// A rule as an Azure template says it. Optional values are absent (`none` in a template), lists may be empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Context {
    /// `Scheduled`, `NRT` or `Hunting`.
    pub kind: &'static str,
    /// The rule's GUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; the quotes some rule files put around it are taken away, as Microsoft's packager does.
    pub description: Option<String>,
    /// The KQL, byte for byte.
    pub query: String,
    /// The version of the resource type that has everything the rule says.
    pub api_version: &'static str,
    /// `High`, `Medium`, `Low`, `Informational`; analytics rules only, as all below unless said otherwise.
    pub severity: Option<String>,
    /// Whether the rule runs once deployed.
    pub enabled: bool,
    /// ISO 8601; scheduled rules only.
    pub query_frequency: Option<String>,
    /// ISO 8601; scheduled rules only.
    pub query_period: Option<String>,
    /// `GreaterThan`, `LessThan`, `Equal`, `NotEqual`; scheduled rules only.
    pub trigger_operator: Option<&'static str>,
    /// A number of rows; scheduled rules only.
    pub trigger_threshold: Option<u32>,
    /// ISO 8601.
    pub suppression_duration: String,
    /// Whether alerts are held back for `suppression_duration` after one.
    pub suppression_enabled: bool,
    /// ATT&CK tactics without spaces.
    pub tactics: Vec<String>,
    /// Technique ids `T1219`, each once; the parents of `sub_techniques` included.
    pub techniques: Vec<String>,
    /// Sub-technique ids `T1059.001`, each once.
    pub sub_techniques: Vec<String>,
    /// `{entityType, fieldMappings: [{identifier, columnName}]}`
    pub entity_mappings: Vec<Value>,
    /// `{columnName}`
    pub sentinel_entities_mappings: Vec<Value>,
    /// Name of the detail to column.
    pub custom_details: Map<String, Value>,
    /// `alertDisplayNameFormat` and the others of `alertDetailsOverride` that the rule sets.
    pub alert_details_override: Map<String, Value>,
    /// `{aggregationKind}`, or empty.
    pub event_grouping_settings: Map<String, Value>,
    /// `{createIncident, groupingConfiguration}`, or empty.
    pub incident_configuration: Map<String, Value>,
    /// `{name, value}`; hunting queries only: `description`, `tactics` and `techniques`, lists joined by commas.
    pub tags: Vec<Value>,
}

/// The context of a unit's rule, and what it loses. Fails on what Azure would refuse, with every place at once.
pub(super) fn read(unit: &Unit) -> Result<(Context, Vec<Loss>), Refusal> {
    read::read(unit)
}

impl Context {
    /// Whether a dynamic property is used that only preview versions have.
    fn has_preview_property(&self) -> bool {
        let properties = self.alert_details_override.get("alertDynamicProperties").and_then(Value::as_array);
        properties.is_some_and(|list| list.iter().any(|property| property["alertProperty"] == "SubTechniques"))
    }
}

/// The description without trailing white space and without one pair of quotes around the whole.
pub(super) fn description(rule: &Rule) -> Option<String> {
    let text = rule.description.as_ref()?.value.trim_end();
    let unquoted = ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let text = unquoted.unwrap_or(text);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether `text` is a GUID in its usual form, 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A value for a message: one line, not endless.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}
