//! A table that the query reads and no connector of the rule brings.

use crate::catalog;
use crate::diag::{Diagnostic, Level};
use crate::lint::sources::{self, data_types, takes_data};
use crate::lint::{Check, Context, Lint};
use crate::text::nearest;

pub(super) static LINT: Lint = Lint {
    name: "connector-table-mismatch",
    group: "format",
    level: Level::Warning,
    summary: "the query reads a table that no connector of the rule lists",
    page: include_str!("connector_table_mismatch.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let (Some(connectors), Some(query)) = (&cx.rule().required_data_connectors, cx.query()) else { return };
    let listed: Vec<&str> = connectors.value.iter().flat_map(|connector| data_types(&connector.value)).collect();
    if listed.is_empty() {
        return;
    }
    for (table, span) in sources::of(&query.syntax.query, &query.syntax.text).tables {
        if !takes_data(table) || listed.iter().any(|listed| means(listed, table)) {
            continue;
        }
        let message = format!("the query reads {table}, which no connector of the rule lists");
        let found = cx.at_query(&LINT, span, message).label("not in dataTypes");
        let found = found.related(connectors.key, format!("lists {}", listed.join(", ")));
        sink.push(found.help(format!("add {table} to the `dataTypes` of the connector that brings it")));
    }
}

/// Whether an entry of `dataTypes` stands for the table: by its name, by a slip of it (which is `unknown-data-type`), or, for a
/// table that several services write into (`AzureDiagnostics`), by a word for the service.
fn means(listed: &str, table: &str) -> bool {
    let is_word = || catalog::table(listed).is_none();
    let is_shared = || catalog::table(table).is_some_and(|table| table.open);
    listed.eq_ignore_ascii_case(table) || (is_word() && (is_shared() || nearest(listed, [table]).is_some()))
}
