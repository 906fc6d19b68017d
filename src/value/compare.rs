//! Equality and order of values. Nulls are the caller's business in operators; sorting treats them here.

use std::cmp::Ordering;

use super::number::long_to_real;
use super::{Decimal, Dynamic, Value};

/// Compares two values that are not null; none when their types have no common order, or one is NaN. Numbers of
/// different types compare by value, a dynamic scalar as the scalar it holds.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Long(a), Value::Long(b))
        | (Value::DateTime(a), Value::DateTime(b))
        | (Value::TimeSpan(a), Value::TimeSpan(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Guid(a), Value::Guid(b)) => Some(a.cmp(b)),
        (Value::Dynamic(a), Value::Dynamic(b)) => compare_dynamic(a, b),
        (Value::Dynamic(a), b) => scalar(a).and_then(|a| compare(&a, b)),
        (a, Value::Dynamic(b)) => scalar(b).and_then(|b| compare(a, &b)),
        (Value::Bool(a), number) => compare_numbers(&Value::Long(i64::from(*a)), number),
        (number, Value::Bool(b)) => compare_numbers(number, &Value::Long(i64::from(*b))),
        (a, b) => compare_numbers(a, b),
    }
}

/// Whether two values that are not null are equal. Values without a common order are not; arrays and bags are compared
/// by content, the order of a bag's slots aside.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Dynamic(a), Value::Dynamic(b)) => equal_dynamic(a, b),
        _ => compare(left, right) == Some(Ordering::Equal),
    }
}

/// Whether two dynamics are equal.
pub fn equal_dynamic(left: &Dynamic, right: &Dynamic) -> bool {
    match (left, right) {
        (Dynamic::Null, Dynamic::Null) => true,
        (Dynamic::Array(a), Dynamic::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal_dynamic(a, b))
        }
        (Dynamic::Bag(a), Dynamic::Bag(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| right.get(key).is_some_and(|b| equal_dynamic(a, b)))
        }
        _ => compare_dynamic(left, right) == Some(Ordering::Equal),
    }
}

/// A total order for sorting: null and NaN first, then values; values without a common order by type.
pub fn sort_order(left: &Value, right: &Value) -> Ordering {
    match (is_missing(left), is_missing(right)) {
        (true, true) => return missing_rank(left).cmp(&missing_rank(right)),
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        (false, false) => {}
    }
    compare(left, right).unwrap_or_else(|| rank(left).cmp(&rank(right)).then_with(|| text(left).cmp(&text(right))))
}

/// Whether a value sorts with the nulls: null, or NaN.
pub fn is_missing(value: &Value) -> bool {
    value.is_null() || matches!(value, Value::Real(v) | Value::Dynamic(Dynamic::Real(v)) if v.is_nan())
}

fn missing_rank(value: &Value) -> u8 {
    u8::from(!value.is_null())
}

fn text(value: &Value) -> String {
    if let Value::Dynamic(value) = value { value.to_string() } else { String::new() }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => 2,
        Value::DateTime(_) => 3,
        Value::TimeSpan(_) => 4,
        Value::String(_) => 5,
        Value::Guid(_) => 6,
        Value::Dynamic(value) => match value {
            Dynamic::Array(_) => 7,
            Dynamic::Bag(_) => 8,
            scalar => rank(&scalar.to_value()),
        },
    }
}

fn scalar(value: &Dynamic) -> Option<Value> {
    match value {
        Dynamic::Null | Dynamic::Array(_) | Dynamic::Bag(_) => None,
        _ => Some(value.to_value()),
    }
}

fn compare_dynamic(left: &Dynamic, right: &Dynamic) -> Option<Ordering> {
    compare(&scalar(left)?, &scalar(right)?)
}

fn compare_numbers(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Real(a), b) => a.partial_cmp(&as_real(b)?),
        (a, Value::Real(b)) => as_real(a)?.partial_cmp(b),
        (Value::Decimal(a), b) => Some(a.cmp(&as_decimal(b)?)),
        (a, Value::Decimal(b)) => Some(as_decimal(a)?.cmp(b)),
        (a, b) => Some(as_long(a)?.cmp(&as_long(b)?)),
    }
}

fn as_long(value: &Value) -> Option<i64> {
    match value {
        Value::Int(v) => Some(i64::from(*v)),
        Value::Long(v) => Some(*v),
        _ => None,
    }
}

fn as_real(value: &Value) -> Option<f64> {
    match value {
        Value::Int(v) => Some(f64::from(*v)),
        Value::Long(v) => Some(long_to_real(*v)),
        Value::Real(v) => Some(*v),
        Value::Decimal(v) => Some(v.to_real()),
        _ => None,
    }
}

fn as_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(v) => Some(*v),
        _ => as_long(value).map(Decimal::from_long),
    }
}
