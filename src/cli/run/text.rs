//! Results as text: a table for people, CSV for spreadsheets.

use std::fmt::Write as _;

use crate::eval::Table;
use crate::value::convert;

/// The width that is aimed at, in characters.
const WIDTH: usize = 80;
/// No column is made narrower than this.
const LEAST: usize = 6;
/// Rows that decide the widths.
const SAMPLE: usize = 1000;

/// Columns side by side, cut to about 80 characters, with the number of rows below.
pub(super) fn table(table: &Table) -> String {
    let widths = widths(table);
    let mut text = String::new();
    line(&mut text, &widths, table.names().iter().cloned());
    line(&mut text, &widths, widths.iter().map(|&width| "-".repeat(width)));
    for row in 0..table.rows() {
        line(&mut text, &widths, table.columns().iter().map(|column| convert::to_text(&column.value(row))));
    }
    let rows = table.rows();
    text + &format!("({rows} {})\n", if rows == 1 { "row" } else { "rows" })
}

fn widths(table: &Table) -> Vec<usize> {
    let mut widths: Vec<usize> = table.names().iter().map(|name| name.chars().count()).collect();
    for row in 0..table.rows().min(SAMPLE) {
        for (width, column) in widths.iter_mut().zip(table.columns()) {
            *width = (*width).max(convert::to_text(&column.value(row)).chars().count());
        }
    }
    let gaps = widths.len().saturating_sub(1) * 2;
    while widths.iter().sum::<usize>() + gaps > WIDTH {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > LEAST) else { break };
        *widest -= 1;
    }
    widths
}

fn line(text: &mut String, widths: &[usize], cells: impl Iterator<Item = String>) {
    let mut written = String::new();
    for (cell, &width) in cells.zip(widths) {
        let cell: String = cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let cut = if cell.chars().count() > width {
            cell.chars().take(width.saturating_sub(1)).chain(['…']).collect()
        } else {
            cell
        };
        // Writing to a string cannot fail.
        let _ = write!(written, "{cut:width$}  ");
    }
    text.push_str(written.trim_end());
    text.push('\n');
}

/// Comma-separated values with a header; null is an empty field.
pub(super) fn csv(table: &Table) -> String {
    let mut text = String::new();
    record(&mut text, table.names().iter().cloned());
    for row in 0..table.rows() {
        record(&mut text, table.columns().iter().map(|column| convert::to_text(&column.value(row))));
    }
    text
}

fn record(text: &mut String, fields: impl Iterator<Item = String>) {
    let quoted = fields.map(|field| {
        if field.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
    });
    text.push_str(&quoted.collect::<Vec<_>>().join(","));
    text.push('\n');
}
