//! `ipv4_lookup`, `ipv6_lookup`: join rows with the row of a table whose range of addresses holds theirs (Microsoft:
//! "`ipv4_lookup` plugin", "`ipv6_lookup` plugin").

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

/// A compiled lookup.
#[derive(Debug)]
pub(crate) struct IpLookup {
    input: Box<Stage>,
    lookup: Box<Stage>,
    address: Compiled,
    range: Compiled,
    /// Columns of both tables that must be equal too.
    keys: Vec<(usize, usize)>,
    /// The function that says whether an address lies in a range.
    in_range: &'static str,
    keep_unmatched: bool,
    span: Span,
}

/// Compiles a lookup.
pub(super) fn compile(
    name: &str,
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<IpLookup, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let table = super::table(args, name, span)?;
    let address = super::required(args.get(1).and_then(super::scalar), "an address", span)?;
    let range = super::required(args.get(2).and_then(super::scalar), "a range", span)?;
    let mut keep_unmatched = false;
    let mut keys = Vec::new();
    for arg in args.iter().skip(3) {
        match arg {
            PluginArg::Named(name, value) if name == "return_unmatched" => {
                keep_unmatched = super::constant(value, compiler)? == Value::Bool(true);
            }
            PluginArg::Scalar(value) if value.ty == Type::Bool => {
                keep_unmatched = super::constant(value, compiler)? == Value::Bool(true);
            }
            PluginArg::Scalar(value) if super::column_index(value).is_some() => {
                keys.extend(super::column_index(value).and_then(|at| key_pair(at, input, table)));
            }
            _ => return Err(Error::unsupported(format!("{name} with an argument that is no column"), span)),
        }
    }
    let lookup = Box::new(compiler.rel(table)?);
    let in_range = if name == "ipv6_lookup" { "ipv6_is_in_range" } else { "ipv4_is_in_range" };
    Ok(IpLookup {
        input: stage,
        lookup,
        address: compiler.expr(address)?,
        range: compiler.expr(range)?,
        keys,
        in_range,
        keep_unmatched,
        span,
    })
}

/// The column of this index with the looked up one of its name.
fn key_pair(at: usize, input: &ir::Rel, table: &ir::Rel) -> Option<(usize, usize)> {
    let name = &input.columns.get(at)?.name;
    Some((at, table.columns.iter().position(|column| column.name == *name)?))
}

impl IpLookup {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let (input, lookup) = (self.input.run(run)?, self.lookup.run(run)?);
        let addresses = self.address.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let ranges = self.range.eval_column(Scope::all(lookup.columns(), lookup.rows()), run)?;
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for row in 0..input.rows() {
            run.budget.check(stage.span)?;
            let same_keys = |other: usize| {
                self.keys.iter().all(|&(own, looked_up)| input.value(row, own) == lookup.value(other, looked_up))
            };
            let found = self.row_of(&addresses.value(row), &ranges, same_keys, run)?;
            if found.is_some() || self.keep_unmatched {
                left.push(u32::try_from(row).unwrap_or(ABSENT));
                right.push(found.unwrap_or(ABSENT));
            }
        }
        let own = input.columns().iter().map(|column| column.gather(&left));
        let is_key = |at: &usize| self.keys.iter().any(|(_, looked_up)| looked_up == at);
        let looked_up = lookup.columns().iter().enumerate().filter(|(at, _)| !is_key(at));
        let looked_up = looked_up.map(|(_, column)| column.gather(&right));
        let columns = match self.in_range {
            "ipv6_is_in_range" => looked_up.chain(own).collect(),
            _ => own.chain(looked_up).collect(),
        };
        stage.conform(columns, left.len())
    }

    /// The row of the range that holds an address. Which of several counts is not documented.
    fn row_of(
        &self,
        address: &Value,
        ranges: &Column,
        same_keys: impl Fn(usize) -> bool,
        run: &Run,
    ) -> Result<Option<u32>, Error> {
        let Some(in_range) = function::lookup(self.in_range) else { return Ok(None) };
        let call =
            function::Call { result: Type::Bool, arg_types: &[Type::String, Type::String], context: &run.functions };
        let mut found = None;
        for row in (0..ranges.len()).filter(|row| same_keys(*row)) {
            let holds = in_range
                .call(&[address.clone(), ranges.value(row)], &call)
                .map_err(|failure| Error::of_function(failure, self.span))?;
            if holds != Value::Bool(true) {
                continue;
            }
            if found.is_some() {
                return Err(Error::unsupported("the lookup of an address that lies in several ranges", self.span));
            }
            found = u32::try_from(row).ok();
        }
        Ok(found)
    }
}
