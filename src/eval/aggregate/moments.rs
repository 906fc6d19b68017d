//! Variance, standard deviation and covariance, by Welford's method. Nulls are skipped; what has too few values is 0.

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::{Value, convert};

/// What is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Sample,
    Population,
}

/// Whether the value or its root is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    Second,
    First,
}

#[derive(Debug)]
struct Moments {
    of: Of,
    power: Power,
    count: f64,
    mean_x: f64,
    mean_y: f64,
    product: f64,
}

impl Accumulator for Moments {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let x = args.first().and_then(convert::to_real);
        let y = if args.len() > 1 { args.get(1).and_then(convert::to_real) } else { x };
        if let (Some(x), Some(y)) = (x, y) {
            self.count += 1.0;
            let from_mean = x - self.mean_x;
            self.mean_x += from_mean / self.count;
            self.mean_y += (y - self.mean_y) / self.count;
            self.product += from_mean * (y - self.mean_y);
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        let divisor = if self.of == Of::Sample { self.count - 1.0 } else { self.count };
        let value = if divisor > 0.0 { self.product / divisor } else { 0.0 };
        vec![Value::Real(if self.power == Power::First { value.sqrt() } else { value })]
    }
}

fn make(of: Of, power: Power) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Moments { of, power, count: 0.0, mean_x: 0.0, mean_y: 0.0, product: 0.0 }))
}

pub(super) fn variance(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(Of::Sample, Power::Second)
}

pub(super) fn variance_population(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(Of::Population, Power::Second)
}

pub(super) fn stdev(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(Of::Sample, Power::First)
}

pub(super) fn stdev_population(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(Of::Population, Power::First)
}

pub(super) fn covariance(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(Of::Sample, Power::Second)
}

pub(super) fn covariance_population(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(Of::Population, Power::Second)
}
