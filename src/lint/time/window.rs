//! The stretch of time that a query asks for itself, by conditions on its time column.

use super::moment::{Moment, Moments};
use crate::kql::ast::{
    BinaryOp, Expr, ExprKind, LogicalOp, MakeSeriesRange, Operator, Pipe, Query, Stage, StatementKind,
};
use crate::text::Span;

/// One end of a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'q> {
    /// Which end.
    pub(super) end: End,
    /// When it lies.
    pub(super) moment: Moment,
    /// The time as the condition names it.
    pub(super) expr: &'q Expr,
}

/// The end of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Rows are this late or later.
    From,
    /// Rows are this late or earlier.
    To,
}

/// The columns that say when an event happened.
const TIME_COLUMNS: [&str; 2] = ["TimeGenerated", "Timestamp"];

/// The bounds that a pipe's own stages put on its time column.
pub(super) fn bounds<'q>(pipe: &'q Pipe, moments: &Moments<'_>, source: &str) -> Vec<Bound<'q>> {
    pipe.stages.iter().flat_map(|stage| of_stage(stage, source)).filter_map(|bound| at(bound, moments)).collect()
}

/// The bounds of the stretch that the query's result comes from: of its outermost pipe, and of the `let` pipes that it starts from.
pub(super) fn of_result<'q>(query: &'q Query, moments: &Moments<'q>, source: &str) -> Vec<Bound<'q>> {
    result_pipes(query, moments, source).into_iter().flat_map(|pipe| bounds(pipe, moments, source)).collect()
}

/// The first condition of a stage on a time column that bounds it.
pub(in crate::lint) fn time_condition(stage: &Stage, source: &str) -> Option<Span> {
    let Operator::Where { predicate, .. } = &stage.operator else { return None };
    let bounds_time = |condition: &&Expr| !of_condition(condition, source).is_empty();
    conjuncts(predicate).into_iter().find(bounds_time).map(|condition| condition.span)
}

/// The pipe that gives the query's result, then the `let` pipes that it starts from.
pub(super) fn result_pipes<'q>(query: &'q Query, moments: &Moments<'q>, source: &str) -> Vec<&'q Pipe> {
    let mut results = query.statements.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Expression(expr) => Some(expr),
        _ => None,
    });
    let mut pipes = Vec::new();
    let mut next = results.next_back();
    // A `let` refers to earlier ones only, but a broken query may refer to itself.
    while let Some(expr) = next.filter(|_| pipes.len() <= query.statements.len()) {
        next = match &expr.kind {
            ExprKind::Paren(inner) => Some(inner),
            ExprKind::Name(name) => moments.value_of(&name.text(source)),
            ExprKind::Pipe(pipe) => {
                pipes.push(pipe.as_ref());
                pipe.source.as_ref()
            }
            _ => None,
        };
    }
    pipes
}

fn at<'q>((end, expr): (End, &'q Expr), moments: &Moments<'_>) -> Option<Bound<'q>> {
    Some(Bound { end, moment: moments.when(expr)?, expr })
}

fn of_stage<'q>(stage: &'q Stage, source: &str) -> Vec<(End, &'q Expr)> {
    match &stage.operator {
        Operator::Where { predicate, .. } => {
            conjuncts(predicate).into_iter().flat_map(|condition| of_condition(condition, source)).collect()
        }
        Operator::MakeSeries(series) if is_time(&series.on.expr, source) => match &series.range {
            MakeSeriesRange::FromToStep { from: Some(from), .. } => vec![(End::From, from)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The parts of a predicate that must all hold.
fn conjuncts(predicate: &Expr) -> Vec<&Expr> {
    match &predicate.kind {
        ExprKind::Paren(inner) => conjuncts(inner),
        ExprKind::Logical { op: LogicalOp::And, operands } => operands.iter().flat_map(conjuncts).collect(),
        _ => vec![predicate],
    }
}

fn of_condition<'q>(condition: &'q Expr, source: &str) -> Vec<(End, &'q Expr)> {
    use BinaryOp::{Greater, GreaterOrEqual, Less, LessOrEqual};
    match &condition.kind {
        ExprKind::Between { negated: false, value, low, high, .. } if is_time(value, source) => {
            vec![(End::From, low), (End::To, high)]
        }
        ExprKind::Binary { op, operands, .. } => {
            let [left, right] = &**operands;
            match (op, is_time(left, source), is_time(right, source)) {
                (Greater | GreaterOrEqual, true, false) => vec![(End::From, right)],
                (Greater | GreaterOrEqual, false, true) => vec![(End::To, left)],
                (Less | LessOrEqual, true, false) => vec![(End::To, right)],
                (Less | LessOrEqual, false, true) => vec![(End::From, left)],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn is_time(expr: &Expr, source: &str) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if TIME_COLUMNS.contains(&name.text(source).as_ref()))
}
