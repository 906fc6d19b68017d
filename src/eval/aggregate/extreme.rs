//! `min`, `max`, `arg_min`, `arg_max`, `take_any`.

use std::cmp::Ordering;

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::compare::{is_missing, sort_order};
use crate::value::{Type, Value};

/// The row whose first value is the smallest or largest; the first of several. A row without a value loses against all
/// others but is better than none.
#[derive(Debug)]
struct Extreme {
    wanted: Ordering,
    best: Option<Vec<Value>>,
    results: Vec<Type>,
}

impl Accumulator for Extreme {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let Some(value) = args.first() else { return Ok(()) };
        let better = match self.best.as_ref().and_then(|row| row.first()) {
            None => true,
            Some(best) if is_missing(best) => !is_missing(value),
            Some(best) => !is_missing(value) && sort_order(value, best) == self.wanted,
        };
        if better {
            self.best = Some(args.to_vec());
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        self.best.take().unwrap_or_else(|| self.results.iter().map(|ty| Value::null_of(*ty)).collect())
    }
}

fn make(setup: &Setup, wanted: Ordering) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Extreme { wanted, best: None, results: setup.results.to_vec() }))
}

pub(super) fn min(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, Ordering::Less)
}

pub(super) fn max(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, Ordering::Greater)
}

pub(super) fn arg_min(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, Ordering::Less)
}

pub(super) fn arg_max(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    make(setup, Ordering::Greater)
}

/// The first row; for a single column the first value that is neither null nor empty, if there is one.
#[derive(Debug)]
struct TakeAny {
    row: Option<Vec<Value>>,
    results: Vec<Type>,
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || matches!(value, Value::String(text) if text.is_empty())
}

impl Accumulator for TakeAny {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let better = match self.row.as_deref() {
            None => true,
            Some([only]) => is_empty(only) && args.first().is_some_and(|value| !is_empty(value)),
            Some(_) => false,
        };
        if better {
            self.row = Some(args.to_vec());
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        self.row.take().unwrap_or_else(|| self.results.iter().map(|ty| Value::null_of(*ty)).collect())
    }
}

pub(super) fn take_any(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(TakeAny { row: None, results: setup.results.to_vec() }))
}
