//! `rolling_percentile`: the percentile of the values of the last bins, bin by bin (Microsoft: "`rolling_percentile`
//! plugin"). The service estimates it; here it is the nearest rank.

use std::collections::BTreeMap;

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::builder::ColumnBuilder;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::function;
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::mismatch;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::compare::sort_order;
use crate::value::{Value, convert};

/// A compiled `rolling_percentile`.
#[derive(Debug)]
pub(crate) struct RollingPercentile {
    input: Box<Stage>,
    value: Compiled,
    percentile: Compiled,
    index: Compiled,
    width: Compiled,
    bins: Compiled,
    dimensions: Vec<Compiled>,
    span: Span,
}

/// Compiles `rolling_percentile`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<RollingPercentile, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let scalars: Vec<&ir::Expr> = args.iter().filter_map(super::scalar).collect();
    let [value, percentile, index, width, bins, dimensions @ ..] = scalars.as_slice() else {
        return Err(Error::runtime("rolling_percentile needs five arguments", span));
    };
    Ok(RollingPercentile {
        input: stage,
        value: compiler.expr(value)?,
        percentile: compiler.expr(percentile)?,
        index: compiler.expr(index)?,
        width: compiler.expr(width)?,
        bins: compiler.expr(bins)?,
        dimensions: dimensions.iter().map(|one| compiler.expr(one)).collect::<Result<_, _>>()?,
        span,
    })
}

impl RollingPercentile {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let dimensions =
            self.dimensions.iter().map(|one| one.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let values = self.value.eval_column(scope, run)?;
        let index = self.index.eval_column(scope, run)?;
        let width = self.width.eval_constant(run)?;
        let bins = convert::to_long(&self.bins.eval_constant(run)?).filter(|bins| *bins > 0);
        let bins = bins.ok_or_else(|| Error::runtime("a window of at least one bin is needed", self.bins.span))?;
        let share =
            convert::to_real(&self.percentile.eval_constant(run)?).filter(|share| (0.0..=100.0).contains(share));
        let share = share.ok_or_else(|| Error::runtime("a percentile must be from 0 to 100", self.percentile.span))?;
        let slices = Groups::of(&dimensions, input.rows());
        let mut builders = [ColumnBuilder::new(index.ty()), ColumnBuilder::new(values.ty())];
        let mut firsts = Vec::new();
        for (members, &first) in slices.members().iter().zip(&slices.firsts) {
            let by_bin = self.by_bin(members, &index, &values, &width, run)?;
            for (&at, (bin, _)) in &by_bin {
                run.budget.check(self.span)?;
                let window = by_bin.range(at.saturating_sub(bins - 1)..=at);
                let mut within: Vec<&Value> = window.flat_map(|(_, (_, values))| values).collect();
                within.sort_by(|a, b| sort_order(a, b));
                let found = nearest(&within, share).cloned().unwrap_or(Value::Null);
                for (builder, value) in builders.iter_mut().zip([bin.clone(), found]) {
                    builder.push(value).map_err(|failure| mismatch(failure, stage.span))?;
                }
                firsts.push(first);
            }
        }
        let [bin, percentile] = builders.map(ColumnBuilder::finish);
        let dimensions = dimensions.iter().map(|column| column.gather(&firsts));
        stage.conform(std::iter::once(bin).chain(dimensions).chain([percentile]).collect(), firsts.len())
    }

    /// The values of each bin by the bin's number, with the bin's own value.
    fn by_bin(
        &self,
        members: &[u32],
        index: &crate::eval::Column,
        values: &crate::eval::Column,
        width: &Value,
        run: &Run,
    ) -> Result<BTreeMap<i64, (Value, Vec<Value>)>, Error> {
        let types = [index.ty(), self.width.ty];
        let call = function::Call { result: index.ty(), arg_types: &types, context: &run.functions };
        let failed = |failure: function::Failure| Error::of_function(failure, self.span);
        let mut by_bin: BTreeMap<i64, (Value, Vec<Value>)> = BTreeMap::new();
        for &row in members {
            run.budget.row(row as usize, self.span)?;
            let bin = match function::lookup("bin") {
                Some(bin) => bin.call(&[index.value(row as usize), width.clone()], &call).map_err(failed)?,
                None => Value::Null,
            };
            let Some(number) = number_of(&bin, width) else { continue };
            let value = values.value(row as usize);
            let (_, values) = by_bin.entry(number).or_insert_with(|| (bin, Vec::new()));
            if !value.is_null() {
                values.push(value);
            }
        }
        Ok(by_bin)
    }
}

/// The number of a bin: bins of one width next to each other have numbers next to each other.
fn number_of(bin: &Value, width: &Value) -> Option<i64> {
    match (bin, width) {
        (Value::DateTime(at) | Value::TimeSpan(at), Value::TimeSpan(width)) if *width > 0 => {
            Some(at.div_euclid(*width))
        }
        (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) => {
            let (at, width) = (convert::to_long(bin)?, convert::to_long(width).filter(|width| *width > 0)?);
            Some(at.div_euclid(width))
        }
        _ => {
            let (at, width) = (convert::to_real(bin)?, convert::to_real(width).filter(|width| *width > 0.0)?);
            convert::to_long(&Value::Real((at / width).round()))
        }
    }
}

/// The smallest value that at least this share of all does not exceed.
fn nearest<'v>(sorted: &[&'v Value], share: f64) -> Option<&'v Value> {
    let count = i64::try_from(sorted.len()).ok()?;
    let rank = crate::value::number::long_to_real(count) * share / 100.0;
    let rank = convert::to_long(&Value::Real(rank.ceil()))?.max(1);
    sorted.get(usize::try_from(rank).ok()?.min(sorted.len()).checked_sub(1)?).copied()
}
