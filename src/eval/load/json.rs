//! JSON: an array of objects, or objects one after another (JSON Lines). Only the objects' ends and the places of their
//! values are found here; a value is read when a query asks for its column.

use std::borrow::Cow;

use memchr::memchr2;

use super::cell::{Cell, Names, Place, Places};
use super::scan::{Fault, line_at};
use crate::value::json::from_json;
use crate::value::{Dynamic, Value};

/// How deep arrays and objects may be nested in a value.
const MAX_DEPTH: usize = 120;

/// Cuts a text into objects and their values.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    /// Objects one after another.
    Stream,
    /// In an array, before its first object or after a comma.
    Item { first: bool },
    /// In an array, after an object.
    AfterItem,
    /// After the array.
    End,
}

/// Why an object could not be read.
enum Stop {
    /// The text ends within it.
    Incomplete,
    /// It is no JSON from this byte on.
    Wrong(usize),
}

impl Scanner {
    /// Reads the objects that end within the text; gives where the last of them ends.
    pub(super) fn scan(
        &mut self,
        text: &str,
        is_last: bool,
        names: &mut Names,
        places: &mut Places,
    ) -> Result<usize, Fault> {
        let bytes = text.as_bytes();
        let mut done = 0;
        loop {
            let at = skip_space(bytes, done);
            let Some(&byte) = bytes.get(at) else { break };
            match (self.state, byte) {
                (State::Start, b'[') => (self.state, done) = (State::Item { first: true }, at + 1),
                (State::Start, _) => self.state = State::Stream,
                (State::Item { first: true } | State::AfterItem, b']') => (self.state, done) = (State::End, at + 1),
                (State::AfterItem, b',') => (self.state, done) = (State::Item { first: false }, at + 1),
                (State::AfterItem, _) => return Err(fault(text, at, "expected `,` or `]` after an object")),
                (State::End, _) => return Err(fault(text, at, "text follows the array")),
                (State::Stream | State::Item { .. }, _) => match object(text, at, names, places) {
                    Ok(end) => {
                        places.end_row();
                        done = end;
                        if self.state != State::Stream {
                            self.state = State::AfterItem;
                        }
                    }
                    Err(Stop::Incomplete) if !is_last => {
                        places.drop_row();
                        return Ok(done);
                    }
                    Err(stop) => return Err(explain(text, at, &stop)),
                },
            }
        }
        if is_last && matches!(self.state, State::Item { .. } | State::AfterItem) {
            return Err(fault(text, bytes.len(), "the array is not closed"));
        }
        Ok(bytes.len())
    }
}

fn fault(text: &str, at: usize, message: &str) -> Fault {
    Fault { line: line_at(text, at), message: message.to_owned() }
}

/// What is wrong with the object that starts at `start`, in the words of the JSON parser where it refuses it too.
fn explain(text: &str, start: usize, stop: &Stop) -> Fault {
    let rest = text[start..].trim_end();
    let mut reader = serde_json::Deserializer::from_str(rest);
    let read: Result<serde_json::Map<String, serde_json::Value>, _> = serde::Deserialize::deserialize(&mut reader);
    if let Err(error) = read {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or_default();
        let message = message.replace("a map", "an object with a value for each column");
        let lead = if error.is_data() { "" } else { "is no JSON: " };
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let column = error.column() + if error.line() <= 1 { start - line_start } else { 0 };
        let line = line_at(text, start) + error.line().max(1) - 1;
        return Fault { line, message: format!("{lead}{message} (column {column})") };
    }
    match stop {
        Stop::Incomplete => fault(text, text.len(), "an object is not closed"),
        Stop::Wrong(at) => fault(text, *at, "is no JSON that can be read: a value is wrong or nested too deep"),
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Expects a byte after white space; gives what follows it.
fn expect(bytes: &[u8], at: usize, byte: u8) -> Result<usize, Stop> {
    let at = skip_space(bytes, at);
    match bytes.get(at) {
        Some(&found) if found == byte => Ok(at + 1),
        Some(_) => Err(Stop::Wrong(at)),
        None => Err(Stop::Incomplete),
    }
}

/// Reads the object that starts at `start`; gives its end.
fn object(text: &str, start: usize, names: &mut Names, places: &mut Places) -> Result<usize, Stop> {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, expect(bytes, start, b'{')?);
    if bytes.get(at) == Some(&b'}') {
        return Ok(at + 1);
    }
    let mut guess = 0;
    loop {
        let key = expect(bytes, at, b'"')?;
        let (column, after) = key_at(text, key, names, guess)?;
        guess = column + 1;
        let value = skip_space(bytes, expect(bytes, after, b':')?);
        let (place, after) = value_at(bytes, value)?;
        places.set(column, place);
        at = skip_space(bytes, after);
        match bytes.get(at) {
            Some(b',') => at += 1,
            Some(b'}') => return Ok(at + 1),
            Some(_) => return Err(Stop::Wrong(at)),
            None => return Err(Stop::Incomplete),
        }
    }
}

/// The column of the key whose text starts at `start`, and what follows its closing quote. Objects mostly have their keys in
/// one order, so the column after the last one is tried first.
fn key_at(text: &str, start: usize, names: &mut Names, guess: usize) -> Result<(usize, usize), Stop> {
    let bytes = text.as_bytes();
    if let Some(name) = names.unescaped(guess)
        && bytes[start..].starts_with(name.as_bytes())
        && bytes.get(start + name.len()) == Some(&b'"')
    {
        return Ok((guess, start + name.len() + 1));
    }
    let (end, escaped) = string_end(bytes, start)?;
    let name = text.get(start..end - 1).unwrap_or_default();
    if !escaped {
        return Ok((names.index(name), end));
    }
    match serde_json::from_str::<String>(&text[start - 1..end]) {
        Ok(name) => Ok((names.index(&name), end)),
        Err(_) => Err(Stop::Wrong(start)),
    }
}

/// What follows the closing quote of the string whose text starts at `start`, and whether it holds escapes.
fn string_end(bytes: &[u8], start: usize) -> Result<(usize, bool), Stop> {
    let mut at = start;
    let mut escaped = false;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = memchr2(b'"', b'\\', rest).ok_or(Stop::Incomplete)?;
        if rest[length] == b'"' {
            return Ok((at + length + 1, escaped));
        }
        escaped = true;
        at += length + 2;
    }
}

/// The value that starts at `start`, and its end.
fn value_at(bytes: &[u8], start: usize) -> Result<(Place, usize), Stop> {
    match bytes.get(start) {
        None => Err(Stop::Incomplete),
        Some(b'"') => {
            let (end, escaped) = string_end(bytes, start + 1)?;
            let text = &bytes[start..end];
            if escaped && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_err() {
                return Err(Stop::Wrong(start));
            }
            Ok((Place::new(start, end, escaped), end))
        }
        Some(b'{' | b'[') => {
            let end = nested_end(bytes, start)?;
            match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes[start..end]) {
                Ok(_) => Ok((Place::new(start, end, false), end)),
                Err(_) => Err(Stop::Wrong(start)),
            }
        }
        Some(_) => {
            let rest = &bytes[start..];
            let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
            let length = length.ok_or(Stop::Incomplete)?;
            match &rest[..length] {
                b"null" => Ok((Place::MISSING, start + length)),
                b"true" | b"false" => Ok((Place::new(start, start + length, false), start + length)),
                number if is_number(number) => Ok((Place::new(start, start + length, false), start + length)),
                _ => Err(Stop::Wrong(start)),
            }
        }
    }
}

/// The end of the array or object that starts at `start`.
fn nested_end(bytes: &[u8], start: usize) -> Result<usize, Stop> {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = string_end(bytes, at)?.0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Ok(at);
        }
        if depth > MAX_DEPTH {
            return Err(Stop::Wrong(start));
        }
    }
    Err(Stop::Incomplete)
}

/// Whether a text is a number of JSON (RFC 8259, section 6).
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned[0] == b'0') {
        return false;
    }
    let mut rest = &unsigned[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

/// The value at a place.
pub(super) fn read(place: Place, chunk: &str) -> Cell<'_> {
    let Some((text, escaped)) = place.text(chunk) else { return Cell::Missing };
    match text.as_bytes() {
        [b'"', .., b'"'] if !escaped => Cell::Text(Cow::Borrowed(&text[1..text.len() - 1])),
        [b'"', ..] => Cell::Text(Cow::Owned(serde_json::from_str(text).unwrap_or_default())),
        b"true" => Cell::Value(Value::Bool(true)),
        b"false" => Cell::Value(Value::Bool(false)),
        [b'{' | b'[', ..] => match serde_json::from_str::<serde_json::Value>(text) {
            Ok(tree) => Cell::Value(Value::Dynamic(from_json(&tree))),
            Err(_) => Cell::Value(Value::Dynamic(Dynamic::Null)),
        },
        _ => match text.parse::<i64>() {
            Ok(value) => Cell::Value(Value::Long(value)),
            Err(_) => Cell::Value(text.parse().map_or(Value::Null, Value::Real)),
        },
    }
}
