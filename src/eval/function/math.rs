//! Arithmetic functions.

use super::arguments::{long, or_null, real};
use super::{Call, Failure, Function};
use crate::value::number::{long_to_real, real_to_long};
use crate::value::{Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("abs", 1, abs),
    Function::strict("sign", 1, |args, _| Ok(real_of(args, |v| if v == 0.0 { 0.0 } else { v.signum() }))),
    Function::strict("sqrt", 1, |args, _| {
        Ok(real(args, 0).filter(|v| *v >= 0.0).map_or(Value::Null, |v| Value::Real(v.sqrt())))
    }),
    Function::strict("pow", 2, |args, _| {
        Ok(real(args, 0).zip(real(args, 1)).map_or(Value::Null, |(a, b)| Value::Real(a.powf(b))))
    }),
    Function::strict("exp", 1, |args, _| Ok(real_of(args, f64::exp))),
    Function::strict("exp2", 1, |args, _| Ok(real_of(args, f64::exp2))),
    Function::strict("exp10", 1, |args, _| Ok(real_of(args, |v| 10_f64.powf(v)))),
    Function::strict("log", 1, |args, _| Ok(logarithm(args, f64::ln))),
    Function::strict("log2", 1, |args, _| Ok(logarithm(args, f64::log2))),
    Function::strict("log10", 1, |args, _| Ok(logarithm(args, f64::log10))),
    Function::strict("pi", 0, |_, _| Ok(Value::Real(std::f64::consts::PI))),
    Function::strict("sin", 1, |args, _| Ok(real_of(args, f64::sin))),
    Function::strict("cos", 1, |args, _| Ok(real_of(args, f64::cos))),
    Function::strict("tan", 1, |args, _| Ok(real_of(args, f64::tan))),
    Function::strict("cot", 1, |args, _| Ok(real_of(args, |v| 1.0 / v.tan()))),
    Function::strict("asin", 1, |args, _| Ok(arc(args, f64::asin))),
    Function::strict("acos", 1, |args, _| Ok(arc(args, f64::acos))),
    Function::strict("atan", 1, |args, _| Ok(real_of(args, f64::atan))),
    Function::strict("atan2", 2, |args, _| {
        Ok(real(args, 0).zip(real(args, 1)).map_or(Value::Null, |(y, x)| Value::Real(y.atan2(x))))
    }),
    Function::strict("degrees", 1, |args, _| Ok(real_of(args, |v| v * 180.0 / std::f64::consts::PI))),
    Function::strict("radians", 1, |args, _| Ok(real_of(args, |v| v * std::f64::consts::PI / 180.0))),
    Function::strict("isnan", 1, |args, _| Ok(asked(args, f64::is_nan))),
    Function::strict("isinf", 1, |args, _| Ok(asked(args, f64::is_infinite))),
    Function::strict("isfinite", 1, |args, _| Ok(asked(args, f64::is_finite))),
    Function::strict("rand", 0, rand),
    Function::strict("new_guid", 0, new_guid),
    Function::strict("binary_and", 2, |args, _| Ok(bits(args, |a, b| Some(a & b)))),
    Function::strict("binary_or", 2, |args, _| Ok(bits(args, |a, b| Some(a | b)))),
    Function::strict("binary_xor", 2, |args, _| Ok(bits(args, |a, b| Some(a ^ b)))),
    Function::strict("binary_not", 1, |args, _| Ok(or_null(long(args, 0).map(|v| !v), Value::Long))),
    Function::strict("binary_shift_left", 2, |args, _| Ok(bits(args, |a, b| Some(a.wrapping_shl(shift(b)?))))),
    Function::strict("binary_shift_right", 2, |args, _| Ok(bits(args, |a, b| Some(a.wrapping_shr(shift(b)?))))),
    Function::strict("bitset_count_ones", 1, |args, _| {
        Ok(or_null(long(args, 0).map(|v| i64::from(v.count_ones())), Value::Long))
    }),
];

/// Null outside -1 to 1 (Microsoft: "`acos()`", "`asin()`").
fn arc(args: &[Value], f: fn(f64) -> f64) -> Value {
    real(args, 0).filter(|v| v.abs() <= 1.0).map_or(Value::Null, |v| Value::Real(f(v)))
}

fn real_of(args: &[Value], f: fn(f64) -> f64) -> Value {
    real(args, 0).map_or(Value::Null, |v| Value::Real(f(v)))
}

fn asked(args: &[Value], f: fn(f64) -> bool) -> Value {
    real(args, 0).map_or(Value::Null, |v| Value::Bool(f(v)))
}

/// Null for numbers that are not positive.
fn logarithm(args: &[Value], f: fn(f64) -> f64) -> Value {
    real(args, 0).filter(|v| *v >= 0.0).map_or(Value::Null, |v| Value::Real(f(v)))
}

fn abs(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(match &args[0] {
        Value::Int(v) => or_null(v.checked_abs(), Value::Int),
        Value::Real(v) => Value::Real(v.abs()),
        Value::Decimal(v) => Value::Decimal(v.abs()),
        Value::TimeSpan(v) => or_null(v.checked_abs(), Value::TimeSpan),
        value => match convert::to_long(value) {
            Some(v) => or_null(v.checked_abs(), Value::Long),
            None => real_of(args, f64::abs),
        },
    })
}

fn bits(args: &[Value], f: fn(i64, i64) -> Option<i64>) -> Value {
    or_null(long(args, 0).zip(long(args, 1)).and_then(|(a, b)| f(a, b)), Value::Long)
}

/// Shifts are taken modulo 64; there are no negative ones (Microsoft: "`binary_shift_left()`").
fn shift(by: i64) -> Option<u32> {
    u32::try_from(by).ok().map(|by| by % 64)
}

/// `rand()` lies in `[0, 1)`, `rand(n)` is a whole number below `n`.
fn rand(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let unit = long_to_real((call.context.random() >> 11).cast_signed()) / 9_007_199_254_740_992.0;
    Ok(match long(args, 0) {
        Some(most) if most >= 1 => Value::Real(real_to_long(unit * long_to_real(most)).map_or(0.0, long_to_real)),
        _ => Value::Real(unit),
    })
}

/// A random guid of version 4.
fn new_guid(_: &[Value], call: &Call) -> Result<Value, Failure> {
    let bits = (u128::from(call.context.random()) << 64) | u128::from(call.context.random());
    let versioned = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    Ok(Value::Guid(versioned))
}
