//! `parse` and `parse-where`: text taken apart by a pattern (Microsoft: "parse operator").
//!
//! The pattern becomes one regular expression over the whole text. With `kind=simple` a value that is not of its column's
//! type makes the row a miss; with `kind=relaxed` it alone is null. A miss has nulls in all new columns.

use std::fmt::Write as _;

use regex::Regex;

use super::mismatch;
use crate::bind::ir::{self, ParseKind, ParsePart};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{ABSENT, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::kernel::text::text_of;
use crate::eval::plan::Stage;
use crate::eval::regular_expression::compile_with;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::Vector;
use crate::value::{Type, Value, convert};

/// A compiled `parse`.
#[derive(Debug)]
pub(crate) struct Parse {
    input: Stage,
    text: Expr,
    strict: bool,
    regex: Regex,
    /// The output columns that are captured, in the order of the capture groups named `c0`, `c1` …
    captured: Vec<usize>,
    matching_only: bool,
}

/// Compiles `parse`.
pub(super) fn compile(parse: &ir::Parse, types: &[Type], compiler: &mut Compiler) -> Result<Parse, Error> {
    let mut pattern = String::from("^");
    let mut captured = Vec::new();
    let any = if parse.kind == ParseKind::Regex { ".*" } else { ".*?" };
    for part in &parse.pattern {
        match part {
            ParsePart::Star => pattern.push_str(any),
            ParsePart::Text(text) if parse.kind == ParseKind::Regex => pattern.push_str(text),
            ParsePart::Text(text) => pattern.push_str(&regex::escape(text)),
            ParsePart::Column(at) => {
                let ty = types.get(*at).copied().unwrap_or(Type::String);
                let shape = match shape(ty, any) {
                    shape if parse.kind == ParseKind::Relaxed && shape != any => format!("(?:{shape}|{any})"),
                    shape => shape.to_owned(),
                };
                // Writing to a string cannot fail.
                let _ = write!(pattern, "(?P<c{}>{shape})", captured.len());
                captured.push(*at);
            }
        }
    }
    pattern.push('$');
    let flag = |flag: char| parse.flags.contains(flag);
    let built = compile_with(&pattern, |builder| {
        builder
            .swap_greed(flag('U'))
            .case_insensitive(flag('i'))
            .multi_line(flag('m'))
            .dot_matches_new_line(parse.kind != ParseKind::Regex || flag('s'))
    });
    let regex = built.map_err(|reason| Error::runtime(format!("the pattern of parse: {reason}"), parse.text.span))?;
    Ok(Parse {
        input: compiler.rel(&parse.input)?,
        text: compiler.expr(&parse.text)?,
        strict: parse.kind != ParseKind::Relaxed,
        regex,
        captured,
        matching_only: parse.matching_only,
    })
}

/// What text may stand for a value of a type.
fn shape(ty: Type, any: &'static str) -> &'static str {
    match ty {
        Type::Int | Type::Long => r"\s*-?\d+\s*",
        Type::Real | Type::Decimal => r"\s*[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?\s*",
        Type::Bool => r"\s*(?i:true|false)\s*",
        _ => any,
    }
}

impl Parse {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let text = self.text.eval(Scope::all(input.columns(), input.rows()), run)?;
        let type_of = |at: usize| stage.types.get(at).copied().unwrap_or(Type::String);
        let asked = Asked::of(&text, input.rows());
        let mut builders: Vec<_> = self.captured.iter().map(|&at| ColumnBuilder::new(type_of(at))).collect();
        let mut hits = Vec::with_capacity(asked.rows.len());
        for &row in &asked.rows {
            run.budget.check(stage.span)?;
            let found = self.take_apart(&text_of(&text.value(row as usize)), type_of);
            hits.push(found.is_some());
            let values = found.unwrap_or_else(|| self.captured.iter().map(|&at| Value::null_of(type_of(at))).collect());
            for (builder, value) in builders.iter_mut().zip(values) {
                builder.push(value).map_err(|failure| mismatch(failure, stage.span))?;
            }
        }
        let is_kept = |answer: u32| !self.matching_only || hits[answer as usize];
        let (kept, answers): (Vec<u32>, Vec<u32>) =
            (0..).zip(&asked.answers).filter(|&(_, &answer)| is_kept(answer)).unzip();
        let input = if kept.len() == input.rows() { input } else { input.gather(&kept) };
        let mut columns = input.columns().to_vec();
        for (&at, builder) in self.captured.iter().zip(builders) {
            let column = builder.finish().gather(&answers);
            match columns.get_mut(at) {
                Some(old) => *old = column,
                None => columns.push(column),
            }
        }
        Ok(stage.table(columns, kept.len()))
    }

    /// The values of the captured columns; `None` for a miss.
    fn take_apart(&self, text: &str, type_of: impl Fn(usize) -> Type) -> Option<Vec<Value>> {
        let captures = self.regex.captures(text)?;
        let mut values = Vec::with_capacity(self.captured.len());
        for (group, &at) in self.captured.iter().enumerate() {
            let text = captures.name(&format!("c{group}")).map_or("", |found| found.as_str());
            let ty = type_of(at);
            let value = match ty {
                Type::String => Value::String(text.to_owned()),
                ty => convert::convert(&Value::String(text.trim().to_owned()), ty),
            };
            if self.strict && value.is_null() && ty != Type::Dynamic {
                return None;
            }
            values.push(value);
        }
        Some(values)
    }
}

/// Which rows' texts are taken apart: of rows that are known to have the same text only the first.
struct Asked {
    /// The rows.
    rows: Vec<u32>,
    /// For each row of the input the index into `rows` of the one whose answer it has.
    answers: Vec<u32>,
}

impl Asked {
    fn of(text: &Vector, rows: usize) -> Self {
        let (texts, codes) = match text {
            Vector::Many(Column::String(strings)) => match strings.dictionary() {
                Some((texts, codes)) => (texts.len(), codes),
                None => return Self::all(rows),
            },
            _ => return Self::all(rows),
        };
        let mut answer_of = vec![ABSENT; texts];
        let mut asked = Self { rows: Vec::new(), answers: Vec::with_capacity(rows) };
        for (row, &code) in (0..).zip(codes) {
            let answer = &mut answer_of[code as usize];
            if *answer == ABSENT {
                *answer = u32::try_from(asked.rows.len()).unwrap_or(ABSENT);
                asked.rows.push(row);
            }
            asked.answers.push(*answer);
        }
        asked
    }

    fn all(rows: usize) -> Self {
        let rows: Vec<u32> = (0..).take(rows).collect();
        Self { answers: rows.clone(), rows }
    }
}
