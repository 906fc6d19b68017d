//! Functions on series: arrays of numbers, element by element or as a whole. What is no number is null.

pub(super) mod statistics;

use statistics::{count, mean, spread};

use super::arguments::{array, array_of, length, real};
use super::{Call, Failure, Function};
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("series_abs", 1, |args, _| Ok(each(args, f64::abs))),
    Function::strict("series_acos", 1, |args, _| Ok(each(args, f64::acos))),
    Function::strict("series_asin", 1, |args, _| Ok(each(args, f64::asin))),
    Function::strict("series_atan", 1, |args, _| Ok(each(args, f64::atan))),
    Function::strict("series_ceiling", 1, |args, _| Ok(each(args, f64::ceil))),
    Function::strict("series_cos", 1, |args, _| Ok(each(args, f64::cos))),
    Function::strict("series_exp", 1, |args, _| Ok(each(args, f64::exp))),
    Function::strict("series_floor", 1, |args, _| Ok(each(args, f64::floor))),
    Function::strict("series_sin", 1, |args, _| Ok(each(args, f64::sin))),
    Function::strict("series_tan", 1, |args, _| Ok(each(args, f64::tan))),
    Function::strict("series_sum", 1, |args, _| {
        Ok(whole(args, |numbers| numbers.iter().fold(0.0, |sum, number| sum + number)))
    }),
    Function::strict("series_product", 1, |args, _| Ok(whole(args, |numbers| numbers.iter().product()))),
    Function::strict("series_magnitude", 1, |args, _| {
        Ok(whole(args, |numbers| numbers.iter().map(|v| v * v).sum::<f64>().sqrt()))
    }),
    Function::strict("series_dot_product", 2, dot_product),
    Function::strict("series_stats_dynamic", 1, stats),
    Function::strict("series_fit_line_dynamic", 1, fit_line),
    Function::strict("series_stats", 1, stats_columns),
    Function::strict("series_fit_line", 1, fit_line_columns),
    Function::strict("series_log", 1, |args, _| Ok(each(args, f64::ln))),
    Function::strict("series_sign", 1, |args, _| Ok(sign(args))),
];

/// The sign of each element, of the element's type.
fn sign(args: &[Value]) -> Value {
    let Some(items) = array(args, 0) else { return Value::Null };
    array_of(items.iter().map(|item| match item {
        Dynamic::Long(v) => Dynamic::Long(v.signum()),
        Dynamic::Real(v) if *v == 0.0 || v.is_nan() => Dynamic::Real(*v),
        Dynamic::Real(v) => Dynamic::Real(v.signum()),
        _ => Dynamic::Null,
    }))
}

/// The named slots of a bag, as the results of a function that gives several columns.
fn columns(bag: &Value, names: &[&str]) -> Value {
    let Value::Dynamic(bag) = bag else { return Value::Null };
    array_of(names.iter().map(|name| bag.get(name).cloned().unwrap_or(Dynamic::Null)))
}

fn stats_columns(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let names = ["min", "min_idx", "max", "max_idx", "avg", "stdev", "variance"];
    Ok(columns(&stats(args, call)?, &names))
}

fn fit_line_columns(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let names = ["rsquare", "slope", "variance", "rvariance", "interception", "line_fit"];
    Ok(columns(&fit_line(args, call)?, &names))
}

pub(super) fn number(item: &Dynamic) -> Option<f64> {
    match item {
        Dynamic::Long(_) | Dynamic::Real(_) => convert::to_real(&item.to_value()),
        _ => None,
    }
}

fn each(args: &[Value], f: fn(f64) -> f64) -> Value {
    let Some(items) = array(args, 0) else { return Value::Null };
    array_of(items.iter().map(|item| number(item).map_or(Dynamic::Null, |v| Dynamic::Real(f(v)))))
}

/// The numbers of a series; none when one of its elements is none.
pub(super) fn numbers(args: &[Value], at: usize) -> Option<Vec<f64>> {
    array(args, at)?.iter().map(number).collect()
}

fn whole(args: &[Value], f: fn(&[f64]) -> f64) -> Value {
    numbers(args, 0).map_or(Value::Null, |numbers| Value::Real(f(&numbers)))
}

fn dot_product(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let series = |at: usize, size: usize| match array(args, at) {
        Some(_) => numbers(args, at),
        None => real(args, at).map(|v| vec![v; size]),
    };
    let size = array(args, 0).or_else(|| array(args, 1)).map_or(0, <[Dynamic]>::len);
    let (Some(a), Some(b)) = (series(0, size), series(1, size)) else { return Ok(Value::Null) };
    if a.len() != b.len() {
        return Ok(Value::Null);
    }
    Ok(Value::Real(a.iter().zip(&b).map(|(a, b)| a * b).sum()))
}

fn slot(name: &str, value: Dynamic) -> (String, Dynamic) {
    (name.to_owned(), value)
}

fn index_of(values: &[f64], wanted: f64) -> Dynamic {
    let at = values.iter().position(|v| v.total_cmp(&wanted).is_eq());
    at.map_or(Dynamic::Null, |at| Dynamic::Long(length(at)))
}

fn stats(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(values) = numbers(args, 0).filter(|values| !values.is_empty() && values.iter().all(|v| v.is_finite()))
    else {
        return Ok(Value::Null);
    };
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let variance = if values.len() > 1 { spread(&values) / (count(&values) - 1.0) } else { 0.0 };
    Ok(Value::Dynamic(Dynamic::Bag(vec![
        slot("min", Dynamic::Real(min)),
        slot("min_idx", index_of(&values, min)),
        slot("max", Dynamic::Real(max)),
        slot("max_idx", index_of(&values, max)),
        slot("avg", Dynamic::Real(mean(&values))),
        slot("stdev", Dynamic::Real(variance.sqrt())),
        slot("variance", Dynamic::Real(variance)),
        slot("sum", Dynamic::Real(values.iter().sum())),
        slot("len", Dynamic::Long(length(values.len()))),
    ])))
}

/// Linear regression over the elements' indices.
fn fit_line(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(y) = numbers(args, 0).filter(|y| y.len() > 1 && y.iter().all(|v| v.is_finite())) else {
        return Ok(Value::Null);
    };
    let x: Vec<f64> = (0..y.len()).map(|at| long_to_real(length(at))).collect();
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let common: f64 = x.iter().zip(&y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let slope = common / spread(&x);
    let interception = mean_y - slope * mean_x;
    let line: Vec<f64> = x.iter().map(|x| slope * x + interception).collect();
    let rest: f64 = y.iter().zip(&line).map(|(y, fit)| (y - fit).powi(2)).sum();
    let freedom = count(&y) - 1.0;
    let total = spread(&y);
    let rsquare = if total > 0.0 { 1.0 - rest / total } else { 1.0 };
    Ok(Value::Dynamic(Dynamic::Bag(vec![
        slot("rsquare", Dynamic::Real(rsquare)),
        slot("slope", Dynamic::Real(slope)),
        slot("variance", Dynamic::Real(total / freedom)),
        slot("rvariance", Dynamic::Real(rest / freedom)),
        slot("interception", Dynamic::Real(interception)),
        slot("line_fit", Dynamic::Array(line.into_iter().map(Dynamic::Real).collect())),
    ])))
}
