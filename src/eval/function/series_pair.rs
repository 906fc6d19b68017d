//! Functions on two series, element by element. A number in place of a series stands for a series of that number. What
//! is no number, and what only the longer series has, gives null; products leave it out.

use super::arguments::array_of;
use super::series::{number, numbers, statistics::mean};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("series_add", 2, |args, _| numeric(args, i64::wrapping_add, |a, b| a + b)),
    Function::strict("series_subtract", 2, subtract),
    Function::strict("series_multiply", 2, |args, _| numeric(args, i64::wrapping_mul, |a, b| a * b)),
    Function::strict("series_divide", 2, |args, _| numbers_of_pairs(args, |a, b| real(a, b, |a, b| a / b))),
    Function::strict("series_pow", 2, |args, _| numbers_of_pairs(args, |a, b| real(a, b, f64::powf))),
    Function::strict("series_greater", 2, |args, _| compared(args, |a, b| a > b)),
    Function::strict("series_greater_equals", 2, |args, _| compared(args, |a, b| a >= b)),
    Function::strict("series_less", 2, |args, _| compared(args, |a, b| a < b)),
    Function::strict("series_less_equals", 2, |args, _| compared(args, |a, b| a <= b)),
    Function::strict("series_equals", 2, |args, _| compared(args, |a, b| a.total_cmp(&b).is_eq())),
    Function::strict("series_not_equals", 2, |args, _| compared(args, |a, b| a.total_cmp(&b).is_ne())),
    Function::strict("series_pearson_correlation", 2, pearson_correlation),
    Function::strict("series_cosine_similarity", 2, cosine_similarity),
    Function::strict("series_dot_product", 2, |args, _| {
        Ok(factors(&args[0], &args[1]).map_or(Value::Null, |(a, b)| Value::Real(dot(&a, &b))))
    }),
    Function::strict("series_magnitude", 1, |args, _| {
        Ok(factors(&args[0], &args[0]).map_or(Value::Null, |(a, _)| Value::Real(magnitude(&a))))
    }),
];

/// One argument of a function on two series.
enum Operand<'a> {
    Series(&'a [Dynamic]),
    Same(Dynamic),
}

impl<'a> Operand<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Dynamic(Dynamic::Array(items)) => Some(Self::Series(items)),
            value => {
                let same = Dynamic::from_value(value);
                number(&same).map(|_| Self::Same(same))
            }
        }
    }

    fn length(&self) -> usize {
        match self {
            Self::Series(items) => items.len(),
            Self::Same(_) => 0,
        }
    }

    fn at(&self, at: usize) -> Option<&Dynamic> {
        match self {
            Self::Series(items) => items.get(at),
            Self::Same(same) => Some(same),
        }
    }

    fn has_real(&self) -> bool {
        match self {
            Self::Series(items) => items.iter().any(|item| matches!(item, Dynamic::Real(_))),
            Self::Same(same) => matches!(same, Dynamic::Real(_)),
        }
    }
}

fn operands<'a>(a: &'a Value, b: &'a Value) -> Option<(Operand<'a>, Operand<'a>)> {
    let (a, b) = (Operand::of(a)?, Operand::of(b)?);
    match (&a, &b) {
        (Operand::Same(_), Operand::Same(_)) => None,
        _ => Some((a, b)),
    }
}

fn pairs(args: &[Value], f: impl Fn(&Dynamic, &Dynamic) -> Option<Dynamic>) -> Value {
    let Some((a, b)) = operands(&args[0], &args[1]) else { return Value::Null };
    let length = a.length().max(b.length());
    array_of((0..length).map(|at| a.at(at).zip(b.at(at)).and_then(|(a, b)| f(a, b)).unwrap_or(Dynamic::Null)))
}

/// [`pairs`] of numbers. The engine counts times as numbers in one function at least, which ones is not documented.
fn numbers_of_pairs(args: &[Value], f: impl Fn(&Dynamic, &Dynamic) -> Option<Dynamic>) -> Result<Value, Failure> {
    let is_time = |item: &Dynamic| matches!(item, Dynamic::DateTime(_) | Dynamic::TimeSpan(_));
    let has_time = |arg: &Value| matches!(arg, Value::Dynamic(Dynamic::Array(items)) if items.iter().any(is_time));
    if args.iter().any(has_time) {
        return Err(Failure::Unsupported("a series of times as numbers".to_owned()));
    }
    Ok(pairs(args, f))
}

fn real(a: &Dynamic, b: &Dynamic, f: fn(f64, f64) -> f64) -> Option<Dynamic> {
    Some(Dynamic::Real(f(number(a)?, number(b)?)))
}

/// Whole numbers if there are only whole numbers in both series, else reals.
fn numeric(args: &[Value], whole: fn(i64, i64) -> i64, reals: fn(f64, f64) -> f64) -> Result<Value, Failure> {
    let all_whole = operands(&args[0], &args[1]).is_some_and(|(a, b)| !a.has_real() && !b.has_real());
    numbers_of_pairs(args, |a, b| match (a, b) {
        (Dynamic::Long(a), Dynamic::Long(b)) if all_whole => Some(Dynamic::Long(whole(*a, *b))),
        _ => real(a, b, reals),
    })
}

/// Between datetimes lie ticks (Microsoft: "`series_rate_fl()`").
fn subtract(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let is_datetime = |item: &Dynamic| matches!(item, Dynamic::DateTime(_) | Dynamic::Null);
    let datetimes = |arg: &Value| matches!(arg, Value::Dynamic(Dynamic::Array(items)) if items.iter().all(is_datetime));
    if !args.iter().all(datetimes) {
        return numeric(args, i64::wrapping_sub, |a, b| a - b);
    }
    Ok(pairs(args, |a, b| match (a, b) {
        (Dynamic::DateTime(a), Dynamic::DateTime(b)) => Some(Dynamic::Long(a.wrapping_sub(*b))),
        _ => None,
    }))
}

fn compared(args: &[Value], f: fn(f64, f64) -> bool) -> Result<Value, Failure> {
    numbers_of_pairs(args, |a, b| Some(Dynamic::Bool(f(number(a)?, number(b)?))))
}

/// Two series of numbers of one length.
fn two_series(args: &[Value]) -> Option<(Vec<f64>, Vec<f64>)> {
    let (a, b) = (numbers(args, 0)?, numbers(args, 1)?);
    (a.len() == b.len() && !a.is_empty()).then_some((a, b))
}

/// The numbers of two series that stand beside one another, as far as the shorter one goes; none for an empty series.
fn factors(a: &Value, b: &Value) -> Option<(Vec<f64>, Vec<f64>)> {
    let (a, b) = operands(a, b)?;
    let length = a.length().max(b.length());
    let empty = |operand: &Operand| matches!(operand, Operand::Series([]));
    if empty(&a) || empty(&b) {
        return None;
    }
    let pair = |at: usize| Some((number(a.at(at)?)?, number(b.at(at)?)?));
    Some((0..length).filter_map(pair).unzip())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

fn magnitude(series: &[f64]) -> f64 {
    dot(series, series).sqrt()
}

fn pearson_correlation(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((a, b)) = two_series(args) else { return Ok(Value::Null) };
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let a: Vec<f64> = a.iter().map(|v| v - mean_a).collect();
    let b: Vec<f64> = b.iter().map(|v| v - mean_b).collect();
    Ok(Value::Real(dot(&a, &b) / (dot(&a, &a).sqrt() * dot(&b, &b).sqrt())))
}

/// The magnitudes may be given as the third and fourth argument.
fn cosine_similarity(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((a, b)) = factors(&args[0], &args[1]) else { return Ok(Value::Null) };
    let size = |at: usize, series: &[f64]| match args.get(at) {
        Some(given) => convert::to_real(given),
        None => Some(magnitude(series)),
    };
    let (Some(first), Some(second)) = (size(2, &a), size(3, &b)) else { return Ok(Value::Null) };
    Ok(Value::Real(dot(&a, &b) / (first * second)))
}
