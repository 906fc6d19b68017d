//! `basket`: the values that often stand together in a row (Microsoft: "basket plugin"). A pattern is shown with every value
//! that all of its rows share, so no pattern is repeated with fewer values for the same rows; this is what the example of
//! Microsoft's page shows. The service samples to find the first frequent values, here all rows are counted.

use std::collections::BTreeMap;

use super::{ANY, Arguments, Pattern, THRESHOLDS, Wildcards, numbers_of_columns, shared, table, weights};
use crate::bind::ir::{self, PluginArg};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::plan::Stage;
use crate::eval::plugin::Compiled;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;

/// The share of rows that makes a pattern frequent, unless given.
const THRESHOLD: f64 = 0.05;
/// The most values that a pattern is looked for by, unless given.
const DIMENSIONS: usize = 5;

/// A compiled `basket`.
#[derive(Debug)]
pub(crate) struct Basket {
    input: Box<Stage>,
    threshold: f64,
    weight: Option<Compiled>,
    dimensions: usize,
    wildcards: Wildcards,
    span: Span,
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
    /// One of the rows, and the weight, of what was found, by the value of each column.
    found: BTreeMap<Vec<u32>, (u32, f64)>,
}

impl Basket {
    /// Compiles the plugin's arguments.
    pub(crate) fn compile(
        input: &ir::Rel,
        args: &[PluginArg],
        span: Span,
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let input = Box::new(compiler.rel(input)?);
        let mut args = Arguments::compile("basket", args, span, compiler)?;
        let threshold = args.share("threshold", &THRESHOLDS, THRESHOLD)?;
        let weight = args.next();
        let dimensions = args.number("dimensions", &(1..=usize::MAX), DIMENSIONS)?;
        Ok(Self { input, threshold, weight, dimensions, wildcards: args.wildcards()?, span })
    }

    /// Runs the plugin.
    pub(crate) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let weights = weights(self.weight.as_ref(), &input, run)?;
        let total: f64 = weights.iter().sum();
        let least = self.threshold * total;
        let wildcards = self.wildcards.of_columns(input.columns());
        let is_frequent = |sum| sum >= least;
        let values = &numbers_of_columns(input.columns(), &wildcards, self.weight.as_ref(), &weights, is_frequent);
        let mut search = Search { values, weights: &weights, least, items: items(values), found: BTreeMap::new() };
        let all: Vec<u32> = (0..u32::try_from(input.rows()).unwrap_or(u32::MAX)).collect();
        if total > 0.0 {
            search.visit(&all, 0, self.dimensions, self.span, run)?;
        }
        let found = search.found.into_iter().map(|(values, (row, weight))| (Pattern { values, row }, weight));
        let mut found: Vec<(Pattern, f64)> = found.collect();
        found.sort_by(|(a, one), (b, other)| {
            other.total_cmp(one).then_with(|| b.size().cmp(&a.size())).then_with(|| a.values.cmp(&b.values))
        });
        table(stage, &input, found, &wildcards, total)
    }
}

/// The values that a pattern is looked for by: column and number.
fn items(values: &[Vec<u32>]) -> Vec<(usize, u32)> {
    let mut items = Vec::new();
    for (at, values) in values.iter().enumerate() {
        let mut known: Vec<u32> = values.iter().copied().filter(|value| *value != ANY).collect();
        known.sort_unstable();
        known.dedup();
        items.extend(known.into_iter().map(|value| (at, value)));
    }
    items
}

impl Search<'_> {
    /// Notes what `rows` share, and looks for more among them: with one of the items from `from` on, and so on `steps` times.
    fn visit(&mut self, rows: &[u32], from: usize, steps: usize, span: Span, run: &Run) -> Result<(), Error> {
        run.budget.check(span)?;
        let Some(&row) = rows.first() else { return Ok(()) };
        let of_rows = |values: &Vec<u32>| shared(rows.iter().map(|&row| values[row as usize]));
        let shared: Vec<u32> = self.values.iter().map(of_rows).collect();
        if shared.iter().any(|value| *value != ANY) {
            run.budget.rows(self.found.len() + 1, span)?;
            let weight = self.weight(rows);
            self.found.entry(shared.clone()).or_insert((row, weight));
        }
        if steps == 0 {
            return Ok(());
        }
        for at in from..self.items.len() {
            run.budget.check(span)?;
            let (column, value) = self.items[at];
            // What all rows share adds nothing; of two values of a column no row has both.
            if shared[column] != ANY {
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
