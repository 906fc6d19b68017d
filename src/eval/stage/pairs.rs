//! `parse-kv`: the values of named keys in a text (Microsoft: "parse-kv operator").

use std::collections::HashMap;

use regex::Regex;

use crate::bind::ir;
use crate::eval::builder::ColumnBuilder;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::plan::Stage;
use crate::eval::regular_expression;
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
    /// Words and quoted texts; what stands between them does not matter.
    Words(Quoting),
}

#[derive(Debug)]
struct Delimiters {
    pair: String,
    value: String,
    quoting: Quoting,
    reach: Reach,
}

/// How far a value reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// To the next delimiter of pairs.
    Pair,
    /// To the next key (`greedy=true`).
    Key,
}

#[derive(Debug, Default)]
struct Quoting {
    /// Opening and closing characters.
    quotes: Vec<(char, char)>,
    /// Characters that take the special meaning from the one after them inside quotes.
    escapes: Vec<char>,
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
    let mut quoting = Quoting::default();
    let mut reach = Reach::Pair;
    for (name, value) in properties {
        match (name.as_str(), compiler.expr(value)?.constant()) {
            ("quote", Some(Value::String(text))) => quoting.quotes.push(quotes(text, value.span)?),
            ("escape", Some(Value::String(text))) => quoting.escapes.extend(text.chars()),
            (name, Some(Value::String(text))) => drop(given.insert(name, text.clone())),
            ("greedy", Some(Value::Bool(true))) => reach = Reach::Key,
            ("greedy", Some(Value::Bool(false))) => {}
            _ => return Err(Error::unsupported(format!("parse-kv with this {name}"), value.span)),
        }
    }
    let delimiter = |name| given.get(name).filter(|text| !text.is_empty()).cloned();
    let syntax = match (given.get("regex"), delimiter("pair_delimiter"), delimiter("kv_delimiter")) {
        (Some(pattern), _, _) => Syntax::Regex(pair_regex(pattern, span)?),
        (None, Some(pair), Some(value)) => Syntax::Delimited(Delimiters { pair, value, quoting, reach }),
        (None, None, None) => Syntax::Words(quoting),
        _ => return Err(Error::unsupported("parse-kv with only one of pair_delimiter and kv_delimiter", span)),
    };
    Ok(Pairs { input, text: compiler.expr(text)?, columns: columns.to_vec(), syntax })
}

fn pair_regex(pattern: &str, span: Span) -> Result<Regex, Error> {
    let regex = regular_expression::compile(pattern).map_err(|reason| Error::runtime(reason, span))?;
    if regex.captures_len() == 3 {
        return Ok(regex);
    }
    Err(Error::runtime("the regex of parse-kv needs two groups: key and value", span))
}

/// The opening and closing character of a property `quote`.
fn quotes(text: &str, span: Span) -> Result<(char, char), Error> {
    match text.chars().collect::<Vec<_>>().as_slice() {
        [both] => Ok((*both, *both)),
        [open, close] => Ok((*open, *close)),
        _ => Err(Error::runtime("`quote` of parse-kv is one character or two", span)),
    }
}

impl Pairs {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let texts = self.text.eval(Scope::all(input.columns(), input.rows()), run)?;
        let mut builders: Vec<_> = self.columns.iter().map(|column| ColumnBuilder::new(column.ty)).collect();
        for row in 0..input.rows() {
            run.budget.row(row, stage.span)?;
            let found = self.pairs(&convert::to_text(&texts.value(row)), stage.span)?;
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

    fn pairs(&self, text: &str, span: Span) -> Result<Vec<(String, String)>, Error> {
        let found = match &self.syntax {
            Syntax::Delimited(delimiters) => delimiters.pairs(text),
            Syntax::Words(quoting) => quoting.pairs(text, |word| self.is_wanted(word)),
            Syntax::Regex(regex) => {
                let group = |found: &regex::Captures, at| found.get(at).map_or("", |group| group.as_str()).to_owned();
                regex.captures_iter(text).map(|found| (group(&found, 1), group(&found, 2))).collect()
            }
        };
        // Whether a key that is not asked for ends a value is not documented.
        let is_greedy = matches!(&self.syntax, Syntax::Delimited(Delimiters { reach: Reach::Key, .. }));
        match found.iter().find(|(key, _)| is_greedy && !self.is_wanted(key)) {
            Some((key, _)) => {
                let what = format!("greedy parse-kv of a text with the key {key}, which is not asked for,");
                Err(Error::unsupported(what, span))
            }
            None => Ok(found),
        }
    }

    fn is_wanted(&self, key: &str) -> bool {
        self.columns.iter().any(|column| column.name == key)
    }
}

impl Delimiters {
    fn pairs(&self, text: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (key, after) = self.quoting.part(rest, &[&self.value, &self.pair]);
            rest = after;
            let Some(value) = rest.strip_prefix(self.value.as_str()) else {
                rest = rest.strip_prefix(self.pair.as_str()).unwrap_or_default();
                continue;
            };
            let (mut value, after) = self.quoting.part(value, &[&self.pair]);
            rest = after.strip_prefix(self.pair.as_str()).unwrap_or_default();
            while self.reach == Reach::Key && !rest.is_empty() {
                let (more, after) = self.quoting.part(rest, &[&self.value, &self.pair]);
                if after.starts_with(self.value.as_str()) {
                    break;
                }
                value = value + &self.pair + &more;
                rest = after.strip_prefix(self.pair.as_str()).unwrap_or_default();
            }
            pairs.push((key.trim().to_owned(), value.trim().to_owned()));
        }
        pairs
    }
}

impl Quoting {
    /// The words that are keys, each with the word after it.
    fn pairs(&self, text: &str, is_key: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let mut words = self.words(text).into_iter();
        let mut pairs = Vec::new();
        while let Some(key) = words.by_ref().find(|word| is_key(word)) {
            pairs.extend(words.next().map(|value| (key, value.trim().to_owned())));
        }
        pairs
    }

    /// Runs of letters and digits, and quoted texts.
    fn words(&self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let quote = self.quotes.iter().find(|(open, _)| *open == letter);
            let behind = &rest[letter.len_utf8()..];
            if let Some((_, close)) = quote {
                let (word, after) = self.quoted(behind, *close);
                words.push(word);
                rest = after;
            } else if letter.is_alphanumeric() {
                let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            } else {
                rest = behind;
            }
        }
        words
    }

    /// The text up to the first of the delimiters outside quotes, without the quotes, and what follows.
    fn part<'t>(&self, text: &'t str, ends: &[&str]) -> (String, &'t str) {
        let mut part = String::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if ends.iter().any(|end| rest.starts_with(end)) {
                break;
            }
            rest = &rest[letter.len_utf8()..];
            let Some((_, close)) = self.quotes.iter().find(|(open, _)| *open == letter) else {
                part.push(letter);
                continue;
            };
            let (quoted, after) = self.quoted(rest, *close);
            part.push_str(&quoted);
            rest = after;
        }
        (part, rest)
    }

    /// The text up to the closing quote, with escapes taken away, and what follows the quote.
    fn quoted<'t>(&self, text: &'t str, close: char) -> (String, &'t str) {
        let mut quoted = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if self.escapes.contains(&letter) {
                quoted.extend(letters.next());
            } else if letter == close {
                break;
            } else {
                quoted.push(letter);
            }
        }
        (quoted, letters.as_str())
    }
}
