//! The tables a query reads, by its syntax tree alone: the sources of its pipes, joins and unions.

use std::collections::BTreeSet;

use crate::catalog;
use crate::kql::Syntax;
use crate::kql::ast::{Expr, ExprKind, LetValue, Operator, Stage, Statement, StatementKind};
use crate::kql::walk::{Node, Step, walk};

/// The catalogue tables that a query reads, each once, in written order.
pub(super) fn tables_read(syntax: &Syntax) -> Vec<String> {
    let mut sources: Vec<&Expr> = Vec::new();
    walk(&syntax.query, &mut |node| {
        match node {
            Node::Statement(statement) => sources.extend(of_statement(statement)),
            Node::Expr(Expr { kind: ExprKind::Pipe(pipe), .. }) => sources.extend(&pipe.source),
            Node::Stage(stage) => sources.extend(of_stage(stage)),
            Node::Expr(_) | Node::Function(_) => {}
        }
        Step::Into
    });
    let mut seen = BTreeSet::new();
    let names = sources.into_iter().filter_map(|source| name(source, &syntax.text));
    names.filter(|table| catalog::table(table).is_some() && seen.insert(table.clone())).collect()
}

fn of_statement(statement: &Statement) -> Option<&Expr> {
    match &statement.kind {
        StatementKind::Let { value: LetValue::Expr(expr), .. } | StatementKind::Expression(expr) => Some(expr),
        _ => None,
    }
}

fn of_stage(stage: &Stage) -> Vec<&Expr> {
    match &stage.operator {
        Operator::Join(join) | Operator::Lookup(join) => vec![&join.right],
        Operator::Union { tables, .. } => tables.iter().collect(),
        Operator::Find(find) => find.tables.iter().collect(),
        Operator::Search(search) => search.tables.iter().collect(),
        _ => Vec::new(),
    }
}

fn name(expr: &Expr, text: &str) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(found) => Some(found.text(text).into_owned()),
        ExprKind::Paren(inner) => name(inner, text),
        _ => None,
    }
}
