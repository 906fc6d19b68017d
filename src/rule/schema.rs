//! The JSON Schemas of rule files. They are generated from the shapes of this crate, committed as `schemas/rule/*.json` for
//! editors, and compiled into the product, which checks every file against the schema of its kind.

use std::sync::OnceLock;

use jsonschema::{PatternOptions, Validator};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value};

use super::model::Kind;
use super::shape::{
    AsimParser, CustomDetection, ExplorationQuery, Function, FusionRule, HuntingQuery, IncidentCreationRule, NrtRule,
    ScheduledRule, SummaryRule, Watchlist, WorkspaceParser,
};

/// The committed JSON Schema (draft 2020-12) of a kind.
pub const fn text(kind: Kind) -> &'static str {
    match kind {
        Kind::Scheduled => include_str!("../../schemas/rule/scheduled.json"),
        Kind::Nrt => include_str!("../../schemas/rule/nrt.json"),
        Kind::Hunting => include_str!("../../schemas/rule/hunting.json"),
        Kind::Fusion => include_str!("../../schemas/rule/fusion.json"),
        Kind::IncidentCreation => include_str!("../../schemas/rule/incident-creation.json"),
        Kind::CustomDetection => include_str!("../../schemas/rule/custom-detection.json"),
        Kind::SummaryRule => include_str!("../../schemas/rule/summary-rule.json"),
        Kind::AsimParser => include_str!("../../schemas/rule/asim-parser.json"),
        Kind::Function => include_str!("../../schemas/rule/function.json"),
        Kind::WorkspaceParser => include_str!("../../schemas/rule/workspace-parser.json"),
        Kind::Watchlist => include_str!("../../schemas/rule/watchlist.json"),
        Kind::ExplorationQuery => include_str!("../../schemas/rule/exploration-query.json"),
    }
}

/// The committed JSON Schema (draft 2020-12) of a file of any kind: it tells the kind as [`super::read()`] does.
pub const fn any() -> &'static str {
    include_str!("../../schemas/rule/rule.json")
}

/// The text of the schema as the shapes of this crate give it; equal to the committed one when that is up to date.
pub fn generated(kind: Kind) -> String {
    let mut generator = generator();
    let reference = reference(&mut generator, kind);
    let mut definitions = generator.take_definitions(true);
    let name = reference.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let own = name.and_then(|name| definitions.shift_remove(name)).unwrap_or_default();
    finish(&title(kind), own, definitions)
}

/// Adds the shape of a kind to the generator's definitions and gives the reference to it.
fn reference(generator: &mut SchemaGenerator, kind: Kind) -> Schema {
    match kind {
        Kind::Scheduled => generator.subschema_for::<ScheduledRule>(),
        Kind::Nrt => generator.subschema_for::<NrtRule>(),
        Kind::Hunting => generator.subschema_for::<HuntingQuery>(),
        Kind::Fusion => generator.subschema_for::<FusionRule>(),
        Kind::IncidentCreation => generator.subschema_for::<IncidentCreationRule>(),
        Kind::CustomDetection => generator.subschema_for::<CustomDetection>(),
        Kind::SummaryRule => generator.subschema_for::<SummaryRule>(),
        Kind::AsimParser => generator.subschema_for::<AsimParser>(),
        Kind::Function => generator.subschema_for::<Function>(),
        Kind::WorkspaceParser => generator.subschema_for::<WorkspaceParser>(),
        Kind::Watchlist => generator.subschema_for::<Watchlist>(),
        Kind::ExplorationQuery => generator.subschema_for::<ExplorationQuery>(),
    }
}

fn title(kind: Kind) -> String {
    let family = match kind {
        Kind::CustomDetection => "Microsoft Defender XDR",
        _ => "Microsoft Sentinel",
    };
    let what = kind.describe();
    let what = what.split_once(' ').map_or(what, |(_, what)| what);
    format!("{family} {what}")
}

/// The text of the schema for files of any kind.
pub fn generated_any() -> String {
    let mut generator = generator();
    let mut choice = reference(&mut generator, Kind::Hunting);
    for (condition, kind) in super::kind::conditions().into_iter().rev() {
        choice = json_schema!({"if": condition, "then": reference(&mut generator, kind), "else": choice});
    }
    let definitions = generator.take_definitions(true);
    finish("Microsoft Sentinel or Defender XDR rule", choice.to_value(), definitions)
}

/// A schema's text: head, body and definitions, in this order.
fn finish(title: &str, body: Value, definitions: Map<String, Value>) -> String {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), title.into());
    if let Value::Object(body) = body {
        schema.extend(body);
    }
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = false);
    settings.with_transform(schemars::transform::RecursiveTransform(absent_not_null)).into_generator()
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
    static CELLS: [OnceLock<Option<Compiled>>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
    CELLS.get(kind as usize)?.get_or_init(|| compile(text(kind))).as_ref()
}

/// `None` only for a text that is no JSON Schema, which the tests keep the committed ones from being.
fn compile(text: &str) -> Option<Compiled> {
    let schema: Value = serde_json::from_str(text).ok()?;
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    let validator = options.build(&schema).ok()?;
    Some(Compiled { schema, validator })
}
