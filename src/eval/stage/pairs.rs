//! `parse-kv`: the values of named keys in a text (Microsoft: "parse-kv operator").

use std::collections::HashMap;

use regex::Regex;

use crate::bind::ir;
use crate::eval::builder::ColumnBuilder;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Value, convert};

/// A compiled `parse-kv`.
#[derive(Debug)]
pub(crate) struct Pairs {
    input: Stage,
    text: Expr,
    /// The keys wanted.
    columns: Vec<ir::Column>,
    syntax: Syntax,
}

/// How pairs are written.
#[derive(Debug)]
enum Syntax {
    /// A regular expression whose groups are key and value.
    Regex(Regex),
    Delimited(Delimiters),
}

#[derive(Debug)]
struct Delimiters {
    pair: String,
    value: String,
    quotes: Option<(char, char)>,
    escape: Option<char>,
}

/// Compiles `parse-kv`.
pub(super) fn compile(
    input: &ir::Rel,
    text: &ir::Expr,
    columns: &[ir::Column],
    properties: &[(ir::Name, ir::Expr)],
    span: Span,
    compiler: &mut Compiler,
) -> Result<Pairs, Error> {
    let input = compiler.rel(input)?;
    let mut given: HashMap<&str, String> = HashMap::new();
    for (name, value) in properties {
        match compiler.expr(value)?.constant() {
            Some(Value::String(text)) => drop(given.insert(name.as_str(), text.clone())),
            Some(Value::Bool(false)) if name == "greedy" => {}
            _ => return Err(Error::unsupported(format!("parse-kv with this {name}"), value.span)),
        }
    }
    let syntax = if let Some(pattern) = given.get("regex") {
        let regex = Regex::new(pattern).map_err(|error| Error::runtime(error.to_string(), span))?;
        if regex.captures_len() != 3 {
            return Err(Error::runtime("the regex of parse-kv needs two groups: key and value", span));
        }
        Syntax::Regex(regex)
    } else {
        Syntax::Delimited(delimiters(&given, span)?)
    };
    Ok(Pairs { input, text: compiler.expr(text)?, columns: columns.to_vec(), syntax })
}

fn delimiters(given: &HashMap<&str, String>, span: Span) -> Result<Delimiters, Error> {
    let wanted = |name| given.get(name).filter(|text| !text.is_empty()).cloned();
    let (Some(pair), Some(value)) = (wanted("pair_delimiter"), wanted("kv_delimiter")) else {
        return Err(Error::unsupported("parse-kv without pair_delimiter and kv_delimiter", span));
    };
    let quotes: Vec<char> = given.get("quote").map(|text| text.chars().collect()).unwrap_or_default();
    let quotes = match quotes.as_slice() {
        [] => None,
        [both] => Some((*both, *both)),
        [open, close] => Some((*open, *close)),
        _ => return Err(Error::unsupported("parse-kv with more than two quotes", span)),
    };
    Ok(Delimiters { pair, value, quotes, escape: given.get("escape").and_then(|text| text.chars().next()) })
}

impl Pairs {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let texts = self.text.eval(Scope::all(input.columns(), input.rows()), run)?;
        let mut builders: Vec<_> = self.columns.iter().map(|column| ColumnBuilder::new(column.ty)).collect();
        for row in 0..input.rows() {
            run.budget.row(row, stage.span)?;
            let found = self.pairs(&convert::to_text(&texts.value(row)));
            for (column, builder) in self.columns.iter().zip(&mut builders) {
                // A key that comes again counts for nothing: its first value is the one.
                let value = found.iter().find(|(key, _)| column.name == *key).map(|(_, value)| value);
                let value =
                    value.map_or(Value::Null, |value| convert::convert(&Value::String(value.clone()), column.ty));
                builder.push(value).map_err(|failure| super::mismatch(failure, stage.span))?;
            }
        }
        let mut built: HashMap<&str, _> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .zip(builders.into_iter().map(ColumnBuilder::finish))
            .collect();
        let columns = stage.names.iter().enumerate().map(|(at, name)| {
            let kept = || input.columns().get(at).cloned();
            let missing = || Error::unsupported("parse-kv of a table whose columns are not known", stage.span);
            built.remove(name.as_str()).or_else(kept).ok_or_else(missing)
        });
        Ok(stage.table(columns.collect::<Result<_, _>>()?, input.rows()))
    }

    fn pairs(&self, text: &str) -> Vec<(String, String)> {
        match &self.syntax {
            Syntax::Delimited(delimiters) => delimiters.pairs(text),
            Syntax::Regex(regex) => {
                let group = |found: &regex::Captures, at| found.get(at).map_or("", |group| group.as_str()).to_owned();
                regex.captures_iter(text).map(|found| (group(&found, 1), group(&found, 2))).collect()
            }
        }
    }
}

impl Delimiters {
    fn pairs(&self, text: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (key, after) = self.part(rest, &[&self.value, &self.pair]);
            rest = after;
            let Some(value) = rest.strip_prefix(self.value.as_str()) else {
                rest = rest.strip_prefix(self.pair.as_str()).unwrap_or_default();
                continue;
            };
            let (value, after) = self.part(value, &[&self.pair]);
            rest = after.strip_prefix(self.pair.as_str()).unwrap_or_default();
            pairs.push((key, value));
        }
        pairs
    }

    /// The text up to the first of the delimiters outside quotes, without the quotes, and what follows.
    fn part<'t>(&self, text: &'t str, ends: &[&str]) -> (String, &'t str) {
        let mut part = String::new();
        let mut closing = None;
        let mut at = 0;
        while let Some(letter) = text[at..].chars().next() {
            let rest = &text[at..];
            if closing.is_none() && ends.iter().any(|end| rest.starts_with(end)) {
                break;
            }
            at += letter.len_utf8();
            if Some(letter) == self.escape {
                let escaped = text[at..].chars().next();
                at += escaped.map_or(0, char::len_utf8);
                part.extend(escaped);
            } else if Some(letter) == closing {
                closing = None;
            } else if let (None, Some((open, close))) = (closing, self.quotes)
                && letter == open
            {
                closing = Some(close);
            } else {
                part.push(letter);
            }
        }
        (part.trim().to_owned(), &text[at..])
    }
}
