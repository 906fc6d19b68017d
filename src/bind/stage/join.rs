//! `join` and `lookup`.

use super::super::indices::Indices;
use super::super::ir::{Expr, ExprKind, Join, JoinColumn, JoinKind, Rel, RelKind};
use super::super::naming;
use super::super::scope::{Binder, Row, column};
use super::super::types;
use crate::kql::ast::{self, BinaryOp, JoinCondition, LogicalOp};
use crate::text::Span;
use crate::value::Type;

/// The side of a join that an operand of its condition must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    const fn word(self) -> &'static str {
        match self {
            Self::Left => "$left",
            Self::Right => "$right",
        }
    }
}

/// The words for the kinds of joins (Microsoft: "join operator").
const JOIN_KINDS: &[(&str, JoinKind)] = &[
    ("innerunique", JoinKind::InnerUnique),
    ("inner", JoinKind::Inner),
    ("leftouter", JoinKind::LeftOuter),
    ("rightouter", JoinKind::RightOuter),
    ("fullouter", JoinKind::FullOuter),
    ("outer", JoinKind::FullOuter),
    ("leftsemi", JoinKind::LeftSemi),
    ("rightsemi", JoinKind::RightSemi),
    ("leftanti", JoinKind::LeftAnti),
    ("anti", JoinKind::LeftAnti),
    ("leftantisemi", JoinKind::LeftAnti),
    ("rightanti", JoinKind::RightAnti),
    ("rightantisemi", JoinKind::RightAnti),
];

/// The words for the kinds of lookups; there are no others (Microsoft: "lookup operator").
const LOOKUP_KINDS: &[(&str, JoinKind)] = &[("leftouter", JoinKind::LeftOuter), ("inner", JoinKind::Inner)];

impl<'a> Binder<'a> {
    pub(super) fn join(&mut self, left: Rel, join: &'a ast::JoinOperator, span: Span) -> Rel {
        let kind = self.choice(&join.parameters, "kind", JOIN_KINDS).unwrap_or(JoinKind::InnerUnique);
        let right = self.right_side(join);
        let on = self.join_condition(join, &left, &right);
        let mut output = Vec::new();
        let only_right = matches!(kind, JoinKind::RightSemi | JoinKind::RightAnti);
        let only_left = matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti);
        if !only_right {
            output.extend((0..left.columns.len()).map(JoinColumn::Left));
        }
        if !only_left {
            output.extend((0..right.columns.len()).map(JoinColumn::Right));
        }
        let columns = match (only_left, only_right) {
            (true, _) => left.columns.clone(),
            (_, true) => right.columns.clone(),
            _ => naming::side_by_side(&left.columns, right.columns.iter()),
        };
        let open = (left.open && !only_right) || (right.open && !only_left);
        Rel { kind: RelKind::Join(Box::new(Join { kind, left, right, on, output })), columns, open, span }
    }

    pub(super) fn lookup(&mut self, left: Rel, lookup: &'a ast::JoinOperator, span: Span) -> Rel {
        let kind = self.choice(&lookup.parameters, "kind", LOOKUP_KINDS).unwrap_or(JoinKind::LeftOuter);
        let right = self.right_side(lookup);
        let on = self.join_condition(lookup, &left, &right);
        let keys: Indices = on
            .iter()
            .filter_map(|(_, right)| match right.kind {
                ExprKind::Column(index) => Some(index),
                _ => None,
            })
            .collect();
        let kept = (0..right.columns.len()).filter(|index| !keys.contains(*index));
        let output = (0..left.columns.len()).map(JoinColumn::Left).chain(kept.clone().map(JoinColumn::Right)).collect();
        let columns = naming::side_by_side(&left.columns, kept.map(|index| &right.columns[index]));
        let open = left.open || right.open;
        Rel { kind: RelKind::Join(Box::new(Join { kind, left, right, on, output })), columns, open, span }
    }

    fn right_side(&mut self, join: &'a ast::JoinOperator) -> Rel {
        let context = self.context.take();
        let right = self.table(&join.right, Row::default());
        self.context = context;
        right
    }

    fn join_condition(&mut self, join: &'a ast::JoinOperator, left: &Rel, right: &Rel) -> Vec<(Expr, Expr)> {
        let mut pairs = Vec::new();
        match &join.condition {
            Some(JoinCondition::On(conditions)) => {
                for condition in conditions {
                    self.join_pair(condition, left, right, &mut pairs);
                }
            }
            Some(JoinCondition::Where(predicate)) => {
                self.report("unsupported", predicate.span, "`join … where` is not supported: use `on`");
            }
            None => {}
        }
        pairs
    }

    fn join_pair(&mut self, condition: &'a ast::Expr, left: &Rel, right: &Rel, pairs: &mut Vec<(Expr, Expr)>) {
        match &condition.kind {
            ast::ExprKind::Paren(inner) => self.join_pair(inner, left, right, pairs),
            ast::ExprKind::Logical { op: LogicalOp::And, operands } => {
                for operand in operands {
                    self.join_pair(operand, left, right, pairs);
                }
            }
            ast::ExprKind::Name(name) => pairs.extend(self.common_column(*name, left, right)),
            ast::ExprKind::Binary { op: BinaryOp::Equal, op_span, operands } => {
                let [first, second] = &**operands;
                let (first, second) = if self.is_swapped(first, second) {
                    let message = "`$left` stands on the left of `==` and `$right` on the right";
                    self.report("swapped-sides", condition.span, message);
                    (second, first)
                } else {
                    (first, second)
                };
                let first = self.side_column(first, Side::Left, left);
                let second = self.side_column(second, Side::Right, right);
                if let (Some(first), Some(second)) = (first, second) {
                    self.comparable(&first, &second, *op_span);
                    pairs.push((first, second));
                }
            }
            ast::ExprKind::Missing => {}
            _ => self.report(
                "invalid-join-condition",
                condition.span,
                "a join is on columns: `Name`, or `$left.A == $right.B`",
            ),
        }
    }

    fn common_column(&mut self, name: ast::Name, left: &Rel, right: &Rel) -> Option<(Expr, Expr)> {
        let text = self.name(name);
        if text.is_empty() {
            return None;
        }
        let side = |rel: &Rel| match Row::of(rel).index_of(&text) {
            Some(index) => Some(column(&rel.columns, index, name.span)),
            None if rel.open => {
                Some(Expr { kind: ExprKind::OpenColumn(text.as_ref().into()), ty: Type::Unknown, span: name.span })
            }
            None => None,
        };
        let (Some(first), Some(second)) = (side(left), side(right)) else {
            let missing = if side(left).is_none() { ("left", left) } else { ("right", right) };
            let names = missing.1.columns.iter().map(|column| column.name.as_str());
            let suggestion = self.suggested_of(&text, names);
            let message = format!("`{text}` must exist on both sides of the join; the {} side lacks it", missing.0);
            self.report_with_help("unknown-column", name.span, message, suggestion);
            return None;
        };
        self.comparable(&first, &second, name.span);
        Some((first, second))
    }

    fn comparable(&mut self, first: &Expr, second: &Expr, span: Span) {
        let (a, b) = (types::promoted(first.ty), types::promoted(second.ty));
        let dynamic = [first, second].into_iter().find(|key| key.ty == Type::Dynamic);
        if let Some(key) = dynamic {
            self.refuse_dynamic(key, key.span);
        } else if a != b && a != Type::Unknown && b != Type::Unknown {
            self.report("type-mismatch", span, format!("the columns joined have different types: {a} and {b}"));
        }
    }

    fn is_swapped(&self, first: &ast::Expr, second: &ast::Expr) -> bool {
        self.side_of(first) == Some(Side::Right) && self.side_of(second) == Some(Side::Left)
    }

    fn side_of(&self, expr: &ast::Expr) -> Option<Side> {
        let mut expr = expr;
        loop {
            match &expr.kind {
                ast::ExprKind::Paren(inner) => expr = inner,
                ast::ExprKind::Member { base, .. } => expr = base,
                ast::ExprKind::Name(name) => {
                    return match name.span.slice(self.text) {
                        "$left" => Some(Side::Left),
                        "$right" => Some(Side::Right),
                        _ => None,
                    };
                }
                _ => return None,
            }
        }
    }

    fn side_column(&mut self, expr: &'a ast::Expr, side: Side, rel: &Rel) -> Option<Expr> {
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.side_column(inner, side, rel),
            ast::ExprKind::Member { base, selector } if self.side_of(base) == Some(side) => {
                let ast::ExprKind::Name(name) = &selector.kind else {
                    self.report("column-expected", selector.span, "the name of a column is expected here");
                    return None;
                };
                let text = self.name(*name);
                if let Some(index) = Row::of(rel).index_of(&text) {
                    return Some(column(&rel.columns, index, expr.span));
                }
                if rel.open {
                    return Some(Expr { kind: ExprKind::OpenColumn(text.into()), ty: Type::Unknown, span: expr.span });
                }
                self.unknown_column(&text, name.span, Row::of(rel));
                None
            }
            _ => {
                let message = format!("a column of the {0} side is expected here: `{0}.Name`", side.word());
                self.report("invalid-join-condition", expr.span, message);
                None
            }
        }
    }
}
