//! `hll`, `tdigest` and what merges them. Without values there is no sketch: null.

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::eval::function::sketch::{Digest, Distinct};
use crate::value::{Value, convert};

impl Accumulator for Distinct {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(value) = args.first().filter(|value| !value.is_null()) {
            Self::add(self, value);
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![if self.is_empty() { Value::Null } else { self.dynamic() }]
    }

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

#[derive(Debug, Default)]
struct MergedDistinct(Distinct);

impl Accumulator for MergedDistinct {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(sketch) = args.first().and_then(Distinct::read) {
            self.0.merge(sketch);
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        self.0.finish()
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

/// Values of weight zero or less are left out.
impl Accumulator for Digest {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let Some(value) = args.first().filter(|value| !value.is_null()) else { return Ok(()) };
        let weight = args.get(1).map_or(Some(1), convert::to_long);
        if let Some(weight) = weight.filter(|weight| *weight > 0) {
            Self::add(self, value, weight);
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![if self.is_empty() { Value::Null } else { self.dynamic() }]
    }

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

#[derive(Debug, Default)]
struct MergedDigest(Digest);

impl Accumulator for MergedDigest {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(sketch) = args.first().and_then(Digest::read) {
            self.0.merge(sketch);
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        self.0.finish()
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

pub(super) fn hll(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Distinct::default()))
}

pub(super) fn hll_merge(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(MergedDistinct::default()))
}

pub(super) fn tdigest(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Digest::default()))
}

pub(super) fn tdigest_merge(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(MergedDigest::default()))
}
