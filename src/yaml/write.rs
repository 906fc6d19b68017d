//! Writing YAML that every reader takes back as the same text: Microsoft's (which reads YAML 1.1) and ours. Long texts
//! become `|` blocks with their lines untouched; a text that YAML could take for something else is quoted.

use std::fmt::Write as _;

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text: plain where no reader can take it for something else (a number, `true`, a date), else quoted; one with line
    /// breaks is a block.
    Text(String),
    /// A number, or `true` or `false`: written without quotes where it reads back as the same text.
    Plain(String),
    /// A text written as a `|` block, where YAML can hold it so; else quoted.
    Block(String),
    /// A list, one item a line.
    List(Vec<Value>),
    /// `key: value` lines in this order.
    Mapping(Vec<(String, Value)>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text written as a block.
    pub fn block(text: impl Into<String>) -> Self {
        Self::Block(text.into())
    }

    /// A list of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }
}

/// The file that holds `value`: lines end in `\n`, nested lines are indented by two spaces.
pub fn document(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Mapping(entries) if !entries.is_empty() => mapping(&mut out, entries, 0),
        Value::List(items) if !items.is_empty() => list(&mut out, items, 0),
        other => {
            // A block at the top has no key to be indented under.
            out.push_str(&inline(other));
            out.push('\n');
        }
    }
    out
}

/// `text` as a scalar on one line: plain, in single quotes, or in double quotes with escapes.
pub fn scalar(text: &str) -> String {
    if is_plain(text) && !is_ambiguous(text) { text.to_owned() } else { quoted(text) }
}

fn mapping(out: &mut String, entries: &[(String, Value)], indent: usize) {
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push_str(&scalar(key));
        out.push(':');
        after_key(out, value, indent);
    }
}

fn after_key(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            mapping(out, entries, indent + 2);
        }
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            list(out, items, indent + 2);
        }
        other => {
            out.push(' ');
            leaf(out, other, indent);
        }
    }
}

/// The items of a list whose first dash stands at the end of `out`.
fn list(out: &mut String, items: &[Value], indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push_str("- ");
        match item {
            Value::Mapping(entries) if !entries.is_empty() => mapping(out, entries, indent + 2),
            Value::List(inner) if !inner.is_empty() => list(out, inner, indent + 2),
            other => leaf(out, other, indent),
        }
    }
}

/// A value without lines of its own, or a block whose lines are indented further than `indent`.
fn leaf(out: &mut String, value: &Value, indent: usize) {
    let text = match value {
        Value::Block(text) => Some(text),
        Value::Text(text) if text.contains('\n') => Some(text),
        _ => None,
    };
    if let Some(block) = text.and_then(|text| block(text, indent + 2)) {
        out.push_str(&block);
        return;
    }
    out.push_str(&inline(value));
    out.push('\n');
}

fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Block(text) => scalar(text),
        Value::Plain(text) if is_plain(text) => text.clone(),
        Value::Plain(text) => quoted(text),
        Value::List(_) => "[]".to_owned(),
        Value::Mapping(_) => "{}".to_owned(),
    }
}

/// `text` as a `|` block, header first, with its lines indented by `indent` spaces and ended by `\n`; `None` where YAML
/// cannot hold it so.
pub fn block(text: &str, indent: usize) -> Option<String> {
    let body = text.trim_end_matches('\n');
    // A text of blank lines alone, or one that starts or ends with one holding spaces, does not come back as it was.
    if body.trim().is_empty() || !text.chars().all(|c| c == '\n' || c == '\t' || is_printable(c)) {
        return None;
    }
    let first = body.split('\n').find(|line| !line.is_empty())?;
    let last = body.rsplit('\n').next()?;
    if last.trim_matches([' ', '\t']).is_empty() || first.starts_with('\t') {
        return None;
    }
    let spaced = first.starts_with(' ');
    let chomping = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let indicator = if spaced { "2" } else { "" };
    let mut out = format!("|{indicator}{chomping}\n");
    let lines = text.strip_suffix('\n').unwrap_or(text);
    for line in lines.split('\n') {
        if !line.is_empty() {
            pad(&mut out, indent);
        }
        out.push_str(line);
        out.push('\n');
    }
    Some(out)
}

/// Whether the characters read back as this very text without quotes, whatever a reader makes of it.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts = match first {
        '-' | '?' | ':' => text.chars().nth(1).is_some_and(|c| !c.is_whitespace() && !",[]{}".contains(c)),
        _ => !first.is_whitespace() && !"#,[]{}&*!|>'\"%@`".contains(first),
    };
    let ends = !text.ends_with([':', ' ']) && !text.contains(": ") && !text.contains(" #");
    let marks = text.starts_with("---") || text.starts_with("...");
    starts && ends && !marks && text.chars().all(|c| is_printable(c) && !"\u{85}\u{a0}\u{2028}\u{2029}".contains(c))
}

/// Whether a YAML 1.1 or 1.2 reader takes the plain text for nothing, a truth value, a number, a date or a merge key.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 15] =
        ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "+.inf", "-.inf", ".nan", "<<"];
    if WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) || text == "=" {
        return true;
    }
    let digits = text.trim_start_matches(['+', '-']);
    let starts = digits.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit());
    starts && (is_number(digits) || is_date(digits))
}

/// Numbers of YAML 1.1: with underscores, in other bases, and in base 60 (`01:00:00`).
fn is_number(digits: &str) -> bool {
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0o")).or_else(|| digits.strip_prefix("0b"));
    if let Some(hex) = hex {
        return hex.chars().all(|c| c.is_ascii_hexdigit() || c == '_');
    }
    let plain = digits.replace('_', "");
    plain.parse::<f64>().is_ok()
        || plain.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.')) && plain.contains(':')
}

fn is_date(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && {
        let day = digits[5..].split(['T', 't', ' ']).next().unwrap_or_default();
        day.len() <= 5 && day.chars().all(|c| c.is_ascii_digit() || c == '-')
    }
}

/// The text as a quoted scalar on one line: in single quotes, or in double quotes where it holds what only an escape can write.
pub fn quoted(text: &str) -> String {
    if text.chars().all(|c| is_printable(c) && !"\u{85}\u{a0}\u{2028}\u{2029}".contains(c)) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) && !"\u{85}\u{a0}\u{2028}\u{2029}".contains(c) => out.push(c),
            c if (c as u32) < 0x100 => drop(write!(out, "\\x{:02X}", c as u32)),
            c if (c as u32) < 0x1_0000 => drop(write!(out, "\\u{:04X}", c as u32)),
            c => drop(write!(out, "\\U{:08X}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// Characters that YAML takes as they are inside a line (tabs and line breaks not among them).
fn is_printable(c: char) -> bool {
    !c.is_control() && c != '\u{feff}' && !matches!(c as u32, 0xFFFE | 0xFFFF) && !matches!(c, '\u{2028}' | '\u{2029}')
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}
