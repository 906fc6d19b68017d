//! The values of literals and names, read from their text.
//!
//! The parser lets a literal's inside through as Microsoft's does (`datetime(nonsense)` is a literal); whoever needs the
//! value asks here and gets `None` for nonsense. Escapes, number and time forms: Microsoft, "Scalar data types".

use std::borrow::Cow;

use super::ast::{Literal, LiteralKind};
use crate::value::{Decimal, Value, time};

/// The value of a literal of `source`. `None` when its text is no value of its type.
pub fn value(literal: &Literal, source: &str) -> Option<Value> {
    let raw = literal.span.slice(source);
    if literal.kind == LiteralKind::String {
        return Some(Value::String(string(raw)));
    }
    let text = content(raw);
    if text.is_empty() || text.eq_ignore_ascii_case("null") {
        return Some(Value::Null);
    }
    match literal.kind {
        LiteralKind::Null => Some(Value::Null),
        LiteralKind::Bool => boolean(text).map(Value::Bool),
        LiteralKind::Int => long(text).and_then(|value| i32::try_from(value).ok()).map(Value::Int),
        LiteralKind::Long => long(text).map(Value::Long),
        LiteralKind::Real => real(text).map(Value::Real),
        LiteralKind::Decimal => Decimal::parse(text).map(Value::Decimal),
        LiteralKind::String => None,
        LiteralKind::DateTime => {
            time::parse_datetime(unquoted(text)).or_else(|| numbered_datetime(text)).map(Value::DateTime)
        }
        LiteralKind::TimeSpan => time::parse_timespan(unquoted(text)).map(Value::TimeSpan),
        LiteralKind::Guid => guid(unquoted(text)).map(Value::Guid),
    }
}

/// What stands in the parentheses of `datetime(…)`, `guid(…)` and their like, spaces taken away; a plain literal as it is.
pub fn content(raw: &str) -> &str {
    if !raw.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return raw.trim();
    }
    match raw.split_once('(') {
        Some((_, inside)) => inside.strip_suffix(')').unwrap_or(inside).trim(),
        None => raw.trim(),
    }
}

/// `text` without the quotes that may stand around a time or GUID: `datetime("2024-01-01")`.
fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inside;
        }
    }
    text
}

/// `2024, 6, 8` or `2024 - 06 - 08` with up to three more numbers for the time.
fn numbered_datetime(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split([',', '-']).map(str::trim).collect();
    if !(3..=6).contains(&parts.len()) || !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let part = |at: usize| parts.get(at).copied().unwrap_or("0");
    time::parse_datetime(&format!(
        "{:0>4}-{:0>2}-{:0>2}T{:0>2}:{:0>2}:{:0>2}",
        part(0),
        part(1),
        part(2),
        part(3),
        part(4),
        part(5)
    ))
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(false);
    }
    text.parse::<i64>().ok().map(|number| number != 0)
}

/// `5`, `-5`, `0x1F`. Hexadecimal digits are the bits of the number.
fn long(text: &str) -> Option<i64> {
    let (negative, digits) = signed(text);
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?.cast_signed(),
        None => return text.strip_prefix('+').unwrap_or(text).parse().ok(),
    };
    if negative { value.checked_neg() } else { Some(value) }
}

fn real(text: &str) -> Option<f64> {
    let (negative, digits) = signed(text);
    let value: f64 = match digits.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        other if other.starts_with(|first: char| first.is_ascii_digit() || first == '.') => other.parse().ok()?,
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

fn signed(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, text[1..].trim_start()),
        Some(b'+') => (false, text[1..].trim_start()),
        _ => (false, text),
    }
}

/// A GUID with or without dashes and braces, as a big-endian number.
fn guid(text: &str) -> Option<u128> {
    let text = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let digits: String = text.chars().filter(|character| *character != '-').collect();
    let dashes_fit = text.len() == 32 || (text.len() == 36 && digits.len() == 32);
    if !dashes_fit || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(&digits, 16).ok()
}

/// The text that string literals, one or several side by side, stand for.
pub fn string(raw: &str) -> String {
    if let Some(text) = plain(raw) {
        return text.to_owned();
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(part) = next_string(rest) {
        value.push_str(&part.text);
        rest = part.rest;
    }
    value
}

/// Whether the literal is obfuscated: `h'…'`.
pub fn is_obfuscated(raw: &str) -> bool {
    raw.starts_with(['h', 'H'])
}

/// The text of one literal in quotes, if nothing in it stands for anything else.
fn plain(raw: &str) -> Option<&str> {
    let quote = *raw.as_bytes().first().filter(|first| matches!(first, b'"' | b'\''))?;
    let inside = raw[1..].strip_suffix(char::from(quote))?;
    memchr::memchr2(quote, b'\\', inside.as_bytes()).is_none().then_some(inside)
}

struct StringPart<'s> {
    text: Cow<'s, str>,
    rest: &'s str,
}

/// Reads the first string literal of `raw`; spaces and comments before it are skipped.
fn next_string(raw: &str) -> Option<StringPart<'_>> {
    let raw = skip_trivia(raw);
    let raw = raw.strip_prefix(['h', 'H']).unwrap_or(raw);
    let (verbatim, raw) = raw.strip_prefix('@').map_or((false, raw), |rest| (true, rest));
    for fence in ["```", "~~~"] {
        if let Some(inside) = raw.strip_prefix(fence) {
            let end = inside.find(fence);
            let text = &inside[..end.unwrap_or(inside.len())];
            let rest = end.map_or("", |end| &inside[end + fence.len()..]);
            return Some(StringPart { text: Cow::Borrowed(text), rest });
        }
    }
    let quote = raw.chars().next()?;
    if !matches!(quote, '"' | '\'') {
        return smart_string(raw, quote);
    }
    let inside = &raw[1..];
    Some(if verbatim { verbatim_string(inside, quote) } else { escaped_string(inside, quote) })
}

/// A text in typographic quotes, which the lexer has reported.
fn smart_string(raw: &str, quote: char) -> Option<StringPart<'_>> {
    if quote.is_ascii() {
        return None;
    }
    let inside = &raw[quote.len_utf8()..];
    let text = inside.trim_end_matches(['“', '”', '‘', '’', '»', '´']);
    Some(StringPart { text: Cow::Borrowed(text), rest: "" })
}

fn skip_trivia(text: &str) -> &str {
    let text = text.trim_start();
    match text.strip_prefix("//") {
        Some(comment) => skip_trivia(comment.split_once('\n').map_or("", |(_, rest)| rest)),
        None => text,
    }
}

fn verbatim_string(inside: &str, quote: char) -> StringPart<'_> {
    let bytes = inside.as_bytes();
    let quote_byte = quote as u8;
    let mut at = 0;
    let mut doubled = false;
    while at < bytes.len() {
        if bytes[at] == quote_byte {
            if bytes.get(at + 1) != Some(&quote_byte) {
                break;
            }
            doubled = true;
            at += 1;
        }
        at += 1;
    }
    let end = at.min(bytes.len());
    let (text, rest) = (&inside[..end], inside.get(end + 1..).unwrap_or_default());
    let text = if doubled {
        Cow::Owned(text.replace(&format!("{quote}{quote}"), &quote.to_string()))
    } else {
        Cow::Borrowed(text)
    };
    StringPart { text, rest }
}

fn escaped_string(inside: &str, quote: char) -> StringPart<'_> {
    let bytes = inside.as_bytes();
    let quote_byte = quote as u8;
    let plain = memchr::memchr2(quote_byte, b'\\', bytes).unwrap_or(bytes.len());
    if bytes.get(plain) != Some(&b'\\') {
        return StringPart { text: Cow::Borrowed(&inside[..plain]), rest: inside.get(plain + 1..).unwrap_or_default() };
    }
    let mut text = String::with_capacity(inside.len());
    let mut at = 0;
    loop {
        let next = memchr::memchr2(quote_byte, b'\\', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        text.push_str(&inside[at..next]);
        if bytes.get(next) != Some(&b'\\') {
            return StringPart { text: Cow::Owned(text), rest: inside.get(next + 1..).unwrap_or_default() };
        }
        let len = super::lex::escape_len(&bytes[next..]);
        if len == 0 {
            // Reported by the lexer; the backslash stays.
            text.push('\\');
            at = next + 1;
            continue;
        }
        push_escape(&mut text, &inside[next + 1..next + len]);
        at = next + len;
    }
}

/// Appends what the escape (without its backslash) stands for. `\u` pairs of surrogates are put together.
fn push_escape(text: &mut String, escape: &str) {
    let code = match escape.as_bytes()[0] {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        b'x' | b'u' | b'U' => u32::from_str_radix(&escape[1..], 16).unwrap_or(0xfffd),
        b'0'..=b'7' => u32::from_str_radix(escape, 8).unwrap_or(0xfffd),
        other => u32::from(other),
    };
    text.push(char::from_u32(code).unwrap_or('\u{fffd}'));
}

/// The name inside `['…']` or `["…"]`.
pub fn bracketed_name(raw: &str) -> Cow<'_, str> {
    let inside = raw.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(raw);
    let Some(first) = next_string(inside) else { return Cow::Borrowed(raw) };
    if skip_trivia(first.rest).is_empty() {
        return first.text;
    }
    Cow::Owned(string(inside))
}

/// The key of a JSON object inside `dynamic(…)`: a string literal or a bare word.
pub fn json_key(raw: &str) -> Cow<'_, str> {
    match next_string(raw) {
        Some(part) => part.text,
        None => Cow::Borrowed(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        for (raw, value) in [
            (r"'a'", "a"),
            (r#""a\\b\"c\n\x41\u00e9\U0001F600\101""#, "a\\b\"c\nAé😀A"),
            (r"@'C:\x''y'", r"C:\x'y"),
            (r#"h"s" @"\d+"  // note"#, r"s\d+"),
            ("'a'\n// c\n'b'", "ab"),
            ("```x\n'y'```", "x\n'y'"),
            ("~~~`~~~", "`"),
            ("''", ""),
        ] {
            assert_eq!(string(raw), value, "{raw}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(bracketed_name("['a b']"), "a b");
        assert_eq!(bracketed_name(r#"["a\"b" 'c']"#), "a\"bc");
        assert_eq!(json_key("\"k\""), "k");
        assert_eq!(json_key("k"), "k");
    }

    #[test]
    fn numbers() {
        assert_eq!(long("0x1F"), Some(31));
        assert_eq!(long("-5"), Some(-5));
        assert_eq!(long("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(long("0xFFFFFFFFFFFFFFFF"), Some(-1));
        assert_eq!(long("9223372036854775808"), None);
        assert_eq!(real("1e3"), Some(1000.0));
        assert_eq!(real("-inf"), Some(f64::NEG_INFINITY));
        assert_eq!(real("x"), None);
        assert_eq!(boolean("0"), Some(false));
        assert_eq!(guid("74be27de-1e4e-49d9-b579-fe0b331d3642"), Some(0x74be_27de_1e4e_49d9_b579_fe0b_331d_3642));
        assert_eq!(guid("74be27de"), None);
        assert_eq!(content("datetime( 2024-01-01 )"), "2024-01-01");
        assert_eq!(content("5d"), "5d");
    }
}
