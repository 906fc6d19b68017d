//! Terms of texts: what `has` and its like look for. One definition serves the operators and the functions.
//!
//! A term is a maximal run of letters and digits of any script; everything else, `_` too, stands between terms
//! (Microsoft: "String operators": "alphanumeric characters"; earlier texts of the page said ASCII). `has` finds its right side
//! where no letter or digit continues either of its ends.

use std::borrow::Cow;

use memchr::memmem;

/// Whether a character is part of a term.
pub fn is_part(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// Whether no term runs across the byte offset `at`. Panics when `at` is inside a character.
pub fn ends_at(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    !(before.ends_with(is_part) && after.starts_with(is_part))
}

/// `has`: whether `pattern` occurs with the ends of terms at both of its ends. Case counts: [`fold`] both to ignore it.
pub fn has(text: &str, pattern: &str) -> bool {
    occurs(text, pattern, |start, end| ends_at(text, start) && ends_at(text, end))
}

/// Whether `pattern` occurs in `text` at a place that `at` accepts: it is given the byte offsets of the start and the end.
/// An empty pattern occurs everywhere.
pub fn occurs(text: &str, pattern: &str, at: impl Fn(usize, usize) -> bool) -> bool {
    if pattern.is_empty() {
        return true;
    }
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| memmem::find(rest.as_bytes(), pattern.as_bytes())) {
        let start = from + found;
        if at(start, start + pattern.len()) {
            return true;
        }
        from = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    false
}

/// The text with each letter in upper case, as ordinal comparison without case sees it: letter by letter, and never from
/// outside ASCII into it.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Cow::Owned(text.to_ascii_uppercase());
        }
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

fn fold_char(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_uppercase();
    }
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => letter,
    }
}
