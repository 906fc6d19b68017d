//! Regressions over series: two lines, and polynomials.

use super::arguments::{array_of, long};
use super::series::numbers;
use super::series::statistics::{count, mean, spread};
use super::{Call, Failure, Function};
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("series_fit_2lines", 1, |args, _| Ok(two_lines(args).map_or(Value::Null, |fit| fit.columns()))),
    Function::strict(
        "series_fit_2lines_dynamic",
        1,
        |args, _| Ok(two_lines(args).map_or(Value::Null, |fit| fit.bag())),
    ),
    Function::strict("series_fit_poly", 1, polynomial),
];

/// The longest series that two lines are fitted to: the work is quadratic.
const LONGEST: usize = 20_000;
/// The highest degree of a polynomial.
const HIGHEST: usize = 20;

fn at(index: usize) -> f64 {
    long_to_real(super::arguments::length(index))
}

/// A polynomial through points, and how well it fits.
#[derive(Debug, Clone)]
struct Fit {
    /// From the lowest power.
    coefficients: Vec<f64>,
    fitted: Vec<f64>,
    total: f64,
    rest: f64,
    freedom: f64,
}

impl Fit {
    fn rsquare(&self) -> f64 {
        if self.total > 0.0 { 1.0 - self.rest / self.total } else { 1.0 }
    }

    fn variance(&self) -> f64 {
        if self.freedom > 0.0 { self.total / self.freedom } else { 0.0 }
    }

    fn rvariance(&self) -> f64 {
        if self.freedom > 0.0 { self.rest / self.freedom } else { 0.0 }
    }

    fn new(coefficients: Vec<f64>, x: &[f64], y: &[f64]) -> Self {
        let value = |x: &f64| coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient);
        let fitted: Vec<f64> = x.iter().map(value).collect();
        let rest = y.iter().zip(&fitted).map(|(y, fit)| (y - fit).powi(2)).sum();
        Self { coefficients, fitted, total: spread(y), rest, freedom: count(y) - 1.0 }
    }

    /// A line over 0, 1, 2 …
    fn line(y: &[f64]) -> Self {
        let x: Vec<f64> = (0..y.len()).map(at).collect();
        let (mean_x, mean_y) = (mean(&x), mean(y));
        let common: f64 = x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let width = spread(&x);
        let slope = if width > 0.0 { common / width } else { 0.0 };
        Self::new(vec![mean_y - slope * mean_x, slope], &x, y)
    }

    /// `rsquare`, `slope`, `interception`, `variance`, `rvariance` of a line.
    fn of_line(&self) -> [f64; 5] {
        let coefficient = |power: usize| self.coefficients.get(power).copied().unwrap_or(0.0);
        [self.rsquare(), coefficient(1), coefficient(0), self.variance(), self.rvariance()]
    }
}

/// The best two lines: one before the index `split`, one from there on.
#[derive(Debug)]
struct TwoLines {
    split: usize,
    left: Fit,
    right: Fit,
    whole: Fit,
}

fn two_lines(args: &[Value]) -> Option<TwoLines> {
    let y = numbers(args, 0)?;
    if y.len() < 4 || y.len() > LONGEST || !y.iter().all(|value| value.is_finite()) {
        return None;
    }
    let rest = |split: &usize| Fit::line(&y[..*split]).rest + Fit::line(&y[*split..]).rest;
    let split = (2..=y.len() - 2).min_by(|a, b| rest(a).total_cmp(&rest(b)))?;
    let (left, right) = (Fit::line(&y[..split]), Fit::line(&y[split..]));
    let whole = Fit {
        coefficients: Vec::new(),
        fitted: left.fitted.iter().chain(&right.fitted).copied().collect(),
        total: spread(&y),
        rest: left.rest + right.rest,
        freedom: count(&y) - 1.0,
    };
    Some(TwoLines { split, left, right, whole })
}

fn reals(values: &[f64]) -> Dynamic {
    Dynamic::Array(values.iter().copied().map(Dynamic::Real).collect())
}

impl TwoLines {
    fn columns(&self) -> Value {
        let whole = [
            Dynamic::Real(self.whole.rsquare()),
            Dynamic::Long(super::arguments::length(self.split)),
            Dynamic::Real(self.whole.variance()),
            Dynamic::Real(self.whole.rvariance()),
            reals(&self.whole.fitted),
        ];
        let sides = [&self.right, &self.left].into_iter().flat_map(Fit::of_line).map(Dynamic::Real);
        array_of(whole.into_iter().chain(sides))
    }

    fn bag(&self) -> Value {
        let side = |fit: &Fit| {
            let names = ["rsquare", "slope", "interception", "variance", "rvariance"];
            Dynamic::Bag(
                names.iter().zip(fit.of_line()).map(|(name, v)| ((*name).to_owned(), Dynamic::Real(v))).collect(),
            )
        };
        let slots = [
            ("rsquare", Dynamic::Real(self.whole.rsquare())),
            ("split_idx", Dynamic::Long(super::arguments::length(self.split))),
            ("variance", Dynamic::Real(self.whole.variance())),
            ("rvariance", Dynamic::Real(self.whole.rvariance())),
            ("line_fit", reals(&self.whole.fitted)),
            ("right", side(&self.right)),
            ("left", side(&self.left)),
        ];
        Value::Dynamic(Dynamic::Bag(slots.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    }
}

/// The coefficients of the polynomial with the least squares, from the lowest power: the columns of powers are made
/// orthogonal one after the other, which loses less than the normal equations.
fn least_squares(x: &[f64], y: &[f64], degree: usize) -> Option<Vec<f64>> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut basis: Vec<(Vec<f64>, Vec<f64>)> = Vec::with_capacity(degree + 1);
    let mut coefficients = vec![0.0; degree + 1];
    let power =
        |power: usize| -> Vec<f64> { x.iter().map(|x| x.powi(i32::try_from(power).unwrap_or(i32::MAX))).collect() };
    for exponent in 0..=degree {
        let mut column = power(exponent);
        let mut made_of = vec![0.0; degree + 1];
        made_of[exponent] = 1.0;
        let size = dot(&column, &column).sqrt();
        for _ in 0..2 {
            for (known, known_of) in &basis {
                let shared = dot(known, &column);
                column.iter_mut().zip(known).for_each(|(value, known)| *value -= shared * known);
                made_of.iter_mut().zip(known_of).for_each(|(value, known)| *value -= shared * known);
            }
        }
        let length = dot(&column, &column).sqrt();
        // Nothing is left of a power that the others already express.
        if length.partial_cmp(&(size * 1e-14)) != Some(std::cmp::Ordering::Greater) {
            return None;
        }
        for value in column.iter_mut().chain(&mut made_of) {
            *value /= length;
        }
        let share = dot(&column, y);
        coefficients.iter_mut().zip(&made_of).for_each(|(sum, value)| *sum += share * value);
        basis.push((column, made_of));
    }
    Some(coefficients)
}

/// `series_fit_poly(y, x, degree)`; `x` is 1, 2, 3 … when it is left out. Null when the points do not determine it.
fn polynomial(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(y) = numbers(args, 0) else { return Ok(Value::Null) };
    let x = if args.len() > 1 { numbers(args, 1) } else { Some((1..=y.len()).map(at).collect()) };
    let degree = if args.len() > 2 { long(args, 2).and_then(|degree| usize::try_from(degree).ok()) } else { Some(1) };
    let (Some(x), Some(degree)) = (x, degree.filter(|degree| (1..=HIGHEST).contains(degree))) else {
        return Ok(Value::Null);
    };
    let finite = x.iter().chain(&y).all(|value| value.is_finite());
    if x.len() != y.len() || y.len() <= degree || !finite {
        return Ok(Value::Null);
    }
    let Some(coefficients) = least_squares(&x, &y, degree) else { return Ok(Value::Null) };
    let fit = Fit::new(coefficients, &x, &y);
    let highest_first: Vec<f64> = fit.coefficients.iter().rev().copied().collect();
    Ok(array_of([
        Dynamic::Real(fit.rsquare()),
        reals(&highest_first),
        Dynamic::Real(fit.variance()),
        Dynamic::Real(fit.rvariance()),
        reals(&fit.fitted),
    ]))
}
