//! Percentiles by nearest rank: the smallest value that at least that share of all weights does not exceed. The service
//! estimates them on large inputs.

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::compare::sort_order;
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Type, Value, convert};

/// How the results are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Columns,
    Array,
}

#[derive(Debug)]
struct Percentiles {
    shape: Shape,
    weighted: bool,
    shares: Vec<f64>,
    values: Vec<(Value, i64)>,
    results: Vec<Type>,
}

impl Accumulator for Percentiles {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let Some(value) = args.first().filter(|value| !value.is_null()) else { return Ok(()) };
        let weight = if self.weighted { args.get(1).and_then(convert::to_long).unwrap_or(0) } else { 1 };
        if weight > 0 {
            self.values.push((value.clone(), weight));
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.values.len() * size_of::<(Value, i64)>()
    }

    fn finish(&mut self) -> Vec<Value> {
        self.values.sort_by(|(a, _), (b, _)| sort_order(a, b));
        let total: i64 = self.values.iter().fold(0, |sum, (_, weight)| sum.saturating_add(*weight));
        let found = self.shares.iter().map(|share| nearest(&self.values, long_to_real(total) * share / 100.0));
        match self.shape {
            Shape::Columns => {
                let types = self.results.iter().copied().chain(std::iter::repeat(Type::Unknown));
                found
                    .zip(types)
                    .map(|(value, ty)| value.map_or(Value::null_of(ty), |v| convert::convert(v, ty)))
                    .collect()
            }
            Shape::Array if self.values.is_empty() => vec![Value::Null],
            Shape::Array => {
                let items = found.map(|value| value.map_or(Dynamic::Null, Dynamic::from_value)).collect();
                vec![Value::Dynamic(Dynamic::Array(items))]
            }
        }
    }
}

fn nearest(values: &[(Value, i64)], rank: f64) -> Option<&Value> {
    let mut below = 0_i64;
    for (value, weight) in values {
        below = below.saturating_add(*weight);
        if long_to_real(below) >= rank {
            return Some(value);
        }
    }
    values.last().map(|(value, _)| value)
}

fn make(setup: &Setup, first: usize, shape: Shape) -> Result<Box<dyn Accumulator>, Failure> {
    let mut shares = Vec::new();
    for at in first..setup.constants.len() {
        match setup.constant(at) {
            Some(Value::Dynamic(Dynamic::Array(items))) => {
                shares.extend(items.iter().map(|item| convert::to_real(&item.to_value())));
            }
            value => shares.push(value.and_then(convert::to_real)),
        }
    }
    let shares: Option<Vec<f64>> =
        shares.into_iter().map(|share| share.filter(|s| (0.0..=100.0).contains(s))).collect();
    let Some(shares) = shares else {
        return Err(Failure::Refused("a percentile must be a constant from 0 to 100".to_owned()));
    };
    Ok(boxed(Percentiles { shape, weighted: first == 2, shares, values: Vec::new(), results: setup.results.to_vec() }))
}

pub(super) fn columns(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, 1, Shape::Columns)
}

pub(super) fn array(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, 1, Shape::Array)
}

pub(super) fn weighted_columns(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, 2, Shape::Columns)
}

pub(super) fn weighted_array(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, 2, Shape::Array)
}
