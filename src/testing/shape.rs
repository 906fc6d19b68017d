//! The shape that the JSON Schema of test files is generated from, for editors. It is never filled: a test file is read
//! with its places from YAML. The doc comments become the descriptions that editors show.
#![expect(dead_code, reason = "the types exist for the schema that is generated from them")]

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The tests of a rule: events, and what the rule must do with them.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TestFile {
    /// What the rule is about.
    #[schemars(default)]
    description: String,
    /// The rule, where it is not the file of the same name; a path relative to this file.
    #[schemars(default)]
    rule: String,
    /// The moment `now()` gives: 2026-01-15T12:00:00Z.
    #[schemars(default)]
    now: String,
    /// Remarks on tables, by table.
    #[schemars(default)]
    tables: BTreeMap<String, String>,
    /// Columns that every event of a table has unless it says otherwise.
    #[schemars(default)]
    defaults: BTreeMap<String, BTreeMap<String, Value>>,
    /// The cases.
    cases: Vec<Case>,
}

/// One case.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Case {
    /// The case's name; no two cases have the same.
    name: String,
    /// What happens in it.
    #[schemars(default)]
    description: String,
    /// The moment `now()` gives in this case alone.
    #[schemars(default)]
    now: String,
    /// The events by table, or by the call of a function whose rows the workspace holds: `_GetWatchlist('Admins')`.
    #[schemars(default)]
    events: BTreeMap<String, Option<Events>>,
    /// What the rule must do.
    expect: Expect,
    /// Why the case is not run.
    #[schemars(default)]
    skip: String,
}

/// The events of a table.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Events {
    /// The events: columns and values.
    Inline(Vec<BTreeMap<String, Value>>),
    /// Events that stand in a file of their own.
    File(EventFile),
}

/// Events that stand in a file of their own.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EventFile {
    /// A .json, .jsonl, .ndjson or .csv file; a path relative to this file.
    file: String,
}

/// What the rule must do.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Expect {
    /// Raise an alert, or not.
    Alert(Alert),
    /// Give these rows.
    Rows(ExpectRows),
}

/// Whether the rule raises an alert; a hunting query, whether it finds something.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Alert {
    Alert,
    None,
}

/// The rows of the query's result.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExpectRows {
    /// How many rows, or exactly these rows in any order; columns that a row does not name are not compared.
    rows: Rows,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Rows {
    Count(u64),
    Rows(Vec<BTreeMap<String, Value>>),
}

/// The JSON Schema (draft 2020-12) of test files, as committed.
pub const fn committed_schema() -> &'static str {
    include_str!("../../schemas/test.json")
}

/// The text of the schema as the shapes of this crate give it; equal to the committed one when that is up to date.
pub fn generated_schema() -> String {
    let left_out = RecursiveTransform(|schema: &mut Schema| {
        schema.remove("default");
    });
    let settings = SchemaSettings::draft2020_12().with_transform(left_out);
    let mut schema = settings.into_generator().into_root_schema_for::<TestFile>();
    schema.insert("title".to_owned(), Value::String("sentinelc test file".to_owned()));
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
