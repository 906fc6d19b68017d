//! Why a query gave no table: in one word for programs, as findings for people.

use crate::bind::{self, Environment};
use crate::diag::{Diagnostic, Level};
use crate::eval;
use crate::text::Span;
use crate::unit::Query;

/// Why a query gave no table.
#[derive(Debug)]
pub(super) struct QueryError {
    /// The kind of failure in one word.
    pub(super) kind: &'static str,
    /// The first thing that is wrong.
    pub(super) message: String,
    /// Where, in the offsets of the file.
    pub(super) span: Span,
    /// Everything that is wrong, in the offsets of the file; not empty.
    pub(super) findings: Vec<Diagnostic>,
}

impl QueryError {
    /// Of a query that does not parse; `None` of one that does.
    pub(super) fn of_syntax(query: &Query) -> Option<Self> {
        let first = query.syntax.problems.first()?;
        let findings = query.syntax_errors().collect();
        Some(Self { kind: "parse", message: first.message.clone(), span: query.to_file(first.span), findings })
    }

    /// Of a query that cannot be compiled: with all that binding it against `environment` finds.
    pub(super) fn of_plan(error: &eval::Error, query: &Query, environment: &Environment) -> Self {
        let mut failed = Self::of_run(error, query);
        let problems = bind::bind(&query.syntax, environment).problems;
        if !problems.iter().any(|problem| problem.span == error.span()) {
            return failed;
        }
        let finding = |problem: &bind::ir::Problem| {
            let mut found =
                Diagnostic::new(problem.lint, Level::Error, problem.message.clone(), query.to_file(problem.span));
            found.help.clone_from(&problem.help);
            found
        };
        failed.findings = problems.iter().map(finding).collect();
        failed
    }

    /// Of a query that failed while it ran.
    pub(super) fn of_run(error: &eval::Error, query: &Query) -> Self {
        let (kind, message, span) = (error.kind(), error.to_string(), query.to_file(error.span()));
        let name = match error {
            eval::Error::LimitExceeded { .. } => "limit-exceeded",
            eval::Error::Runtime { .. } => "runtime-error",
            _ => kind,
        };
        let findings = vec![Diagnostic::new(name, Level::Error, message.clone(), span)];
        Self { kind, message, span, findings }
    }
}
