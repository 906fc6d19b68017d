//! `diffpatterns`: patterns that hold a larger share of one set of rows than of another (Microsoft: "diffpatterns plugin").
//!
//! The page says what a pattern is measured by, the difference of the shares, but not how patterns are found and which are
//! left out. Here each value that is frequent in one of the sets starts a pattern; the value that makes the difference
//! largest is added, and so on while it grows.

use std::collections::BTreeMap;

use super::{ANY, Arguments, Combinations, Pattern, THRESHOLDS, Wildcards, count, numbers, percent, shown, weights};
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::plan::Stage;
use crate::eval::plugin::Compiled;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Value, convert};

/// The least difference of the shares, unless given.
pub(super) const THRESHOLD: f64 = 0.05;

/// A compiled `diffpatterns`.
#[derive(Debug)]
pub(crate) struct Diffpatterns {
    input: Box<Stage>,
    split: Compiled,
    /// The column that splits the rows, which is not among the results.
    split_column: usize,
    sets: [Compiled; 2],
    weight: Option<Compiled>,
    threshold: f64,
    dimensions: usize,
    wildcards: Wildcards,
    span: Span,
}

/// What patterns are looked for in.
struct Space {
    rows: Combinations,
    /// What each combination weighs in each set.
    weights: Vec<[f64; 2]>,
    totals: [f64; 2],
}

/// A pattern with what it weighs in each set.
type Found = (Pattern, [f64; 2]);

impl Diffpatterns {
    /// Compiles the plugin's arguments.
    pub(crate) fn compile(
        input: &ir::Rel,
        args: &[PluginArg],
        span: Span,
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let input = Box::new(compiler.rel(input)?);
        let mut args = Arguments::compile("diffpatterns", args, span, compiler)?;
        let few = || Error::runtime("diffpatterns() needs a column and two of its values", span);
        let split = args.next().ok_or_else(few)?;
        let Some(split_column) = split.column_index() else {
            return Err(Error::unsupported("diffpatterns() that splits by what is no column", split.span));
        };
        let sets = [args.next().ok_or_else(few)?, args.next().ok_or_else(few)?];
        let weight = args.next();
        let threshold = args.share("threshold", &THRESHOLDS, THRESHOLD)?;
        let dimensions = args.number("dimensions", &(1..=usize::MAX), usize::MAX)?;
        let wildcards = args.wildcards()?;
        Ok(Self { input, split, split_column, sets, weight, threshold, dimensions, wildcards, span })
    }

    /// Runs the plugin.
    pub(crate) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let weights = self.weights(&input, run)?;
        let totals: [f64; 2] = [0, 1].map(|set| weights[set].iter().sum());
        for (total, value) in totals.iter().zip(&self.sets) {
            if *total <= 0.0 {
                return Err(Error::runtime(
                    "no row has this value in the column that splits the rows, so there is nothing to compare",
                    value.span,
                ));
            }
        }
        let weighed = self.weight.as_ref().and_then(Compiled::column_index);
        let columns: Vec<(usize, &Column)> =
            input.columns().iter().enumerate().filter(|(at, _)| *at != self.split_column).collect();
        let wildcards: Vec<Value> = columns.iter().map(|(_, column)| self.wildcards.of(column.ty())).collect();
        // What each row counts of a set; a row may be of both.
        let shares = [0, 1].map(|set| weights[set].iter().map(|weight| weight / totals[set]).collect::<Vec<_>>());
        let values = columns.iter().zip(&wildcards).map(|((at, column), wildcard)| {
            let frequent = |set: usize| numbers(column, wildcard, &shares[set], |share| share >= self.threshold);
            match weighed {
                Some(weight) if weight == *at => vec![ANY; input.rows()],
                _ => frequent(0).into_iter().zip(frequent(1)).map(|(a, b)| a.min(b)).collect(),
            }
        });
        let rows = Combinations::of(&values.collect::<Vec<_>>(), input.rows());
        let [a, b] = [0, 1].map(|set| rows.sums(&weights[set]));
        let space = Space { rows, weights: a.into_iter().zip(b).map(|(a, b)| [a, b]).collect(), totals };
        let found = self.patterns(&space, run)?;
        let columns: Vec<&Column> = columns.into_iter().map(|(_, column)| column).collect();
        table(stage, &columns, found, &wildcards, totals)
    }

    /// What each row counts, by set.
    fn weights(&self, input: &Table, run: &Run) -> Result<[Vec<f64>; 2], Error> {
        let column = self.split.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let text = |value: &Compiled| value.eval_constant(run).map(|value| convert::to_text(&value));
        let sets = [text(&self.sets[0])?, text(&self.sets[1])?];
        let weights = weights(self.weight.as_ref(), input, run)?;
        let mut of_sets = [vec![0.0; weights.len()], vec![0.0; weights.len()]];
        for (row, weight) in weights.into_iter().enumerate() {
            let value = convert::to_text(&column.value(row));
            for (set, weights) in sets.iter().zip(&mut of_sets) {
                if value == *set {
                    weights[row] = weight;
                }
            }
        }
        Ok(of_sets)
    }

    /// The patterns that differ enough between the sets, and from each other, the largest difference first.
    fn patterns(&self, space: &Space, run: &Run) -> Result<Vec<Found>, Error> {
        let mut found: BTreeMap<Vec<u32>, Found> = BTreeMap::new();
        for (column, values) in space.rows.values.iter().enumerate() {
            let mut items: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for (at, &value) in values.iter().enumerate() {
                if value != ANY && space.weights[at] != [0.0, 0.0] {
                    items.entry(value).or_default().push(at);
                }
            }
            for members in items.into_values() {
                let (pattern, weights) = space.grow(members, column, self.dimensions, self.span, run)?;
                if space.difference(weights).abs() >= self.threshold {
                    found.insert(pattern.values.clone(), (pattern, weights));
                }
            }
        }
        let mut found: Vec<Found> = found.into_values().collect();
        let difference = |(_, weights): &Found| space.difference(*weights).abs();
        found.sort_by(|one, other| difference(other).total_cmp(&difference(one)));
        let shares: Vec<f64> = space.weights.iter().map(|[a, b]| a / space.totals[0] + b / space.totals[1]).collect();
        space.rows.unlike(found, &shares, self.span, run)
    }
}

impl Space {
    /// By how much larger the share of the first set is.
    fn difference(&self, weights: [f64; 2]) -> f64 {
        weights[0] / self.totals[0] - weights[1] / self.totals[1]
    }

    fn weigh(&self, members: impl Iterator<Item = usize>) -> [f64; 2] {
        members.fold([0.0, 0.0], |[a, b], at| [a + self.weights[at][0], b + self.weights[at][1]])
    }

    /// The pattern of the members, all of which have one value of a column, with the values that make the difference larger.
    fn grow(
        &self,
        mut members: Vec<usize>,
        column: usize,
        dimensions: usize,
        span: Span,
        run: &Run,
    ) -> Result<Found, Error> {
        let mut known = vec![column];
        let mut weights = self.weigh(members.iter().copied());
        while known.len() < dimensions {
            let sign = self.difference(weights).signum();
            let mut best: Option<(usize, u32, [f64; 2])> = None;
            for (column, values) in self.rows.values.iter().enumerate().filter(|(at, _)| !known.contains(at)) {
                run.budget.check(span)?;
                let mut sums: BTreeMap<u32, [f64; 2]> = BTreeMap::new();
                for &at in members.iter().filter(|&&at| values[at] != ANY) {
                    let [a, b] = sums.entry(values[at]).or_default();
                    *a += self.weights[at][0];
                    *b += self.weights[at][1];
                }
                for (value, sums) in sums {
                    let larger = best.map_or(weights, |(_, _, weights)| weights);
                    if self.difference(sums) * sign > self.difference(larger) * sign {
                        best = Some((column, value, sums));
                    }
                }
            }
            let Some((column, value, sums)) = best else { break };
            members.retain(|&at| self.rows.values[column][at] == value);
            known.push(column);
            weights = sums;
        }
        Ok((self.rows.shared(&members), weights))
    }
}

fn table(
    stage: &Stage,
    columns: &[&Column],
    found: Vec<Found>,
    wildcards: &[Value],
    totals: [f64; 2],
) -> Result<Table, Error> {
    let (patterns, weights): (Vec<Pattern>, Vec<[f64; 2]>) = found.into_iter().unzip();
    let counts = |set: usize| Column::Long(Cells::new(weights.iter().map(|of| count(of[set])).collect()));
    let shares = weights.iter().map(|[a, b]| [a / totals[0], b / totals[1]]);
    let shares: Vec<[f64; 2]> = shares.collect();
    let percents = |of: &dyn Fn(&[f64; 2]) -> f64| {
        Column::Real(Cells::new(shares.iter().map(|shares| percent(of(shares), 2)).collect()))
    };
    let mut all = vec![
        Column::Long(Cells::new((0_i64..).take(patterns.len()).collect())),
        counts(0),
        counts(1),
        percents(&|shares| shares[0]),
        percents(&|shares| shares[1]),
        percents(&|shares| (shares[0] - shares[1]).abs()),
    ];
    all.extend(shown(columns, &patterns, wildcards, stage.span)?);
    stage.conform(all, patterns.len())
}
