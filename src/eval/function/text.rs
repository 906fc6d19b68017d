//! Functions on strings.

use super::arguments::{array, length, long, or_null, string, strings, text, texts};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, convert, term};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::seeing_nulls("strcat", 1, |args, _| Ok(string(args.iter().map(convert::to_text).collect::<String>()))),
    Function::seeing_nulls("strcat_delim", 2, strcat_delim),
    Function::strict("strcat_array", 2, strcat_array),
    Function::strict("array_strcat", 2, strcat_array),
    Function::strict("strlen", 1, |args, _| Ok(Value::Long(length(text(args, 0).chars().count())))),
    Function::strict("string_size", 1, |args, _| Ok(Value::Long(length(text(args, 0).len())))),
    Function::seeing_nulls("tolower", 1, |args, _| Ok(string(text(args, 0).to_lowercase()))),
    Function::seeing_nulls("toupper", 1, |args, _| Ok(string(text(args, 0).to_uppercase()))),
    Function::seeing_nulls("substring", 2, substring),
    Function::strict("split", 2, split),
    Function::strict("replace_string", 3, |args, _| {
        Ok(string(replace(&text(args, 0), &text(args, 1), &text(args, 2))?))
    }),
    Function::strict("replace_strings", 3, replace_strings),
    Function::strict("indexof", 2, indexof),
    Function::strict("countof", 2, countof),
    Function::seeing_nulls("reverse", 1, |args, _| Ok(string(text(args, 0).chars().rev().collect::<String>()))),
    Function::strict("strcmp", 2, |args, _| Ok(Value::Long(text(args, 0).cmp(&text(args, 1)) as i64))),
    Function::strict("strrep", 2, strrep),
    Function::strict("translate", 3, translate),
    Function::strict("isascii", 1, |args, _| Ok(Value::Bool(text(args, 0).is_ascii()))),
    Function::strict("isutf8", 1, |_, _| Ok(Value::Bool(true))),
    Function::strict("has_any_index", 2, has_any_index),
    Function::strict("to_utf8", 1, |args, _| Ok(codes(text(args, 0).bytes().map(u32::from)))),
    Function::strict("unicode_codepoints_from_string", 1, |args, _| Ok(codes(text(args, 0).chars().map(u32::from)))),
    Function::strict("unicode_codepoints_to_string", 1, from_codes),
    Function::strict("make_string", 1, from_codes),
    Function::strict("parse_csv", 1, parse_csv),
];

/// The longest text a function makes from shorter ones.
const MOST_BYTES: usize = 64 << 20;

/// Refuses a text of so many bytes before it is made.
pub(super) fn bounded(bytes: usize) -> Result<(), Failure> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Failure::Refused(format!("the text would be longer than {} MiB", MOST_BYTES >> 20)))
}

fn strcat_delim(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let parts: Vec<String> = args[1..].iter().map(convert::to_text).collect();
    Ok(string(parts.join(&text(args, 0))))
}

fn strcat_array(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(string("")) };
    let (parts, delimiter) = (texts(items).collect::<Vec<_>>(), text(args, 1));
    bounded(parts.iter().map(String::len).sum::<usize>() + parts.len().saturating_mul(delimiter.len()))?;
    Ok(string(parts.join(&delimiter)))
}

/// Zero-based, in characters; a negative start counts from the end.
fn substring(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let source = text(args, 0);
    let Some(start) = long(args, 1) else { return Ok(string("")) };
    let size = length(source.chars().count());
    let start = if start < 0 { (size + start.max(-size)).max(0) } else { start };
    let count = match args.get(2) {
        None => i64::MAX,
        Some(count) => convert::to_long(count).unwrap_or(0),
    };
    if count < 0 || start >= size {
        return Ok(string(""));
    }
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    Ok(string(source.chars().skip(skip).take(usize::try_from(count).unwrap_or(usize::MAX)).collect::<String>()))
}

fn split(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (source, delimiter) = (text(args, 0), text(args, 1));
    let parts: Vec<String> = if delimiter.is_empty() {
        vec![source.into_owned()]
    } else {
        source.split(delimiter.as_ref()).map(str::to_owned).collect()
    };
    let Some(wanted) = long(args, 2) else { return Ok(strings(parts)) };
    Ok(strings(usize::try_from(wanted).ok().and_then(|at| parts.into_iter().nth(at))))
}

fn replace(source: &str, lookup: &str, rewrite: &str) -> Result<String, Failure> {
    if lookup.is_empty() {
        return Ok(source.to_owned());
    }
    if rewrite.len() > lookup.len() {
        bounded(source.matches(lookup).count().saturating_mul(rewrite.len()))?;
    }
    Ok(source.replace(lookup, rewrite))
}

/// A piece of a text in the making.
enum Piece {
    Open(String),
    /// Put in by a replacement, or matched by one; later lookups leave it alone.
    Done(String),
}

/// The lookups run one after another, but none looks into what an earlier one matched. A replacement that is no string
/// leaves its matches as they are.
fn replace_strings(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(lookups), Some(rewrites)) = (array(args, 1), array(args, 2)) else { return Ok(string("")) };
    if lookups.len() != rewrites.len() {
        return Err(Failure::Refused("replace_strings() needs as many replacements as lookups".to_owned()));
    }
    let mut pieces = vec![Piece::Open(text(args, 0).into_owned())];
    for (lookup, rewrite) in lookups.iter().zip(rewrites) {
        let Dynamic::String(lookup) = lookup else { continue };
        let rewrite = if let Dynamic::String(rewrite) = rewrite { rewrite } else { lookup };
        if !lookup.is_empty() {
            let found = |piece: &Piece| if let Piece::Open(text) = piece { text.matches(lookup).count() } else { 0 };
            bounded(pieces.iter().map(found).sum::<usize>().saturating_mul(rewrite.len()))?;
            pieces = pieces.into_iter().flat_map(|piece| replaced(piece, lookup, rewrite)).collect();
        }
    }
    let texts = pieces.into_iter().map(|piece| match piece {
        Piece::Open(text) | Piece::Done(text) => text,
    });
    Ok(string(texts.collect::<String>()))
}

fn replaced(piece: Piece, lookup: &str, rewrite: &str) -> Vec<Piece> {
    let Piece::Open(text) = piece else { return vec![piece] };
    let mut pieces = Vec::new();
    for (at, part) in text.split(lookup).enumerate() {
        if at > 0 {
            pieces.push(Piece::Done(rewrite.to_owned()));
        }
        pieces.push(Piece::Open(part.to_owned()));
    }
    pieces
}

/// Positions are in characters. The range is `start`, `length` (-1 for all); a negative start counts from the end.
fn indexof(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (source, wanted) = (text(args, 0), text(args, 1));
    let characters: Vec<char> = source.chars().collect();
    let pattern: Vec<char> = wanted.chars().collect();
    let size = length(characters.len());
    let start = long(args, 2).unwrap_or(0);
    let count = long(args, 3).unwrap_or(-1);
    let occurrence = long(args, 4).unwrap_or(1);
    if occurrence < 1 || count < -1 {
        return Ok(Value::Null);
    }
    let start = if start < 0 { (size + start.max(-size)).max(0) } else { start.min(size) };
    let end = if count < 0 { size } else { start.saturating_add(count).min(size) };
    let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    let mut seen = 0;
    for at in range.clone() {
        // The service asks only that the match starts inside the range.
        if characters[at..].starts_with(&pattern) {
            seen += 1;
            if seen == occurrence {
                return Ok(Value::Long(length(at)));
            }
        }
    }
    if pattern.is_empty() && range.is_empty() && occurrence == 1 {
        return Ok(Value::Long(start));
    }
    Ok(Value::Long(-1))
}

/// Occurrences of plain text may overlap; matches of a regular expression do not.
fn countof(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let (source, wanted) = (text(args, 0), text(args, 1));
    if args.len() > 2 && text(args, 2) == "regex" {
        return Ok(Value::Long(length(call.context.regex(&wanted)?.find_iter(&source).count())));
    }
    if wanted.is_empty() {
        return Ok(Value::Long(0));
    }
    let count = source.char_indices().filter(|(at, _)| source[*at..].starts_with(wanted.as_ref())).count();
    Ok(Value::Long(length(count)))
}

fn strrep(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (source, delimiter) = (text(args, 0), text(args, 2));
    let Some(times) = long(args, 1).and_then(|times| usize::try_from(times).ok()) else { return Ok(string("")) };
    if times > 1024 {
        // The page gives both 67,108,864 and 1,024 as the most, and says of the latter that more count as so many.
        return Err(Failure::Unsupported("strrep() of more than 1024 times".to_owned()));
    }
    bounded((source.len() + delimiter.len()).saturating_mul(times))?;
    Ok(string(vec![source.as_ref(); times].join(&delimiter)))
}

/// Characters beyond a shorter replacement list take its last character; an empty list removes.
fn translate(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let from: Vec<char> = text(args, 0).chars().collect();
    let to: Vec<char> = text(args, 1).chars().collect();
    let source = text(args, 2);
    let translated = source.chars().filter_map(|c| match from.iter().position(|f| *f == c) {
        None => Some(c),
        Some(at) => to.get(at).or(to.last()).copied(),
    });
    Ok(string(translated.collect::<String>()))
}

fn has_any_index(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let source = text(args, 0);
    let source = term::fold(&source);
    let Some(values) = array(args, 1) else { return Ok(Value::Null) };
    let found = texts(values).position(|value| term::has(&source, &term::fold(&value)));
    Ok(Value::Long(found.map_or(-1, length)))
}

fn codes(codes: impl Iterator<Item = u32>) -> Value {
    Value::Dynamic(Dynamic::Array(codes.map(|code| Dynamic::Long(i64::from(code))).collect()))
}

fn from_codes(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let mut result = String::new();
    for value in args {
        let items = match value {
            Value::Dynamic(Dynamic::Array(items)) => items.clone(),
            other => vec![Dynamic::from_value(other)],
        };
        for item in items {
            let code = convert::to_long(&item.to_value()).and_then(|code| u32::try_from(code).ok());
            let Some(character) = code.and_then(char::from_u32) else { return Ok(string("")) };
            result.push(character);
        }
    }
    Ok(string(result))
}

/// The fields of the first record. Quotes are doubled inside quotes.
fn parse_csv(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let source = text(args, 0);
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = source.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => break,
            '\n' if !quoted => break,
            _ => field.push(c),
        }
    }
    fields.push(field);
    Ok(or_null(Some(fields), strings))
}
