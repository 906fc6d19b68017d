//! `count`, and the numbers of distinct values. `dcount` is exact here; the service's is an estimate above its threshold.

use std::collections::HashSet;

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::{Dynamic, Value, number::format_real};

#[derive(Debug, Default)]
struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, _: &[Value]) -> Result<(), Failure> {
        self.0 += 1;
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![Value::Long(self.0)]
    }
}

#[derive(Debug, Default)]
struct Distinct(HashSet<String>);

impl Accumulator for Distinct {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(value) = args.first().filter(|value| !value.is_null()) {
            self.0.insert(key(value));
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![Value::Long(i64::try_from(self.0.len()).unwrap_or(i64::MAX))]
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|key| size_of::<String>() + key.len()).sum()
    }
}

/// What makes two values of one column the same.
fn key(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Real(v) => format_real(*v),
        other => Dynamic::from_value(other).to_string(),
    }
}

pub(super) fn count(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Count::default()))
}

pub(super) fn distinct(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Distinct::default()))
}
