//! The tokens of a filter text.

use crate::text::Span;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// A word: a field, a keyword, a number, a word of prose.
    Word(&'s str),
    /// A quoted text; `closed` tells whether its closing quote is there.
    Quoted { text: &'s str, closed: bool, curly: bool },
    /// `<…>`.
    Hole(&'s str),
    /// `==`, `!=`, `<`, `&&` …
    Symbol(&'static str),
    /// Anything else.
    Other,
}

/// Longest first.
const SYMBOLS: &[&str] =
    &["==", "!=", "<>", "=~", "!~", "<=", ">=", "&&", "||", "=", "<", ">", "!", "(", ")", ",", "[", "]"];

/// The tokens with their places, counted from `base`.
pub(super) fn tokens(text: &str, base: u32) -> Vec<(Token<'_>, Span)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        // A backtick marks code on a web page and means nothing here.
        if c.is_whitespace() || c == '`' {
            at += c.len_utf8();
            continue;
        }
        let (token, len) = token(rest, c);
        tokens.push((token, Span::from_range(at..at + len).shifted(base)));
        at += len;
    }
    tokens
}

fn token(rest: &str, c: char) -> (Token<'_>, usize) {
    if let Some(closing) = closing_quotes(c) {
        return quoted(rest, c, closing);
    }
    if c == '<'
        && let Some(len) = hole_len(rest)
    {
        return (Token::Hole(&rest[..len]), len);
    }
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return (Token::Symbol(symbol), symbol.len());
    }
    let is_word =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '*' | '/' | ':' | '\\' | '@' | '$' | '%' | '’');
    let len = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    if len == 0 {
        return (Token::Other, c.len_utf8());
    }
    // The full stop or colon of a sentence is no part of its last word.
    let word = rest[..len].trim_end_matches(['.', ':']);
    if word.is_empty() { (Token::Other, len) } else { (Token::Word(word), word.len()) }
}

/// The quotes that may close what `opening` opens; pages mix them up.
fn closing_quotes(opening: char) -> Option<&'static [char]> {
    match opening {
        '"' => Some(&['"']),
        '\'' => Some(&['\'']),
        '“' | '”' | '„' => Some(&['”', '“', '"']),
        '‘' => Some(&['’']),
        _ => None,
    }
}

fn quoted<'s>(rest: &'s str, opening: char, closing: &[char]) -> (Token<'s>, usize) {
    let start = opening.len_utf8();
    let curly = !opening.is_ascii();
    match rest[start..].char_indices().find(|(_, c)| closing.contains(c)) {
        Some((len, close)) => {
            let text = &rest[start..start + len];
            (Token::Quoted { text, closed: true, curly: curly || !close.is_ascii() }, start + len + close.len_utf8())
        }
        None => (Token::Quoted { text: &rest[start..], closed: false, curly }, rest.len()),
    }
}

/// `<` followed by a letter and, before anything that cannot stand in a placeholder, `>`.
fn hole_len(rest: &str) -> Option<usize> {
    let inner = &rest[1..];
    let end = inner.find('>')?;
    let name = &inner[..end];
    let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/');
    (name.starts_with(char::is_alphabetic) && name.chars().all(fits)).then_some(end + 2)
}
