//! `sentinelc fmt` as a function: a loaded file in, its text in the one layout out. A bare query is laid out by
//! [`crate::kql::print`]. A rule file is changed by edits on its text, never written anew: the query becomes a `|` block
//! in its layout, lists get one item a line, and the top-level keys stand in the order of Microsoft's own templates.
//! Everything else stays as it is, byte for byte, and each step is taken only where the file reads back as the same data.

mod list;
mod order;
mod query;
mod same;

use crate::diag::Diagnostic;
use crate::kql::print::{self, Unformatted};
use crate::rule::dialect::{self, Dialect};
use crate::text::{Edit, Span, apply};
use crate::unit::Unit;
use crate::yaml::{self, Document};

/// A file in its layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The whole text, byte order mark and line ends as they were.
    pub text: String,
    /// What was left as it is, and why; empty where everything was understood.
    pub left: Vec<Left>,
}

/// Something that formatting does not touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Left {
    /// The YAML is broken.
    #[error("the file is left as it is: its YAML is broken")]
    BrokenYaml,
    /// The file is a template with placeholders.
    #[error("the file is left as it is: it is a template with placeholders")]
    Template,
    /// The file is no analytics rule with a query and no hunting query.
    #[error("the file is left as it is: only analytics rules with a query and hunting queries are laid out")]
    UnknownKind,
    /// The query cannot be laid out.
    #[error("the query is left as it is: {0}")]
    Query(Unformatted),
    /// The query holds characters that no YAML block can hold.
    #[error("the query is left as it is: no `|` block can hold its characters")]
    QueryCharacters,
    /// The query cannot be a block where it stands.
    #[error("the query is left as it is: the file would not say the same with a `|` block")]
    QueryPlace,
    /// The lists cannot be laid out without changing what the file says.
    #[error("the lists are left as they are: the file would not say the same with one item a line")]
    Lists,
    /// The durations cannot be written anew where they stand.
    #[error("the file is left as it is: its durations stand where they cannot be changed one by one")]
    Dialect,
    /// The keys cannot be moved without changing what the file says.
    #[error("the keys are left in their order: the file would not say the same in another")]
    Keys,
}

/// The file in its layout. What cannot be understood is left byte for byte and named in [`Formatted::left`].
///
/// Guarantees, for a rule file: it reads back as the same data but for the order of its top-level keys and the layout of
/// the query; every comment is kept; formatting the result changes nothing.
pub fn format(unit: &Unit) -> Formatted {
    let text = unit.source.text();
    if unit.is_bare_query() {
        return bare_query(unit);
    }
    let document = yaml::read(text);
    if let Some(left) = not_understood(unit, &document) {
        return Formatted { text: text.to_owned(), left: vec![left] };
    }
    let mut rule = RuleFile { text: text.to_owned(), document };
    let mut left = Vec::new();
    match query::edit(unit, &rule.document) {
        Ok(edit) => left.extend((!rule.change(edit.as_slice())).then_some(Left::QueryPlace)),
        Err(reason) => left.push(reason),
    }
    let edits = list::edits(&rule.text, &rule.document);
    left.extend((!rule.change(&edits)).then_some(Left::Lists));
    let ordered = order::edits(&rule.text, &rule.document).is_some_and(|edits| rule.change(&edits));
    left.extend((!ordered).then_some(Left::Keys));
    Formatted { text: rule.text, left }
}

/// A rule file in another dialect: its durations and the key of its techniques are written anew, nothing else is touched. A
/// file that cannot be understood is left as it is.
pub fn in_dialect(unit: &Unit, dialect: Dialect) -> Formatted {
    let text = unit.source.text();
    let unchanged = |left: Option<Left>| Formatted { text: text.to_owned(), left: left.into_iter().collect() };
    if unit.is_bare_query() {
        return unchanged(None);
    }
    if let Some(left) = not_understood(unit, &yaml::read(text)) {
        return unchanged(Some(left));
    }
    match apply(text, &dialect::edits(text, &unit.rule, dialect)) {
        Ok(text) => Formatted { text, left: Vec::new() },
        Err(_) => unchanged(Some(Left::Dialect)),
    }
}

/// A rule file on its way to its layout.
struct RuleFile {
    text: String,
    document: Document,
}

impl RuleFile {
    /// Applies the edits if the file says the same afterwards, else none; gives whether it does.
    fn change(&mut self, edits: &[Edit]) -> bool {
        if edits.is_empty() {
            return true;
        }
        let Ok(text) = apply(&self.text, edits) else { return false };
        let document = yaml::read(&text);
        let is_same = same::is_same_rule(&self.text, &self.document, &text, &document);
        if is_same {
            *self = Self { text, document };
        }
        is_same
    }
}

fn bare_query(unit: &Unit) -> Formatted {
    let text = unit.source.text();
    let unchanged = |left| Formatted { text: text.to_owned(), left: vec![left] };
    let Some(query) = &unit.query else { return unchanged(Left::UnknownKind) };
    match print::format(&query.syntax) {
        Ok(formatted) => {
            let mark = &text[..text.len() - query.embedded.text().len()];
            Formatted { text: format!("{mark}{formatted}"), left: Vec::new() }
        }
        Err(reason) => unchanged(Left::Query(reason)),
    }
}

fn not_understood(unit: &Unit, document: &Document) -> Option<Left> {
    let is_yaml_problem = |found: &Diagnostic| matches!(found.lint, "yaml-syntax" | "duplicate-key");
    if document.is_template {
        return Some(Left::Template);
    }
    if !document.broken.is_empty() || document.problems.iter().any(is_yaml_problem) {
        return Some(Left::BrokenYaml);
    }
    let is_laid_out = unit.rule.kind.as_ref().is_some_and(|kind| kind.value.is_detection());
    (!is_laid_out).then_some(Left::UnknownKind)
}

/// The offset at which the line of `at` starts.
fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at.min(text.len())]).map_or(0, |feed| feed + 1)
}

/// The offset behind the line end of the line of `at`.
fn line_after(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at.min(text.len())..]).map_or(text.len(), |feed| at + feed + 1)
}

/// The comments of a file, by place.
struct Comments(Vec<Span>);

impl Comments {
    fn of(document: &Document) -> Self {
        let mut comments = document.comments.clone();
        comments.sort_unstable();
        Self(comments)
    }

    /// Those that start in `range`.
    fn starting_in(&self, range: std::ops::Range<usize>) -> &[Span] {
        let from = |offset: usize| self.0.partition_point(|comment| (comment.start as usize) < offset);
        &self.0[from(range.start)..from(range.end).max(from(range.start))]
    }
}
