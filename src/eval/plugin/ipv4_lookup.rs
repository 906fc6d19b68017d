//! `ipv4_lookup`: joins rows with the row of a table whose range of addresses holds theirs (Microsoft: "`ipv4_lookup`
//! plugin").

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{ABSENT, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::function;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Type, Value};

/// A compiled `ipv4_lookup`.
#[derive(Debug)]
pub(crate) struct Ipv4Lookup {
    input: Box<Stage>,
    lookup: Box<Stage>,
    address: Compiled,
    range: Compiled,
    keep_unmatched: bool,
    span: Span,
}

/// Compiles `ipv4_lookup`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<Ipv4Lookup, Error> {
    let input = Box::new(compiler.rel(input)?);
    let Some(PluginArg::Table(table)) = args.first() else {
        return Err(Error::unsupported("ipv4_lookup without a table", span));
    };
    let address = super::required(args.get(1).and_then(super::scalar), "an address", span)?;
    let range = super::required(args.get(2).and_then(super::scalar), "a range", span)?;
    let mut keep_unmatched = false;
    for arg in args.iter().skip(3) {
        match arg {
            PluginArg::Named(name, value) if name == "return_unmatched" => {
                keep_unmatched = super::constant(value, compiler)? == Value::Bool(true);
            }
            PluginArg::Scalar(value) if value.ty == Type::Bool => {
                keep_unmatched = super::constant(value, compiler)? == Value::Bool(true);
            }
            _ => return Err(Error::unsupported("ipv4_lookup with extra keys", span)),
        }
    }
    let lookup = Box::new(compiler.rel(table)?);
    Ok(Ipv4Lookup {
        input,
        lookup,
        address: compiler.expr(address)?,
        range: compiler.expr(range)?,
        keep_unmatched,
        span,
    })
}

impl Ipv4Lookup {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let (input, lookup) = (self.input.run(run)?, self.lookup.run(run)?);
        let addresses = self.address.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let ranges = self.range.eval_column(Scope::all(lookup.columns(), lookup.rows()), run)?;
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for row in 0..input.rows() {
            run.budget.time(stage.span)?;
            let found = self.row_of(&addresses.value(row), &ranges, run)?;
            if found.is_some() || self.keep_unmatched {
                left.push(u32::try_from(row).unwrap_or(ABSENT));
                right.push(found.unwrap_or(ABSENT));
            }
        }
        let columns = input.columns().iter().map(|column| column.gather(&left));
        let columns = columns.chain(lookup.columns().iter().map(|column| column.gather(&right)));
        stage.conform(columns.collect(), left.len())
    }

    /// The row of the range that holds an address. Which of several counts is not documented.
    fn row_of(&self, address: &Value, ranges: &Column, run: &Run) -> Result<Option<u32>, Error> {
        let Some(in_range) = function::lookup("ipv4_is_in_range") else { return Ok(None) };
        let call =
            function::Call { result: Type::Bool, arg_types: &[Type::String, Type::String], context: &run.functions };
        let mut found = None;
        for row in 0..ranges.len() {
            let holds = in_range
                .call(&[address.clone(), ranges.value(row)], &call)
                .map_err(|failure| Error::runtime(failure.to_string(), self.span))?;
            if holds != Value::Bool(true) {
                continue;
            }
            if found.is_some() {
                return Err(Error::unsupported("ipv4_lookup of an address in several ranges", self.span));
            }
            found = u32::try_from(row).ok();
        }
        Ok(found)
    }
}
