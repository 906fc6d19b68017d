//! Results as JSON.

use serde_json::{Map, Value, json};

use super::QueryError;
use crate::eval::Table;
use crate::value::json::to_json;

/// One object with `columns` (name and type) and `rows` (arrays of cells).
pub(super) fn result(table: &Table) -> Value {
    let columns: Vec<Value> = table.schema().map(|(name, ty)| json!({ "name": name, "type": ty.as_str() })).collect();
    let rows: Vec<Value> = (0..table.rows())
        .map(|row| table.columns().iter().map(|column| to_json(&column.value(row))).collect())
        .collect();
    json!({ "columns": columns, "rows": rows })
}

/// One object a row, one row a line.
pub(super) fn lines(table: &Table) -> String {
    let mut text = String::new();
    for row in 0..table.rows() {
        let cells = table.names().iter().zip(table.columns());
        let object: Map<String, Value> =
            cells.map(|(name, column)| (name.clone(), to_json(&column.value(row)))).collect();
        text.push_str(&Value::Object(object).to_string());
        text.push('\n');
    }
    text
}

/// A failure.
pub(super) fn error(error: &QueryError) -> Value {
    json!({ "error": error.message, "kind": error.kind, "start": error.span.start, "end": error.span.end })
}
