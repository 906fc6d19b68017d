//! Expected rows against the rows that came out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use similar::TextDiff;

use crate::eval::Table;
use crate::text::{Span, nearest};
use crate::value::{Dynamic, Value, time};

use super::cell;
use super::file::Event;

/// How far two reals may be apart, relative to the larger.
const TOLERANCE: f64 = 1e-9;

/// Why rows are not the expected ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Difference {
    /// The expectation itself is wrong: a column that the query does not give, a value that is none of its type.
    Expectation { message: String, help: Option<String>, span: Span },
    /// Other rows came out. `span` is the first expected row that did not, or the whole expectation.
    Rows { message: String, diff: String, span: Option<Span> },
}

/// Compares: each expected row with a row of its own, in any order; lists inside a value in any order too, because
/// `make_set` has none.
pub(super) fn rows(expected: &[Event], actual: &Table) -> Result<(), Difference> {
    let wanted: Vec<Vec<(usize, Value)>> = expected.iter().map(|row| cells(row, actual)).collect::<Result<_, _>>()?;
    let matched = assign(&wanted, actual);
    let missing = matched.iter().position(Option::is_none);
    if missing.is_none() && expected.len() == actual.rows() {
        return Ok(());
    }
    let columns: BTreeSet<usize> = wanted.iter().flatten().map(|(column, _)| *column).collect();
    let columns: Vec<usize> =
        if columns.is_empty() { (0..actual.names().len()).collect() } else { columns.into_iter().collect() };
    let message = format!("expected {}, got {}", count(expected.len()), count(actual.rows()));
    let message = if expected.len() == actual.rows() { "the rows differ".to_owned() } else { message };
    let diff = difference(&wanted, &matched, actual, &columns);
    Err(Difference::Rows { message, diff, span: missing.map(|at| expected[at].span) })
}

/// `1 row`, `2 rows`.
pub(super) fn count(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

/// The rows of a table as text, one a line.
pub(super) fn listing(table: &Table, most: usize) -> String {
    let columns: Vec<usize> = (0..table.names().len()).collect();
    let mut text = String::new();
    for row in 0..table.rows().min(most) {
        text.push_str(&actual_line(table, row, &columns));
        text.push('\n');
    }
    if table.rows() > most {
        let _ = writeln!(text, "and {} more", table.rows() - most);
    }
    text
}

fn cells(row: &Event, actual: &Table) -> Result<Vec<(usize, Value)>, Difference> {
    let mut cells = Vec::new();
    for entry in &row.columns.entries {
        let name = &entry.key.value;
        let found = actual.schema().enumerate().find(|(_, (own, _))| own == name);
        let Some((index, (_, ty))) = found else {
            let help =
                nearest(name, actual.names().iter().map(String::as_str)).map(|name| format!("did you mean `{name}`?"));
            let help = help.or_else(|| Some(format!("it gives {}", actual.names().join(", "))));
            let message = format!("the query gives no column `{name}`");
            return Err(Difference::Expectation { message, help, span: entry.key.span });
        };
        let value = cell::from_node(&entry.value, ty).map_err(|message| Difference::Expectation {
            message: format!("`{name}`: {message}"),
            help: None,
            span: entry.value.span,
        })?;
        cells.push((index, value));
    }
    Ok(cells)
}

/// For each expected row the actual row it is matched with, as many as can be (augmenting paths: an expected row that
/// fits several actual ones makes room for one that fits only one).
fn assign(wanted: &[Vec<(usize, Value)>], actual: &Table) -> Vec<Option<usize>> {
    let fits: Vec<Vec<usize>> = wanted
        .iter()
        .map(|row| {
            (0..actual.rows())
                .filter(|&at| row.iter().all(|(column, value)| same(value, &actual.value(at, *column))))
                .collect()
        })
        .collect();
    let mut taken: Vec<Option<usize>> = vec![None; actual.rows()];
    for row in 0..wanted.len() {
        let mut tried = vec![false; actual.rows()];
        augment(row, &fits, &mut taken, &mut tried);
    }
    let mut matched = vec![None; wanted.len()];
    for (at, row) in taken.iter().enumerate() {
        if let Some(row) = row {
            matched[*row] = Some(at);
        }
    }
    matched
}

fn augment(row: usize, fits: &[Vec<usize>], taken: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for &at in &fits[row] {
        if std::mem::replace(&mut tried[at], true) {
            continue;
        }
        if taken[at].is_none_or(|other| augment(other, fits, taken, tried)) {
            taken[at] = Some(row);
            return true;
        }
    }
    false
}

/// The rows that differ, each expected one beside the row most like it: `-` was expected, `+` came out.
fn difference(wanted: &[Vec<(usize, Value)>], matched: &[Option<usize>], actual: &Table, columns: &[usize]) -> String {
    let used: BTreeSet<usize> = matched.iter().flatten().copied().collect();
    let mut left: Vec<usize> = (0..actual.rows()).filter(|at| !used.contains(at)).collect();
    let mut out = String::new();
    if !used.is_empty() {
        let _ = writeln!(out, "{} as expected", count(used.len()));
    }
    for (row, _) in wanted.iter().zip(matched).filter(|(_, at)| at.is_none()) {
        let alike = |at: &usize| row.iter().filter(|(column, value)| same(value, &actual.value(*at, *column))).count();
        let nearest = left.iter().copied().max_by_key(alike);
        left.retain(|at| Some(*at) != nearest);
        let named: Vec<usize> = row.iter().map(|(column, _)| *column).collect();
        let expected: String = row.iter().map(|(column, value)| cell_line(actual, *column, value)).collect();
        let found = nearest.map(|at| row_lines(actual, at, &named)).unwrap_or_default();
        row_difference(&mut out, &expected, &found);
    }
    for at in left {
        row_difference(&mut out, "", &row_lines(actual, at, columns));
    }
    out
}

fn row_difference(out: &mut String, expected: &str, found: &str) {
    out.push_str("row\n");
    for change in TextDiff::from_lines(expected, found).iter_all_changes() {
        let _ = write!(out, "  {} {}", change.tag(), change.value());
    }
}

fn row_lines(table: &Table, row: usize, columns: &[usize]) -> String {
    columns.iter().map(|&column| cell_line(table, column, &table.value(row, column))).collect()
}

fn cell_line(table: &Table, column: usize, value: &Value) -> String {
    format!("{}: {}\n", table.names()[column], text(value))
}

fn actual_line(table: &Table, row: usize, columns: &[usize]) -> String {
    let cells = columns.iter().map(|&column| format!("{}={}", table.names()[column], text(&table.value(row, column))));
    cells.collect::<Vec<_>>().join("  ")
}

/// Whether a value is the expected one.
fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Real(one), Value::Real(other)) => close(*one, *other),
        (Value::Dynamic(one), Value::Dynamic(other)) => same_dynamic(one, other),
        (Value::Dynamic(Dynamic::Null), Value::Null) | (Value::Null, Value::Dynamic(Dynamic::Null)) => true,
        _ => expected == actual,
    }
}

fn close(one: f64, other: f64) -> bool {
    (one.is_nan() && other.is_nan())
        || one.total_cmp(&other).is_eq()
        || (one - other).abs() <= TOLERANCE * one.abs().max(other.abs())
}

#[expect(clippy::cast_precision_loss, reason = "a whole number written for a real is compared as a real")]
fn same_dynamic(expected: &Dynamic, actual: &Dynamic) -> bool {
    match (expected, actual) {
        (Dynamic::Real(one), Dynamic::Real(other)) => close(*one, *other),
        (Dynamic::Long(one), Dynamic::Real(other)) | (Dynamic::Real(other), Dynamic::Long(one)) => {
            close(*one as f64, *other)
        }
        (Dynamic::Array(one), Dynamic::Array(other)) => same_elements(one, other),
        (Dynamic::Bag(one), Dynamic::Bag(other)) => {
            let holds = |(key, value): &(String, Dynamic)| {
                other.iter().any(|(own, found)| own == key && same_dynamic(value, found))
            };
            one.len() == other.len() && one.iter().all(holds)
        }
        (Dynamic::String(text), Dynamic::DateTime(ticks)) => time::parse_datetime(text) == Some(*ticks),
        (Dynamic::String(text), Dynamic::TimeSpan(ticks)) => time::parse_timespan(text) == Some(*ticks),
        _ => expected == actual,
    }
}

fn same_elements(expected: &[Dynamic], actual: &[Dynamic]) -> bool {
    let mut left: Vec<&Dynamic> = actual.iter().collect();
    let all = expected.iter().all(|value| {
        let at = left.iter().position(|found| same_dynamic(value, found));
        at.map(|at| left.swap_remove(at)).is_some()
    });
    all && left.is_empty()
}

/// A value as a person would write it in a test file.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) => format!("'{text}'"),
        Value::DateTime(ticks) => time::format_datetime(*ticks),
        Value::TimeSpan(ticks) => time::format_timespan(*ticks),
        Value::Guid(guid) => uuid(*guid),
        Value::Dynamic(value) => json(value).to_string(),
    }
}

fn uuid(guid: u128) -> String {
    let digits = format!("{guid:032x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

fn json(value: &Dynamic) -> serde_json::Value {
    match value {
        Dynamic::Null => serde_json::Value::Null,
        Dynamic::Bool(value) => (*value).into(),
        Dynamic::Long(value) => (*value).into(),
        Dynamic::Real(value) => (*value).into(),
        Dynamic::String(text) => text.clone().into(),
        Dynamic::Array(items) => items.iter().map(json).collect(),
        Dynamic::Bag(slots) => slots.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
        Dynamic::DateTime(ticks) => time::format_datetime(*ticks).into(),
        Dynamic::TimeSpan(ticks) => time::format_timespan(*ticks).into(),
        Dynamic::Guid(guid) => uuid(*guid).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expected_row_that_fits_several_makes_room() {
        // The first expected row fits both actual rows, the second only the first of them.
        let fits = vec![vec![0, 1], vec![0]];
        let mut taken = vec![None, None];
        for row in 0..2 {
            let mut tried = vec![false; 2];
            assert!(augment(row, &fits, &mut taken, &mut tried));
        }
        assert_eq!(taken, [Some(1), Some(0)]);
    }

    #[test]
    fn lists_are_compared_without_order_but_with_count() {
        let list = |values: &[i64]| Dynamic::Array(values.iter().copied().map(Dynamic::Long).collect());
        assert!(same_dynamic(&list(&[1, 2, 2]), &list(&[2, 1, 2])));
        assert!(!same_dynamic(&list(&[1, 1, 2]), &list(&[2, 1, 2])));
        assert!(!same_dynamic(&list(&[1]), &list(&[1, 1])));
    }
}
