//! `binary_all_and`, `binary_all_or`, `binary_all_xor`.

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::{Value, convert};

#[derive(Debug)]
struct Bits {
    join: fn(i64, i64) -> i64,
    all: Option<i64>,
}

impl Accumulator for Bits {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(value) = args.first().and_then(convert::to_long) {
            self.all = Some(self.all.map_or(value, |all| (self.join)(all, value)));
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![self.all.map_or(Value::Null, Value::Long)]
    }
}

pub(super) fn and(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Bits { join: |a, b| a & b, all: None }))
}

pub(super) fn or(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Bits { join: |a, b| a | b, all: None }))
}

pub(super) fn xor(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Bits { join: |a, b| a ^ b, all: None }))
}
