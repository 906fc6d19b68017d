//! Moments of numbers.

use super::length;
use crate::value::number::long_to_real;

/// How many there are, as a real.
pub(in crate::eval::function) fn count(values: &[f64]) -> f64 {
    long_to_real(length(values.len()))
}

/// The arithmetic mean; NaN of none.
pub(in crate::eval::function) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values)
}

/// The sum of squared distances from the mean.
pub(in crate::eval::function) fn spread(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean).powi(2)).sum()
}
