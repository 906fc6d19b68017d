//! What the parser knows, as lists off its own tables: the page of the supported syntax is made of them.

use super::keyword::Keyword;
use super::lex::TIMESPAN_UNITS;
use super::parse::{expr, parameter, stage};
use super::token::TokenKind;

/// The words that start a tabular operator, in the order of the alphabet; without the service's own, which start with `_`.
pub fn operators() -> Vec<Keyword> {
    words(|keyword| stage::is_operator(keyword) && !keyword.as_str().starts_with('_'))
}

/// The words that start an operator of the service's own, which nobody writes by hand: `__executeAndCache`.
pub fn internal_operators() -> Vec<Keyword> {
    words(|keyword| stage::is_operator(keyword) && keyword.as_str().starts_with('_'))
}

/// The units that may follow the number of a timespan: `ms`, `hours`.
pub fn timespan_units() -> &'static [&'static str] {
    TIMESPAN_UNITS
}

/// The words of the operators that compare with one text: `has`, `!startswith_cs` …
pub fn text_operators() -> Vec<Keyword> {
    words(|keyword| expr::string_operator(TokenKind::Keyword(keyword)).is_some())
}

/// The words of the operators that compare with a list: `in~`, `has_any` …
pub fn list_operators() -> Vec<Keyword> {
    words(|keyword| expr::membership(TokenKind::Keyword(keyword)).is_some())
}

/// The words of the types that columns and parameters are declared with.
pub fn types() -> Vec<Keyword> {
    words(Keyword::is_type)
}

/// The parameters that every operator takes; without the service's own, which start with `_`.
pub fn parameters() -> Vec<&'static str> {
    let mut names: Vec<_> = parameter::everywhere().filter(|name| !name.starts_with('_')).collect();
    names.sort_unstable();
    names
}

/// The parameters and properties that the operator takes besides those of [`parameters`].
pub fn own_parameters(operator: Keyword) -> &'static [&'static str] {
    parameter::own(operator)
}

fn words(wanted: impl Fn(Keyword) -> bool) -> Vec<Keyword> {
    let mut words: Vec<_> = Keyword::ALL.iter().copied().filter(|keyword| wanted(*keyword)).collect();
    words.sort_unstable_by_key(|keyword| keyword.as_str());
    words
}
