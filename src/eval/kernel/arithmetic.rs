//! `+ - * / %` on numbers, datetimes and timespans (Microsoft: "Numerical operators", "Datetime / timespan arithmetic").
//!
//! Whole numbers give long and wrap around on overflow; division by zero gives null for whole numbers and the IEEE
//! answer for reals; `%` is never negative. A time outside its range is null.

use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::vector::{Operand, Vector, map1, map2, map2_partial};
use crate::kql::ast::BinaryOp;
use crate::value::time::TICKS_PER_DAY;
use crate::value::{Type, Value, convert};

/// The last tick of 9999-12-31.
const LAST_TICK: i64 = 3_652_059 * TICKS_PER_DAY - 1;

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Arithmetic {
    /// The arithmetic an operator does, if it does any.
    pub(crate) fn from_operator(op: BinaryOp) -> Option<Self> {
        Some(match op {
            BinaryOp::Add => Self::Add,
            BinaryOp::Subtract => Self::Subtract,
            BinaryOp::Multiply => Self::Multiply,
            BinaryOp::Divide => Self::Divide,
            BinaryOp::Modulo => Self::Modulo,
            _ => return None,
        })
    }
}

/// Calculates for every row. `None` where the operator is not defined on such operands.
pub(crate) fn calculate(op: Arithmetic, a: &Vector, b: &Vector, rows: usize) -> Option<Vector> {
    if matches!((a, b), (Vector::One(Value::Null), _) | (_, Vector::One(Value::Null))) {
        return Some(Vector::null());
    }
    if is_dynamic(a) || is_dynamic(b) {
        return by_value(op, a, b, rows);
    }
    if let (Some(a), Some(b)) = (Operand::longs(a), Operand::longs(b)) {
        return Some(map2_partial(&a, &b, |a, b| long(op, a, b)).into_long());
    }
    if let (Some(a), Some(b)) = (Operand::reals(a), Operand::reals(b)) {
        return Some(map2(&a, &b, |a, b| real(op, a, b)).into_real());
    }
    if let Some(result) = decimals(op, a, b, rows) {
        return Some(result);
    }
    times(op, a, b)
}

/// A decimal with any number is a decimal; what does not fit is null.
fn decimals(op: Arithmetic, a: &Vector, b: &Vector, rows: usize) -> Option<Vector> {
    let types = [a.ty(Type::Unknown), b.ty(Type::Unknown)];
    if !types.contains(&Type::Decimal) || types.iter().any(|ty| !ty.is_numeric()) {
        return None;
    }
    let cell = |row: usize| {
        let (a, b) = (convert::to_decimal(&a.value(row))?, convert::to_decimal(&b.value(row))?);
        match op {
            Arithmetic::Add => a.sum(b),
            Arithmetic::Subtract => a.difference(b),
            Arithmetic::Multiply => a.product(b),
            Arithmetic::Divide => a.quotient(b),
            Arithmetic::Modulo => a.remainder(b),
        }
    };
    if let (Vector::One(_), Vector::One(_)) = (a, b) {
        return Some(Vector::One(cell(0).map_or(Value::Null, Value::Decimal)));
    }
    Some(Vector::Many(Column::Decimal((0..rows).map(cell).collect())))
}

fn times(op: Arithmetic, a: &Vector, b: &Vector) -> Option<Vector> {
    let (date_a, date_b) = (Operand::datetimes(a), Operand::datetimes(b));
    let (span_a, span_b) = (Operand::timespans(a), Operand::timespans(b));
    match (op, date_a, date_b, span_a, span_b) {
        (Arithmetic::Subtract, Some(a), Some(b), ..) => Some(map2_partial(&a, &b, i64::checked_sub).into_timespan()),
        (Arithmetic::Add, Some(a), _, _, Some(b)) | (Arithmetic::Add, _, Some(b), Some(a), _) => {
            Some(map2_partial(&a, &b, |a: i64, b: i64| in_range(a.checked_add(b))).into_datetime())
        }
        (Arithmetic::Subtract, Some(a), _, _, Some(b)) => {
            Some(map2_partial(&a, &b, |a: i64, b: i64| in_range(a.checked_sub(b))).into_datetime())
        }
        (Arithmetic::Add, _, _, Some(a), Some(b)) => Some(map2_partial(&a, &b, i64::checked_add).into_timespan()),
        (Arithmetic::Subtract, _, _, Some(a), Some(b)) => Some(map2_partial(&a, &b, i64::checked_sub).into_timespan()),
        #[allow(clippy::cast_precision_loss)] // the quotient is a real
        (Arithmetic::Divide, _, _, Some(a), Some(b)) => {
            Some(map2(&a, &b, |a: i64, b: i64| a as f64 / b as f64).into_real())
        }
        (Arithmetic::Modulo, _, _, Some(a), Some(b)) => {
            Some(map2_partial(&a, &b, |a, b| long(Arithmetic::Modulo, a, b)).into_timespan())
        }
        (Arithmetic::Multiply, _, _, Some(span), _) => scale(&span, b, |span, by| span * by),
        (Arithmetic::Multiply, _, _, _, Some(span)) => scale(&span, a, |span, by| span * by),
        (Arithmetic::Divide, _, _, Some(span), _) => scale(&span, b, |span, by| span / by),
        _ => None,
    }
}

/// A timespan times or divided by a number. Whole factors are exact.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // checked against the range first
fn scale(span: &Operand<i64>, factor: &Vector, f: impl Fn(f64, f64) -> f64) -> Option<Vector> {
    let exact = f(6.0, 2.0) > 6.0;
    if let Some(whole) = Operand::longs(factor) {
        let result = map2_partial(
            span,
            &whole,
            |span: i64, by: i64| {
                if exact { span.checked_mul(by) } else { span.checked_div(by) }
            },
        );
        return Some(result.into_timespan());
    }
    let factor = Operand::reals(factor)?;
    let result = map2_partial(span, &factor, |span: i64, by: f64| {
        let ticks = f(span as f64, by);
        (ticks.abs() < i64::MAX as f64).then(|| ticks.round() as i64)
    });
    Some(result.into_timespan())
}

fn in_range(ticks: Option<i64>) -> Option<i64> {
    ticks.filter(|ticks| (0..=LAST_TICK).contains(ticks))
}

fn long(op: Arithmetic, a: i64, b: i64) -> Option<i64> {
    match op {
        Arithmetic::Add => Some(a.wrapping_add(b)),
        Arithmetic::Subtract => Some(a.wrapping_sub(b)),
        Arithmetic::Multiply => Some(a.wrapping_mul(b)),
        Arithmetic::Divide | Arithmetic::Modulo if b == 0 => None,
        Arithmetic::Divide => Some(a.wrapping_div(b)),
        Arithmetic::Modulo => Some(a.wrapping_rem_euclid(b)),
    }
}

fn real(op: Arithmetic, a: f64, b: f64) -> f64 {
    match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Modulo => a.rem_euclid(b),
    }
}

fn is_dynamic(vector: &Vector) -> bool {
    matches!(vector, Vector::One(Value::Dynamic(_)) | Vector::Many(Column::Dynamic(_)))
}

/// Dynamics take part as the scalars they hold; what is no number or time gives null.
fn by_value(op: Arithmetic, a: &Vector, b: &Vector, rows: usize) -> Option<Vector> {
    let plain = |value: Value| match value {
        Value::Dynamic(inner) => inner.to_value(),
        value => value,
    };
    let cell = |row: usize| {
        let (a, b) = (Vector::One(plain(a.value(row))), Vector::One(plain(b.value(row))));
        let undefined = is_dynamic(&a) || is_dynamic(&b);
        let result = if undefined { None } else { calculate(op, &a, &b, 1) };
        result.map_or(Value::Null, |result| result.value(0))
    };
    if let (Vector::One(_), Vector::One(_)) = (a, b) {
        return Some(Vector::One(cell(0)));
    }
    let mut column = ColumnBuilder::new(Type::Unknown);
    for row in 0..rows {
        column.push(cell(row)).ok()?;
    }
    Some(Vector::Many(column.finish()))
}

/// `-x`; `None` where it is not defined.
pub(crate) fn negate(vector: &Vector, rows: usize) -> Option<Vector> {
    if Operand::timespans(vector).is_some() {
        return calculate(Arithmetic::Subtract, &Vector::One(Value::TimeSpan(0)), vector, rows);
    }
    if matches!(vector.ty(Type::Unknown), Type::Real) {
        let reals = Operand::reals(vector)?;
        return Some(map1(&reals, |real: f64| Some(-real)).into_real());
    }
    calculate(Arithmetic::Subtract, &Vector::One(Value::Long(0)), vector, rows)
}
