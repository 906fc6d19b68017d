//! How a value becomes text of a target, so that the target reads that very value again. Templates never quote: the
//! engine passes every value through one of these, chosen by the target.

use serde_json::Value;

use crate::yaml::write::quoted;

/// A JSON value of an ARM template. A string that would be read as a template expression (starts with `[` and ends with
/// `]`; Microsoft: "Template expressions", escape characters) gets one more `[`.
pub(super) fn arm(value: &Value) -> String {
    match value {
        Value::String(text) => Value::String(arm_literal(text)).to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(arm).collect::<Vec<_>>().join(",")),
        Value::Object(slots) => {
            let slot = |(key, value): (&String, &Value)| format!("{}:{}", Value::String(key.clone()), arm(value));
            format!("{{{}}}", slots.iter().map(slot).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

/// A text as an ARM string literal.
pub(super) fn arm_literal(text: &str) -> String {
    if text.starts_with('[') && text.ends_with(']') { format!("[{text}") } else { text.to_owned() }
}

/// The text that an ARM string literal stands for; `None` for an expression.
pub(super) fn arm_text(literal: &str) -> Option<&str> {
    match literal.strip_prefix('[').filter(|_| literal.ends_with(']')) {
        Some(rest) if rest.starts_with('[') => Some(rest),
        Some(_) => None,
        None => Some(literal),
    }
}

/// A Bicep value. Texts of several lines are written in `'''`, where Bicep reads them unchanged.
pub(super) fn bicep(value: &Value) -> String {
    match value {
        Value::String(text) if fits_multi_line(text) => format!("'''\n{text}'''"),
        Value::String(text) => bicep_one_line(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => format!("[\n{}\n]", items.iter().map(bicep).collect::<Vec<_>>().join("\n")),
        Value::Object(slots) if slots.is_empty() => "{}".to_owned(),
        Value::Object(slots) => {
            let slot = |(key, value): (&String, &Value)| format!("{}: {}", bicep_key(key), bicep(value));
            format!("{{\n{}\n}}", slots.iter().map(slot).collect::<Vec<_>>().join("\n"))
        }
        plain => plain.to_string(),
    }
}

/// Whether `'''` keeps the text: no `'''` inside, no quote where it would run into the delimiter, no character that an
/// editor or a checkout changes (carriage returns, controls, a byte order mark).
fn fits_multi_line(text: &str) -> bool {
    let hidden = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{feff}';
    text.contains('\n')
        && !text.contains("'''")
        && !text.starts_with('\'')
        && !text.ends_with('\'')
        && !text.contains(hidden)
}

fn bicep_one_line(text: &str) -> String {
    let mut out = String::from("'");
    let mut at_edge = true;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = match c {
            '\\' => "\\\\".to_owned(),
            '\'' => "\\'".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            '$' if rest.peek() == Some(&'{') => "\\$".to_owned(),
            // The grammar that editors use takes `//` for a comment where a part of a string starts (at a quote, `$`, an escape); Bicep does not.
            '/' if at_edge && matches!(rest.peek(), Some('/' | '*')) => "\\u{2f}".to_owned(),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                format!("\\u{{{:x}}}", u32::from(c))
            }
            c => {
                out.push(c);
                at_edge = c == '$' || ((c == '#' || c.is_whitespace()) && at_edge);
                continue;
            }
        };
        out.push_str(&escaped);
        at_edge = true;
    }
    out.push('\'');
    out
}

/// A key of a Bicep object: bare where Bicep allows it, else quoted.
pub(super) fn bicep_key(key: &str) -> String {
    let bare = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(key, "true" | "false" | "null" | "if" | "for" | "in");
    if bare { key.to_owned() } else { bicep_one_line(key) }
}

/// A YAML value on one line, the same in YAML 1.1 and 1.2.
pub(super) fn yaml(value: &Value) -> String {
    match value {
        Value::String(text) => yaml_text(text),
        Value::Array(items) => format!("[{}]", items.iter().map(yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(slots) => {
            let slot = |(key, value): (&String, &Value)| format!("{}: {}", yaml_text(key), yaml(value));
            format!("{{{}}}", slots.iter().map(slot).collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}

fn yaml_text(text: &str) -> String {
    if is_plain_yaml(text) { text.to_owned() } else { quoted(text) }
}

/// Words, numbers inside words, single spaces: nothing that any YAML version reads as another type or as syntax.
fn is_plain_yaml(text: &str) -> bool {
    const WORDS_OF_OTHER_TYPES: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | ' ' | '|'))
        && !text.ends_with([' ', '|'])
        && !WORDS_OF_OTHER_TYPES.contains(&text.to_ascii_lowercase().as_str())
}

/// Characters that stand for themselves on one line in every YAML reader.
fn is_yaml_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// A YAML text in a literal block indented by four spaces, when that keeps it; else on one line.
pub(super) fn yaml_block(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let keeps = |line: &&str| line.chars().all(is_yaml_printable) && !line.ends_with(' ');
    let starts_well = !text.starts_with([' ', '\n']) && !text.ends_with('\n');
    if lines.len() < 2 || !starts_well || !lines.iter().all(keeps) {
        return yaml_text(text);
    }
    let mut out = String::from("|-");
    for line in lines {
        out.push('\n');
        if !line.is_empty() {
            out.push_str("    ");
            out.push_str(line);
        }
    }
    out
}

/// A literal text as a Sigma value: `*` and `?` are no wildcards, and a backslash is doubled only where Sigma would read
/// it as an escape (before `*`, `?` or another backslash, and at the end; Sigma specification, "Escaping").
pub(super) fn sigma_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' | '?' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => {
                out.push('\\');
                if rest.peek().is_none_or(|next| matches!(next, '*' | '?' | '\\')) {
                    out.push('\\');
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a Sigma value the way pySigma's `SigmaString` does; `None` when it holds a wildcard.
    fn read_sigma(value: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = value.chars().peekable();
        while let Some(c) = rest.next() {
            match (c, rest.peek()) {
                ('\\', Some(&next)) if matches!(next, '\\' | '*' | '?') => {
                    out.push(next);
                    rest.next();
                }
                ('*' | '?', _) => return None,
                (c, _) => out.push(c),
            }
        }
        Some(out)
    }

    /// Texts rich in what the targets treat specially.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            proptest::sample::select(vec![
                "[",
                "]",
                "'",
                "''",
                "'''",
                "${",
                "$",
                "{{",
                "}}",
                "{%",
                "*",
                "?",
                "\\",
                "\"",
                "\n",
                "\r\n",
                "\t",
                ": ",
                " #",
                "- ",
                "|",
                "&a",
                "!x",
                "%",
                "\u{0}",
                "\u{85}",
                "\u{a0}",
                "\u{feff}",
                "\u{2028}",
                "😀",
                "é",
                "null",
                "yes",
                "0x1F",
                " ",
                "concat('a')",
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn arm_gives_the_text_back(text in hostile()) {
            let json: Value = serde_json::from_str(&arm(&Value::String(text.clone()))).expect("JSON");
            prop_assert_eq!(arm_text(json.as_str().expect("a string")), Some(text.as_str()));
        }

        #[test]
        fn yaml_gives_the_text_back(text in hostile()) {
            let document = format!("key: {}\nlist:\n  - {}\n", yaml_block(&text), yaml(&Value::String(text.clone())));
            let read: Value = serde_yaml::from_str(&document).expect("YAML");
            prop_assert_eq!(read["key"].as_str(), Some(text.as_str()), "{}", document);
            prop_assert_eq!(read["list"][0].as_str(), Some(text.as_str()), "{}", document);
        }

        #[test]
        fn sigma_gives_the_text_back(text in hostile()) {
            prop_assert_eq!(read_sigma(&sigma_literal(&text)), Some(text));
        }
    }
}
