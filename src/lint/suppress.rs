//! Comments that accept findings on purpose: `// sentinelc: allow(foreign-vendor) why` in a query, `# sentinelc:
//! allow(…) why` in YAML. Behind code a comment is about its own line, alone it is about the next line with code, and
//! before the first key of the file it is about the whole file.

use super::suppression::unused_suppression;
use super::{Levels, UnknownLint, registry};
use crate::diag::Diagnostic;
use crate::text::{Source, Span};
use crate::unit::Unit;

const MARKER: &str = "sentinelc:";

/// The findings that no comment of the file accepts, and what is wrong with the comments themselves.
pub(super) fn apply(unit: &Unit, found: Vec<Diagnostic>, levels: &Levels) -> Vec<Diagnostic> {
    let mut allowances = allowances(unit);
    if allowances.is_empty() {
        return found;
    }
    let mut kept = Vec::new();
    for diagnostic in found {
        let line = unit.source.position(diagnostic.primary.span.start).line;
        let accepts = |allowance: &&mut Allowance| allowance.lint == diagnostic.lint && allowance.scope.covers(line);
        match allowances.iter_mut().find(accepts) {
            Some(allowance) => allowance.used = true,
            None => kept.push(diagnostic),
        }
    }
    for allowance in allowances.iter().filter(|allowance| !allowance.used) {
        if registry::find(&allowance.lint).is_none() {
            let unknown = UnknownLint::new(&allowance.lint);
            kept.push(unused_suppression::report(allowance.span, format!("this comment allows nothing: {unknown}")));
        } else if levels.wants(&allowance.lint) {
            let message = format!("nothing here is found by `{}`: the comment is not needed", allowance.lint);
            kept.push(unused_suppression::report(allowance.span, message));
        }
    }
    kept
}

/// One lint name in one comment.
#[derive(Debug)]
struct Allowance {
    lint: String,
    scope: Scope,
    span: Span,
    used: bool,
}

#[derive(Debug, Clone, Copy)]
enum Scope {
    File,
    Line(u32),
}

impl Scope {
    fn covers(self, line: u32) -> bool {
        match self {
            Self::File => true,
            Self::Line(of) => of == line,
        }
    }
}

fn allowances(unit: &Unit) -> Vec<Allowance> {
    if memchr::memmem::find(unit.source.text().as_bytes(), MARKER.as_bytes()).is_none() {
        return Vec::new();
    }
    comments(unit).into_iter().flat_map(|comment| read(&unit.source, comment)).collect()
}

/// The comments of the file, in file offsets: of its query, and of the YAML around it.
fn comments(unit: &Unit) -> Vec<Span> {
    let query = unit.query.as_ref();
    let in_query = query
        .into_iter()
        .flat_map(|query| query.syntax.comments.iter().filter_map(|comment| query.embedded.exact(*comment)));
    let whole = query.map(|query| query.embedded.whole());
    let in_yaml = yaml_comments(&unit.source).filter(|comment| !whole.is_some_and(|whole| whole.contains(*comment)));
    in_query.chain(in_yaml).collect()
}

fn yaml_comments(source: &Source) -> impl Iterator<Item = Span> {
    let text = source.text();
    memchr::memmem::find_iter(text.as_bytes(), MARKER.as_bytes()).filter_map(move |at| {
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[at..].find(['\r', '\n']).map_or(text.len(), |end| at + end);
        let hash = text[line_start..at].rfind('#')? + line_start;
        let before = text[line_start..hash].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || c == '\u{feff}').then(|| Span::from_range(hash..line_end))
    })
}

fn read(source: &Source, comment: Span) -> Vec<Allowance> {
    let text = source.slice(comment);
    let Some((before, rest)) = text.split_once(MARKER) else { return Vec::new() };
    if !before.trim_matches(['/', '#', ' ', '\t']).is_empty() {
        return Vec::new();
    }
    let Some((names, _)) = rest.trim_start().strip_prefix("allow(").and_then(|rest| rest.split_once(')')) else {
        return Vec::new();
    };
    let scope = scope(source, comment);
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Allowance { lint: name.to_owned(), scope, span: comment, used: false }).collect()
}

fn scope(source: &Source, comment: Span) -> Scope {
    let line = source.position(comment.start).line;
    let start = source.line_span(line).start;
    if !is_blank(source.slice(Span::new(start, comment.start))) {
        return Scope::Line(line);
    }
    let lines_before = (1..line).map(|line| source.slice(source.line_span(line)));
    if lines_before.clone().all(|line| is_blank(line) || is_comment(line)) {
        return Scope::File;
    }
    let mut next = line + 1;
    let end = source.position(u32::MAX).line;
    while next < end && {
        let text = source.slice(source.line_span(next));
        is_blank(text) || is_comment(text)
    } {
        next += 1;
    }
    Scope::Line(next)
}

fn is_blank(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty()
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    line.starts_with('#') || line.starts_with("//") || line == "---"
}
