//! What a query reads from, as far as its text tells: tables of the catalogue by name, and whether that is all.

use std::collections::{BTreeMap, HashSet};

use crate::catalog::{self, connectors};
use crate::kql::ast::{Expr, ExprKind, LetValue, Name, Operator, Query, StatementKind};
use crate::kql::walk::{Node, Step, walk};
use crate::rule::Connector;
use crate::text::Span;

/// What a query reads from.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The tables of the catalogue that it names as sources, each with its first place.
    pub(super) tables: BTreeMap<&'static str, Span>,
    /// Every name in the query, whatever it names, in lower case.
    pub(super) names: HashSet<String>,
    /// Whether it reads nothing else: no function of the workspace, no table that the catalogue does not know, no pattern.
    pub(super) is_all: bool,
}

/// The sources of a query.
pub(super) fn of(query: &Query, source: &str) -> Sources {
    let mut found = Sources { is_all: true, ..Sources::default() };
    let mut declared: HashSet<String> = HashSet::new();
    let mut read: Vec<Name> = Vec::new();
    walk(query, &mut |node| {
        match node {
            Node::Statement(statement) => {
                if let StatementKind::Let { name, .. } = &statement.kind {
                    declared.insert(name.text(source).into_owned());
                }
                found.is_all &= !matches!(&statement.kind, StatementKind::Let { value: LetValue::Function(_), .. });
            }
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Name(name) => {
                    found.names.insert(name.text(source).to_ascii_lowercase());
                }
                ExprKind::Wildcard(_) | ExprKind::ExternalData { .. } => found.is_all = false,
                ExprKind::Call { name, .. } => {
                    let called = name.text(source);
                    found.names.insert(called.to_ascii_lowercase());
                    found.is_all &= is_builtin(&called) || declared.contains(called.as_ref());
                }
                _ => {}
            },
            Node::Stage(stage) => {
                found.is_all &= !matches!(stage.operator, Operator::Search { .. } | Operator::Find { .. });
            }
            Node::Function(_) => {}
        }
        for expr in sources(node) {
            match name_of(expr) {
                Some(name) => read.push(name),
                None => found.is_all &= !is_entity_call(expr),
            }
        }
        Step::Into
    });
    for name in read {
        let text = name.text(source);
        match catalog::table(&text) {
            _ if declared.contains(text.as_ref()) => {}
            Some(table) => {
                found.tables.entry(table.name).or_insert(name.span);
            }
            None => found.is_all = false,
        }
    }
    found
}

/// The expressions of a node that stand where a table is read.
fn sources(node: Node<'_>) -> Vec<&Expr> {
    match node {
        Node::Statement(statement) => match &statement.kind {
            StatementKind::Let { value: LetValue::Expr(expr), .. } => name_of(expr).map(|_| expr).into_iter().collect(),
            StatementKind::Expression(expr) => vec![expr],
            _ => Vec::new(),
        },
        Node::Expr(expr) => match &expr.kind {
            ExprKind::Pipe(pipe) => pipe.source.iter().collect(),
            _ => Vec::new(),
        },
        Node::Stage(stage) => match &stage.operator {
            Operator::Union { tables, .. } => tables.iter().collect(),
            Operator::Join(join) | Operator::Lookup(join) => vec![&join.right],
            _ => Vec::new(),
        },
        Node::Function(_) => Vec::new(),
    }
}

/// `table('T')`, `database('d').T`: which table is read is not written as a name.
fn is_entity_call(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Member { .. })
}

fn is_builtin(name: &str) -> bool {
    let reads_tables = ["table", "materialized_view", "external_table", "workspace", "app", "database", "cluster"];
    let is_function = catalog::scalar_function(name).is_some()
        || catalog::aggregate(name).is_some()
        || catalog::plugin(name).is_some()
        || ["materialize", "toscalar", "view"].contains(&name);
    is_function && !reads_tables.contains(&name)
}

/// The name that an expression is, parentheses taken away.
fn name_of(expr: &Expr) -> Option<Name> {
    match &expr.kind {
        ExprKind::Name(name) => Some(*name),
        ExprKind::Paren(inner) => name_of(inner),
        _ => None,
    }
}

/// Whether a table of the catalogue is one that data comes into. Some parsers of products stand there as tables too; what
/// they read is not known. Tables that the service fills itself need no connector.
pub(super) fn takes_data(table: &str) -> bool {
    let is_brought = connectors::is_brought(table) || catalog::table(table).is_some_and(|table| table.worlds.xdr);
    is_brought && !connectors::is_own(table)
}

/// The table that an entry of `dataTypes` means: `SecurityAlert (ASC)` is the table `SecurityAlert`.
pub(super) fn table_of(listed: &str) -> &str {
    listed.split('(').next().unwrap_or_default().trim()
}

/// The tables a connector lists.
pub(super) fn data_types(connector: &Connector) -> impl Iterator<Item = &str> {
    connector.data_types.iter().map(|listed| table_of(&listed.value))
}
