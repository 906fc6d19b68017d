//! What a lint sees: one loaded file, and what several lints ask about it.

use std::cell::OnceCell;

use super::filters::{self, Filter};
use super::ownership::Subject;
use super::{Lint, Surroundings};
use crate::bind::bind;
use crate::bind::ir::{Bound, BoundResult, Column};
use crate::diag::{Diagnostic, Level};
use crate::rule::{Kind, Rule};
use crate::text::Span;
use crate::unit::{Query, Unit};

/// One loaded file, with answers that several lints share, computed when first asked for.
#[derive(Debug)]
pub struct Context<'u> {
    /// The file.
    pub unit: &'u Unit,
    /// The rules around it, and what its query may name.
    pub surroundings: Surroundings<'u>,
    bound: OnceCell<Bound>,
    filters: OnceCell<Vec<Filter>>,
    subject: OnceCell<Subject>,
}

impl<'u> Context<'u> {
    /// The context of a file in its surroundings.
    pub fn new(unit: &'u Unit, surroundings: Surroundings<'u>) -> Self {
        Self { unit, surroundings, bound: OnceCell::new(), filters: OnceCell::new(), subject: OnceCell::new() }
    }

    /// The rule.
    pub fn rule(&self) -> &'u Rule {
        &self.unit.rule
    }

    /// The query, where the file has one.
    pub fn query(&self) -> Option<&'u Query> {
        self.unit.query.as_ref()
    }

    /// The query with names and types resolved against the environment; empty where the file has no query.
    pub(super) fn bound(&self) -> &Bound {
        self.bound.get_or_init(|| {
            let Some(query) = self.query() else { return Bound::default() };
            let environment = self.surroundings.environment;
            let parameters = &self.rule().parameters;
            if parameters.is_empty() {
                return bind(&query.syntax, environment);
            }
            let mut given = environment.clone();
            for parameter in parameters {
                given.give(parameter.name.clone(), parameter.ty);
            }
            bind(&query.syntax, &given)
        })
    }

    /// The columns of the query's one result, where all of them are known.
    pub(super) fn output(&self) -> Option<&[Column]> {
        let query = self.query().filter(|query| query.syntax.problems.is_empty())?;
        let [BoundResult::Table(result)] = self.bound().results.as_slice() else { return None };
        (!result.open && !query.embedded.text().trim().is_empty()).then_some(&result.columns)
    }

    /// What the query filters by, pipe by pipe.
    pub(super) fn filters(&self) -> &[Filter] {
        self.filters.get_or_init(|| self.query().map(|query| filters::of(&query.syntax)).unwrap_or_default())
    }

    /// The products the rule is about.
    pub(super) fn subject(&self) -> &Subject {
        self.subject.get_or_init(|| Subject::of(self))
    }

    /// A finding at a place of the query.
    pub(super) fn at_query(&self, lint: &Lint, span: Span, message: impl Into<String>) -> Diagnostic {
        lint.finding(self.to_file(span), message)
    }

    /// A place of the query in the offsets of the file.
    pub(super) fn to_file(&self, span: Span) -> Span {
        self.query().map_or(span, |query| query.to_file(span))
    }

    /// Whether the file is an analytics rule: one that raises alerts by itself.
    pub(super) fn is_analytics(&self) -> bool {
        matches!(self.rule().kind.as_ref().map(|kind| kind.value), Some(Kind::Scheduled | Kind::Nrt))
    }

    /// The level of what Microsoft's validators refuse in an analytics rule: they do not read it of a hunting query.
    pub(super) fn level_of_refusal(&self) -> Level {
        if self.is_analytics() { Level::Error } else { Level::Warning }
    }

    /// Where a finding about something missing from the rule is shown: the name, else the query, else the start.
    pub(super) fn head(&self) -> Span {
        let rule = self.rule();
        let key = rule.name.as_ref().map(|name| name.key).or_else(|| rule.query.as_ref().map(|query| query.key));
        key.unwrap_or(Span::at(0))
    }
}
