//! The built-in scalar functions, each on single values. A family of functions is a file with a table; [`lookup`] finds
//! a function by name. Functions that look at other rows (`prev`, `row_number` …) are not here.

#![allow(clippy::unnecessary_wraps, reason = "every function of a table has one signature")]

pub mod absent;
mod arguments;
mod array;
mod base64;
mod bin;
mod command_line;
mod compression;
mod conditional;
pub mod context;
mod conversion;
mod datetime;
mod dynamic;
mod encoding;
mod format;
mod geo;
mod hash;
mod ip;
mod jsonpath;
mod math;
mod punycode;
mod regex;
mod series;
mod series_decompose;
mod series_fill;
mod series_filter;
mod series_fit;
mod series_fourier;
mod series_pair;
mod set;
pub(in crate::eval) mod sketch;
mod special;
mod text;
mod unit;
mod url;
pub(in crate::eval) mod user_agent;
mod xml;
mod zone;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(in crate::eval) use conditional::in_type;
pub use context::Context;
pub(in crate::eval) use set::key as element_key;

use crate::value::{Type, Value};

/// What a function knows beside its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The type of the result, as bound.
    pub result: Type,
    /// The types of the arguments, as bound.
    pub arg_types: &'a [Type],
    /// The clock, the caches and the random numbers of the query.
    pub context: &'a Context,
}

/// An error that ends the query. Bad input is mostly null instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The service refuses such arguments; what it would say.
    #[error("{0}")]
    Refused(String),
    /// What the service can do with such arguments is not built.
    #[error("{0} is not supported")]
    Unsupported(String),
}

/// A scalar function on single values.
pub type Scalar = fn(args: &[Value], call: &Call) -> Result<Value, Failure>;

/// What a function does with null arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullRule {
    /// A null among the arguments makes the result null (`""` for strings) without a call.
    Propagate,
    /// The function sees nulls.
    Seen,
}

/// A built-in scalar function.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its name, as in a query.
    pub name: &'static str,
    /// How it handles nulls.
    pub nulls: NullRule,
    /// The smallest number of arguments.
    pub least: usize,
    eval: Scalar,
}

impl Function {
    const fn strict(name: &'static str, least: usize, eval: Scalar) -> Self {
        Self { name, nulls: NullRule::Propagate, least, eval }
    }

    const fn seeing_nulls(name: &'static str, least: usize, eval: Scalar) -> Self {
        Self { name, nulls: NullRule::Seen, least, eval }
    }

    /// Calls the function. The result has the type that the function has; where the binder knows a narrower one
    /// (`Call::result`), converting is the caller's business.
    pub fn call(&self, args: &[Value], call: &Call) -> Result<Value, Failure> {
        if args.len() < self.least {
            return Err(Failure::Refused(format!(
                "{}() needs {} arguments, {} given",
                self.name,
                self.least,
                args.len()
            )));
        }
        if self.nulls == NullRule::Propagate && args.iter().any(Value::is_null) {
            return Ok(Value::null_of(call.result));
        }
        (self.eval)(args, call)
    }
}

fn all() -> &'static HashMap<&'static str, &'static Function> {
    static ALL: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
        let families: [&'static [Function]; 43] = [
            array::FUNCTIONS,
            base64::FUNCTIONS,
            bin::FUNCTIONS,
            conditional::FUNCTIONS,
            conversion::FUNCTIONS,
            datetime::FUNCTIONS,
            dynamic::FUNCTIONS,
            encoding::FUNCTIONS,
            format::FUNCTIONS,
            ip::FUNCTIONS,
            math::FUNCTIONS,
            regex::FUNCTIONS,
            set::FUNCTIONS,
            text::FUNCTIONS,
            command_line::FUNCTIONS,
            url::FUNCTIONS,
            hash::FUNCTIONS,
            series::FUNCTIONS,
            xml::FUNCTIONS,
            series_pair::FUNCTIONS,
            series_fill::FUNCTIONS,
            series_filter::FUNCTIONS,
            special::FUNCTIONS,
            compression::FUNCTIONS,
            punycode::FUNCTIONS,
            zone::FUNCTIONS,
            unit::FUNCTIONS,
            sketch::FUNCTIONS,
            series_decompose::FUNCTIONS,
            series_fit::FUNCTIONS,
            series_fourier::FUNCTIONS,
            geo::point::FUNCTIONS,
            geo::geohash::FUNCTIONS,
            geo::s2::FUNCTIONS,
            geo::h3::FUNCTIONS,
            geo::line::FUNCTIONS,
            geo::polygon::FUNCTIONS,
            geo::wkt::FUNCTIONS,
            geo::overlay::FUNCTIONS,
            geo::buffer::FUNCTIONS,
            geo::simplify::FUNCTIONS,
            geo::densify::FUNCTIONS,
            geo::covering::FUNCTIONS,
        ];
        families.iter().flat_map(|family| family.iter()).map(|function| (function.name, function)).collect()
    });
    &ALL
}

/// The function of this name, if it is built.
pub fn lookup(name: &str) -> Option<&'static Function> {
    all().get(name).copied()
}

/// The names of the functions that are built, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> = all().keys().copied().collect();
    names.sort_unstable();
    names.into_iter()
}
