//! Events that stand in a file of their own: JSON (an array of objects), JSON Lines, or CSV with a head line.

use std::path::Path;

use crate::text::Source;

/// A row of a file: columns and their values, with the 1-based line it starts on.
pub(super) struct FileRow {
    /// The columns in the file's order.
    pub(super) columns: Vec<(String, FileCell)>,
    /// The line.
    pub(super) line: usize,
}

/// A value of a file.
pub(super) enum FileCell {
    /// Of JSON.
    Json(serde_json::Value),
    /// Of CSV: text whose type the column decides.
    Text(String),
}

/// Reads a file by the ending of its name. Fails with a sentence that names the file and the line.
pub(super) fn read(path: &Path) -> Result<Vec<FileRow>, String> {
    let source = Source::read(path).map_err(|error| error.to_string())?;
    let text = source.text().trim_start_matches('\u{feff}');
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let rows = match extension.as_str() {
        "json" => json(text),
        "jsonl" | "ndjson" => json_lines(text),
        "csv" => csv(text),
        _ => Err("the name ends in none of .json, .jsonl, .ndjson, .csv".to_owned()),
    };
    rows.map_err(|message| format!("{}: {message}", path.display()))
}

fn json(text: &str) -> Result<Vec<FileRow>, String> {
    let parsed: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let serde_json::Value::Array(items) = parsed else { return Err("is no JSON array of objects".to_owned()) };
    items.into_iter().enumerate().map(|(index, item)| object(item, index + 1, "element")).collect()
}

fn json_lines(text: &str) -> Result<Vec<FileRow>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(|(index, line)| {
        let parsed = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", index + 1))?;
        object(parsed, index + 1, "line")
    });
    rows.collect()
}

fn object(json: serde_json::Value, number: usize, what: &str) -> Result<FileRow, String> {
    let serde_json::Value::Object(slots) = json else { return Err(format!("{what} {number} is no JSON object")) };
    let columns = slots.into_iter().map(|(name, value)| (name, FileCell::Json(value))).collect();
    Ok(FileRow { columns, line: number })
}

fn csv(text: &str) -> Result<Vec<FileRow>, String> {
    let mut records = records(text)?.into_iter();
    let Some((_, head)) = records.next() else { return Err("is empty; a CSV file starts with a line of column names".to_owned()) };
    let row = |(line, cells): (usize, Vec<String>)| {
        if cells.len() != head.len() {
            return Err(format!("line {line}: has {} values, the head line has {} columns", cells.len(), head.len()));
        }
        let columns = head.iter().cloned().zip(cells.into_iter().map(FileCell::Text)).collect();
        Ok(FileRow { columns, line })
    };
    records.map(row).collect()
}

/// The records of a CSV text (RFC 4180), each with the line it starts on. Blank lines are no records.
fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut records = Vec::new();
    let mut chars = text.chars().peekable();
    let mut line = 1;
    while chars.peek().is_some() {
        let start = line;
        let mut cells = Vec::new();
        loop {
            let (cell, end) = cell(&mut chars, &mut line)?;
            cells.push(cell);
            if end != End::Comma {
                break;
            }
        }
        if cells.len() > 1 || cells.first().is_some_and(|cell| !cell.is_empty()) {
            records.push((start, cells));
        }
    }
    Ok(records)
}

#[derive(PartialEq, Eq)]
enum End {
    Comma,
    Record,
}

fn cell(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, line: &mut usize) -> Result<(String, End), String> {
    let mut cell = String::new();
    let start = *line;
    if chars.next_if_eq(&'"').is_some() {
        loop {
            match chars.next() {
                Some('"') if chars.next_if_eq(&'"').is_some() => cell.push('"'),
                Some('"') => break,
                Some(c) => {
                    *line += usize::from(c == '\n');
                    cell.push(c);
                }
                None => return Err(format!("line {start}: a quote is not closed")),
            }
        }
    }
    loop {
        match chars.next() {
            Some(',') => return Ok((cell, End::Comma)),
            Some('\n') => {
                *line += 1;
                return Ok((cell, End::Record));
            }
            None => return Ok((cell, End::Record)),
            Some('\r') if chars.peek() == Some(&'\n') => {}
            Some(c) => cell.push(c),
        }
    }
}
