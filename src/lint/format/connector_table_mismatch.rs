//! A table that the query reads and no connector of the rule brings.

use super::sources::{self, data_types};
use crate::catalog;
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

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
    if listed.is_empty() || listed.iter().any(|listed| is_raw(listed)) {
        return;
    }
    let has_other_words = listed.iter().any(|listed| catalog::table(listed).is_none());
    for (table, span) in sources::of(&query.syntax.query, &query.syntax.text).tables {
        // What several services write into one table (AzureDiagnostics) is often listed by a word for the service.
        let may_be_meant = has_other_words && catalog::table(table).is_some_and(|table| table.open);
        if !may_be_meant && !listed.iter().any(|listed| listed.eq_ignore_ascii_case(table)) {
            let message = format!("the query reads {table}, which no connector of the rule lists");
            let found = cx.at_query(&LINT, span, message).label("not in dataTypes");
            let found = found.related(connectors.key, format!("lists {}", listed.join(", ")));
            sink.push(found.help(format!("add {table} to the `dataTypes` of the connector that brings it")));
        }
    }
}

/// Whether many products write into the table, each in its own way. Rules then read it through a parser of the product's,
/// which the catalogue may know as a table.
fn is_raw(listed: &str) -> bool {
    ["Syslog", "CommonSecurityLog"].iter().any(|raw| listed.eq_ignore_ascii_case(raw)) || listed.ends_with("_CL")
}
