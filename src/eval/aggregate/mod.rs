//! The aggregate functions, one group at a time: an accumulator takes the argument values of each row of its group and
//! gives the values of the output columns.

#![allow(clippy::unnecessary_wraps, reason = "every constructor of the table has one signature")]

mod bits;
mod collection;
mod counting;
mod extreme;
mod moments;
mod percentile;
mod schema;
mod sketch;
mod sum;

use crate::eval::function::Failure;
use crate::value::{Type, Value, convert};

/// The state of one aggregate over one group.
pub trait Accumulator: std::fmt::Debug {
    /// Takes a row's arguments, in the order of the call.
    fn add(&mut self, args: &[Value]) -> Result<(), Failure>;

    /// The values of the output columns: one for most aggregates, one per argument for `arg_max`, one per percentile.
    fn finish(&mut self) -> Vec<Value>;

    /// About how many bytes it keeps beyond a few numbers.
    fn bytes(&self) -> usize {
        0
    }
}

/// What an accumulator is made from.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The types of the arguments, as bound.
    pub arg_types: &'a [Type],
    /// The arguments that are the same for all rows (`maxSize`, percentiles); none for the others.
    pub constants: &'a [Option<Value>],
    /// The types of the output columns.
    pub results: &'a [Type],
}

impl Setup<'_> {
    fn result(&self) -> Type {
        self.results.first().copied().unwrap_or(Type::Unknown)
    }

    fn constant(&self, at: usize) -> Option<&Value> {
        self.constants.get(at).and_then(Option::as_ref)
    }
}

type Make = fn(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure>;

/// An aggregate function.
#[derive(Debug, Clone, Copy)]
pub struct AggregateFunction {
    /// Its name, as in a query.
    pub name: &'static str,
    make: Make,
    /// The argument that says whether a row counts.
    predicate: Option<usize>,
}

impl AggregateFunction {
    const fn new(name: &'static str, make: Make) -> Self {
        Self { name, make, predicate: None }
    }

    const fn conditional(name: &'static str, predicate: usize, make: Make) -> Self {
        Self { name, make, predicate: Some(predicate) }
    }

    /// A fresh accumulator. Fails on constant arguments that make no sense.
    pub fn accumulator(&self, setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
        let Some(predicate) = self.predicate else { return (self.make)(setup) };
        let without = |at: &usize| *at != predicate;
        let arg_types: Vec<Type> = (0..setup.arg_types.len()).filter(without).map(|at| setup.arg_types[at]).collect();
        let constants: Vec<Option<Value>> =
            (0..setup.constants.len()).filter(without).map(|at| setup.constants[at].clone()).collect();
        let inner = Setup { arg_types: &arg_types, constants: &constants, results: setup.results };
        Ok(Box::new(Conditional { inner: (self.make)(&inner)?, predicate }))
    }
}

/// Hands on the rows for which the predicate is true.
#[derive(Debug)]
struct Conditional {
    inner: Box<dyn Accumulator>,
    predicate: usize,
}

impl Accumulator for Conditional {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if args.get(self.predicate).and_then(convert::to_bool) != Some(true) {
            return Ok(());
        }
        let mut rest = args.to_vec();
        rest.remove(self.predicate);
        self.inner.add(&rest)
    }

    fn finish(&mut self) -> Vec<Value> {
        self.inner.finish()
    }

    fn bytes(&self) -> usize {
        self.inner.bytes()
    }
}

const ALL: &[AggregateFunction] = &[
    AggregateFunction::new("any", extreme::take_any),
    AggregateFunction::conditional("anyif", 1, extreme::take_any),
    AggregateFunction::new("arg_max", extreme::arg_max),
    AggregateFunction::new("arg_min", extreme::arg_min),
    AggregateFunction::new("argmax", extreme::arg_max),
    AggregateFunction::new("argmin", extreme::arg_min),
    AggregateFunction::new("avg", sum::avg),
    AggregateFunction::conditional("avgif", 1, sum::avg),
    AggregateFunction::new("binary_all_and", bits::and),
    AggregateFunction::new("binary_all_or", bits::or),
    AggregateFunction::new("binary_all_xor", bits::xor),
    AggregateFunction::new("buildschema", schema::build),
    AggregateFunction::new("cnt", counting::count),
    AggregateFunction::new("count", counting::count),
    AggregateFunction::new("count_distinct", counting::distinct),
    AggregateFunction::conditional("count_distinctif", 1, counting::distinct),
    AggregateFunction::conditional("countif", 0, counting::count),
    AggregateFunction::new("covariance", moments::covariance),
    AggregateFunction::conditional("covarianceif", 2, moments::covariance),
    AggregateFunction::new("covariancep", moments::covariance_population),
    AggregateFunction::conditional("covariancepif", 2, moments::covariance_population),
    AggregateFunction::new("dcount", counting::distinct),
    AggregateFunction::conditional("dcountif", 1, counting::distinct),
    AggregateFunction::new("hll", sketch::hll),
    AggregateFunction::conditional("hll_if", 1, sketch::hll),
    AggregateFunction::new("hll_merge", sketch::hll_merge),
    AggregateFunction::new("make_bag", collection::bag),
    AggregateFunction::conditional("make_bag_if", 1, collection::bag),
    AggregateFunction::new("make_dictionary", collection::bag_old),
    AggregateFunction::new("make_list", collection::list),
    AggregateFunction::conditional("make_list_if", 1, collection::list),
    AggregateFunction::new("make_list_with_nulls", collection::list_with_nulls),
    AggregateFunction::new("make_set", collection::set),
    AggregateFunction::conditional("make_set_if", 1, collection::set),
    AggregateFunction::new("makelist", collection::list_old),
    AggregateFunction::new("makeset", collection::set_old),
    AggregateFunction::new("max", extreme::max),
    AggregateFunction::conditional("maxif", 1, extreme::max),
    AggregateFunction::new("merge_tdigest", sketch::tdigest_merge),
    AggregateFunction::new("min", extreme::min),
    AggregateFunction::conditional("minif", 1, extreme::min),
    AggregateFunction::new("percentile", percentile::columns),
    AggregateFunction::new("percentiles", percentile::columns),
    AggregateFunction::new("percentiles_array", percentile::array),
    AggregateFunction::new("percentilesw", percentile::weighted_columns),
    AggregateFunction::new("percentilesw_array", percentile::weighted_array),
    AggregateFunction::new("percentilew", percentile::weighted_columns),
    AggregateFunction::new("stdev", moments::stdev),
    AggregateFunction::conditional("stdevif", 1, moments::stdev),
    AggregateFunction::new("stdevp", moments::stdev_population),
    AggregateFunction::new("sum", sum::sum),
    AggregateFunction::conditional("sumif", 1, sum::sum),
    AggregateFunction::new("take_any", extreme::take_any),
    AggregateFunction::conditional("take_anyif", 1, extreme::take_any),
    AggregateFunction::new("tdigest", sketch::tdigest),
    AggregateFunction::new("tdigest_merge", sketch::tdigest_merge),
    AggregateFunction::new("variance", moments::variance),
    AggregateFunction::conditional("varianceif", 1, moments::variance),
    AggregateFunction::new("variancep", moments::variance_population),
    AggregateFunction::conditional("variancepif", 1, moments::variance_population),
];

/// The aggregate of this name, if it is built.
pub fn lookup(name: &str) -> Option<&'static AggregateFunction> {
    let at = ALL.binary_search_by(|function| function.name.cmp(name)).ok()?;
    ALL.get(at)
}

/// An accumulator behind a pointer.
fn boxed(accumulator: impl Accumulator + 'static) -> Box<dyn Accumulator> {
    Box::new(accumulator)
}
