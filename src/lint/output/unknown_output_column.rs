//! A mapping or a text of the rule names a column that the query does not give.

use super::reference::{self, Reference};
use crate::bind::ir::Column;
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::names::DECLARE;
use crate::lint::{Check, Context, Lint};
use crate::text::{Edit, nearest};

pub(super) static LINT: Lint = Lint {
    name: "unknown-output-column",
    group: "output",
    level: Level::Error,
    summary: "a column that the query's result does not have",
    page: include_str!("unknown_output_column.md"),
    check: Check::Unit(check),
};

/// Up to so many columns are named in a finding.
const MAX_NAMED: usize = 12;

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(columns) = cx.output() else { return };
    let may_lack = cx.surroundings.environment.may_lack_columns(&cx.bound().tables, columns);
    for reference in reference::all(cx.rule(), &cx.unit.source) {
        if columns.iter().any(|column| column.name == reference.column) {
            continue;
        }
        let mut found = finding(&reference, columns);
        // A fix is there only for a column of that name in other letters, which no other column of the log is.
        if may_lack && found.fix.is_none() {
            found.level = Level::Warning;
            found = found.note(DECLARE);
        }
        // That a union splits a column rests on the types of both.
        if columns.iter().any(|known| is_split(known, &reference.column)) {
            found.level = Level::Warning;
        }
        sink.push(found);
    }
}

fn finding(reference: &Reference, columns: &[Column]) -> Diagnostic {
    let Reference { column, key, span, is_exact } = reference;
    let other_case = columns.iter().find(|known| known.name.eq_ignore_ascii_case(column));
    let Some(known) = other_case else {
        let found = LINT.finding(*span, format!("{key} names `{column}`, which the query's result does not have"));
        let found = found.note(described(columns));
        if let Some(split) = columns.iter().find(|known| is_split(known, column)) {
            let name = &split.name;
            return found
                .help(format!("a union splits `{column}` by type, as in `{name}`: give it one type in all legs"));
        }
        return match nearest(column, columns.iter().map(|column| column.name.as_str())) {
            Some(name) => found.help(format!("did you mean `{name}`?")),
            None => found.help("keep the column in the last `project` or `summarize`, or name one that the result has"),
        };
    };
    let name = &known.name;
    let message = format!("{key} names `{column}`; the query's result has `{name}`, and letter case matters");
    let found = LINT.finding(*span, message).help(format!("write `{name}`"));
    if !is_exact {
        return found;
    }
    let edits = vec![Edit::replace(*span, name.clone())];
    found.fix(Fix { title: format!("write `{name}`"), edits, safety: Safety::Safe })
}

/// Whether the column is one of those that `union` makes of columns of one name and several types.
fn is_split(known: &Column, column: &str) -> bool {
    known.name.strip_prefix(column).and_then(|rest| rest.strip_prefix('_')) == Some(known.ty.as_str())
}

fn described(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().take(MAX_NAMED).map(|column| format!("`{}`", column.name)).collect();
    let more = columns.len().saturating_sub(MAX_NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("the result has {}{rest}", names.join(", "))
}
