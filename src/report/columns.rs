//! The columns that queries give, for programs and people.

use std::fmt::Write;

use serde::Serialize;

use super::json::rows;
use super::{Finding, shown};
use crate::text::Source;

/// The columns that the result of a file's query has.
#[derive(Debug, Clone)]
pub struct Columns<'f> {
    /// The file.
    pub source: &'f Source,
    /// Name and type of each column, in order.
    pub columns: Vec<(&'f str, String)>,
    /// The result may have more columns than are known.
    pub open: bool,
}

#[derive(Debug, Serialize)]
struct Row<'f> {
    path: String,
    columns: &'f [(&'f str, String)],
    open: bool,
}

/// One JSON object: `findings` as [`super::json()`] writes them, and `queries` with `path`, `columns` (a list of
/// `[name, type]`) and `open`.
pub fn json_with_columns(findings: &[Finding<'_>], queries: &[Columns<'_>]) -> String {
    let queries: Vec<Row<'_>> = queries.iter().map(row).collect();
    let object = serde_json::json!({ "findings": rows(findings), "queries": queries });
    // Plain data: serializing it cannot fail.
    let mut text = serde_json::to_string_pretty(&object).unwrap_or_default();
    text.push('\n');
    text
}

/// One JSON object a line for each query.
pub fn columns_jsonl(queries: &[Columns<'_>]) -> String {
    queries.iter().map(|query| serde_json::to_string(&row(query)).unwrap_or_default() + "\n").collect()
}

/// One line for each query: `path: Name type, …`; `…` at the end stands for columns that are not known.
pub fn columns_text(queries: &[Columns<'_>]) -> String {
    let mut text = String::new();
    for query in queries {
        let mut columns: Vec<String> = query.columns.iter().map(|(name, ty)| format!("{} {ty}", plain(name))).collect();
        if query.open {
            columns.push("…".to_owned());
        }
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}: {}", plain(&shown(query.source.path())), columns.join(", "));
    }
    text
}

/// Without control characters, which would reach the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn row<'f>(query: &'f Columns<'f>) -> Row<'f> {
    Row { path: shown(query.source.path()), columns: &query.columns, open: query.open }
}
