//! One object a finding, for programs.

use serde::Serialize;

use super::{Finding, shown};
use crate::diag::{Fix, Level, Safety};
use crate::text::Position;

/// A finding, as `--format json` and `jsonl` write it.
#[derive(Debug, Serialize)]
pub(super) struct Row<'f> {
    lint: &'f str,
    level: Level,
    message: &'f str,
    path: String,
    /// 1-based, in characters, the end after the last character.
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    /// Byte offsets in the file.
    start: u32,
    end: u32,
    /// What is underlined.
    text: &'f str,
    help: Option<&'f str>,
    fix: Option<FixRow<'f>>,
}

#[derive(Debug, Serialize)]
struct FixRow<'f> {
    title: &'f str,
    safe: bool,
    edits: Vec<EditRow<'f>>,
}

#[derive(Debug, Serialize)]
struct EditRow<'f> {
    start: u32,
    end: u32,
    text: &'f str,
}

/// All findings as one JSON array, indented.
pub fn json(findings: &[Finding<'_>]) -> String {
    // Plain structs of text and numbers: serializing them cannot fail.
    let mut text = serde_json::to_string_pretty(&rows(findings)).unwrap_or_default();
    text.push('\n');
    text
}

/// The findings as they are serialized.
pub(super) fn rows<'f>(findings: &[Finding<'f>]) -> Vec<Row<'f>> {
    findings.iter().map(row).collect()
}

/// One JSON object a line.
pub fn jsonl(findings: &[Finding<'_>]) -> String {
    let lines = findings.iter().map(|finding| serde_json::to_string(&row(finding)).unwrap_or_default() + "\n");
    lines.collect()
}

fn row<'f>(finding: &Finding<'f>) -> Row<'f> {
    let (source, diagnostic) = (finding.source, finding.diagnostic);
    let span = diagnostic.primary.span;
    let Position { line, column } = source.position(span.start);
    let end = source.position(span.end);
    Row {
        lint: diagnostic.lint,
        level: diagnostic.level,
        message: &diagnostic.message,
        path: shown(source.path()),
        line,
        column,
        end_line: end.line,
        end_column: end.column,
        start: span.start,
        end: span.end,
        text: source.slice(span),
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(fix_row),
    }
}

fn fix_row(fix: &Fix) -> FixRow<'_> {
    let edits = fix.edits.iter().map(|edit| EditRow { start: edit.span.start, end: edit.span.end, text: &edit.text });
    FixRow { title: &fix.title, safe: fix.safety == Safety::Safe, edits: edits.collect() }
}
