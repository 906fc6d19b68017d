//! A JSON or YAML file as plain data, in the order in which it is written.

use std::path::Path;

use serde_json::{Map, Value};

use super::extension;
use crate::yaml::{self, Kind, Node};

/// The content of a file; scalars of YAML are texts. Errors name the line.
pub(super) fn read(path: &Path, text: &str) -> Result<Value, String> {
    if extension(path) == "json" {
        return serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"));
    }
    let document = yaml::read(text);
    if let Some(problem) = document.problems.first() {
        let before = text.get(..problem.primary.span.range().start).unwrap_or_default();
        return Err(format!("line {}: {}", before.matches('\n').count() + 1, problem.message));
    }
    document.root.as_ref().map(plain).ok_or_else(|| "is empty".to_owned())
}

// Nodes are no deeper than the YAML reader allows.
fn plain(node: &Node) -> Value {
    match &node.kind {
        Kind::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|entry| (entry.key.value.clone(), plain(&entry.value)));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
        Kind::Sequence(items) => Value::Array(items.iter().map(plain).collect()),
        Kind::Scalar(_) if node.is_null() => Value::Null,
        Kind::Scalar(scalar) => Value::String(scalar.value.clone()),
    }
}
