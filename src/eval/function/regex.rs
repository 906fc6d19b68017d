//! Functions with regular expressions. The service's flavour is the one of the crate used here (Microsoft: "RE2 regex
//! syntax"): linear time, no look-around, no back-references.

use std::fmt::Write as _;

use super::arguments::{array, array_of, length, long, string, text};
use super::text::bounded;
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Type, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("extract", 3, extract),
    Function::strict("extract_all", 2, extract_all),
    Function::strict("extractall", 2, extract_all),
    Function::strict("replace_regex", 3, |args, call| replace(&text(args, 0), &text(args, 1), &text(args, 2), call)),
    Function::strict("replace", 3, |args, call| replace(&text(args, 2), &text(args, 0), &text(args, 1), call)),
    Function::strict("trim", 2, |args, call| trim(args, call, true, true)),
    Function::strict("trim_start", 2, |args, call| trim(args, call, true, false)),
    Function::strict("trim_end", 2, |args, call| trim(args, call, false, true)),
    Function::strict("indexof_regex", 2, indexof_regex),
    Function::strict("regex_quote", 1, regex_quote),
];

fn extract(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let source = text(args, 2);
    let regex = call.context.regex(&text(args, 0))?;
    let group = long(args, 1).and_then(|group| usize::try_from(group).ok());
    let found = group.and_then(|group| regex.captures(&source)?.get(group));
    Ok(match (found, call.result) {
        (None, ty) => Value::null_of(ty),
        (Some(found), Type::Unknown | Type::String) => string(found.as_str()),
        (Some(found), ty) => convert::convert(&string(found.as_str()), ty),
    })
}

/// The most capturing groups in a pattern of `extract_all` (Microsoft: "`extract_all()`").
const MOST_GROUPS: usize = 16;

/// With one group a list of texts, with more a list of lists. Groups may be chosen by number or name.
fn extract_all(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let regex = call.context.regex(&text(args, 0))?;
    let source = text(args, args.len() - 1);
    let count = regex.captures_len();
    if !(1..=MOST_GROUPS).contains(&(count - 1)) {
        return Err(Failure::Refused(format!(
            "extract_all() needs a pattern with 1 to {MOST_GROUPS} capturing groups"
        )));
    }
    let groups: Vec<usize> = match array(args, 1).filter(|_| args.len() > 2) {
        None => (1..count).collect(),
        Some(chosen) => {
            let named = |name: &str| regex.capture_names().position(|known| known == Some(name));
            let group = |item: &Dynamic| match item {
                Dynamic::String(name) => named(name),
                other => convert::to_long(&other.to_value()).and_then(|at| usize::try_from(at).ok()),
            };
            let known: Option<Vec<usize>> =
                chosen.iter().map(|item| group(item).filter(|at| (1..count).contains(at))).collect();
            match known {
                Some(groups) if !groups.is_empty() => groups,
                _ => {
                    return Err(Failure::Refused(format!(
                        "the pattern has no such groups: {}",
                        Dynamic::Array(chosen.to_vec())
                    )));
                }
            }
        }
    };
    let rows: Vec<Dynamic> = regex
        .captures_iter(&source)
        .map(|captures| {
            let part = |at: &usize| Dynamic::String(captures.get(*at).map_or("", |found| found.as_str()).to_owned());
            match groups.as_slice() {
                [only] => part(only),
                several => Dynamic::Array(several.iter().map(part).collect()),
            }
        })
        .collect();
    Ok(if rows.is_empty() { Value::Null } else { array_of(rows) })
}

/// `\1` in the rewrite is the first group, `\0` the whole match.
fn replace(source: &str, pattern: &str, rewrite: &str, call: &Call) -> Result<Value, Failure> {
    let regex = call.context.regex(pattern)?;
    let mut made = 0_usize;
    let replaced = regex.replace_all(source, |captures: &::regex::Captures<'_>| {
        let mut result = String::new();
        if bounded(made).is_err() {
            return result;
        }
        let mut letters = rewrite.chars().peekable();
        while let Some(letter) = letters.next() {
            let next = letters.peek().copied();
            match (letter, next) {
                ('\\', Some(digit)) if digit.is_ascii_digit() => {
                    letters.next();
                    let group = digit.to_digit(10).and_then(|group| usize::try_from(group).ok()).unwrap_or(0);
                    result.push_str(captures.get(group).map_or("", |found| found.as_str()));
                }
                ('\\', Some('\\')) => {
                    letters.next();
                    result.push('\\');
                }
                _ => result.push(letter),
            }
        }
        made += result.len();
        result
    });
    bounded(made)?;
    Ok(string(replaced.into_owned()))
}

/// Cuts off all matches that follow one another at an end.
fn trim(args: &[Value], call: &Call, start: bool, end: bool) -> Result<Value, Failure> {
    let pattern = text(args, 0);
    let source = text(args, 1);
    let mut rest = source.as_ref();
    if start {
        let regex = call.context.regex(&format!("^(?:{pattern})"))?;
        while let Some(found) = regex.find(rest).filter(|found| !found.is_empty()) {
            rest = &rest[found.end()..];
        }
    }
    if end {
        let regex = call.context.regex(&format!("(?:{pattern})$"))?;
        while let Some(found) = regex.find(rest).filter(|found| !found.is_empty()) {
            rest = &rest[..found.start()];
        }
    }
    Ok(string(rest))
}

/// Positions are in characters; the range is `start`, `length` (-1 for all). Null for a negative start.
fn indexof_regex(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let source = text(args, 0);
    let regex = call.context.regex(&text(args, 1))?;
    let size = length(source.chars().count());
    let start = long(args, 2).unwrap_or(0);
    let count = long(args, 3).unwrap_or(-1);
    let occurrence = long(args, 4).unwrap_or(1);
    if occurrence < 1 || count < -1 || start < 0 {
        return Ok(Value::Null);
    }
    let start = start.min(size);
    let end = if count < 0 { size } else { start.saturating_add(count).min(size) };
    let byte = |at: i64| {
        let at = usize::try_from(at).unwrap_or(0);
        source.char_indices().nth(at).map_or(source.len(), |(byte, _)| byte)
    };
    let (from, to) = (byte(start), byte(end));
    let nth = usize::try_from(occurrence - 1).unwrap_or(usize::MAX);
    let found = regex.find_iter(&source[from..to]).nth(nth);
    Ok(Value::Long(found.map_or(-1, |found| start + length(source[from..from + found.start()].chars().count()))))
}

fn regex_quote(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let mut quoted = String::new();
    for c in text(args, 0).chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' {
            let _ = write!(quoted, "\\{c}");
        } else {
            quoted.push(c);
        }
    }
    Ok(string(quoted))
}
