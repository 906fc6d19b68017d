//! Sketches: what `hll` and `tdigest` collect, as dynamics that later calls merge and read. The service's encodings are
//! not documented and lose detail on large inputs; ours keep everything, so that counts and percentiles are exact.

use std::collections::BTreeSet;

use super::arguments::{array_of, or_null, real};
use super::encoding::xxhash64;
use super::set::key;
use super::{Call, Failure, Function};
use crate::value::compare::sort_order;
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Type, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("dcount_hll", 1, |args, _| {
        Ok(or_null(Distinct::read(&args[0]), |seen| Value::Long(seen.count())))
    }),
    Function::strict("hll_merge", 2, |args, _| {
        Ok(or_null(merged(args, Distinct::read, Distinct::merge), |all| all.dynamic()))
    }),
    Function::strict("tdigest_merge", 2, merge_digests),
    Function::strict("merge_tdigest", 2, merge_digests),
    Function::strict("percentile_tdigest", 2, percentile),
    Function::strict("percentiles_array_tdigest", 2, percentiles),
    Function::strict("rank_tdigest", 2, |args, _| Ok(ranked(args, |rank, _| rank))),
    Function::strict("percentrank_tdigest", 2, |args, _| Ok(ranked(args, |rank, total| rank / total * 100.0))),
];

/// What marks our encodings.
const DISTINCT_MARK: i64 = 1;
const DIGEST_MARK: i64 = 7;

/// The parts of a sketch after its mark.
fn parts(value: &Value, mark: i64) -> Option<Vec<&[Dynamic]>> {
    let Value::Dynamic(Dynamic::Array(items)) = value else { return None };
    let mut parts = items.iter().map(|item| match item {
        Dynamic::Array(part) => Some(part.as_slice()),
        _ => None,
    });
    (parts.next()?? == [Dynamic::Long(mark)]).then(|| parts.collect())?
}

fn sketch(mark: i64, parts: impl IntoIterator<Item = Vec<Dynamic>>) -> Value {
    let mark = std::iter::once(vec![Dynamic::Long(mark)]);
    array_of(mark.chain(parts).map(Dynamic::Array))
}

/// The distinct values that `hll` has seen, as hashes.
#[derive(Debug, Clone, Default)]
pub(in crate::eval) struct Distinct(BTreeSet<i64>);

impl Distinct {
    pub(in crate::eval) fn add(&mut self, value: &Value) {
        self.0.insert(xxhash64(key(&Dynamic::from_value(value)).as_bytes()).cast_signed());
    }

    pub(in crate::eval) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What both have seen.
    pub(in crate::eval) fn intersect(self, other: &Self) -> Self {
        Self(self.0.into_iter().filter(|hash| other.0.contains(hash)).collect())
    }

    pub(in crate::eval) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// About how many bytes they take.
    pub(in crate::eval) fn bytes(&self) -> usize {
        self.0.len() * 2 * size_of::<i64>()
    }

    pub(in crate::eval) fn count(&self) -> i64 {
        super::arguments::length(self.0.len())
    }

    pub(in crate::eval) fn dynamic(&self) -> Value {
        sketch(DISTINCT_MARK, [self.0.iter().copied().map(Dynamic::Long).collect()])
    }

    /// None for what `hll` did not make.
    pub(in crate::eval) fn read(value: &Value) -> Option<Self> {
        let [hashes] = parts(value, DISTINCT_MARK)?.try_into().ok()?;
        let hash = |item: &Dynamic| match item {
            Dynamic::Long(hash) => Some(*hash),
            _ => None,
        };
        hashes.iter().map(hash).collect::<Option<_>>().map(Self)
    }
}

/// The values that `tdigest` has seen, with their weights.
#[derive(Debug, Clone, Default)]
pub(in crate::eval) struct Digest(Vec<(Dynamic, i64)>);

impl Digest {
    pub(in crate::eval) fn add(&mut self, value: &Value, weight: i64) {
        self.0.push((Dynamic::from_value(value), weight));
    }

    pub(in crate::eval) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(in crate::eval) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// About how many bytes they take.
    pub(in crate::eval) fn bytes(&self) -> usize {
        self.0.len() * size_of::<(Dynamic, i64)>()
    }

    /// In ascending order, each value once.
    fn sorted(&self) -> Vec<(Dynamic, i64)> {
        let order = |a: &Dynamic, b: &Dynamic| sort_order(&a.to_value(), &b.to_value());
        let mut sorted = self.0.clone();
        sorted.sort_by(|(a, _), (b, _)| order(a, b));
        sorted.dedup_by(|(next, weight), (kept, sum)| {
            let same = order(next, kept).is_eq();
            if same {
                *sum = sum.saturating_add(*weight);
            }
            same
        });
        sorted
    }

    pub(in crate::eval) fn dynamic(&self) -> Value {
        let (values, weights): (Vec<Dynamic>, Vec<i64>) = self.sorted().into_iter().unzip();
        sketch(DIGEST_MARK, [values, weights.into_iter().map(Dynamic::Long).collect()])
    }

    /// None for what `tdigest` did not make.
    pub(in crate::eval) fn read(value: &Value) -> Option<Self> {
        let [values, weights] = parts(value, DIGEST_MARK)?.try_into().ok()?;
        let weight = |item: &Dynamic| convert::to_long(&item.to_value()).filter(|weight| *weight > 0);
        let weights: Vec<i64> = weights.iter().map(weight).collect::<Option<_>>()?;
        (values.len() == weights.len() && !values.is_empty())
            .then(|| Self(values.iter().cloned().zip(weights).collect()))
    }

    fn total(&self) -> f64 {
        long_to_real(self.0.iter().fold(0, |sum: i64, (_, weight)| sum.saturating_add(*weight)))
    }

    /// The smallest value that at least `share` percent of all weights do not exceed.
    fn percentile(&self, share: f64) -> Dynamic {
        let rank = self.total() * share / 100.0;
        let sorted = self.sorted();
        let mut below = 0_i64;
        let reached = sorted.iter().find(|(_, weight)| {
            below = below.saturating_add(*weight);
            long_to_real(below) >= rank
        });
        reached.or(sorted.last()).map_or(Dynamic::Null, |(value, _)| value.clone())
    }
}

/// All sketches together; none if one of them is none.
fn merged<T>(args: &[Value], read: fn(&Value) -> Option<T>, merge: fn(&mut T, T)) -> Option<T> {
    let mut sketches = args.iter().map(read);
    let mut all = sketches.next()??;
    for sketch in sketches {
        merge(&mut all, sketch?);
    }
    Some(all)
}

fn merge_digests(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(or_null(merged(args, Digest::read, Digest::merge), |all| all.dynamic()))
}

fn share(value: Option<f64>) -> Result<f64, Failure> {
    let valid = value.filter(|share| (0.0..=100.0).contains(share));
    valid.ok_or_else(|| Failure::Refused("a percentile must be from 0 to 100".to_owned()))
}

/// With a type as third argument, the result has it.
fn percentile(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let Some(digest) = Digest::read(&args[0]) else { return Ok(Value::Null) };
    let found = digest.percentile(share(real(args, 1))?).to_value();
    Ok(match call.result {
        Type::Dynamic | Type::Unknown => Value::Dynamic(Dynamic::from_value(&found)),
        ty => convert::convert(&found, ty),
    })
}

/// One percentile with a type as third argument is a value of it; of several, each element is (Microsoft:
/// "`percentile_array_tdigest()`").
fn percentiles(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let Some(digest) = Digest::read(&args[0]) else { return Ok(Value::Null) };
    let (shares, ty) = match &args[1..] {
        [shares @ .., Value::String(ty)] => (shares, Type::from_name(ty)),
        shares => (shares, None),
    };
    if let ([wanted], Some(_)) = (shares, ty)
        && call.result != Type::Dynamic
    {
        return Ok(convert::convert(&digest.percentile(share(convert::to_real(wanted))?).to_value(), call.result));
    }
    let shares: Vec<Option<f64>> = match shares {
        [Value::Dynamic(Dynamic::Array(items))] => {
            items.iter().map(|item| convert::to_real(&item.to_value())).collect()
        }
        shares => shares.iter().map(convert::to_real).collect(),
    };
    let typed = |value: Dynamic| match ty {
        Some(ty) => Dynamic::from_value(&convert::convert(&value.to_value(), ty)),
        None => value,
    };
    let found = shares.into_iter().map(|wanted| Ok(typed(digest.percentile(share(wanted)?))));
    Ok(array_of(found.collect::<Result<Vec<_>, _>>()?))
}

/// The weights of the values that are not larger.
fn ranked(args: &[Value], of: fn(f64, f64) -> f64) -> Value {
    let Some(digest) = Digest::read(&args[0]) else { return Value::Null };
    let value = Dynamic::from_value(&args[1]).to_value();
    let below = digest.0.iter().filter(|(item, _)| sort_order(&item.to_value(), &value).is_le());
    let rank = below.fold(0_i64, |sum, (_, weight)| sum.saturating_add(*weight));
    Value::Real(of(long_to_real(rank), digest.total()))
}
