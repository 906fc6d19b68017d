//! Rounding down to multiples: `bin`, `bin_at`, `floor`, `ceiling`, `round`.

use super::arguments::{long, or_null, real};
use super::{Call, Failure, Function};
use crate::value::number::real_to_long;
use crate::value::{Decimal, Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("bin", 2, bin),
    Function::strict("floor", 1, |args, call| if args.len() > 1 { bin(args, call) } else { floor_one(args) }),
    Function::strict("bin_at", 3, bin_at),
    Function::strict("bin_auto", 1, bin_auto),
    Function::strict("ceiling", 1, ceiling),
    Function::strict("round", 1, round),
];

fn floor_to(value: i64, step: i64) -> Option<i64> {
    if step <= 0 {
        return None;
    }
    value.checked_sub(value.rem_euclid(step))
}

fn bin(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(bin_value(&args[0], &args[1]).unwrap_or(Value::Null))
}

fn ticks(value: &Value) -> Option<i64> {
    match value {
        Value::TimeSpan(v) | Value::Long(v) | Value::DateTime(v) => Some(*v),
        Value::Int(v) => Some(i64::from(*v)),
        _ => None,
    }
}

fn bin_value(value: &Value, step: &Value) -> Option<Value> {
    match (value, step) {
        (Value::DateTime(v), step) => floor_to(*v, ticks(step)?).map(Value::DateTime),
        (Value::TimeSpan(v), step) => floor_to(*v, ticks(step)?).map(Value::TimeSpan),
        (Value::Int(v), Value::Int(step)) => {
            floor_to(i64::from(*v), i64::from(*step)).and_then(|v| i32::try_from(v).ok()).map(Value::Int)
        }
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) => {
            let (v, step) = (convert::to_decimal(value)?, convert::to_decimal(step)?);
            if step <= Decimal::ZERO {
                return None;
            }
            v.quotient(step)?.floor()?.product(step).map(Value::Decimal)
        }
        (Value::Real(_), _) | (_, Value::Real(_)) => {
            let (v, step) = (convert::to_real(value)?, convert::to_real(step)?);
            (step > 0.0).then(|| Value::Real((v / step).floor() * step))
        }
        (Value::Dynamic(Dynamic::Array(_) | Dynamic::Bag(_)), _) => None,
        (Value::Dynamic(inner), step) => bin_value(&inner.to_value(), step),
        _ => floor_to(convert::to_long(value)?, convert::to_long(step)?).map(Value::Long),
    }
}

/// The size and the fixed point come from `set query_bin_auto_size = …; set query_bin_auto_at = …;`.
fn bin_auto(args: &[Value], call: &Call) -> Result<Value, Failure> {
    match args.len() {
        1 => Err(Failure::Refused("bin_auto() needs `set query_bin_auto_size = …;` before the query".to_owned())),
        2 => bin(args, call),
        _ => bin_at(args, call),
    }
}

fn floor_one(args: &[Value]) -> Result<Value, Failure> {
    Ok(match &args[0] {
        Value::Real(v) => Value::Real(v.floor()),
        Value::Decimal(v) => v.floor().map_or(Value::Null, Value::Decimal),
        value => value.clone(),
    })
}

fn bin_at(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let shifted = |value: i64, step: &Value, fixed: i64| {
        let step = match step {
            Value::Real(v) => real_to_long(*v)?,
            step => ticks(step)?,
        };
        floor_to(value.checked_sub(fixed)?, step)?.checked_add(fixed)
    };
    let result = match (&args[0], &args[1], &args[2]) {
        (Value::DateTime(v), step, Value::DateTime(fixed)) => shifted(*v, step, *fixed).map(Value::DateTime),
        (Value::TimeSpan(v), step, Value::TimeSpan(fixed)) => shifted(*v, step, *fixed).map(Value::TimeSpan),
        (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) => {
            long(args, 0).zip(long(args, 2)).and_then(|(v, fixed)| shifted(v, &args[1], fixed)).map(Value::Long)
        }
        (Value::Decimal(_), _, _) | (_, Value::Decimal(_), _) | (_, _, Value::Decimal(_)) => {
            decimal_bin_at(&args[0], &args[1], &args[2]).map(Value::Decimal)
        }
        _ => match (real(args, 0), real(args, 1), real(args, 2)) {
            (Some(v), Some(step), Some(fixed)) if step > 0.0 => {
                Some(Value::Real(((v - fixed) / step).floor() * step + fixed))
            }
            _ => None,
        },
    };
    Ok(result.unwrap_or(Value::Null))
}

fn decimal_bin_at(value: &Value, step: &Value, fixed: &Value) -> Option<Decimal> {
    let (value, step, fixed) = (convert::to_decimal(value)?, convert::to_decimal(step)?, convert::to_decimal(fixed)?);
    if step <= Decimal::ZERO {
        return None;
    }
    value.difference(fixed)?.quotient(step)?.floor()?.product(step)?.sum(fixed)
}

fn ceiling(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(match &args[0] {
        Value::Real(v) => Value::Real(v.ceil()),
        Value::Decimal(v) => v.negate().floor().map_or(Value::Null, |v| Value::Decimal(v.negate())),
        value => value.clone(),
    })
}

/// Halves go away from zero; a negative precision rounds before the point.
fn round(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let places = long(args, 1).unwrap_or(0).clamp(-308, 308);
    let Ok(places) = i32::try_from(places) else { return Ok(Value::Null) };
    Ok(match &args[0] {
        Value::Real(v) => Value::Real(round_real(*v, places)),
        Value::Decimal(v) => v.round(places).map_or(Value::Null, Value::Decimal),
        Value::Int(_) | Value::Long(_) if places < 0 => {
            or_null(long(args, 0).and_then(|v| round_long(v, places.unsigned_abs())), Value::Long)
        }
        value => value.clone(),
    })
}

/// Rounds the last digits away; none when the result does not fit.
fn round_long(value: i64, digits: u32) -> Option<i64> {
    let value = i128::from(value);
    let Some(scale) = 10_i128.checked_pow(digits) else { return Some(0) };
    let rest = value % scale;
    let away = if rest.abs() * 2 >= scale { scale * rest.signum() } else { 0 };
    i64::try_from(value - rest + away).ok()
}

/// Reals from 2^52 on have no fraction.
const NO_FRACTION: f64 = 4_503_599_627_370_496.0;

fn round_real(value: f64, places: i32) -> f64 {
    if places > 15 || !value.is_finite() || places >= 0 && value.abs() >= NO_FRACTION {
        return value;
    }
    let scale = 10_f64.powi(places.abs());
    if places < 0 {
        return (value / scale).round() * scale;
    }
    let scaled = value * scale;
    if scaled.is_finite() { scaled.round() / scale } else { value }
}
