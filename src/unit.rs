//! One rule file, fully loaded: its text, its rule model, its parsed query. Loading never fails; what is wrong with the
//! file is in the unit's diagnostics, and everything that could be read is there for the stages above.

use crate::diag::{Diagnostic, Level};
use crate::kql::{self, Syntax};
use crate::rule::{self, Rule};
use crate::text::{Embedded, Segment, Source, Span};
use crate::yaml::{self, Document};

/// One rule file (YAML) or bare query (`.kql`), loaded and immutable.
#[derive(Debug)]
pub struct Unit {
    /// The file.
    pub source: Source,
    /// The rule; all fields empty for a bare query.
    pub rule: Rule,
    /// The query, parsed; `None` where the file has none.
    pub query: Option<Query>,
    /// What loading found: YAML that does not parse, schema violations, syntax errors of the query. In file offsets.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the file is meant as a rule; false for YAML of another kind (a workflow, a compose file).
    pub is_rule: bool,
    /// Whether the file is a template: placeholders such as `%%NAME%%` are filled in later, so that it is not mended.
    pub is_template: bool,
}

/// The query of a unit: its text's place in the file and its tree.
#[derive(Debug)]
pub struct Query {
    /// The text and the way back to the file.
    pub embedded: Embedded,
    /// Its tokens and tree.
    pub syntax: Syntax,
}

impl Unit {
    /// Whether the file is a bare query, told by its name.
    pub fn is_bare_query(&self) -> bool {
        is_bare_query(&self.source)
    }
}

impl Query {
    /// A query that is all of a file's text, but for a byte order mark.
    pub fn bare(file: &str) -> Self {
        let embedded = whole_text(file);
        Self { syntax: kql::parse(embedded.text()), embedded }
    }

    /// A span of the query in the offsets of the file.
    pub fn to_file(&self, span: Span) -> Span {
        self.embedded.to_file(span)
    }

    /// Where the query does not parse, as findings in the file.
    pub fn syntax_errors(&self) -> impl Iterator<Item = Diagnostic> {
        self.syntax.problems.iter().map(|problem| syntax_error(self, problem))
    }
}

/// Loads a file: a bare query where its name ends in `.kql` or `.csl`, else a rule file in YAML. Never fails; what is
/// wrong is in [`Unit::diagnostics`], sorted by place.
pub fn load(source: Source) -> Unit {
    let mut unit = if is_bare_query(&source) { load_query(source) } else { load_rule(source) };
    if let Some(query) = &unit.query {
        unit.diagnostics.extend(query.syntax_errors());
    }
    unit.diagnostics.sort_by_key(|found| found.primary.span);
    limit(&mut unit.diagnostics);
    unit
}

/// As [`load`], for a file that is only evidence about others: [`Unit::diagnostics`] is empty, which takes half the time.
pub fn load_as_evidence(source: Source) -> Unit {
    if is_bare_query(&source) {
        return load_query(source);
    }
    let document = yaml::read(source.text());
    unit_of(source, &document)
}

/// The most findings of loading that are kept for one file.
const MAX_FINDINGS: usize = 500;

/// A file that is no rule at all may be wrong at every line; the first lines say enough.
fn limit(found: &mut Vec<Diagnostic>) {
    let more = found.len().saturating_sub(MAX_FINDINGS);
    found.truncate(MAX_FINDINGS);
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.notes.push(format!("{more} more findings of this file are left out"));
    }
}

fn is_bare_query(source: &Source) -> bool {
    let extension = source.path().extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| ["kql", "csl"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

fn load_query(source: Source) -> Unit {
    let query = Some(Query::bare(source.text()));
    Unit { source, rule: Rule::default(), query, diagnostics: Vec::new(), is_rule: true, is_template: false }
}

/// The text of a file without its byte order mark.
fn whole_text(file: &str) -> Embedded {
    let Some(text) = file.strip_prefix('\u{feff}') else { return Embedded::whole_file(file) };
    let whole = Span::from_range(file.len() - text.len()..file.len());
    Embedded::new(file, whole, text.to_owned(), vec![Segment { inner: 0, outer: whole.start, len: whole.len() }])
}

fn load_rule(source: Source) -> Unit {
    let mut document = yaml::read(source.text());
    let problems = std::mem::take(&mut document.problems);
    let mut unit = Unit { diagnostics: problems, ..unit_of(source, &document) };
    match &document.root {
        // What a template lacks is filled in later.
        Some(_) if document.is_template => {}
        Some(root) => {
            let found = rule::check(unit.source.text(), root, &unit.rule, &document.broken);
            unit.diagnostics.extend(found);
        }
        None if document.broken.is_empty() => unit.diagnostics.push(Diagnostic::new(
            "unknown-rule-kind",
            Level::Error,
            "the file is empty; a rule file has at least a `name` and a `query`",
            Span::default(),
        )),
        None => {}
    }
    unit
}

/// What a file's YAML says, with nothing said about it yet.
fn unit_of(source: Source, document: &Document) -> Unit {
    let text = source.text();
    let is_rule = rule::is_meant_as_rule(text, document);
    let rule = document.root.as_ref().map(|root| rule::read(text, root)).unwrap_or_default();
    let query = rule
        .query
        .as_ref()
        .map(|query| Query { embedded: query.value.clone(), syntax: kql::parse(query.value.text()) });
    Unit { source, rule, query, diagnostics: Vec::new(), is_rule, is_template: document.is_template }
}

/// A syntax problem of the query as a finding in the file.
fn syntax_error(query: &Query, problem: &kql::Problem) -> Diagnostic {
    let mut found = Diagnostic::new("syntax-error", Level::Error, problem.message.clone(), query.to_file(problem.span));
    if let Some((span, text)) = &problem.related {
        found = found.related(query.to_file(*span), text.clone());
    }
    found.help.clone_from(&problem.help);
    found
}
