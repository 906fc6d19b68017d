//! What a build says when it is done: for a person in 80 columns, or as JSON.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::Built;
use crate::emit::{Loss, LossKind};
use crate::text::Span;
use crate::unit::Unit;

/// Columns of a line.
const WIDTH: usize = 80;

/// One paragraph a rule: the files written, what they lose, why others could not be written; then the totals.
pub(super) fn text(units: &[Unit], built: &[Built], out: &Path) -> String {
    let mut text = String::new();
    for (number, unit) in units.iter().enumerate() {
        let _ = writeln!(text, "{}", unit.source.path().display());
        for built in built.iter().filter(|built| built.unit == number) {
            match &built.result {
                Ok(artefact) => {
                    let _ = writeln!(text, "  -> {}", out.join(&artefact.file_name).display());
                    for (kind, whats, why) in grouped(&artefact.losses) {
                        push_wrapped(
                            &mut text,
                            &format!("     {}: ", kind.as_str()),
                            &format!("{}: {why}", whats.join(", ")),
                        );
                    }
                }
                Err(refusal) => {
                    let _ = writeln!(text, "  {}: not written", built.target.as_str());
                    for reason in &refusal.reasons {
                        let place = reason.span.map(|span| format!("{}: ", place(unit, span))).unwrap_or_default();
                        push_wrapped(&mut text, "     ", &format!("{place}{}", reason.message));
                    }
                }
            }
        }
    }
    let written = built.iter().filter(|built| built.result.is_ok()).count();
    let refused = built.len() - written;
    let _ = write!(text, "{} written for {}", count(written, "file"), count(units.len(), "rule"));
    if refused > 0 {
        let _ = write!(text, ", {refused} not possible");
    }
    text.push_str(".\n");
    text
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

/// Losses of one kind and cause together, each name once, in the order they were found.
fn grouped(losses: &[Loss]) -> Vec<(LossKind, Vec<&str>, &str)> {
    let mut groups: Vec<(LossKind, Vec<&str>, &str)> = Vec::new();
    for loss in losses {
        match groups.iter_mut().find(|(kind, _, why)| *kind == loss.kind && *why == loss.why) {
            Some((_, whats, _)) if whats.contains(&loss.what.as_str()) => {}
            Some((_, whats, _)) => whats.push(&loss.what),
            None => groups.push((loss.kind, vec![&loss.what], &loss.why)),
        }
    }
    groups
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
