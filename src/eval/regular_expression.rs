//! Regular expressions as the service reads them: those of the `regex` crate with octal codes (Microsoft: "Regex syntax").
//! A brace that opens no repetition stands for itself, for rules in service are written so.

use regex::{Error, Regex, RegexBuilder};

/// The compiled pattern; why it is none otherwise, in one line.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    compile_with(pattern, |builder| builder)
}

/// The compiled pattern with options of one's own.
pub(crate) fn compile_with(
    pattern: &str,
    options: impl Fn(&mut RegexBuilder) -> &mut RegexBuilder,
) -> Result<Regex, String> {
    let build = |pattern: &str| options(RegexBuilder::new(pattern).octal(true)).build();
    build(pattern).or_else(|error| build(&with_plain_braces(pattern)).map_err(|_| refusal(&error)))
}

/// Why a regular expression is none, in one line; the crate's own words repeat the whole pattern above it.
fn refusal(error: &Error) -> String {
    match error {
        Error::Syntax(text) => {
            let last = text.lines().last().unwrap_or_default();
            format!("this is no regular expression: {}", last.trim_start_matches("error: "))
        }
        Error::CompiledTooBig(_) => "this regular expression is too large".to_owned(),
        error => error.to_string(),
    }
}

/// The pattern with a backslash before each brace that opens no repetition.
fn with_plain_braces(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut is_in_class = false;
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match first {
            '\\' => taken = escape(rest),
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '{' if !is_in_class && !is_repetition(rest) => plain.push('\\'),
            _ => {}
        }
        plain.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    plain
}

/// The bytes of an escape: the backslash, what it escapes, and the name in braces behind some.
fn escape(text: &str) -> usize {
    let Some(escaped) = text[1..].chars().next() else { return 1 };
    let end = 1 + escaped.len_utf8();
    let name = if "pPxuUbB".contains(escaped) { text[end..].strip_prefix('{') } else { None };
    match name.and_then(|name| name.split_once(['{', '}'])) {
        Some((name, rest)) if text[..text.len() - rest.len()].ends_with('}') => end + name.len() + 2,
        _ => end,
    }
}

/// Whether a text begins with `{n}`, `{n,}` or `{n,m}`.
fn is_repetition(text: &str) -> bool {
    let is_digit = |character: char| character.is_ascii_digit();
    let (counts, least) = (&text[1..], text[1..].trim_start_matches(is_digit));
    let end = least.strip_prefix(',').map_or(least, |most| most.trim_start_matches(is_digit));
    least.len() < counts.len() && end.starts_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_that_open_no_repetition_stand_for_themselves() {
        for (pattern, text) in [
            ("a{2}", "aa"),
            ("Enum{|x", "Enum{"),
            (r"\){\$x", "){$x"),
            (r"\p{Lu}{,", "Ä{,"),
            (r"[{]{", "{{"),
            ("a{,3}", "a{,3}"),
            ("{é{1,}", "{éé"),
            (r"\p{L}{", "a{"),
            (r"\101{2}{z", "AA{z"),
        ] {
            assert!(compile(pattern).expect("a pattern").is_match(text), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_its_reason() {
        let refusals = ["(", "x{5,3}", "\\", "[{", "(?=a)"].map(|pattern| match compile(pattern) {
            Ok(_) => format!("{pattern} is one\n"),
            Err(reason) => format!("{pattern}  {reason}\n"),
        });
        insta::assert_snapshot!(refusals.concat(), @r"
        (  this is no regular expression: unclosed group
        x{5,3}  this is no regular expression: invalid repetition count range, the start must be <= the end
        \  this is no regular expression: incomplete escape sequence, reached end of pattern prematurely
        [{  this is no regular expression: unclosed character class
        (?=a)  this is no regular expression: look-around, including look-ahead and look-behind, is not supported
        ");
    }
}
