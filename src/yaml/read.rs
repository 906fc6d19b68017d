//! Reading a file: whole where it is YAML, else section by section.

use granit_parser::ErrorKind;

use super::build::{self, Built, Cause, Failure, build};
use super::repair::{Repair, repair};
use super::section::sections;
use super::tree::{Document, Kind, Mapping, Node, Style};
use super::{MAX_ALIAS_NODES, MAX_DEPTH, MAX_NODES, explain};
use crate::diag::{Diagnostic, Level};
use crate::text::Span;

/// The most broken sections that are explained one by one.
const MAX_EXPLAINED: usize = 20;

/// Reads a file's text, byte order mark and all. Never fails: what is wrong is in [`Document::problems`].
///
/// Bounds: nesting up to [`MAX_DEPTH`], aliases up to [`MAX_ALIAS_NODES`] nodes, one document; the time grows with the
/// length of the text.
pub fn read(text: &str) -> Document {
    let base = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = &text[base as usize..];
    match build(body, base) {
        // `key:value` on every line is one long text to YAML.
        Ok(built) if is_text(&built) && sections(body).len() > 1 => in_sections(body, base, None),
        Ok(built) => whole(built),
        Err(failure) => match failure.cause {
            Cause::SecondDocument(first) => second_document(*first, failure.at, base),
            Cause::AliasBudget => refused(alias_budget(Span::at(base + offset(failure.at))), text),
            Cause::TooLarge => refused(too_large(Span::at(base + offset(failure.at))), text),
            Cause::Scan(ErrorKind::RecursionLimitExceeded) => {
                refused(too_deep(Span::at(base + offset(failure.at))), text)
            }
            Cause::Scan(_) => in_sections(body, base, Some(&failure)),
        },
    }
}

fn whole(built: Built) -> Document {
    let not_yaml = built.problems.iter().filter(|problem| problem.lint == "yaml-syntax");
    let broken = not_yaml.map(|problem| problem.primary.span).collect();
    Document { root: built.root, problems: built.problems, comments: built.comments, broken, is_template: false }
}

fn second_document(first: Built, at: usize, base: u32) -> Document {
    let mut document = whole(first);
    let start = base + offset(at);
    document.problems.push(
        Diagnostic::new(
            "yaml-syntax",
            Level::Error,
            "the file holds more than one YAML document; a rule file is exactly one",
            Span::new(start, start + 3),
        )
        .label("a second document starts here")
        .help("write each rule to a file of its own; what follows this line is not read"),
    );
    document
}

fn refused(problem: Diagnostic, text: &str) -> Document {
    Document { problems: vec![problem], broken: vec![Span::from_range(0..text.len())], ..Document::default() }
}

fn alias_budget(span: Span) -> Diagnostic {
    Diagnostic::new(
        "yaml-syntax",
        Level::Error,
        format!("the aliases (`*name`) of this file repeat more than {MAX_ALIAS_NODES} values; the file is not read"),
        span,
    )
    .help("write the values out; a rule needs no aliases")
}

fn too_large(span: Span) -> Diagnostic {
    let message = format!("the file holds more than {MAX_NODES} values; it is not read");
    Diagnostic::new("yaml-syntax", Level::Error, message, span)
        .help("a rule file has a few hundred values: is this one?")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(
        "yaml-syntax",
        Level::Error,
        format!("values are nested more than {MAX_DEPTH} deep here; the file is not read"),
        span,
    )
    .help("a rule needs about eight levels; quote text that starts with `[` or `{`")
}

/// Reads each section alone; the good ones make the tree, a bad one is explained and read as its repair would make it.
fn in_sections(body: &str, base: u32, failure: Option<&Failure>) -> Document {
    let mut document = Document::default();
    let mut entries = Vec::new();
    let mut bad = 0_usize;
    let mut nodes = 0_usize;
    for section in sections(body) {
        if nodes > MAX_NODES {
            let at = Span::at(base + offset(section.range.start));
            document.problems.push(too_large(at));
            break;
        }
        let start = section.range.start;
        let text = &body[section.range.clone()];
        let shift = base + offset(start);
        match build(text, shift) {
            Ok(built) if is_mapping(&built) => {
                nodes += built.root.as_ref().map_or(0, Node::size);
                keep(built, &mut entries, &mut document);
            }
            outcome => {
                bad += 1;
                document.broken.push(Span::from_range(0..text.len()).shifted(shift));
                if bad > MAX_EXPLAINED {
                    continue;
                }
                let Repair { problem, repaired, is_template } = repair(text, shift, outcome.err());
                document.problems.push(problem);
                document.is_template |= is_template;
                if let Some(built) = repaired {
                    keep(built, &mut entries, &mut document);
                }
            }
        }
    }
    if let Some(failure) = failure.filter(|_| bad == 0) {
        document.problems.push(explain::plain(body, base, failure));
        document.broken.push(Span::from_range(0..body.len()).shifted(base));
    }
    if bad > MAX_EXPLAINED {
        let more = format!("{} more top-level keys of this file are no YAML", bad - MAX_EXPLAINED);
        let last = document.broken.last().copied().unwrap_or_default();
        document.problems.push(Diagnostic::new("yaml-syntax", Level::Error, more, Span::at(last.start)));
    }
    document.problems.extend(build::duplicate_keys(&entries, body, base));
    if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
        let span = Span::new(first.key.span.start, last.value.span.end.max(last.key.span.end));
        document.root = Some(Node { span, kind: Kind::Mapping(Mapping { entries }) });
    }
    document.problems.sort_by_key(|problem| problem.primary.span);
    document
}

fn is_text(built: &Built) -> bool {
    built.root.as_ref().and_then(Node::as_scalar).is_some_and(|scalar| scalar.style == Style::Plain)
}

fn is_mapping(built: &Built) -> bool {
    built.root.as_ref().is_some_and(|root| root.as_mapping().is_some())
}

fn keep(built: Built, entries: &mut Vec<super::Entry>, document: &mut Document) {
    document.problems.extend(built.problems);
    document.comments.extend(built.comments);
    if let Some(Node { kind: Kind::Mapping(mapping), .. }) = built.root {
        entries.extend(mapping.entries);
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
