//! Special functions of mathematics, and the distributions built on them.

use super::arguments::{or_null, real};
use super::{Call, Failure, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("erf", 1, |args, _| Ok(or_null(real(args, 0).map(libm::erf), Value::Real))),
    Function::strict("erfc", 1, |args, _| Ok(or_null(real(args, 0).map(libm::erfc), Value::Real))),
    Function::strict("gamma", 1, |args, _| Ok(or_null(real(args, 0).map(libm::tgamma), Value::Real))),
    Function::strict("loggamma", 1, |args, _| Ok(or_null(real(args, 0).map(libm::lgamma), Value::Real))),
    Function::strict("beta_cdf", 3, |args, _| {
        Ok(beta(args, |x, a, b| (0.0..=1.0).contains(&x) && a <= MOST_PARAMETER && b <= MOST_PARAMETER, beta_cdf))
    }),
    Function::strict("beta_pdf", 3, |args, _| Ok(beta(args, |x, _, _| 0.0 < x && x < 1.0, beta_pdf))),
    Function::strict("beta_inv", 3, beta_inv),
    Function::strict("welch_test", 6, welch_test),
];

/// The largest parameter of the distribution that `beta_cdf` takes (Microsoft: "`beta_cdf()`").
const MOST_PARAMETER: f64 = 10_000.0;

/// NaN where the arguments lie outside the distribution, or outside what the function takes.
fn beta(args: &[Value], takes: fn(f64, f64, f64) -> bool, f: fn(f64, f64, f64) -> f64) -> Value {
    let (Some(x), Some(a), Some(b)) = (real(args, 0), real(args, 1), real(args, 2)) else { return Value::Null };
    Value::Real(if a > 0.0 && b > 0.0 && takes(x, a, b) { f(x, a, b) } else { f64::NAN })
}

fn log_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

fn beta_pdf(x: f64, a: f64, b: f64) -> f64 {
    x.powf(a - 1.0) * (1.0 - x).powf(b - 1.0) * (-log_beta(a, b)).exp()
}

/// The regularized incomplete beta function, by its continued fraction (Lentz's method).
fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_cdf(1.0 - x, b, a);
    }
    let front = (a * x.ln() + b * (-x).ln_1p() - log_beta(a, b)).exp() / a;
    front * (fraction(x, a, b) - 1.0)
}

/// Guards a denominator of the continued fraction against zero.
fn kept_off_zero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// The numerator of a step of the continued fraction.
fn numerator(step: i32, x: f64, a: f64, b: f64) -> f64 {
    let half = f64::from(step / 2);
    match step {
        0 => 1.0,
        _ if step % 2 == 0 => half * (b - half) * x / ((a + 2.0 * half - 1.0) * (a + 2.0 * half)),
        _ => -(a + half) * (a + b + half) * x / ((a + 2.0 * half) * (a + 2.0 * half + 1.0)),
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let (mut value, mut ratio, mut inverse) = (1.0_f64, 1.0_f64, 0.0_f64);
    for step in 0..1000 {
        let numerator = numerator(step, x, a, b);
        inverse = 1.0 / kept_off_zero(1.0 + numerator * inverse);
        ratio = kept_off_zero(1.0 + numerator / ratio);
        value *= ratio * inverse;
        if step > 0 && (1.0 - ratio * inverse).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// Null for probabilities that are not positive or above 1, NaN for parameters that are not positive. Halving the interval
/// 200 times reaches the last bit.
fn beta_inv(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(p), Some(a), Some(b)) = (real(args, 0), real(args, 1), real(args, 2)) else { return Ok(Value::Null) };
    if p <= 0.0 || p > 1.0 {
        return Ok(Value::Null);
    }
    if a <= 0.0 || b <= 0.0 {
        return Ok(Value::Real(f64::NAN));
    }
    if p >= 1.0 {
        return Ok(Value::Real(p));
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if beta_cdf(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Value::Real(f64::midpoint(low, high)))
}

/// The two-tailed p-value of Welch's t-test: mean, variance and count of each sample.
fn welch_test(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let given: Option<Vec<f64>> = (0..6).map(|at| real(args, at)).collect();
    let Some(&[mean1, variance1, count1, mean2, variance2, count2]) = given.as_deref() else { return Ok(Value::Null) };
    let (first, second) = (variance1 / count1, variance2 / count2);
    let t = (mean1 - mean2) / (first + second).sqrt();
    let freedom = (first + second).powi(2) / (first.powi(2) / (count1 - 1.0) + second.powi(2) / (count2 - 1.0));
    let p = beta_cdf(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    Ok(if freedom > 0.0 && p.is_finite() { Value::Real(p) } else { Value::Null })
}
