//! Functions on series: arrays of numbers, element by element or as a whole. What is no number is null.

pub(super) mod statistics;

use statistics::{count, mean, spread};

use super::arguments::{array, array_of, length};
use super::{Call, Failure, Function};
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("series_abs", 1, |args, _| Ok(typed(args, i64::wrapping_abs, f64::abs))),
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
    Function::strict("series_stats_dynamic", 1, stats),
    Function::strict("series_fit_line_dynamic", 1, fit_line),
    Function::strict("series_stats", 1, stats_columns),
    Function::strict("series_fit_line", 1, fit_line_columns),
    Function::strict("series_log", 1, |args, _| Ok(each(args, f64::ln))),
    Function::strict("series_sign", 1, |args, _| {
        Ok(typed(args, i64::signum, |v| if v == 0.0 || v.is_nan() { v } else { v.signum() }))
    }),
];

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

/// Whole numbers of a series of whole numbers, reals of one that holds a real.
fn typed(args: &[Value], whole: fn(i64) -> i64, real: fn(f64) -> f64) -> Value {
    let Some(items) = array(args, 0) else { return Value::Null };
    if items.iter().any(|item| matches!(item, Dynamic::Real(_))) {
        return each(args, real);
    }
    array_of(items.iter().map(|item| match item {
        Dynamic::Long(v) => Dynamic::Long(whole(*v)),
        _ => Dynamic::Null,
    }))
}

/// The numbers of a series; none when one of its elements is none.
pub(super) fn numbers(args: &[Value], at: usize) -> Option<Vec<f64>> {
    array(args, at)?.iter().map(number).collect()
}

fn whole(args: &[Value], f: fn(&[f64]) -> f64) -> Value {
    numbers(args, 0).map_or(Value::Null, |numbers| Value::Real(f(&numbers)))
}

fn slot(name: &str, value: Dynamic) -> (String, Dynamic) {
    (name.to_owned(), value)
}

/// The statistics of a series, of its finite numbers only with `ignore_nonfinite`; null when another element stands in it,
/// or none that counts. Positions and length are those of the whole series.
fn stats(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let finite: Vec<(usize, f64)> =
        items.iter().enumerate().filter_map(|(at, item)| Some((at, number(item).filter(|v| v.is_finite())?))).collect();
    let ignore_nonfinite = args.get(1).and_then(convert::to_bool) == Some(true);
    if finite.is_empty() || finite.len() < items.len() && !ignore_nonfinite {
        return Ok(Value::Null);
    }
    let values: Vec<f64> = finite.iter().map(|(_, v)| *v).collect();
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let position = |wanted: f64| {
        let found = finite.iter().find(|(_, v)| v.total_cmp(&wanted).is_eq());
        found.map_or(Dynamic::Null, |(at, _)| Dynamic::Long(length(*at)))
    };
    let variance = if values.len() > 1 { spread(&values) / (count(&values) - 1.0) } else { 0.0 };
    Ok(Value::Dynamic(Dynamic::Bag(vec![
        slot("min", Dynamic::Real(min)),
        slot("min_idx", position(min)),
        slot("max", Dynamic::Real(max)),
        slot("max_idx", position(max)),
        slot("avg", Dynamic::Real(mean(&values))),
        slot("stdev", Dynamic::Real(variance.sqrt())),
        slot("variance", Dynamic::Real(variance)),
        slot("sum", Dynamic::Real(values.iter().sum())),
        slot("len", Dynamic::Long(length(items.len()))),
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
