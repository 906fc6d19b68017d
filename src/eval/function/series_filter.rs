//! Digital filters over series: `series_fir`, `series_iir`.

use super::arguments::array_of;
use super::series::numbers;
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] =
    &[Function::strict("series_fir", 2, fir), Function::strict("series_iir", 3, iir)];

/// The most products a filter may need: series and filter are as long as their arrays, and the product of both is time.
const MOST_STEPS: usize = 50_000_000;

fn affordable(series: &[f64], filter: &[f64]) -> Result<(), Failure> {
    match series.len().checked_mul(filter.len()) {
        Some(steps) if steps <= MOST_STEPS => Ok(()),
        _ => Err(Failure::Refused("the series and the filter are too long".to_owned())),
    }
}

fn reals(values: Vec<f64>) -> Value {
    array_of(values.into_iter().map(Dynamic::Real))
}

/// `series_fir(series, filter, normalize, center)`. What lies outside the series counts as zero. Without `normalize`, a
/// filter without negative coefficients is divided by its sum; dividing a filter that has some gives null.
fn fir(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(series), Some(mut filter)) = (numbers(args, 0), numbers(args, 1)) else { return Ok(Value::Null) };
    affordable(&series, &filter)?;
    let negative = filter.iter().any(|v| *v < 0.0);
    let normalize = args.get(2).and_then(convert::to_bool);
    if normalize == Some(true) && negative {
        return Ok(Value::Null);
    }
    if normalize.unwrap_or(!negative) {
        let sum: f64 = filter.iter().sum();
        for coefficient in &mut filter {
            *coefficient /= sum;
        }
    }
    let centered = args.get(3).and_then(convert::to_bool) == Some(true);
    if centered && filter.len().is_multiple_of(2) {
        return Err(Failure::Unsupported("a centered filter of even length".to_owned()));
    }
    let ahead = if centered { filter.len() / 2 } else { 0 };
    let at = |index: usize| {
        let products = filter.iter().enumerate().filter_map(|(back, by)| {
            let from = (index + ahead).checked_sub(back)?;
            Some(series.get(from)? * by)
        });
        products.sum()
    };
    Ok(reals((0..series.len()).map(at).collect()))
}

/// `series_iir(series, numerators, denominators)`: each output from the inputs so far and the outputs so far.
fn iir(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(series), Some(up), Some(down)) = (numbers(args, 0), numbers(args, 1), numbers(args, 2)) else {
        return Ok(Value::Null);
    };
    affordable(&series, &up)?;
    affordable(&series, &down)?;
    let Some((&scale, down)) = down.split_first() else { return Ok(Value::Null) };
    let mut out: Vec<f64> = Vec::with_capacity(series.len());
    for index in 0..series.len() {
        let inputs: f64 = up.iter().zip(series[..=index].iter().rev()).map(|(b, x)| b * x).sum();
        let outputs: f64 = down.iter().zip(out.iter().rev()).map(|(a, y)| a * y).sum();
        out.push((inputs - outputs) / scale);
    }
    Ok(reals(out))
}
