//! What a build says when it is done: for a person in 80 columns, or as JSON.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::Built;
use crate::emit::{Loss, LossKind, Reason};
use crate::text::Span;
use crate::unit::Unit;

/// Columns of a line.
const WIDTH: usize = 80;

/// One paragraph a rule: the files written, a line for each thing they lose, why others could not be written; then the
/// totals. Files of a rule that lose the same share the lines.
pub(super) fn text(units: &[Unit], built: &[Built], out: &Path) -> String {
    let mut text = String::new();
    for (number, unit) in units.iter().enumerate() {
        let _ = writeln!(text, "{}", unit.source.path().display());
        let of_unit: Vec<&Built> = built.iter().filter(|built| built.unit == number).collect();
        for same in of_unit.chunk_by(|one, next| same_losses(one, next)) {
            for built in same {
                push_outcome(&mut text, built, out);
            }
            if let Some(built) = same.first() {
                push_entries(&mut text, &entries(unit, built));
            }
        }
    }
    push_totals(&mut text, units, built);
    text
}

fn same_losses(one: &Built, next: &Built) -> bool {
    matches!((&one.result, &next.result), (Ok(one), Ok(next)) if one.losses == next.losses)
}

fn push_outcome(text: &mut String, built: &Built, out: &Path) {
    let _ = match &built.result {
        Ok(artefact) => writeln!(text, "  wrote {}", out.join(&artefact.file_name).display()),
        Err(_) => writeln!(text, "  {}: not written", built.target.as_str()),
    };
}

/// A line below a file: what happened, where the rule says it, and the sentence.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    word: &'static str,
    place: String,
    sentence: String,
}

/// What a file loses, or why it is not written: what was filled in, then the rest from the top of the rule to its end.
fn entries(unit: &Unit, built: &Built) -> Vec<Entry> {
    let at = |span: Option<Span>| span.map(|span| place(unit, span)).unwrap_or_default();
    match &built.result {
        Ok(artefact) => {
            let mut losses: Vec<&Loss> = artefact.losses.iter().collect();
            losses.sort_by_key(|loss| loss.span.map(|span| span.start));
            let entry = |loss: &&Loss| Entry {
                word: loss.kind.as_str(),
                place: at(loss.span),
                sentence: format!("{}: {}", loss.what, loss.why),
            };
            let mut entries: Vec<Entry> = losses.iter().map(entry).collect();
            entries.dedup();
            entries
        }
        Err(refusal) => {
            let entry =
                |reason: &Reason| Entry { word: "because", place: at(reason.span), sentence: reason.message.clone() };
            refusal.reasons.iter().map(entry).collect()
        }
    }
}

fn push_entries(text: &mut String, entries: &[Entry]) {
    let word = entries.iter().map(|entry| entry.word.len()).max().unwrap_or_default();
    let place = entries.iter().map(|entry| entry.place.len()).max().unwrap_or_default();
    for entry in entries {
        push_wrapped(text, &format!("    {:<word$} {:>place$}  ", entry.word, entry.place), &entry.sentence);
    }
}

fn push_totals(text: &mut String, units: &[Unit], built: &[Built]) {
    let artefacts = || built.iter().filter_map(|built| built.result.as_ref().ok());
    let of_kind =
        |kind: LossKind| artefacts().flat_map(|artefact| &artefact.losses).filter(|loss| loss.kind == kind).count();
    let written = artefacts().count();
    let refused = built.len() - written;
    let _ = write!(text, "{} written for {}", count(written, "file"), count(units.len(), "rule"));
    if refused > 0 {
        let _ = write!(text, ", {refused} not possible");
    }
    for (number, what) in [(of_kind(LossKind::Lost), "lost"), (of_kind(LossKind::Filled), "filled in")] {
        if number > 0 {
            let _ = write!(text, "; {} {what}", count(number, "thing"));
        }
    }
    text.push_str(".\n");
}

/// An array with one object a rule and target.
pub(super) fn json(units: &[Unit], built: &[Built], out: &Path) -> String {
    let items: Vec<Value> = built.iter().map(|built| item(&units[built.unit], built, out)).collect();
    format!("{:#}\n", Value::Array(items))
}

fn item(unit: &Unit, built: &Built, out: &Path) -> Value {
    let at = |span: Option<Span>| match span {
        Some(span) => {
            let position = unit.source.position(span.start);
            json!({ "line": position.line, "column": position.column, "start": span.start, "end": span.end })
        }
        None => Value::Null,
    };
    let (file, losses, reasons) = match &built.result {
        Ok(artefact) => {
            (Some(out.join(&artefact.file_name).display().to_string()), artefact.losses.as_slice(), [].as_slice())
        }
        Err(refusal) => (None, [].as_slice(), refusal.reasons.as_slice()),
    };
    let loss =
        |loss: &Loss| json!({ "kind": loss.kind.as_str(), "what": loss.what, "why": loss.why, "place": at(loss.span) });
    json!({
        "path": unit.source.path().display().to_string(),
        "target": built.target.as_str(),
        "file": file,
        "losses": losses.iter().map(loss).collect::<Vec<_>>(),
        "reasons": reasons.iter().map(|reason| json!({ "message": reason.message, "place": at(reason.span) })).collect::<Vec<_>>(),
    })
}

/// Adds `text` after `lead`, wrapped between words; later lines start below the first word.
fn push_wrapped(out: &mut String, lead: &str, text: &str) {
    let indent = lead.chars().count();
    let mut column = indent;
    out.push_str(lead);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        }
        if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

fn place(unit: &Unit, span: Span) -> String {
    let position = unit.source.position(span.start);
    format!("{}:{}", position.line, position.column)
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
