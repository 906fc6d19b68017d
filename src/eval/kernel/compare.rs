//! `==`, `!=`, `<`, `<=`, `>`, `>=` and `between`.
//!
//! Nulls (Microsoft: "Null values"): `==` and `!=` of two nulls are null, of a null and a value false and true; every other
//! comparison with a null is null. Numbers of different types compare as long or real. A dynamic compares as the scalar
//! it holds; a scalar of another kind is not equal to it and has no order with it. A text equals a dynamic that is written
//! so, as the text operators see it: Microsoft's rules write `AssignedRoles != "[]"` of a dynamic. A null dynamic is
//! written as the empty text. A text inside a dynamic counts as the value of the other side's type that it names: the same
//! rules write `ActivityInsights.FirstTimeUserAccessedResource == True` and `== "True"`.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::text::text_of;
use crate::eval::builder::type_of;
use crate::eval::column::{Cells, Column};
use crate::eval::vector::{Operand, Vector, map2};
use crate::kql::ast::BinaryOp;
use crate::value::{Dynamic, Value, compare as value_order, convert};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The comparison an operator makes, if it makes one.
    pub(crate) fn from_operator(op: BinaryOp) -> Option<Self> {
        Some(match op {
            BinaryOp::Equal => Self::Equal,
            BinaryOp::NotEqual | BinaryOp::NotEqualAngle => Self::NotEqual,
            BinaryOp::Less => Self::Less,
            BinaryOp::LessOrEqual => Self::LessOrEqual,
            BinaryOp::Greater => Self::Greater,
            BinaryOp::GreaterOrEqual => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether two values in this order pass; values without an order (NaN) pass `!=` alone.
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }

    /// What a null on exactly one side gives.
    fn one_null(self) -> Option<bool> {
        match self {
            Self::Equal => Some(false),
            Self::NotEqual => Some(true),
            _ => None,
        }
    }
}

/// Compares for every row.
pub(crate) fn compare(op: Comparison, a: &Vector, b: &Vector, rows: usize) -> Vector {
    if let (Vector::One(a), Vector::One(b)) = (a, b) {
        return Vector::One(compare_values(op, a, b).map_or(Value::Null, Value::Bool));
    }
    if let Some(result) = strings(op, a, b) {
        return result;
    }
    let typed = typed::<i64>(op, a, b, Operand::longs)
        .or_else(|| typed(op, a, b, Operand::datetimes))
        .or_else(|| typed(op, a, b, Operand::timespans))
        .or_else(|| typed(op, a, b, Operand::reals))
        .or_else(|| typed(op, a, b, Operand::bools))
        .or_else(|| typed(op, a, b, Operand::guids));
    typed.unwrap_or_else(|| {
        let cell = |row| compare_values(op, &a.value(row), &b.value(row));
        Vector::Many(Column::Bool((0..rows).map(cell).collect()))
    })
}

fn typed<T: Copy + Default + PartialOrd>(
    op: Comparison,
    a: &Vector,
    b: &Vector,
    view: impl Fn(&Vector) -> Option<Operand<T>>,
) -> Option<Vector> {
    let (a, b) = (view(a)?, view(b)?);
    let plain = match op {
        Comparison::Equal => map2(&a, &b, |a, b| a == b),
        Comparison::NotEqual => map2(&a, &b, |a, b| a != b),
        Comparison::Less => map2(&a, &b, |a, b| a < b),
        Comparison::LessOrEqual => map2(&a, &b, |a, b| a <= b),
        Comparison::Greater => map2(&a, &b, |a, b| a > b),
        Comparison::GreaterOrEqual => map2(&a, &b, |a, b| a >= b),
    };
    let Some(one_null) = op.one_null() else { return Some(plain.into_bool()) };
    let Operand::Many(cells) = &plain else { return Some(plain.into_bool()) };
    if cells.mask().is_none() {
        return Some(plain.into_bool());
    }
    let patched: Cells<bool> = (0..cells.len())
        .map(|row| cells.get(row).copied().or_else(|| (is_null(&a, row) != is_null(&b, row)).then_some(one_null)))
        .collect();
    Some(Operand::Many(patched).into_bool())
}

fn is_null<T: Clone + Default>(operand: &Operand<T>, row: usize) -> bool {
    match operand {
        Operand::One(value) => value.is_none(),
        Operand::Many(cells) => !cells.is_valid(row),
    }
}

fn strings(op: Comparison, a: &Vector, b: &Vector) -> Option<Vector> {
    let mask = match (a, b) {
        (Vector::Many(Column::String(a)), Vector::One(Value::String(b))) => {
            a.map(|a| op.holds(Some(a.cmp(b.as_str()))))
        }
        (Vector::One(Value::String(a)), Vector::Many(Column::String(b))) => {
            b.map(|b| op.holds(Some(a.as_str().cmp(b))))
        }
        (Vector::Many(Column::String(a)), Vector::Many(Column::String(b))) => {
            a.iter().zip(b.iter()).map(|(a, b)| op.holds(Some(a.cmp(b)))).collect()
        }
        _ => return None,
    };
    Some(Vector::Many(Column::Bool(Cells::new(mask))))
}

/// Whether a dynamic is written as the text on the other side; none for other pairs.
fn equal_text(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null | Value::Dynamic(_), Value::String(text)) => Some(text_of(a) == text.as_str()),
        (Value::String(text), Value::Null | Value::Dynamic(_)) => Some(text_of(b) == text.as_str()),
        _ => None,
    }
}

/// A text inside a dynamic as the value of the other side's type that it names; other values as they are.
fn read_as_other<'v>(value: &'v Value, other: &Value) -> Cow<'v, Value> {
    match (value, other) {
        (_, Value::Null | Value::String(_) | Value::Dynamic(_)) => Cow::Borrowed(value),
        (Value::Dynamic(Dynamic::String(_)), other) => Cow::Owned(convert::convert(value, type_of(other))),
        _ => Cow::Borrowed(value),
    }
}

/// Compares two values; `None` is null.
pub(crate) fn compare_values(op: Comparison, a: &Value, b: &Value) -> Option<bool> {
    if let (Comparison::Equal | Comparison::NotEqual, Some(equal)) = (op, equal_text(a, b)) {
        return Some(equal == (op == Comparison::Equal));
    }
    let (a, b) = (&*read_as_other(a, b), &*read_as_other(b, a));
    match (a.is_null(), b.is_null()) {
        (true, true) => return None,
        (true, false) | (false, true) => return op.one_null(),
        (false, false) => {}
    }
    match op {
        Comparison::Equal => Some(value_order::equal(a, b)),
        Comparison::NotEqual => Some(!value_order::equal(a, b)),
        op => match value_order::compare(a, b) {
            None if !value_order::is_missing(a) && !value_order::is_missing(b) => None,
            order => Some(op.holds(order)),
        },
    }
}
