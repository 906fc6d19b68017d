//! A table that the query reads and no connector of the rule brings.

use std::collections::BTreeMap;

use crate::catalog;
use crate::diag::{Diagnostic, Level};
use crate::kql::ast::{Expr, ExprKind, LetValue, Name, Operator, StatementKind};
use crate::kql::walk::{Node, Step, walk};
use crate::lint::{Check, Context, Lint};
use crate::rule::Connector;
use crate::text::Span;

pub(super) static LINT: Lint = Lint {
    name: "connector-table-mismatch",
    group: "format",
    level: Level::Warning,
    summary: "the query reads a table that no connector of the rule lists",
    page: include_str!("connector_table_mismatch.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(connectors) = &cx.rule().required_data_connectors else { return };
    let listed: Vec<&str> = connectors.value.iter().flat_map(|connector| data_types(&connector.value)).collect();
    if listed.is_empty() || listed.iter().any(|listed| is_raw(listed)) {
        return;
    }
    let has_other_words = listed.iter().any(|listed| catalog::table(listed).is_none());
    for (table, span) in tables_read(cx) {
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

/// The tables a connector lists; `SecurityAlert (ASC)` is the table `SecurityAlert`.
fn data_types(connector: &Connector) -> impl Iterator<Item = &str> {
    connector.data_types.iter().map(|listed| listed.value.split('(').next().unwrap_or_default().trim())
}

/// The tables of the catalogue that the query names as sources, each with its first place.
fn tables_read(cx: &Context<'_>) -> BTreeMap<&'static str, Span> {
    let mut tables = BTreeMap::new();
    let Some(query) = cx.query() else { return tables };
    let source = query.syntax.text.as_str();
    let mut declared = Vec::new();
    walk(&query.syntax.query, &mut |node| {
        let names: Vec<Name> = match node {
            Node::Statement(statement) => match &statement.kind {
                StatementKind::Let { name, value } => {
                    declared.push(name.text(source).into_owned());
                    let source = match value {
                        LetValue::Expr(expr) => name_of(expr),
                        _ => None,
                    };
                    source.into_iter().collect()
                }
                StatementKind::Expression(expr) => name_of(expr).into_iter().collect(),
                _ => Vec::new(),
            },
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Pipe(pipe) => pipe.source.as_ref().and_then(name_of).into_iter().collect(),
                _ => Vec::new(),
            },
            Node::Stage(stage) => match &stage.operator {
                Operator::Union { tables, .. } => tables.iter().filter_map(name_of).collect(),
                Operator::Join(join) | Operator::Lookup(join) => name_of(&join.right).into_iter().collect(),
                _ => Vec::new(),
            },
            Node::Function(_) => Vec::new(),
        };
        for name in names {
            if let Some(table) = catalog::table(&name.text(source)) {
                tables.entry(table.name).or_insert(name.span);
            }
        }
        Step::Into
    });
    tables.retain(|table, _| !declared.iter().any(|name| name == table));
    tables
}

fn name_of(expr: &Expr) -> Option<Name> {
    match &expr.kind {
        ExprKind::Name(name) => Some(*name),
        ExprKind::Paren(inner) => name_of(inner),
        _ => None,
    }
}
