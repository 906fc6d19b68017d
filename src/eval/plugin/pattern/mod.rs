//! Plugins that find patterns: values of some columns that stand together in many rows (Microsoft: "autocluster plugin",
//! "basket plugin", "diffpatterns plugin").

mod autocluster;
mod basket;
mod diffpatterns;
mod diffpatterns_text;

use std::ops::RangeInclusive;

pub(crate) use autocluster::Autocluster;
pub(crate) use basket::Basket;
pub(crate) use diffpatterns::Diffpatterns;
pub(crate) use diffpatterns_text::DiffpatternsText;

use super::Compiled;
use crate::bind::ir::PluginArg;
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::mismatch;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::number::real_to_long;
use crate::value::{Type, Value, convert};

/// The word for "as if left out".
const DEFAULT: &str = "~";
/// The shares that may be asked for.
const THRESHOLDS: RangeInclusive<f64> = 0.015..=1.0;
/// The number of a value that no pattern holds; in a pattern, that any value fits.
const ANY: u32 = u32::MAX;

/// The arguments of a plugin, one after the other.
struct Arguments {
    plugin: &'static str,
    given: std::vec::IntoIter<Option<Compiled>>,
}

impl Arguments {
    fn compile(plugin: &'static str, args: &[PluginArg], span: Span, compiler: &mut Compiler) -> Result<Self, Error> {
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            let missing = || Error::unsupported(format!("an argument of {plugin}() that is no value"), span);
            let arg = compiler.expr(super::scalar(arg).ok_or_else(missing)?)?;
            let is_default = matches!(arg.constant(), Some(Value::String(word)) if word == DEFAULT);
            given.push((!is_default).then_some(arg));
        }
        Ok(Self { plugin, given: given.into_iter() })
    }

    /// The next one, unless it is left out.
    fn next(&mut self) -> Option<Compiled> {
        self.given.next().flatten()
    }

    /// A share of all.
    fn share(&mut self, what: &str, allowed: &RangeInclusive<f64>, default: f64) -> Result<f64, Error> {
        let Some(arg) = self.next() else { return Ok(default) };
        match arg.constant().map(|value| convert::convert(value, Type::Real)) {
            Some(Value::Real(share)) if allowed.contains(&share) => Ok(share),
            _ => {
                let (from, to) = (allowed.start(), allowed.end());
                let message = format!("the {what} of {}() is a number from {from} to {to}", self.plugin);
                Err(Error::runtime(message, arg.span))
            }
        }
    }

    /// A number of things.
    fn number(&mut self, what: &str, allowed: &RangeInclusive<usize>, default: usize) -> Result<usize, Error> {
        let Some(arg) = self.next() else { return Ok(default) };
        let number = match arg.constant().map(|value| convert::convert(value, Type::Long)) {
            Some(Value::Long(number)) => usize::try_from(number).ok(),
            _ => None,
        };
        number.filter(|number| allowed.contains(number)).ok_or_else(|| {
            let to = if *allowed.end() == usize::MAX { String::new() } else { format!(" to {}", allowed.end()) };
            let (plugin, from) = (self.plugin, allowed.start());
            Error::runtime(format!("the number of {what} of {plugin}() is a whole number from {from}{to}"), arg.span)
        })
    }

    /// What stands for any value: all the arguments that are left.
    fn wildcards(self) -> Result<Wildcards, Error> {
        let constant = |arg: Compiled| {
            let unclear = || Error::unsupported("a wildcard that is no constant", arg.span);
            arg.constant().map(|value| (arg.ty, value.clone())).ok_or_else(unclear)
        };
        Ok(Wildcards(self.given.flatten().map(constant).collect::<Result<_, _>>()?))
    }
}

/// What stands for any value, one for each type that is given one.
#[derive(Debug)]
struct Wildcards(Vec<(Type, Value)>);

impl Wildcards {
    /// The wildcard of a type: unless given, the empty text of strings and null of all others.
    fn of(&self, ty: Type) -> Value {
        let given = self.0.iter().find(|(of, _)| *of == ty).map(|(_, wildcard)| wildcard.clone());
        given.unwrap_or_else(|| if ty == Type::String { Value::String(String::new()) } else { Value::Null })
    }

    /// The wildcard of each column.
    fn of_columns(&self, columns: &[Column]) -> Vec<Value> {
        columns.iter().map(|column| self.of(column.ty())).collect()
    }
}

/// What each row counts: 1, or its weight; a weight that is no finite number or negative counts nothing.
fn weights(weight: Option<&Compiled>, input: &Table, run: &Run) -> Result<Vec<f64>, Error> {
    let Some(weight) = weight else { return Ok(vec![1.0; input.rows()]) };
    let column = weight.eval_column(Scope::all(input.columns(), input.rows()), run)?;
    let weight = |row| match convert::convert(&column.value(row), Type::Real) {
        Value::Real(weight) if weight > 0.0 && weight.is_finite() => weight,
        _ => 0.0,
    };
    Ok((0..input.rows()).map(weight).collect())
}

/// The number of each row's value; [`ANY`] for the wildcard, and for values of which `is_kept` is false. `is_kept` is told
/// what the rows with the value weigh.
fn numbers(column: &Column, wildcard: &Value, weights: &[f64], is_kept: impl Fn(f64) -> bool) -> Vec<u32> {
    let groups = Groups::of(std::slice::from_ref(column), column.len());
    let mut sums = vec![0.0; groups.len()];
    groups.ids.iter().zip(weights).for_each(|(&id, weight)| sums[id as usize] += weight);
    let shown = |id: usize| column.value(groups.firsts[id] as usize) != *wildcard;
    let kept: Vec<bool> = sums.iter().enumerate().map(|(id, sum)| is_kept(*sum) && shown(id)).collect();
    groups.ids.iter().map(|&id| if kept[id as usize] { id } else { ANY }).collect()
}

/// The numbers of the values of each column; the column that `weight` is says nothing.
fn numbers_of_columns(
    columns: &[Column],
    wildcards: &[Value],
    weight: Option<&Compiled>,
    weights: &[f64],
    is_kept: impl Fn(f64) -> bool,
) -> Vec<Vec<u32>> {
    let weighed = weight.and_then(Compiled::column_index);
    let columns = columns.iter().zip(wildcards).enumerate();
    let of_column = |(at, (column, wildcard)): (usize, (&Column, &Value))| {
        if weighed == Some(at) { vec![ANY; column.len()] } else { numbers(column, wildcard, weights, &is_kept) }
    };
    columns.map(of_column).collect()
}

/// A pattern: the value that it holds of each column.
#[derive(Debug, Clone, PartialEq)]
struct Pattern {
    /// The number of the value, [`ANY`] where any fits.
    values: Vec<u32>,
    /// A row that has the values.
    row: u32,
}

impl Pattern {
    /// How many columns it says something of.
    fn size(&self) -> usize {
        self.values.iter().filter(|value| **value != ANY).count()
    }

    /// Whether it has every value that the other has.
    fn says_all_of(&self, other: &Self) -> bool {
        self.values.iter().zip(&other.values).all(|(own, other)| *other == ANY || own == other)
    }
}

/// The rows, with those that are equal in all dimensions as one.
struct Combinations {
    /// The number of each one's value, by column.
    values: Vec<Vec<u32>>,
    /// The first row of each.
    firsts: Vec<u32>,
    /// The combination that each row is.
    ids: Vec<u32>,
}

impl Combinations {
    /// Of the values of each row, by column.
    fn of(values: &[Vec<u32>], rows: usize) -> Self {
        let columns: Vec<Column> = values
            .iter()
            .map(|values| Column::Long(values.iter().map(|&value| Some(i64::from(value))).collect()))
            .collect();
        let Groups { ids, firsts } = if rows == 0 { Groups::of(&[], 0) } else { Groups::of(&columns, rows) };
        let of_firsts = |values: &Vec<u32>| firsts.iter().map(|&row| values[row as usize]).collect();
        Self { values: values.iter().map(of_firsts).collect(), ids, firsts }
    }

    fn len(&self) -> usize {
        self.firsts.len()
    }

    /// What each weighs.
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.len()];
        self.ids.iter().zip(weights).for_each(|(&id, weight)| sums[id as usize] += weight);
        sums
    }

    /// Those that have the values of a pattern.
    fn matching(&self, pattern: &Pattern) -> Vec<usize> {
        let mut found: Vec<usize> = (0..self.len()).collect();
        for (values, &wanted) in self.values.iter().zip(&pattern.values) {
            if wanted != ANY {
                found.retain(|&at| values[at] == wanted);
            }
        }
        found
    }

    /// The pattern of all that the members share.
    fn shared(&self, members: &[usize]) -> Pattern {
        let row = members.first().map_or(0, |&first| self.firsts[first]);
        let values = self.values.iter().map(|values| shared(members.iter().map(|&at| values[at])));
        Pattern { values: values.collect(), row }
    }

    /// The patterns, best first, with what was found of each, but without those that say all that a better one says and
    /// more, and without those that are too much like a better one.
    fn unlike<F>(
        &self,
        patterns: Vec<(Pattern, F)>,
        weights: &[f64],
        span: Span,
        run: &Run,
    ) -> Result<Vec<(Pattern, F)>, Error> {
        let with_members = patterns.into_iter().map(|found| (self.matching(&found.0), found));
        apart(with_members, weights, |one: &(Pattern, F), better| one.0.says_all_of(&better.0), span, run)
    }
}

/// What was found, best first, each with its members in ascending order, without that whose members are for the greater part
/// those of something better, and the other way round, and without what `is_more_of` something better.
fn apart<T>(
    found: impl IntoIterator<Item = (Vec<usize>, T)>,
    weights: &[f64],
    is_more_of: impl Fn(&T, &T) -> bool,
    span: Span,
    run: &Run,
) -> Result<Vec<T>, Error> {
    let weigh = |members: &[usize]| members.iter().map(|&at| weights[at]).sum::<f64>();
    let mut kept: Vec<(Vec<usize>, T)> = Vec::new();
    for (members, found) in found {
        let mut is_new = true;
        for (others, better) in &kept {
            run.budget.check(span)?;
            let both = weigh(&in_both(&members, others));
            is_new &= 2.0 * both <= weigh(&members) + weigh(others) - both && !is_more_of(&found, better);
        }
        if is_new {
            kept.push((members, found));
        }
    }
    Ok(kept.into_iter().map(|(_, found)| found).collect())
}

/// The numbers that stand in both of two ascending lists.
fn in_both(one: &[usize], other: &[usize]) -> Vec<usize> {
    one.iter().copied().filter(|at| other.binary_search(at).is_ok()).collect()
}

/// The value that all have, else [`ANY`].
fn shared(mut values: impl Iterator<Item = u32>) -> u32 {
    let Some(first) = values.next() else { return ANY };
    if values.all(|value| value == first) { first } else { ANY }
}

/// The columns of the input as the patterns say them.
fn shown(columns: &[&Column], patterns: &[Pattern], wildcards: &[Value], span: Span) -> Result<Vec<Column>, Error> {
    let mut shown = Vec::with_capacity(columns.len());
    for (at, (column, wildcard)) in columns.iter().zip(wildcards).enumerate() {
        let mut builder = ColumnBuilder::new(column.ty());
        for pattern in patterns {
            let value = if pattern.values[at] == ANY { wildcard.clone() } else { column.value(pattern.row as usize) };
            builder.push(value).map_err(|failure| mismatch(failure, span))?;
        }
        shown.push(builder.finish());
    }
    Ok(shown)
}

/// The patterns with their weights as `autocluster` and `basket` give them: number, count, percent, and the columns of the input.
fn table(
    stage: &Stage,
    input: &Table,
    found: Vec<(Pattern, f64)>,
    wildcards: &[Value],
    total: f64,
) -> Result<Table, Error> {
    let (patterns, weights): (Vec<Pattern>, Vec<f64>) = found.into_iter().unzip();
    let mut columns = vec![
        Column::Long(Cells::new((0_i64..).take(patterns.len()).collect())),
        Column::Long(Cells::new(weights.iter().map(|weight| count(*weight)).collect())),
        Column::Real(Cells::new(weights.iter().map(|weight| percent(weight / total, 1)).collect())),
    ];
    columns.extend(shown(&input.columns().iter().collect::<Vec<_>>(), &patterns, wildcards, stage.span)?);
    stage.conform(columns, patterns.len())
}

/// A weight as a number of rows.
fn count(weight: f64) -> i64 {
    real_to_long(weight.round()).unwrap_or(i64::MAX)
}

/// A share in percent, with so many digits behind the point as Microsoft's pages show.
fn percent(share: f64, digits: i32) -> f64 {
    let unit = 10_f64.powi(digits);
    (share * 100.0 * unit).round() / unit
}
