//! A custom detection whose query does not give the columns that the service makes alerts of.

use crate::bind::ir::Column;
use crate::catalog;
use crate::diag::{Diagnostic, Level};
use crate::kql::token::TokenKind;
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;

pub(super) static LINT: Lint = Lint {
    name: "missing-detection-column",
    group: "detection",
    level: Level::Warning,
    summary: "the query of a custom detection lacks a column that the service needs",
    page: include_str!("missing_detection_column.md"),
    check: Check::Unit(check),
};

/// The time columns: of Defender's tables, and of those of a workspace.
const TIMES: [&str; 2] = ["Timestamp", "TimeGenerated"];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let is_detection = cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::CustomDetection);
    let (true, Some(columns), Some(query)) = (is_detection, cx.output(), &cx.rule().query) else { return };
    let has = |name: &str| columns.iter().any(|column: &Column| column.name == name);
    let mut missing: Vec<&str> = Vec::new();
    if !TIMES.iter().any(|time| has(time)) {
        missing.push("Timestamp");
    }
    let tables = tables(cx);
    // Of a query over several kinds of tables the service asks what only its own check tells.
    if !tables.is_empty() && tables.iter().all(|table| table.starts_with("Device")) {
        missing.extend(["DeviceId", "ReportId"].into_iter().filter(|name| !has(name)));
    } else if !tables.is_empty() && tables.iter().all(|table| is_reported(table)) && !has("ReportId") {
        missing.push("ReportId");
    }
    if missing.is_empty() {
        return;
    }
    let message = format!("the query does not give {}, which the service makes alerts of", listed(&missing));
    let help = "keep the columns in the result: in `project`, or as `arg_max(Timestamp, ReportId, …)` in `summarize`";
    sink.push(LINT.finding(query.key, message).help(help));
}

/// Whether the events of a table are told apart by their `ReportId`.
fn is_reported(table: &str) -> bool {
    ["Device", "Identity", "Email", "CloudAppEvents", "UrlClickEvents"].iter().any(|start| table.starts_with(start))
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

/// The tables of the catalogue that the query names.
fn tables(cx: &Context<'_>) -> Vec<&'static str> {
    let Some(query) = cx.query() else { return Vec::new() };
    let names = query.syntax.tokens.iter().filter(|token| token.kind == TokenKind::Identifier);
    names.filter_map(|token| catalog::table(token.span.slice(&query.syntax.text))).map(|table| table.name).collect()
}
