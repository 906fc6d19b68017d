//! The JSON Schemas of rule files. They are generated from the shapes of this crate, committed as `schemas/rule/*.json` for
//! editors, and compiled into the product, which checks every file against the schema of its kind.

use std::sync::OnceLock;

use jsonschema::{PatternOptions, Validator};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::model::Kind;
use super::shape::{HuntingQuery, NrtRule, ScheduledRule};

/// The JSON Schema (draft 2020-12) of a scheduled analytics rule.
pub const fn scheduled() -> &'static str {
    include_str!("../../schemas/rule/scheduled.json")
}

/// The JSON Schema (draft 2020-12) of a near-real-time analytics rule.
pub const fn nrt() -> &'static str {
    include_str!("../../schemas/rule/nrt.json")
}

/// The JSON Schema (draft 2020-12) of a hunting query.
pub const fn hunting() -> &'static str {
    include_str!("../../schemas/rule/hunting.json")
}

/// The text of the schema as the shapes of this crate give it; equal to the committed one when that is up to date.
pub fn generated(kind: Kind) -> String {
    let schema = match kind {
        Kind::Scheduled => generate::<ScheduledRule>("Microsoft Sentinel scheduled analytics rule"),
        Kind::Nrt => generate::<NrtRule>("Microsoft Sentinel near-real-time analytics rule"),
        Kind::Hunting => generate::<HuntingQuery>("Microsoft Sentinel hunting query"),
    };
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn generate<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = false);
    let mut schema = settings
        .with_transform(schemars::transform::RecursiveTransform(absent_not_null))
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert("title".to_owned(), Value::String(title.to_owned()));
    schema
}

/// An optional key is left out, not written without a value: `null` goes from the types that `Option` gives.
fn absent_not_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = object.get("anyOf")
        && let [Value::Object(option), null] = options.as_slice()
        && null.get("type").is_some_and(|name| name == "null")
    {
        let option = option.clone();
        object.remove("anyOf");
        object.extend(option);
    }
}

/// A schema, read and compiled.
pub(super) struct Compiled {
    pub(super) schema: Value,
    pub(super) validator: Validator,
}

impl Compiled {
    /// The schema that `reference` (`#/$defs/Guid`) stands for; `schema` itself where it refers to nothing.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }
}

/// The schema of a kind, compiled on first use.
pub(super) fn compiled(kind: Kind) -> Option<&'static Compiled> {
    static SCHEDULED: OnceLock<Option<Compiled>> = OnceLock::new();
    static NRT: OnceLock<Option<Compiled>> = OnceLock::new();
    static HUNTING: OnceLock<Option<Compiled>> = OnceLock::new();
    let (cell, text) = match kind {
        Kind::Scheduled => (&SCHEDULED, scheduled()),
        Kind::Nrt => (&NRT, nrt()),
        Kind::Hunting => (&HUNTING, hunting()),
    };
    cell.get_or_init(|| compile(text)).as_ref()
}

/// `None` only for a text that is no JSON Schema, which the tests keep the committed ones from being.
fn compile(text: &str) -> Option<Compiled> {
    let schema: Value = serde_json::from_str(text).ok()?;
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    let validator = options.build(&schema).ok()?;
    Some(Compiled { schema, validator })
}
