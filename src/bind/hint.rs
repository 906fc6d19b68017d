//! What to say of a column that is not there: the one that was probably meant, and which tables have one of that name.

use super::environment::Environment;
use super::scope::{Binder, Row};
use super::suggestion::Suggestion;
use crate::catalog;
use crate::text::Span;

/// So many tables are named; a column that more have is no hint.
const MAX_TABLES: usize = 3;
/// A name is completed when it has at least so many letters.
const MIN_PART: usize = 4;

/// A column that was reported missing.
#[derive(Debug)]
pub(super) struct MissingColumn {
    /// The index of its problem.
    problem: usize,
    name: String,
    /// Another name was suggested for it.
    suggested: bool,
}

impl Binder<'_> {
    /// Reports a column that is not there, with the nearest of those that are. Where else there is one of that name is said
    /// at the end of the query, when all its tables are known.
    pub(super) fn unknown_column(&mut self, name: &str, span: Span, row: Row<'_>) {
        if self.is_silent() {
            return;
        }
        let problem = self.problem_count();
        let names = || row.columns.iter().map(|column| column.name.as_str());
        let suggestion = self.suggested_of(name, names()).or_else(|| completed(name, names()));
        let suggested = suggestion.is_some();
        self.report_with_help("unknown-column", span, format!("there is no column named `{name}` here"), suggestion);
        if self.text[..span.range().start].trim_end_matches(' ').ends_with("--") {
            self.help(problem, "a comment starts with `//`, not with `--`");
            return;
        }
        if !suggested && self.environment.may_lack_columns(&self.tables_read, row.columns) {
            self.set_unless_in_workspace(problem);
        }
        match catalog::column_in_other_world(name) {
            Some((other, world)) if !suggested && row.index_of(other).is_some() => {
                self.help(problem, &format!("did you mean `{other}`, as {world} calls it?"));
            }
            _ => self.missing.push(MissingColumn { problem, name: name.to_owned(), suggested }),
        }
    }

    /// Says of each column that was reported missing which tables have one of that name: those that the query reads, or
    /// where nothing else is known those of the catalogue, if they are few.
    pub(super) fn say_where_missing_columns_are(&mut self) {
        for MissingColumn { problem, name, suggested } in std::mem::take(&mut self.missing) {
            let read: Vec<String> = self
                .tables_read
                .iter()
                .filter(|table| has_column(self.environment, table, &name))
                .map(|table| format!("`{table}`"))
                .collect();
            if !read.is_empty() {
                let tables = listed(&read[..read.len().min(MAX_TABLES)]);
                let has = if read.len() == 1 { "has" } else { "have" };
                self.help(problem, &format!("{tables} {has} `{name}`, but it does not reach this place"));
            }
            if suggested || !read.is_empty() {
                continue;
            }
            let others: Vec<String> = catalog::tables_with_column(&name).take(MAX_TABLES + 1).map(described).collect();
            if (1..=MAX_TABLES).contains(&others.len()) {
                self.help(problem, &format!("`{name}` is a column of {}", listed(&others)));
            }
        }
    }
}

fn has_column(environment: &Environment, table: &str, name: &str) -> bool {
    environment.table(table).is_some_and(|table| table.columns.iter().any(|column| column.name == name))
}

/// A table of the catalogue, with its world where it is in one only.
fn described(table: catalog::Table) -> String {
    match (table.worlds.sentinel, table.worlds.xdr) {
        (true, false) => format!("`{}` (Sentinel)", table.name),
        (false, true) => format!("`{}` (Defender XDR)", table.name),
        _ => format!("`{}`", table.name),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// The one candidate that ends with the name where a word of it begins: `AccountUpn` of `InitiatingProcessAccountUpn`.
fn completed<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<Suggestion> {
    let begins_word = name.starts_with(|letter: char| letter.is_ascii_uppercase());
    let mut ending = candidates.filter(|candidate| begins_word && name.len() >= MIN_PART && candidate.ends_with(name));
    let only = ending.next().filter(|_| ending.next().is_none())?;
    Some(Suggestion { name: only.to_owned(), certain: false, distance: only.len() - name.len() })
}
