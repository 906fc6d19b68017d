//! The columns that a predicate tests: a column of the table, under whatever name the query gave it, perhaps with its letters
//! made small or large first.

use super::constants::Constants;
use super::logsource::LogSource;
use super::pipeline::Scope;
use super::terms::{self, Case, Comparison};
use crate::emit::context::shown;
use crate::kql::ast::{Expr, ExprKind};

/// A column of the table, as a test reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name in the table.
    pub(super) name: String,
    /// Letters are made small or large before the comparison.
    pub(super) folded: Option<Fold>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    Lower,
    Upper,
}

impl Column {
    /// The column itself.
    pub(super) fn plain(name: &str) -> Self {
        Self { name: name.to_owned(), folded: None }
    }

    /// How letters compare once `tolower` or `toupper` is applied to the column; an error is what is wrong with the values.
    pub(super) fn case(&self, values: &[String], (comparison, case): (Comparison, Case)) -> Result<Case, &'static str> {
        let Some(fold) = self.folded else { return Ok(case) };
        let reached = |text: &String| match fold {
            Fold::Lower => *text == text.to_lowercase(),
            Fold::Upper => *text == text.to_uppercase(),
        };
        if comparison == Comparison::Regex {
            return Err("a regular expression on changed letters has no counterpart in Sigma");
        }
        if case == Case::Sensitive && !values.iter().all(reached) {
            return Err("a value can never match: its letters are of the other case than the function's");
        }
        Ok(Case::Ignored)
    }
}

/// The column of the table that an expression is: a name, or `tolower` or `toupper` of one. An error is one sentence.
pub(super) fn column(expr: &Expr, constants: &Constants<'_>, scope: &Scope) -> Result<Column, String> {
    match &expr.kind {
        ExprKind::Paren(inner) => column(inner, constants, scope),
        ExprKind::Name(name) if constants.bound(name).is_none() => {
            let name = constants.name(name);
            scope.column(&name).map_err(|what| format!("`{}` {what}; Sigma tests fields of the event", shown(&name)))
        }
        ExprKind::Call { name, args } => {
            let function = constants.name(name);
            let fold = match function.as_str() {
                "tolower" => Fold::Lower,
                "toupper" => Fold::Upper,
                _ => return Err(format!("`{}` is calculated; Sigma tests fields of the event", shown(&function))),
            };
            match args.as_slice() {
                [only] => Ok(Column { folded: Some(fold), ..column(&only.value, constants, scope)? }),
                _ => Err(format!("`{function}` takes one argument")),
            }
        }
        ExprKind::Member { .. } | ExprKind::Index { .. } => {
            Err("a value inside a column has no field in Sigma".to_owned())
        }
        _ => Err("Sigma compares fields of the event with constants only".to_owned()),
    }
}

/// The column, if the table has it and Sigma can name it. An error is one sentence.
pub(super) fn real(column: Column, source: Option<LogSource>) -> Result<Column, String> {
    let name = shown(&column.name);
    if !terms::is_field_name(&column.name) {
        return Err(format!("`{name}` is no name of a field in Sigma"));
    }
    let Some(source) = source else { return Ok(column) };
    match source.has_column(&column.name) {
        Ok(()) => Ok(column),
        Err(Some(near)) => Err(format!("`{}` has no column `{name}`; it is written `{near}`", source.table())),
        Err(None) => Err(format!("`{}` has no column `{name}`", source.table())),
    }
}
