//! The tables a query reads, by its syntax tree alone: the sources of its pipes, joins and unions.

use crate::catalog;
use crate::kql::Syntax;
use crate::kql::ast::{Expr, ExprKind, LetValue, Operator, Query, Stage, StatementKind};

/// The catalogue tables that a query reads, each once, in written order.
pub fn tables_read(syntax: &Syntax) -> Vec<String> {
    let mut tables = Vec::new();
    of_query(&syntax.query, &syntax.text, &mut tables);
    let mut seen = std::collections::BTreeSet::new();
    tables.retain(|table| catalog::table(table).is_some() && seen.insert(table.clone()));
    tables
}

fn of_query(query: &Query, text: &str, tables: &mut Vec<String>) {
    for statement in &query.statements {
        match &statement.kind {
            StatementKind::Let { value: LetValue::Expr(expr), .. } | StatementKind::Expression(expr) => {
                of_expr(expr, text, tables);
            }
            StatementKind::Let { value: LetValue::Function(function), .. } => of_query(&function.body, text, tables),
            _ => {}
        }
    }
}

fn of_expr(expr: &Expr, text: &str, tables: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Name(name) => tables.push(name.text(text).into_owned()),
        ExprKind::Paren(inner) => of_expr(inner, text, tables),
        ExprKind::Pipe(pipe) => {
            if let Some(source) = &pipe.source {
                of_expr(source, text, tables);
            }
            for stage in &pipe.stages {
                of_stage(stage, text, tables);
            }
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|arg| of_expr(&arg.value, text, tables)),
        ExprKind::Membership { list, .. } => list.iter().for_each(|expr| of_expr(expr, text, tables)),
        ExprKind::Logical { operands, .. } => operands.iter().for_each(|expr| of_expr(expr, text, tables)),
        _ => {}
    }
}

fn of_stage(stage: &Stage, text: &str, tables: &mut Vec<String>) {
    match &stage.operator {
        Operator::Join(join) | Operator::Lookup(join) => of_expr(&join.right, text, tables),
        Operator::Union { tables: legs, .. } => legs.iter().for_each(|leg| of_expr(leg, text, tables)),
        Operator::Where { predicate, .. } => of_expr(predicate, text, tables),
        Operator::Find(find) => find.tables.iter().for_each(|expr| of_expr(expr, text, tables)),
        Operator::Search(search) => search.tables.iter().for_each(|expr| of_expr(expr, text, tables)),
        _ => {}
    }
}
