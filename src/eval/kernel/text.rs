//! String operators: `has`, `contains`, `startswith`, `matches regex` and their like, prepared once for a pattern.
//!
//! What a term is, and how case is ignored, says [`crate::value::term`].

use std::borrow::Cow;

use memchr::memmem;

use crate::eval::column::{Cells, Column};
use crate::eval::regular_expression;
use crate::eval::vector::Vector;
use crate::kql::ast::BinaryOp;
use crate::value::Value;
use crate::value::term::{self, fold};

/// What an operator looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `=~`
    Whole,
    /// `has`
    Term,
    /// `hasprefix`
    TermPrefix,
    /// `hassuffix`
    TermSuffix,
    /// `contains`
    Anywhere,
    /// `startswith`
    Start,
    /// `endswith`
    End,
    /// `matches regex`
    Regex,
}

/// A string operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextOp {
    pub(crate) shape: Shape,
    pub(crate) ignore_case: bool,
    pub(crate) negated: bool,
}

impl TextOp {
    /// The string operator behind an operator, if it is one.
    pub(crate) fn from_operator(op: BinaryOp) -> Option<Self> {
        use BinaryOp as B;
        let (shape, ignore_case, negated) = match op {
            B::EqualTilde => (Shape::Whole, true, false),
            B::NotEqualTilde => (Shape::Whole, true, true),
            B::Has | B::Colon => (Shape::Term, true, false),
            B::NotHas => (Shape::Term, true, true),
            B::HasCs => (Shape::Term, false, false),
            B::NotHasCs => (Shape::Term, false, true),
            B::HasPrefix => (Shape::TermPrefix, true, false),
            B::NotHasPrefix => (Shape::TermPrefix, true, true),
            B::HasPrefixCs => (Shape::TermPrefix, false, false),
            B::NotHasPrefixCs => (Shape::TermPrefix, false, true),
            B::HasSuffix => (Shape::TermSuffix, true, false),
            B::NotHasSuffix => (Shape::TermSuffix, true, true),
            B::HasSuffixCs => (Shape::TermSuffix, false, false),
            B::NotHasSuffixCs => (Shape::TermSuffix, false, true),
            B::Contains => (Shape::Anywhere, true, false),
            B::NotContains => (Shape::Anywhere, true, true),
            B::ContainsCs => (Shape::Anywhere, false, false),
            B::NotContainsCs => (Shape::Anywhere, false, true),
            B::StartsWith => (Shape::Start, true, false),
            B::NotStartsWith => (Shape::Start, true, true),
            B::StartsWithCs => (Shape::Start, false, false),
            B::NotStartsWithCs => (Shape::Start, false, true),
            B::EndsWith => (Shape::End, true, false),
            B::NotEndsWith => (Shape::End, true, true),
            B::EndsWithCs => (Shape::End, false, false),
            B::NotEndsWithCs => (Shape::End, false, true),
            B::MatchesRegex => (Shape::Regex, false, false),
            _ => return None,
        };
        Some(Self { shape, ignore_case, negated })
    }
}

/// A pattern prepared for one operator.
#[derive(Debug, Clone)]
pub(crate) enum Matcher {
    /// A literal pattern.
    Literal { shape: Shape, ignore_case: bool, pattern: String },
    /// A regular expression.
    Regex(regex::Regex),
}

impl Matcher {
    /// Prepares a pattern; fails on a regular expression that is none, with the reason.
    pub(crate) fn new(op: TextOp, pattern: &str) -> Result<Self, String> {
        if op.shape == Shape::Regex {
            return regular_expression::compile(pattern).map(Self::Regex);
        }
        let pattern = if op.ignore_case { fold(pattern).into_owned() } else { pattern.to_owned() };
        Ok(Self::Literal { shape: op.shape, ignore_case: op.ignore_case, pattern })
    }

    /// Whether a text matches.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_match(text),
            Self::Literal { shape, ignore_case: false, pattern } => literal(*shape, text, pattern),
            Self::Literal { shape, pattern, .. } => {
                if text.len() < pattern.len() && text.is_ascii() {
                    return false;
                }
                if text.is_ascii() && first_is_absent(text, pattern) {
                    return false;
                }
                literal(*shape, &fold(text), pattern)
            }
        }
    }
}

/// Whether the pattern's first letter, in either case, is nowhere in an ASCII text: a cheap way out.
fn first_is_absent(text: &str, pattern: &str) -> bool {
    match pattern.as_bytes().first() {
        Some(first) if first.is_ascii() => {
            memchr::memchr2(*first, first.to_ascii_lowercase(), text.as_bytes()).is_none()
        }
        Some(_) => true,
        None => false,
    }
}

fn literal(shape: Shape, text: &str, pattern: &str) -> bool {
    match shape {
        Shape::Whole => text == pattern,
        Shape::Anywhere => memmem::find(text.as_bytes(), pattern.as_bytes()).is_some(),
        Shape::Start => text.starts_with(pattern),
        Shape::End => text.ends_with(pattern),
        Shape::Term => term::has(text, pattern),
        Shape::TermPrefix => term::occurs(text, pattern, |start, _| term::ends_at(text, start)),
        Shape::TermSuffix => term::occurs(text, pattern, |_, end| term::ends_at(text, end)),
        Shape::Regex => false,
    }
}

/// Runs an operator with a prepared pattern for every row. Null counts as `""`.
pub(crate) fn matches(op: TextOp, matcher: &Matcher, value: &Vector, rows: usize) -> Vector {
    let holds = |text: &str| matcher.is_match(text) != op.negated;
    match value {
        Vector::One(value) => Vector::One(Value::Bool(holds(&text_of(value)))),
        Vector::Many(Column::String(strings)) => Vector::Many(Column::Bool(Cells::new(strings.map(holds)))),
        Vector::Many(column) => {
            let cells = (0..rows).map(|row| holds(&text_of(&column.value(row)))).collect();
            Vector::Many(Column::Bool(Cells::new(cells)))
        }
    }
}

/// A value as a string operator sees it: its text, `""` for null.
pub(crate) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        value => Cow::Owned(crate::value::convert::to_text(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(op: BinaryOp, text: &str, pattern: &str) -> bool {
        let op = TextOp::from_operator(op).expect("a string operator");
        Matcher::new(op, pattern).expect("a pattern").is_match(text) != op.negated
    }

    #[test]
    fn has_wants_both_ends_of_a_term() {
        assert!(holds(BinaryOp::Has, "stun.kaseya.com", "kaseya.com"));
        assert!(!holds(BinaryOp::Has, "xkaseya.com", "kaseya.com"));
        assert!(!holds(BinaryOp::Has, "kaseya.como", "kaseya.com"));
        assert!(holds(BinaryOp::Has, "xkaseya.com kaseya.com", "KASEYA.com"));
        assert!(holds(BinaryOp::Has, "cmd.exe", ".exe"));
        assert!(!holds(BinaryOp::HasCs, "Kaseya", "kaseya"));
        assert!(holds(BinaryOp::HasPrefix, "a KustoExplorer", "kusto"));
        assert!(!holds(BinaryOp::HasSuffix, "KustoExplorerX", "explorer"));
    }

    #[test]
    fn case_is_ignored_letter_by_letter() {
        assert!(holds(BinaryOp::Contains, "Straße ÄÖ", "äö"));
        assert!(!holds(BinaryOp::Contains, "\u{212a}elvin", "kelvin"));
        assert!(!holds(BinaryOp::EqualTilde, "ı", "I"));
        assert!(holds(BinaryOp::NotContains, "abc", "x"));
    }
}
