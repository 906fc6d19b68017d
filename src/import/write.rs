//! The test file of an imported page: every scenario a named benign case.

use std::fmt::Write as _;

use super::benign::{Skeleton, events};
use super::filter::Reading;
use super::page::{Page, Scenario};
use super::vocabulary::Vocabulary;

/// Writes the test file. `origin` is the page's file name; `table` the one that the rule reads, if it is known.
pub(super) fn test_file(
    origin: &str,
    page: &Page<'_>,
    readings: &[Reading],
    table: Option<&str>,
    vocabulary: &Vocabulary,
) -> String {
    let mut out = format!("# Made by `sentinelc import` from {}.\n", one_line(origin));
    if let Some(hypothesis) = &page.hypothesis {
        put(&mut out, 0, "description", &text(&hypothesis.value));
    }
    put(&mut out, 0, "now", &vocabulary.now);
    if !page.notes.is_empty() {
        out.push_str("tables:\n");
        for note in &page.notes {
            put(&mut out, 2, &key(&note.table.value), &text(&note.note));
        }
    }
    let skeleton: Vec<(&str, &str)> = table.map(|table| skeleton(table, vocabulary)).unwrap_or_default();
    if let (Some(table), false) = (table, skeleton.is_empty()) {
        let _ = write!(out, "defaults:\n  {}:\n", key(table));
        for (column, value) in skeleton {
            put(&mut out, 4, &key(column), value);
        }
    }
    if page.scenarios.is_empty() {
        out.push_str("cases: []\n");
        return out;
    }
    out.push_str("cases:\n");
    for (scenario, reading) in page.scenarios.iter().zip(readings) {
        case(&mut out, scenario, reading, table, vocabulary);
    }
    out
}

fn skeleton<'v>(table: &str, vocabulary: &'v Vocabulary) -> Vec<(&'v str, &'v str)> {
    let cells = vocabulary.skeleton.iter();
    cells.filter_map(|(role, value)| Some((vocabulary.column(table, role)?, value.as_str()))).collect()
}

fn case(out: &mut String, scenario: &Scenario, reading: &Reading, table: Option<&str>, vocabulary: &Vocabulary) {
    let _ = writeln!(out, "  - name: {}", text(&scenario.title.value));
    if let Some(description) = &scenario.description {
        put(out, 4, "description", &text(&description.value));
    }
    if let Some(filter) = &scenario.filter {
        let _ = writeln!(out, "    # The page's filter: {}", one_line(&filter.value));
    }
    let found: Vec<Skeleton> = match (&reading.filter, table) {
        (Some(filter), Some(table)) => events(filter, table, vocabulary),
        _ => Vec::new(),
    };
    match table.filter(|_| !found.is_empty()) {
        Some(table) => {
            let _ = write!(out, "    events:\n      {}:\n", key(table));
            for event in &found {
                for (index, (column, value)) in event.iter().enumerate() {
                    let lead = if index == 0 { "        - " } else { "          " };
                    let _ = writeln!(out, "{lead}{}: {}", key(column), text(value));
                }
            }
        }
        None => put(
            out,
            4,
            "skip",
            &text("the page names no value of a column; describe the event and take this line away"),
        ),
    }
    put(out, 4, "expect", "none");
}

fn put(out: &mut String, indent: usize, key: &str, value: &str) {
    let _ = writeln!(out, "{}{key}: {value}", " ".repeat(indent));
}

/// A mapping key; names of tables and columns need no quotes.
fn key(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain
        && !matches!(
            name.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        )
    {
        name.to_owned()
    } else {
        text(name)
    }
}

/// A text in quotes: single ones, or double ones with escapes where it holds line breaks or other control characters.
fn text(value: &str) -> String {
    if value.chars().any(|c| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')) {
        return serde_json::Value::from(value).to_string().replace('\u{feff}', "\\ufeff");
    }
    format!("'{}'", value.replace('\'', "''"))
}

/// A text that stays inside a comment.
fn one_line(value: &str) -> String {
    value.split(|c: char| c.is_control()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
