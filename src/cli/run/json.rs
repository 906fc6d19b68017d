//! Results as JSON. Rows are written as text at once: a tree of a million rows would take longer than the query.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::QueryError;
use crate::eval::{Column, Table};
use crate::value::json::to_json;
use crate::value::time;

/// One object with `columns` (name and type) and `rows` (arrays of cells).
pub(super) fn result(table: &Table) -> String {
    format!("{{{}}}", fields(table))
}

/// The fields of [`result`] without the braces around them.
pub(super) fn fields(table: &Table) -> String {
    let columns: Vec<Value> = table.schema().map(|(name, ty)| json!({ "name": name, "type": ty.as_str() })).collect();
    let mut text = format!("\"columns\":{},\"rows\":[", Value::Array(columns));
    for row in 0..table.rows() {
        separate(&mut text, row);
        text.push('[');
        for (at, column) in table.columns().iter().enumerate() {
            separate(&mut text, at);
            write_cell(&mut text, column, row);
        }
        text.push(']');
    }
    text.push(']');
    text
}

/// One object a row, one row a line.
pub(super) fn lines(table: &Table) -> String {
    let names: Vec<String> = table.names().iter().map(|name| format!("{}:", Value::from(name.as_str()))).collect();
    let mut text = String::new();
    for row in 0..table.rows() {
        text.push('{');
        for (at, (name, column)) in names.iter().zip(table.columns()).enumerate() {
            separate(&mut text, at);
            text.push_str(name);
            write_cell(&mut text, column, row);
        }
        text.push_str("}\n");
    }
    text
}

/// A failure.
pub(super) fn error(error: &QueryError) -> String {
    format!("{{{}}}", error_fields(error))
}

/// The fields of [`error`] without the braces around them.
pub(super) fn error_fields(error: &QueryError) -> String {
    let (message, kind, span) = (Value::from(error.message.as_str()), Value::from(error.kind), error.span);
    format!("\"error\":{message},\"kind\":{kind},\"start\":{},\"end\":{}", span.start, span.end)
}

/// A comma before every item but the first.
fn separate(text: &mut String, at: usize) {
    if at > 0 {
        text.push(',');
    }
}

fn write_cell(text: &mut String, column: &Column, row: usize) {
    match column {
        Column::String(strings) => write_string(text, strings.get(row)),
        Column::DateTime(cells) if cells.is_valid(row) => {
            text.push('"');
            time::write_datetime(text, cells.values()[row]);
            text.push('"');
        }
        // Writing to a string cannot fail.
        Column::Long(cells) if cells.is_valid(row) => drop(write!(text, "{}", cells.values()[row])),
        _ => drop(write!(text, "{}", to_json(&column.value(row)))),
    }
}

fn write_string(text: &mut String, written: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if !written.bytes().all(is_plain) {
        let _ = write!(text, "{}", Value::from(written));
        return;
    }
    text.push('"');
    text.push_str(written);
    text.push('"');
}
