//! Operators: which overload is meant, and what is wrong where there is none.

use super::binary::{self, Outcome};
use super::expr::Want;
use super::ir::{Expr, ExprKind, Name};
use super::overload::{self, Mismatch};
use super::scope::{Binder, Operand, Row, column, error};
use super::types::Argument;
use crate::catalog;
use crate::kql::ast::{self, BinaryOp, LogicalOp, UnaryOp};
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &'a ast::Expr, span: Span, row: Row<'_>) -> Expr {
        let bound = self.scalar(operand, row);
        if let Some(folded) = signed(op, &bound, span) {
            return folded;
        }
        let text = if op == UnaryOp::Minus { "unary -" } else { "unary +" };
        let fits = matches!(bound.ty, Type::Unknown | Type::Dynamic) || super::types::is_summable(bound.ty);
        if !fits || catalog::operator(text).is_none() {
            let op_span = Span::new(span.start, span.start + 1);
            self.report("type-mismatch", op_span, format!("the operator is not defined for a {}", bound.ty));
            return error(span);
        }
        let ty = super::types::promoted(bound.ty);
        Expr { kind: ExprKind::Unary { op, operand: Box::new(bound) }, ty, span }
    }

    /// A chain of operators that lean to the left is bound from its first operand on, without recursion.
    pub(super) fn binary(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let mut chain = Vec::new();
        let mut first = expr;
        while let ast::ExprKind::Binary { op, op_span, operands } = &first.kind {
            let [left, right] = &**operands;
            chain.push((*op, *op_span, right, first.span));
            first = left;
        }
        if chain.len() > 1_000 {
            self.report("too-complex", expr.span, "a chain of more than 1000 operators");
            return error(expr.span);
        }
        let starred = matches!(first.kind, ast::ExprKind::Star);
        let mut bound = if starred { None } else { Some(self.scalar(first, row)) };
        while let Some((op, op_span, right, span)) = chain.pop() {
            let right = self.scalar(right, row);
            bound = Some(match bound.take() {
                Some(left) => self.binary_of(op, op_span, left, right, span),
                None => self.any_column(op, op_span, &right, span, row),
            });
        }
        bound.unwrap_or_else(|| error(expr.span))
    }

    /// An operator over two bound operands.
    pub(super) fn binary_of(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        let Some(Outcome { ty, is_defined }) = binary::outcome(op, left.ty, right.ty) else { return error(span) };
        if !is_defined {
            let message = format!("`{}` is not defined for {} and {}", op.as_str(), left.ty, right.ty);
            self.report("type-mismatch", op_span, message);
            return Expr { ty, ..error(span) };
        }
        Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, ty, span }
    }

    /// `* has "x"`: the comparison is true of at least one column.
    fn any_column(&mut self, op: BinaryOp, op_span: Span, right: &Expr, span: Span, row: Row<'_>) -> Expr {
        let textual = right.ty == Type::String || right.ty == Type::Unknown;
        let operands: Vec<Expr> = (0..row.columns.len())
            .filter(|index| textual || row.columns[*index].ty == right.ty)
            .map(|index| {
                let value = column(row.columns, index, span);
                let value = if textual { as_text(value) } else { value };
                self.binary_of(op, op_span, value, right.clone(), span)
            })
            .collect();
        any_of(operands, span)
    }

    pub(super) fn logical(&mut self, op: LogicalOp, operands: &'a [ast::Expr], span: Span, row: Row<'_>) -> Expr {
        let mut bound = Vec::with_capacity(operands.len());
        for operand in operands {
            let value = self.scalar(operand, row);
            if !matches!(value.ty, Type::Bool | Type::Dynamic | Type::Unknown) {
                let message = format!("`{}` joins bools, this is a {}", op.as_str(), value.ty);
                self.report("type-mismatch", operand.span, message);
            }
            bound.push(value);
        }
        Expr { kind: ExprKind::Logical { op, operands: bound }, ty: Type::Bool, span }
    }

    pub(super) fn membership(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let ast::ExprKind::Membership { op, op_span, value, list, .. } = &expr.kind else {
            return error(expr.span);
        };
        let starred = matches!(value.kind, ast::ExprKind::Star);
        let bound = if starred { None } else { Some(self.scalar(value, row)) };
        let items: Vec<Operand> = list.iter().map(|item| self.operand(item, row, Want::Any)).collect();
        let left = bound.as_ref().map_or(Type::String, |bound| bound.ty);
        let mut arguments = vec![Argument::Scalar(left)];
        arguments.extend(items.iter().map(|item| match item {
            Operand::Scalar(item) => Argument::Scalar(item.ty),
            Operand::Table(_) => Argument::Table,
        }));
        if let Some(operator) = catalog::operator(op.as_str()) {
            let choice = overload::choose(operator, &arguments);
            if !choice.mismatches.is_empty() && !list.is_empty() {
                self.membership_mismatch(op.as_str(), *op_span, value, list, &choice.mismatches);
                return Expr { ty: Type::Bool, ..error(expr.span) };
            }
        }
        let values: Vec<Expr> = match bound {
            Some(bound) => vec![bound],
            None => (0..row.columns.len()).map(|index| as_text(column(row.columns, index, value.span))).collect(),
        };
        let mut values = values.into_iter();
        let last = values.next_back();
        let mut tests: Vec<Expr> = values.map(|value| membership_of(*op, value, items.clone(), expr.span)).collect();
        tests.extend(last.map(|value| membership_of(*op, value, items, expr.span)));
        any_of(tests, expr.span)
    }

    fn membership_mismatch(
        &mut self,
        op: &str,
        op_span: Span,
        value: &ast::Expr,
        list: &[ast::Expr],
        mismatches: &[Mismatch],
    ) {
        match mismatches.first() {
            Some(Mismatch::Argument(0, expected)) => {
                self.report("type-mismatch", value.span, format!("`{op}` needs {} on its left", expected.0));
            }
            Some(Mismatch::Argument(at, expected)) if list.get(at - 1).is_some() => {
                self.report("type-mismatch", list[at - 1].span, format!("{} is expected in the list", expected.0));
            }
            _ => self.report("type-mismatch", op_span, format!("`{op}` is not defined for these operands")),
        }
    }

    pub(super) fn between(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let ast::ExprKind::Between { negated, op_span, value, low, high } = &expr.kind else {
            return error(expr.span);
        };
        let [value_expr, low_expr, high_expr] = [value, low, high].map(|operand| self.scalar(operand, row));
        let types = [value_expr.ty, low_expr.ty, high_expr.ty];
        let name = if *negated { "!between" } else { "between" };
        if let Some(operator) = catalog::operator(name) {
            let choice = overload::choose(operator, &types.map(Argument::Scalar));
            match choice.mismatches.first() {
                None => {}
                Some(Mismatch::Argument(at, expected)) => {
                    let span = [value, low, high].get(*at).map_or(*op_span, |operand| operand.span);
                    self.report("type-mismatch", span, format!("{} is expected here", expected.0));
                }
                Some(_) => {
                    let [value, low, high] = types;
                    let message = format!("`{name}` is not defined for {value}, {low} and {high}");
                    self.report("type-mismatch", *op_span, message);
                }
            }
        }
        let kind = ExprKind::Between {
            negated: *negated,
            value: Box::new(value_expr),
            low: Box::new(low_expr),
            high: Box::new(high_expr),
        };
        Expr { kind, ty: Type::Bool, span: expr.span }
    }
}

fn membership_of(op: ast::MembershipOp, value: Expr, mut items: Vec<Operand>, span: Span) -> Expr {
    let value = Box::new(value);
    let scalar = |item| match item {
        Operand::Scalar(item) => item,
        Operand::Table(table) => error(table.span),
    };
    let only = if items.len() == 1 { items.pop() } else { None };
    let kind = match only {
        Some(Operand::Table(table)) => ExprKind::MembershipTable { op, value, table },
        only => {
            items.extend(only);
            ExprKind::Membership { op, value, list: items.into_iter().map(scalar).collect() }
        }
    };
    Expr { kind, ty: Type::Bool, span }
}

fn as_text(value: Expr) -> Expr {
    if value.ty == Type::String {
        return value;
    }
    let span = value.span;
    Expr { kind: ExprKind::Call { name: Name::fixed("tostring"), args: vec![value] }, ty: Type::String, span }
}

fn any_of(mut operands: Vec<Expr>, span: Span) -> Expr {
    match operands.len() {
        0 => Expr { kind: ExprKind::Literal(Value::Bool(false)), ty: Type::Bool, span },
        1 => operands.swap_remove(0),
        _ => Expr { kind: ExprKind::Logical { op: LogicalOp::Or, operands }, ty: Type::Bool, span },
    }
}

/// A number literal with its sign.
fn signed(op: UnaryOp, operand: &Expr, span: Span) -> Option<Expr> {
    let ExprKind::Literal(value) = &operand.kind else { return None };
    let value = match (op, value) {
        (UnaryOp::Plus, Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::TimeSpan(_)) => value.clone(),
        (UnaryOp::Minus, Value::Long(value)) => Value::Long(value.checked_neg()?),
        (UnaryOp::Minus, Value::Int(value)) => Value::Int(value.checked_neg()?),
        (UnaryOp::Minus, Value::Real(value)) => Value::Real(-value),
        (UnaryOp::Minus, Value::TimeSpan(value)) => Value::TimeSpan(value.checked_neg()?),
        (UnaryOp::Minus, Value::Decimal(value)) => Value::Decimal(value.negate()),
        _ => return None,
    };
    Some(Expr { kind: ExprKind::Literal(value), ty: operand.ty, span })
}
