//! Names and types that do not fit. These findings are made while a query is bound; here they get their place in the file.

use super::{Context, Lint};
use crate::bind::ir::{Certainty, Problem};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::kql;
use crate::text::{Edit, Span};

pub(super) static LINTS: &[&Lint] = &[
    &lint(
        "column-expected",
        Level::Error,
        "an expression where only the name of a column may stand",
        include_str!("column_expected.md"),
    ),
    &lint("duplicate-column", Level::Error, "a column declared twice", include_str!("duplicate_column.md")),
    &lint("duplicate-name", Level::Error, "a name declared twice", include_str!("duplicate_name.md")),
    &lint(
        "invalid-argument",
        Level::Error,
        "a value that an option does not take",
        include_str!("invalid_argument.md"),
    ),
    &lint(
        "invalid-join-condition",
        Level::Error,
        "a join on something else than columns",
        include_str!("invalid_join_condition.md"),
    ),
    &lint("invalid-literal", Level::Warning, "a literal that has no value", include_str!("invalid_literal.md")),
    &lint(
        "misplaced-aggregate",
        Level::Error,
        "an aggregate outside of `summarize`",
        include_str!("misplaced_aggregate.md"),
    ),
    &lint(
        "not-aggregated",
        Level::Error,
        "a column in `summarize` that is neither key nor aggregated",
        include_str!("not_aggregated.md"),
    ),
    &lint("swapped-sides", Level::Error, "`$left` names the right side of a join", include_str!("swapped_sides.md")),
    &lint("too-complex", Level::Error, "a query too large to be understood", include_str!("too_complex.md")),
    &lint(
        "type-mismatch",
        Level::Error,
        "a value of another type than its place takes",
        include_str!("type_mismatch.md"),
    ),
    &lint(
        "unknown-argument",
        Level::Error,
        "an argument by a name that the function does not have",
        include_str!("unknown_argument.md"),
    ),
    &lint(
        "unknown-column",
        Level::Error,
        "a column that the table does not have at that place",
        include_str!("unknown_column.md"),
    ),
    &lint("unknown-function", Level::Error, "a function that nobody knows", include_str!("unknown_function.md")),
    &lint(
        "unknown-name",
        Level::Error,
        "a name that is no table, no `let` and no function",
        include_str!("unknown_name.md"),
    ),
    &lint("unknown-table", Level::Error, "a table that nobody knows", include_str!("unknown_table.md")),
    &lint("unknown-type", Level::Error, "a word that is no type", include_str!("unknown_type.md")),
    &lint(
        "unsupported",
        Level::Note,
        "a form of the language that is not understood here",
        include_str!("unsupported.md"),
    ),
    &lint(
        "wrong-argument-count",
        Level::Error,
        "too few or too many arguments",
        include_str!("wrong_argument_count.md"),
    ),
    &lint(
        "wrong-value-count",
        Level::Error,
        "a `datatable` whose last row is not full",
        include_str!("wrong_value_count.md"),
    ),
];

pub(super) const DECLARE: &str =
    "a table or saved function of your workspace is declared under [schema] in sentinelc.toml (docs/schema.md)";

const fn lint(name: &'static str, level: Level, summary: &'static str, page: &'static str) -> Lint {
    Lint::found_elsewhere("names", name, level, summary, page)
}

/// What binding says about the query, in the offsets of the file. Where the query does not parse, the syntax error is all
/// that is said about a place.
pub(super) fn problems(cx: &Context<'_>) -> Vec<Diagnostic> {
    let Some(query) = cx.query() else { return Vec::new() };
    // A bracket that is not closed holds other things than it seems to.
    let places = |problem: &kql::Problem| [Some(problem.span), problem.related.as_ref().map(|(span, _)| *span)];
    let unread: Vec<Span> = query.syntax.problems.iter().flat_map(places).flatten().collect();
    let touches =
        |problem: &&Problem| unread.iter().any(|span| problem.span.start <= span.end && span.start <= problem.span.end);
    cx.bound().problems.iter().filter(|problem| !touches(problem)).map(|problem| finding(cx, problem)).collect()
}

fn finding(cx: &Context<'_>, problem: &Problem) -> Diagnostic {
    let level = match problem.certainty {
        Certainty::Certain => {
            LINTS.iter().find(|lint| lint.name == problem.lint).map_or(Level::Error, |lint| lint.level)
        }
        Certainty::UnlessInWorkspace => Level::Warning,
    };
    let mut found = Diagnostic::new(problem.lint, level, problem.message.clone(), cx.to_file(problem.span));
    found.help.clone_from(&problem.help);
    if problem.certainty == Certainty::UnlessInWorkspace {
        found = found.note(DECLARE);
    }
    let place = cx.query().and_then(|query| query.embedded.exact(problem.span));
    if let (Some(replacement), Some(place)) = (&problem.replacement, place) {
        let edits = vec![Edit::replace(place, replacement.clone())];
        found = found.fix(Fix { title: format!("write `{replacement}`"), edits, safety: Safety::Safe });
    }
    found
}
