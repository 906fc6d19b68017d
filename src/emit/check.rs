//! The last look at an output before it is written: the schemas of `schemas/target`, stricter than what Azure and Sigma
//! publish (no unknown property, every list of names closed, no text that would be read as an expression).

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::loss::{Reason, Refusal};

const ARM: &str = include_str!("../../schemas/target/arm.json");
const SIGMA: &str = include_str!("../../schemas/target/sigma.json");

fn arm_schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| serde_json::from_str(ARM).unwrap_or_default())
}

/// Checks a whole ARM template: its resource first, for a message that names the property.
pub(super) fn arm(value: &Value) -> Result<(), Refusal> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    resource(&value["resources"][0])?;
    against(VALIDATOR.get_or_init(|| jsonschema::validator_for(arm_schema()).ok()).as_ref(), value)
}

/// Checks one `Microsoft.SecurityInsights/alertRules` or `savedSearches` resource: `type`, `apiVersion`, `kind`, `properties`.
pub(super) fn resource(value: &Value) -> Result<(), Refusal> {
    let is = |key: &str, end: &str| value[key].as_str().is_some_and(|text| text.ends_with(end));
    let shape = if is("type", "/savedSearches") {
        "savedSearch"
    } else if is("kind", "NRT") {
        "nrt"
    } else if is("apiVersion", "-preview") {
        "scheduledPreview"
    } else {
        "scheduledStable"
    };
    let schema = serde_json::json!({ "$ref": format!("#/$defs/{shape}"), "$defs": arm_schema()["$defs"] });
    against(jsonschema::validator_for(&schema).ok().as_ref(), value)
}

/// Checks a Sigma rule.
pub(super) fn sigma(value: &Value) -> Result<(), Refusal> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    let build = || jsonschema::validator_for(&serde_json::from_str(SIGMA).ok()?).ok();
    against(VALIDATOR.get_or_init(build).as_ref(), value)
}

/// The name in the closed list `list` that `text` means, in the letters Azure uses; case is ignored, as Microsoft's tools do.
pub(super) fn choice(list: &str, text: &str) -> Option<String> {
    let names = arm_schema()["$defs"][list]["enum"].as_array()?;
    let text = text.trim();
    names.iter().filter_map(Value::as_str).find(|name| name.eq_ignore_ascii_case(text)).map(str::to_owned)
}

fn against(validator: Option<&Validator>, value: &Value) -> Result<(), Refusal> {
    let refuse = |message: String| Refusal::of(Reason::new(message, None));
    let validator = validator.ok_or_else(|| refuse("the schema of the target cannot be read".to_owned()))?;
    match validator.iter_errors(value).next() {
        None => Ok(()),
        Some(error) => {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { "the output".to_owned() } else { place };
            Err(refuse(format!("the target's schema does not allow it: {place}: {}", error.masked())))
        }
    }
}
