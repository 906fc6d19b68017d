//! A hunting query that fixes its own stretch of time.

use std::collections::HashMap;

use crate::diag::{Diagnostic, Level};
use crate::kql::ast::{
    BinaryOp, Expr, ExprKind, LetValue, LiteralKind, LogicalOp, Operator, Query, StatementKind, UnaryOp,
};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;

pub(super) static LINT: Lint = Lint {
    name: "hard-coded-window",
    group: "time",
    level: Level::Note,
    summary: "a hunting query fixes its own stretch of time",
    page: include_str!("hard_coded_window.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let is_hunting = cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::Hunting);
    let Some(query) = cx.query().filter(|_| is_hunting) else { return };
    let source = query.syntax.text.as_str();
    let lets = lets(&query.syntax.query, source);
    let results = query.syntax.query.statements.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Expression(expr) => Some(expr),
        _ => None,
    });
    let Some(start) = results.into_iter().find_map(|result| window_start(result, &lets, source)) else { return };
    let written = start.span.slice(source);
    let message = format!("the query fixes its window itself, with `{written}`");
    let found = cx.at_query(&LINT, start.span, message).label("neither the schedule nor the time picker can change it");
    sink.push(found.help("remove the condition on the time column; whoever runs the query sets the window"));
}

/// The `let` values of a query by name.
fn lets<'q>(query: &'q Query, source: &str) -> HashMap<String, &'q Expr> {
    let values = query.statements.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Let { name, value: LetValue::Expr(value) } => Some((name.text(source).into_owned(), value)),
        _ => None,
    });
    values.collect()
}

/// The relative time that bounds the rows of the outermost pipe from below, wherever it is written.
fn window_start<'q>(result: &'q Expr, lets: &HashMap<String, &'q Expr>, source: &str) -> Option<&'q Expr> {
    let ExprKind::Pipe(pipe) = &result.kind else { return None };
    let predicates = pipe.stages.iter().filter_map(|stage| match &stage.operator {
        Operator::Where { predicate, .. } => Some(predicate),
        _ => None,
    });
    predicates.flat_map(conjuncts).find_map(|condition| lower_bound(condition, lets, source))
}

fn conjuncts(predicate: &Expr) -> Vec<&Expr> {
    match &predicate.kind {
        ExprKind::Paren(inner) => conjuncts(inner),
        ExprKind::Logical { op: LogicalOp::And, operands } => operands.iter().flat_map(conjuncts).collect(),
        _ => vec![predicate],
    }
}

fn lower_bound<'q>(condition: &'q Expr, lets: &HashMap<String, &'q Expr>, source: &str) -> Option<&'q Expr> {
    let (column, bound) = match &condition.kind {
        ExprKind::Between { negated: false, value, low, .. } => (value.as_ref(), low.as_ref()),
        ExprKind::Binary { op, operands, .. } => {
            let [left, right] = &**operands;
            match op {
                BinaryOp::Greater | BinaryOp::GreaterOrEqual => (left, right),
                BinaryOp::Less | BinaryOp::LessOrEqual => (right, left),
                _ => return None,
            }
        }
        _ => return None,
    };
    let ExprKind::Name(name) = &column.kind else { return None };
    let is_time = matches!(name.text(source).as_ref(), "TimeGenerated" | "Timestamp");
    let resolved = match &bound.kind {
        ExprKind::Name(name) => lets.get(name.text(source).as_ref()).copied()?,
        _ => bound,
    };
    (is_time && is_relative(resolved, source)).then_some(resolved)
}

/// `ago(5d)`, `now(-5d)`, `now() - 5d` with the stretch written out.
fn is_relative(expr: &Expr, source: &str) -> bool {
    match &expr.kind {
        ExprKind::Call { name, args } => {
            let function = name.text(source);
            let amount = args.first().filter(|_| args.len() == 1).map(|arg| &arg.value);
            amount.is_some_and(|amount| matches!(function.as_ref(), "ago" | "now") && is_time_span(amount))
        }
        ExprKind::Binary { op: BinaryOp::Subtract, operands, .. } => {
            is_now(&operands[0], source) && is_time_span(&operands[1])
        }
        _ => false,
    }
}

fn is_now(expr: &Expr, source: &str) -> bool {
    matches!(&expr.kind, ExprKind::Call { name, args } if args.is_empty() && name.text(source) == "now")
}

fn is_time_span(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(literal) => literal.kind == LiteralKind::TimeSpan,
        ExprKind::Unary { op: UnaryOp::Minus, operand } => is_time_span(operand),
        ExprKind::Paren(inner) => is_time_span(inner),
        _ => false,
    }
}
