//! `basket`: the values that often stand together in a row (Microsoft: "basket plugin"). A pattern is shown with every value
//! that all of its rows share, so no pattern is repeated with fewer values for the same rows; this is what the example of
//! Microsoft's page shows. The service samples to find the first frequent values, here all rows are counted.

use std::collections::BTreeMap;

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::number::real_to_long;
use crate::value::{Type, Value, convert};

/// The share of rows that makes a pattern frequent, unless given.
const THRESHOLD: f64 = 0.05;
/// The shares that may be given.
const THRESHOLDS: std::ops::RangeInclusive<f64> = 0.015..=1.0;
/// The most values that a pattern is looked for by, unless given.
const DIMENSIONS: i64 = 5;
/// The word for "as if left out".
const DEFAULT: &str = "~";

/// A compiled `basket`.
#[derive(Debug)]
pub(crate) struct Basket {
    input: Box<Stage>,
    threshold: f64,
    weight: Option<Compiled>,
    dimensions: usize,
    /// What stands for any value, one for each type that is given one.
    wildcards: Vec<(Type, Value)>,
    span: Span,
}

/// Compiles `basket`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<Basket, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let mut given = Vec::with_capacity(args.len());
    for arg in args {
        let missing = || Error::unsupported("an argument of basket() that is no value", span);
        let arg = compiler.expr(super::scalar(arg).ok_or_else(missing)?)?;
        let is_default = matches!(arg.constant(), Some(Value::String(word)) if word == DEFAULT);
        given.push((!is_default).then_some(arg));
    }
    let mut given = given.into_iter();
    let mut next = || given.next().flatten();
    let threshold = match next() {
        Some(threshold) => share(&threshold)?,
        None => THRESHOLD,
    };
    let weight = next();
    let dimensions = match next() {
        Some(dimensions) => whole(&dimensions)?,
        None => DIMENSIONS,
    };
    let constant = |arg: Compiled| {
        let unclear = || Error::unsupported("a wildcard that is no constant", arg.span);
        arg.constant().map(|value| (arg.ty, value.clone())).ok_or_else(unclear)
    };
    let wildcards = given.flatten().map(constant).collect::<Result<_, _>>()?;
    Ok(Basket {
        input: stage,
        threshold,
        weight,
        dimensions: usize::try_from(dimensions).unwrap_or(0),
        wildcards,
        span,
    })
}

fn share(arg: &Compiled) -> Result<f64, Error> {
    let share = arg.constant().map(|value| convert::convert(value, Type::Real));
    match share {
        Some(Value::Real(share)) if THRESHOLDS.contains(&share) => Ok(share),
        _ => Err(Error::runtime("the threshold of basket() is a number from 0.015 to 1", arg.span)),
    }
}

fn whole(arg: &Compiled) -> Result<i64, Error> {
    match arg.constant().map(|value| convert::convert(value, Type::Long)) {
        Some(Value::Long(number)) if number > 0 => Ok(number),
        _ => Err(Error::runtime("the number of dimensions of basket() is a whole number from 1", arg.span)),
    }
}

/// The number of a value that is too rare to be part of a pattern, or that is the wildcard.
const RARE: u32 = u32::MAX;

/// Rows that share values.
struct Pattern {
    /// One of the rows.
    row: u32,
    weight: f64,
}

/// The search for patterns: sets of values, one more at each step.
struct Search<'s> {
    /// The value of each row, by column.
    values: &'s [Vec<u32>],
    weights: &'s [f64],
    /// The least weight of a pattern.
    least: f64,
    /// The values that a pattern is looked for by: column and number.
    items: Vec<(usize, u32)>,
    /// What was found, by the value of each column.
    found: BTreeMap<Vec<u32>, Pattern>,
}

impl Basket {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let weights = self.weights(&input, run)?;
        let total: f64 = weights.iter().sum();
        let weighed = self.weight.as_ref().and_then(Compiled::column_index);
        let columns = input.columns().iter().enumerate();
        let wildcards: Vec<Value> = input.columns().iter().map(|column| self.wildcard(column.ty())).collect();
        let mut search = Search {
            values: &columns
                .map(|(at, column)| match weighed {
                    Some(weight) if weight == at => vec![RARE; input.rows()],
                    _ => frequent(column, &wildcards[at], &weights, self.threshold * total),
                })
                .collect::<Vec<_>>(),
            weights: &weights,
            least: self.threshold * total,
            items: Vec::new(),
            found: BTreeMap::new(),
        };
        search.collect_items();
        let all: Vec<u32> = (0..u32::try_from(input.rows()).unwrap_or(u32::MAX)).collect();
        search.visit(&all, 0, self.dimensions, self.span, run)?;
        let mut found: Vec<(Vec<u32>, Pattern)> = search.found.into_iter().collect();
        let size = |values: &[u32]| values.iter().filter(|value| **value != RARE).count();
        found.sort_by(|(a, one), (b, other)| {
            other.weight.total_cmp(&one.weight).then_with(|| size(b).cmp(&size(a))).then_with(|| a.cmp(b))
        });
        table(stage, &input, &found, &wildcards, total)
    }

    /// What each row counts; a weight that is no number or negative counts nothing.
    fn weights(&self, input: &Table, run: &Run) -> Result<Vec<f64>, Error> {
        let Some(weight) = &self.weight else { return Ok(vec![1.0; input.rows()]) };
        let column = weight.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let weight = |row| match convert::convert(&column.value(row), Type::Real) {
            Value::Real(weight) if weight > 0.0 => weight,
            _ => 0.0,
        };
        Ok((0..input.rows()).map(weight).collect())
    }

    fn wildcard(&self, ty: Type) -> Value {
        let given = self.wildcards.iter().find(|(of, _)| *of == ty).map(|(_, wildcard)| wildcard.clone());
        given.unwrap_or_else(|| if ty == Type::String { Value::String(String::new()) } else { Value::Null })
    }
}

/// The number of each row's value, [`RARE`] for what no pattern can hold.
fn frequent(column: &Column, wildcard: &Value, weights: &[f64], least: f64) -> Vec<u32> {
    let groups = Groups::of(std::slice::from_ref(column), column.len());
    let mut sums = vec![0.0; groups.len()];
    groups.ids.iter().zip(weights).for_each(|(&id, weight)| sums[id as usize] += weight);
    let shown = |id: usize| column.value(groups.firsts[id] as usize) != *wildcard;
    let kept: Vec<bool> = sums.iter().enumerate().map(|(id, sum)| *sum >= least && shown(id)).collect();
    groups.ids.iter().map(|&id| if kept[id as usize] { id } else { RARE }).collect()
}

impl Search<'_> {
    fn collect_items(&mut self) {
        for (at, values) in self.values.iter().enumerate() {
            let mut known: Vec<u32> = values.iter().copied().filter(|value| *value != RARE).collect();
            known.sort_unstable();
            known.dedup();
            self.items.extend(known.into_iter().map(|value| (at, value)));
        }
    }

    /// Notes what `rows` share, and looks for more among them: with one of the items from `from` on, and so on `steps` times.
    fn visit(&mut self, rows: &[u32], from: usize, steps: usize, span: Span, run: &Run) -> Result<(), Error> {
        run.budget.time(span)?;
        let Some(&row) = rows.first() else { return Ok(()) };
        let shared: Vec<u32> = self.values.iter().map(|values| shared(values, rows)).collect();
        if shared.iter().any(|value| *value != RARE) {
            run.budget.rows(self.found.len() + 1, span)?;
            let weight = self.weight(rows);
            self.found.entry(shared.clone()).or_insert(Pattern { row, weight });
        }
        if steps == 0 {
            return Ok(());
        }
        for at in from..self.items.len() {
            let (column, value) = self.items[at];
            // What all rows share adds nothing; of two values of a column no row has both.
            if shared[column] != RARE {
                continue;
            }
            let narrowed: Vec<u32> =
                rows.iter().copied().filter(|&row| self.values[column][row as usize] == value).collect();
            if !narrowed.is_empty() && self.weight(&narrowed) >= self.least {
                self.visit(&narrowed, at + 1, steps - 1, span, run)?;
            }
        }
        Ok(())
    }

    fn weight(&self, rows: &[u32]) -> f64 {
        rows.iter().map(|&row| self.weights[row as usize]).sum()
    }
}

/// The value that all rows have, else [`RARE`].
fn shared(values: &[u32], rows: &[u32]) -> u32 {
    let first = rows.first().map_or(RARE, |&row| values[row as usize]);
    if rows.iter().all(|&row| values[row as usize] == first) { first } else { RARE }
}

fn table(
    stage: &Stage,
    input: &Table,
    found: &[(Vec<u32>, Pattern)],
    wildcards: &[Value],
    total: f64,
) -> Result<Table, Error> {
    let ids = (0_i64..).take(found.len()).collect();
    let counts = found.iter().map(|(_, pattern)| real_to_long(pattern.weight.round()).unwrap_or(i64::MAX));
    // The page shows one digit behind the point.
    let percents = found.iter().map(|(_, pattern)| (pattern.weight / total * 1000.0).round() / 10.0);
    let mut columns = vec![
        Column::Long(Cells::new(ids)),
        Column::Long(Cells::new(counts.collect())),
        Column::Real(Cells::new(percents.collect())),
    ];
    for (at, (column, wildcard)) in input.columns().iter().zip(wildcards).enumerate() {
        let mut builder = ColumnBuilder::new(column.ty());
        for (values, pattern) in found {
            let value = if values[at] == RARE { wildcard.clone() } else { column.value(pattern.row as usize) };
            builder.push(value).map_err(|mismatch| super::super::stage::mismatch(mismatch, stage.span))?;
        }
        columns.push(builder.finish());
    }
    stage.conform(columns, found.len())
}
