//! A data type that is no table.

use crate::catalog::{self, connectors};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::sources::{self, table_of};
use crate::lint::{Check, Context, Lint};
use crate::rule::Field;
use crate::text::{Edit, nearest};

pub(super) static LINT: Lint = Lint {
    name: "unknown-data-type",
    group: "format",
    level: Level::Warning,
    summary: "a data type is no table, and the query does not read it",
    page: include_str!("unknown_data_type.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(query) = cx.query() else { return };
    let read = sources::of(&query.syntax.query, &query.syntax.text);
    let connectors = cx.rule().required_data_connectors.iter().flat_map(|connectors| &connectors.value);
    for listed in connectors.flat_map(|connector| &connector.value.data_types) {
        let written = table_of(&listed.value);
        if written.is_empty() || is_known(written) || read.names.contains(&written.to_ascii_lowercase()) {
            continue;
        }
        let meant = nearest(written, read.tables.keys().copied());
        // What stands for a parser's data is known to who wrote the parser.
        if meant.is_some() || read.is_all {
            sink.push(finding(listed, written, meant, cx.unit.source.slice(listed.span)));
        }
    }
}

/// Whether a table or a function of the workspace has this name, in whatever case. Whoever sends custom logs names them.
fn is_known(written: &str) -> bool {
    let of_catalog = || catalog::table_names().any(|known| known.eq_ignore_ascii_case(written));
    let is_custom = written.to_ascii_lowercase().ends_with("_cl");
    is_custom || catalog::workspace_function(written).is_some() || connectors::is_brought(written) || of_catalog()
}

fn finding(listed: &Field<String>, written: &str, meant: Option<&str>, in_file: &str) -> Diagnostic {
    let found = LINT.finding(listed.span, format!("`{written}` is no table"));
    match meant {
        Some(meant) if in_file == written => found.label(format!("the query reads `{meant}`")).fix(Fix {
            title: format!("write `{meant}`"),
            edits: vec![Edit::replace(listed.span, meant)],
            safety: Safety::Unsafe,
        }),
        Some(meant) => found.help(format!("did you mean `{meant}`, which the query reads?")),
        None => found.help("list the tables that the query reads"),
    }
}
