//! `autocluster`: a few patterns that hold many rows and say much of them (Microsoft: "autocluster plugin").
//!
//! The page names the algorithm, Seed-Expand of "Algorithms for Telemetry Data Mining using Discrete Attributes", and the
//! measure, a weighted geometric mean, but not which seeds are taken and which patterns are left out as too much alike.
//! Here each seed is the most frequent of the rows that no pattern holds yet. It is a pattern of all its values; the value
//! that costs it most rows is dropped, and so on until it holds enough rows and is no longer getting better.

use std::cmp::Reverse;

use super::{ANY, Arguments, Combinations, Pattern, Wildcards, numbers_of_columns, table, weights};
use crate::bind::ir::{self, PluginArg};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::plan::Stage;
use crate::eval::plugin::Compiled;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::number::count_to_real;

/// The weight of the number of rows against the number of values, unless given.
const SIZE_WEIGHT: f64 = 0.5;
/// How many seeds are expanded, unless given.
const SEEDS: usize = 25;
/// The least share of rows of a pattern.
const LEAST: f64 = 0.05;

/// A compiled `autocluster`.
#[derive(Debug)]
pub(crate) struct Autocluster {
    input: Box<Stage>,
    size_weight: f64,
    weight: Option<Compiled>,
    seeds: usize,
    wildcards: Wildcards,
    span: Span,
}

/// What patterns are looked for in.
struct Space {
    rows: Combinations,
    /// What each combination weighs.
    weights: Vec<f64>,
    total: f64,
    size_weight: f64,
    /// The number of columns that a pattern may say something of.
    dimensions: usize,
}

/// A pattern with its measure.
struct Measured {
    score: f64,
    weight: f64,
    pattern: Pattern,
}

impl Autocluster {
    /// Compiles the plugin's arguments.
    pub(crate) fn compile(
        input: &ir::Rel,
        args: &[PluginArg],
        span: Span,
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let input = Box::new(compiler.rel(input)?);
        let mut args = Arguments::compile("autocluster", args, span, compiler)?;
        let size_weight = args.share("size weight", &(0.0..=1.0), SIZE_WEIGHT)?;
        let weight = args.next();
        let seeds = args.number("seeds", &(1..=usize::MAX), SEEDS)?;
        Ok(Self { input, size_weight, weight, seeds, wildcards: args.wildcards()?, span })
    }

    /// Runs the plugin.
    pub(crate) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let weights = weights(self.weight.as_ref(), &input, run)?;
        let weighed = self.weight.as_ref().and_then(Compiled::column_index);
        let wildcards = self.wildcards.of_columns(input.columns());
        let is_met = |sum| sum > 0.0;
        let values = numbers_of_columns(input.columns(), &wildcards, self.weight.as_ref(), &weights, is_met);
        let rows = Combinations::of(&values, input.rows());
        let space = Space {
            weights: rows.sums(&weights),
            total: weights.iter().sum(),
            size_weight: self.size_weight,
            dimensions: input.columns().len() - usize::from(weighed.is_some()),
            rows,
        };
        let found = self.patterns(&space, run)?;
        table(stage, &input, found, &wildcards, space.total)
    }

    /// The patterns that differ enough, best first, with their weights.
    fn patterns(&self, space: &Space, run: &Run) -> Result<Vec<(Pattern, f64)>, Error> {
        let mut seeds: Vec<usize> = (0..space.rows.len()).filter(|&at| space.weights[at] > 0.0).collect();
        seeds.sort_by(|&one, &other| space.weights[other].total_cmp(&space.weights[one]).then(one.cmp(&other)));
        let mut is_held = vec![false; space.rows.len()];
        let mut found: Vec<Measured> = Vec::new();
        let mut expanded = 0;
        for seed in seeds {
            if expanded == self.seeds {
                break;
            }
            if is_held[seed] {
                continue;
            }
            expanded += 1;
            let Some(best) = space.expand(seed, self.span, run)? else { continue };
            for member in space.rows.matching(&best.pattern) {
                is_held[member] = true;
            }
            found.push(best);
        }
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        let patterns = found.into_iter().map(|found| (found.pattern, found.weight)).collect();
        space.rows.unlike(patterns, &space.weights, self.span, run)
    }
}

impl Space {
    /// The weighted geometric mean of the share of rows and the share of columns.
    fn score(&self, weight: f64, size: usize) -> f64 {
        let (rows, columns) = (weight / self.total, count_to_real(size) / count_to_real(self.dimensions));
        rows.powf(self.size_weight) * columns.powf(1.0 - self.size_weight)
    }

    /// Whether a combination has another value of a column than a pattern that says something of it.
    fn differs(&self, at: usize, column: usize, value: u32) -> bool {
        value != ANY && self.rows.values[column][at] != value
    }

    /// The pattern that a combination becomes; none where it has no value that enough rows have.
    fn expand(&self, seed: usize, span: Span, run: &Run) -> Result<Option<Measured>, Error> {
        let mut growing = Expansion::of(self, seed, span, run)?;
        let mut best: Option<(f64, Vec<u32>)> = None;
        loop {
            run.budget.check(span)?;
            let size = growing.values.iter().filter(|value| **value != ANY).count();
            if size == 0 {
                break;
            }
            let Held { weight, gains } = growing.held();
            if weight >= LEAST * self.total {
                let score = self.score(weight, size);
                if best.as_ref().is_some_and(|(known, _)| score <= *known) {
                    break;
                }
                best = Some((score, growing.values.clone()));
            }
            let Some(column) = growing.costliest(&gains) else { break };
            growing.drop_value(column);
        }
        Ok(best.map(|(_, values)| self.measured(&Pattern { values, row: 0 })))
    }

    /// A pattern with all the values that its rows share.
    fn measured(&self, pattern: &Pattern) -> Measured {
        let mut members = self.rows.matching(pattern);
        members.retain(|&at| self.weights[at] > 0.0);
        let pattern = self.rows.shared(&members);
        let weight = members.iter().map(|&at| self.weights[at]).sum();
        Measured { score: self.score(weight, pattern.size()), weight, pattern }
    }
}

/// A pattern that loses one value after the other.
struct Expansion<'s> {
    space: &'s Space,
    values: Vec<u32>,
    /// The columns in which each combination differs from the pattern: how many, and their sum, which is the column itself
    /// where there is one.
    different: Vec<(usize, usize)>,
    /// What the rows weigh that differ from the seed in each column.
    without: Vec<f64>,
}

/// What a pattern holds.
struct Held {
    weight: f64,
    /// What it would hold more without its value of each column.
    gains: Vec<f64>,
}

impl<'s> Expansion<'s> {
    /// The pattern of all the values of a combination.
    fn of(space: &'s Space, seed: usize, span: Span, run: &Run) -> Result<Self, Error> {
        let values: Vec<u32> = space.rows.values.iter().map(|values| values[seed]).collect();
        let mut different: Vec<(usize, usize)> = vec![(0, 0); space.rows.len()];
        let mut without: Vec<f64> = vec![0.0; values.len()];
        for (column, &value) in values.iter().enumerate() {
            run.budget.check(span)?;
            for (at, (number, sum)) in different.iter_mut().enumerate() {
                if space.differs(at, column, value) {
                    *number += 1;
                    *sum += column;
                    without[column] += space.weights[at];
                }
            }
        }
        Ok(Self { space, values, different, without })
    }

    fn held(&self) -> Held {
        let mut held = Held { weight: 0.0, gains: vec![0.0; self.values.len()] };
        for (&(number, column), more) in self.different.iter().zip(&self.space.weights) {
            match number {
                0 => held.weight += more,
                1 => held.gains[column] += more,
                _ => {}
            }
        }
        held
    }

    /// The column whose value costs the pattern most rows.
    fn costliest(&self, gains: &[f64]) -> Option<usize> {
        let held = (0..self.values.len()).filter(|&column| self.values[column] != ANY);
        held.max_by(|&one, &other| {
            let gained = gains[one].total_cmp(&gains[other]);
            gained.then(self.without[one].total_cmp(&self.without[other])).then(Reverse(one).cmp(&Reverse(other)))
        })
    }

    fn drop_value(&mut self, column: usize) {
        let value = std::mem::replace(&mut self.values[column], ANY);
        for (at, (number, sum)) in self.different.iter_mut().enumerate() {
            if self.space.differs(at, column, value) {
                *number -= 1;
                *sum -= column;
            }
        }
    }
}
