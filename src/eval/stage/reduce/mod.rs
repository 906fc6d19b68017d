//! `reduce`: texts that look alike as one pattern (Microsoft: "reduce operator").
//!
//! The page names the paper that the operator is "largely based on" (Vaarandi, "A Data Clustering Algorithm for Mining
//! Patterns From Event Logs"), and shows a few answers; which texts are put together is not documented. What is done here
//! explains all of those answers:
//!
//! - A text is words between separators. Two texts can be alike where their separators are the same and some word stands
//!   at the same place.
//! - There are as many groups as the threshold's share of all different texts, at least one: the smallest group is put
//!   together with the smallest of those it is most alike, and so on, as long as there are more and some are alike.
//! - A group's pattern has the words that all its texts share and that more than the threshold's share of all rows has at
//!   that place. A group without such a word is among `others`.

mod forest;
mod words;

use std::collections::BTreeMap;

use forest::Forest;
use words::{Separators, Words};

use crate::bind::ir;
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::strings::Strings;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::number::{count_to_real, real_to_long};
use crate::value::{Type, Value, convert};

/// The threshold, unless given.
const THRESHOLD: f64 = 0.1;
/// What is shown for the texts that no pattern stands for.
const OTHERS: &str = "others";

/// A compiled `reduce`.
#[derive(Debug)]
pub(crate) struct Reduce {
    input: Stage,
    text: Expr,
    threshold: f64,
    separators: Separators,
    gives: ir::ReduceKind,
    span: Span,
}

/// Texts with one pattern.
struct Group {
    /// None for the texts that no pattern stands for.
    pattern: Option<String>,
    /// Its texts by number, the first met first.
    texts: Vec<usize>,
}

impl Group {
    fn shown(&self) -> &str {
        self.pattern.as_deref().unwrap_or(OTHERS)
    }
}

/// Compiles `reduce`.
pub(super) fn compile(reduce: &ir::Reduce, span: Span, compiler: &mut Compiler) -> Result<Reduce, Error> {
    let mut constant = |expr: &ir::Expr, ty: Type| {
        let value = compiler.expr(expr)?.constant().map(|value| convert::convert(value, ty));
        value.ok_or_else(|| Error::unsupported("a parameter of reduce that is no constant", expr.span))
    };
    let threshold = match &reduce.threshold {
        Some(expr) => match constant(expr, Type::Real)? {
            Value::Real(threshold) if (0.0..=1.0).contains(&threshold) => threshold,
            _ => return Err(Error::runtime("the threshold of reduce is a number from 0 to 1", expr.span)),
        },
        None => THRESHOLD,
    };
    let separators = match &reduce.characters {
        Some(expr) => Separators::Listed(convert::to_text(&constant(expr, Type::String)?)),
        None => Separators::NotAlphanumeric,
    };
    let text = compiler.expr(&reduce.text)?;
    Ok(Reduce { input: compiler.rel(&reduce.input)?, text, threshold, separators, gives: reduce.gives, span })
}

impl Reduce {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let column = self.text.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let rows = Groups::of(std::slice::from_ref(&column), input.rows());
        let texts: Vec<String> = rows.firsts.iter().map(|&row| convert::to_text(&column.value(row as usize))).collect();
        let mut counts = vec![0; texts.len()];
        rows.ids.iter().for_each(|&id| counts[id as usize] += 1);
        let groups = self.groups(&texts, &counts, run)?;
        match self.gives {
            ir::ReduceKind::Groups => table(stage, &groups, &texts, &counts),
            ir::ReduceKind::Rows => {
                let mut patterns = vec![OTHERS; texts.len()];
                for group in &groups {
                    group.texts.iter().for_each(|&text| patterns[text] = group.shown());
                }
                let patterns: Strings = rows.ids.iter().map(|&id| patterns[id as usize]).collect();
                let columns = input.columns().iter().cloned().chain([Column::String(patterns)]).collect();
                stage.conform(columns, input.rows())
            }
        }
    }

    /// The groups in the order of their first texts, the one without a pattern last.
    fn groups(&self, texts: &[String], counts: &[usize], run: &Run) -> Result<Vec<Group>, Error> {
        let mut words: Vec<Words> = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            run.budget.row(at, self.span)?;
            words.push(self.separators.split(text));
        }
        // What has each word at each place: rows, and different texts.
        let mut support: BTreeMap<(usize, &str), (usize, usize)> = BTreeMap::new();
        for (at, (words, count)) in words.iter().zip(counts).enumerate() {
            run.budget.row(at, self.span)?;
            for (place, word) in words.words.iter().enumerate() {
                let (rows, texts) = support.entry((place, word)).or_default();
                *rows += count;
                *texts += 1;
            }
        }
        let rows: usize = counts.iter().sum();
        let wanted = real_to_long((self.threshold * count_to_real(texts.len())).round()).unwrap_or(1).max(1);
        let mut forest = Forest::new(&words, counts, &support, self.span, run)?;
        forest.shrink(usize::try_from(wanted).unwrap_or(usize::MAX), self.span, run)?;
        let is_frequent = |place: usize, word: &str| {
            support
                .get(&(place, word))
                .is_some_and(|(with, _)| count_to_real(*with) > self.threshold * count_to_real(rows))
        };
        let mut groups: Vec<Group> = Vec::new();
        let mut others: Vec<usize> = Vec::new();
        for mut texts in forest.into_groups() {
            run.budget.check(self.span)?;
            texts.sort_unstable();
            let members: Vec<&Words> = texts.iter().map(|&text| &words[text]).collect();
            match self.separators.pattern(&members, &is_frequent) {
                Some(pattern) => groups.push(Group { pattern: Some(pattern), texts }),
                None => others.extend(texts),
            }
        }
        groups.sort_by(|one, other| one.texts.first().cmp(&other.texts.first()));
        if !others.is_empty() {
            groups.push(Group { pattern: None, texts: others });
        }
        Ok(groups)
    }
}

/// The groups with their numbers of rows and a text of each that has a pattern.
fn table(stage: &Stage, groups: &[Group], texts: &[String], counts: &[usize]) -> Result<Table, Error> {
    let patterns: Strings = groups.iter().map(Group::shown).collect();
    let rows = groups.iter().map(|group| {
        let rows: usize = group.texts.iter().map(|&text| counts[text]).sum();
        i64::try_from(rows).unwrap_or(i64::MAX)
    });
    let representatives: Strings = groups
        .iter()
        .map(|group| match group.texts.first() {
            Some(&text) if group.pattern.is_some() => texts[text].as_str(),
            _ => "",
        })
        .collect();
    let columns =
        vec![Column::String(patterns), Column::Long(Cells::new(rows.collect())), Column::String(representatives)];
    stage.conform(columns, groups.len())
}
