//! One rule file, fully loaded: its text, its rule model, its parsed query. Loading never fails; what is wrong with the
//! file is in the unit's diagnostics, and everything that could be read is there for the stages above.

use crate::diag::Diagnostic;
use crate::kql::Syntax;
use crate::rule::Rule;
use crate::text::{Embedded, Source, Span};

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
}

/// The query of a unit: its text's place in the file and its tree.
#[derive(Debug)]
pub struct Query {
    /// The text and the way back to the file.
    pub embedded: Embedded,
    /// Its tokens and tree.
    pub syntax: Syntax,
}

impl Query {
    /// A span of the query in the offsets of the file.
    pub fn to_file(&self, span: Span) -> Span {
        self.embedded.to_file(span)
    }
}
