//! The language of a page's filters: `process.name IN ("a.exe", "b.exe") OR process.command_line CONTAINS "x"`, with curly
//! quotes, placeholders such as `<Server IPs>`, and prose behind it. [`parse()`] reads as much as is an expression and says what
//! the rest is.

mod lex;
mod parse;

use crate::text::{Span, Spanned};

pub use parse::parse;

/// What was read of a filter text. All spans are those of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The expression; `None` where the text is prose.
    pub filter: Option<Filter>,
    /// The words that are no part of an expression.
    pub prose: Option<Span>,
    /// Where the text stops although more must follow.
    pub cut: Option<Span>,
    /// Texts that stand alone as an operand of `OR` or `AND`. They are read as further values of the comparison before them.
    pub bare: Vec<Span>,
    /// Curly quotes that enclose a value or a word of the prose.
    pub curly: Vec<Span>,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `field == value`.
    Compare(Compare),
    /// `NOT (…)`.
    Not(Box<Filter>),
    /// A chain of `AND`.
    And(Vec<Filter>),
    /// A chain of `OR`.
    Or(Vec<Filter>),
    /// The text was cut here: nobody knows what stood there.
    Missing,
}

/// A comparison of a field with values.
#[derive(Debug, Clone, PartialEq)]
pub struct Compare {
    /// The field, as written: `process.parent.name`.
    pub field: Spanned<String>,
    /// How they are compared; with several values, any of them.
    pub operator: Operator,
    /// `!=`, `NOT IN`, `NOT CONTAINS`.
    pub negated: bool,
    /// The values; at least one.
    pub values: Vec<Operand>,
}

/// How a field is compared with a value; letter case does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`, `=`, `IN`
    Equals,
    /// `CONTAINS`, `LIKE`
    Contains,
    /// `STARTSWITH`
    StartsWith,
    /// `ENDSWITH`
    EndsWith,
    /// `<`, `<=`, `>`, `>=`
    Order,
}

/// A value as written, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// The text.
    pub text: String,
    /// Where it stands, without its quotes.
    pub span: Span,
    /// Written `<…>`: somebody has to put the value in.
    pub hole: bool,
}

impl Filter {
    /// Every comparison, in written order.
    pub fn comparisons(&self) -> Vec<&Compare> {
        match self {
            Self::Compare(compare) => vec![compare],
            Self::Not(inner) => inner.comparisons(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::comparisons).collect(),
            Self::Missing => Vec::new(),
        }
    }
}
