//! The constants of a query: literals, and the names that `let` gives to them.

use std::collections::HashMap;

use crate::kql::Syntax;
use crate::kql::ast::{Expr, ExprKind, Json, JsonKind, LetValue, Literal, Name, Statement, StatementKind};
use crate::kql::literal;
use crate::text::Span;
use crate::value::Value;

/// How many names may lead to one another; a `let` only refers to earlier ones, so this ends what names itself.
const MAX_STEPS: usize = 64;

/// The names bound by `let`, and the text they are read from.
#[derive(Debug)]
pub(super) struct Constants<'q> {
    text: &'q str,
    names: HashMap<String, &'q LetValue>,
}

impl<'q> Constants<'q> {
    /// The `let` statements of a query.
    pub(super) fn read(syntax: &'q Syntax) -> Self {
        let bound = |statement: &'q Statement| match &statement.kind {
            StatementKind::Let { name, value } => Some((name.text(&syntax.text).into_owned(), value)),
            _ => None,
        };
        Self { text: &syntax.text, names: syntax.query.statements.iter().filter_map(bound).collect() }
    }

    /// The text of a name.
    pub(super) fn name(&self, name: &Name) -> String {
        name.text(self.text).into_owned()
    }

    /// The text under a place of the query.
    pub(super) fn slice(&self, span: Span) -> &'q str {
        span.slice(self.text)
    }

    /// What a `let` binds a name to.
    pub(super) fn bound(&self, name: &Name) -> Option<&'q LetValue> {
        self.names.get(name.text(self.text).as_ref()).copied()
    }

    /// The expression behind parentheses and names bound by `let`.
    pub(super) fn resolve<'e>(&self, expr: &'e Expr) -> &'e Expr
    where
        'q: 'e,
    {
        let mut expr = expr;
        for _ in 0..MAX_STEPS {
            expr = match &expr.kind {
                ExprKind::Paren(inner) => inner,
                ExprKind::Name(name) => match self.bound(name) {
                    Some(LetValue::Expr(bound)) => bound,
                    _ => return expr,
                },
                _ => return expr,
            };
        }
        expr
    }

    /// The value of a constant expression; `None` for what is no constant, and for the null of any type.
    pub(super) fn value(&self, expr: &Expr) -> Option<Value> {
        let expr = self.resolve(expr);
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Unary { op: crate::kql::ast::UnaryOp::Minus, operand } => match self.value(operand)? {
                Value::Long(number) => number.checked_neg().map(Value::Long),
                Value::Int(number) => number.checked_neg().map(Value::Int),
                Value::Real(number) => Some(Value::Real(-number)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The values of a list: literals, names of literals, and arrays in `dynamic(…)`. `None` if one is no constant.
    pub(super) fn list(&self, list: &[Expr]) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        for expr in list {
            match &self.resolve(expr).kind {
                ExprKind::Dynamic(json) => values.extend(self.array(json)?),
                _ => values.push(self.value(expr)?),
            }
        }
        Some(values)
    }

    fn array(&self, json: &Json) -> Option<Vec<Value>> {
        let JsonKind::Array(items) = &json.kind else { return None };
        let item = |item: &Json| match &item.kind {
            JsonKind::Literal(literal) => self.literal(literal),
            _ => None,
        };
        items.iter().map(item).collect()
    }

    fn literal(&self, literal: &Literal) -> Option<Value> {
        literal::value(literal, self.text).filter(|value| *value != Value::Null)
    }

    /// Whether an expression holds no column: constants, calls of them, arithmetic on them.
    pub(super) fn is_constant(&self, expr: &Expr) -> bool {
        self.is_constant_within(expr, MAX_STEPS)
    }

    fn is_constant_within(&self, expr: &Expr, steps: usize) -> bool {
        let Some(steps) = steps.checked_sub(1) else { return false };
        match &expr.kind {
            ExprKind::Literal(_) => true,
            ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => self.is_constant_within(inner, steps),
            ExprKind::Name(name) => match self.bound(name) {
                Some(LetValue::Expr(bound)) => self.is_constant_within(bound, steps),
                _ => false,
            },
            ExprKind::Call { args, .. } => args.iter().all(|arg| self.is_constant_within(&arg.value, steps)),
            ExprKind::Binary { operands, .. } => operands.iter().all(|operand| self.is_constant_within(operand, steps)),
            _ => false,
        }
    }
}
