//! A table that a connector lists and the query does not read.

use crate::catalog;
use crate::diag::{Diagnostic, Level};
use crate::lint::sources::{self, table_of, takes_data};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unread-data-type",
    group: "format",
    level: Level::Warning,
    summary: "a connector lists a table that the query does not read",
    page: include_str!("unread_data_type.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(query) = cx.query().filter(|query| query.syntax.problems.is_empty()) else { return };
    let read = sources::of(&query.syntax.query, &query.syntax.text);
    if !read.is_all || read.tables.is_empty() || !read.tables.keys().all(|table| takes_data(table)) {
        return;
    }
    let connectors = cx.rule().required_data_connectors.iter().flat_map(|connectors| &connectors.value);
    for listed in connectors.flat_map(|connector| &connector.value.data_types) {
        let table = table_of(&listed.value);
        if catalog::table(table).is_none() || read.names.contains(&table.to_ascii_lowercase()) {
            continue;
        }
        let tables: Vec<&str> = read.tables.keys().copied().collect();
        let message = format!("the query does not read {table}, which `dataTypes` lists");
        let found = LINT.finding(listed.span, message).note(format!("it reads {}", tables.join(", ")));
        sink.push(found.help("list what the query reads, and nothing else"));
    }
}
