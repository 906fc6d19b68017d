//! A Pratt parser for filters: `OR` binds weakest, then `AND`, then `NOT`, then a comparison.

use super::lex::{Token, tokens};
use super::{Compare, Filter, Operand, Operator, Reading};
use crate::text::{Span, Spanned};

/// The longest text that is read as a filter, in bytes; a longer one is prose. Filters have some hundred.
const MAX_BYTES: usize = 16 * 1024;

/// The deepest nesting of brackets and `NOT` that is read.
const MAX_DEPTH: usize = 64;

/// Reads a filter text that starts at offset `base` of the page.
pub fn parse(text: &str, base: u32) -> Reading {
    if text.len() > MAX_BYTES {
        return Reading { prose: Some(Span::from_range(0..text.len()).shifted(base)), ..Reading::default() };
    }
    let tokens = tokens(text, base);
    let end = Span::from_range(text.len()..text.len()).shifted(base);
    let curly =
        tokens.iter().filter(|(token, _)| matches!(token, Token::Quoted { curly: true, .. })).map(|&(_, span)| span);
    let reading = Reading { curly: curly.collect(), ..Reading::default() };
    let mut parser = Parser { tokens: &tokens, at: 0, end, depth: 0, reading };
    parser.reading.filter = parser.expression(Binding::Or);
    let mut reading = parser.reading;
    if let (Some(&(_, first)), None) = (tokens.get(parser.at), reading.cut) {
        reading.prose = Some(Span::new(first.start, end.end));
    }
    reading
}

/// How strongly an operator holds its operands together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Operand,
}

struct Parser<'t, 's> {
    tokens: &'t [(Token<'s>, Span)],
    at: usize,
    end: Span,
    depth: usize,
    reading: Reading,
}

impl<'s> Parser<'_, 's> {
    /// An expression whose operators bind at least as `weakest`. `None`, nothing read, where no expression starts.
    fn expression(&mut self, weakest: Binding) -> Option<Filter> {
        let mut left = self.operand()?;
        while let Some((connective, len)) = self.connective() {
            if connective < weakest {
                break;
            }
            let before = self.at;
            self.at += len;
            match self.right(connective, &mut left) {
                Right::Filter(right) => left = joined(connective, left, right),
                Right::Attached => {}
                Right::None => {
                    self.at = before;
                    break;
                }
            }
        }
        Some(left)
    }

    fn right(&mut self, connective: Binding, left: &mut Filter) -> Right {
        if self.at >= self.tokens.len() {
            self.reading.cut = Some(self.end);
            return Right::Filter(Filter::Missing);
        }
        if let Some(operand) = self.bare_operand() {
            let Some(compare) = last_comparison(left) else { return Right::None };
            self.reading.bare.push(operand.span);
            compare.values.push(operand);
            return Right::Attached;
        }
        let stronger = if connective == Binding::Or { Binding::And } else { Binding::Operand };
        self.expression(stronger).map_or(Right::None, Right::Filter)
    }

    /// A text alone, where a comparison must stand.
    fn bare_operand(&mut self) -> Option<Operand> {
        let (Token::Quoted { text, closed: true, .. }, span) = self.tokens.get(self.at)? else { return None };
        if self.operator_at(self.at + 1).is_some() {
            return None;
        }
        self.at += 1;
        Some(Operand { text: (*text).to_owned(), span: *span, hole: false })
    }

    fn operand(&mut self) -> Option<Filter> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let filter = self.operand_within_depth();
        self.depth -= 1;
        filter
    }

    fn operand_within_depth(&mut self) -> Option<Filter> {
        let start = self.at;
        match &self.tokens.get(self.at)?.0 {
            Token::Symbol("(") => {
                self.at += 1;
                let inner = self.expression(Binding::Or);
                match (inner, self.tokens.get(self.at)) {
                    (Some(inner), Some((Token::Symbol(")"), _))) => {
                        self.at += 1;
                        Some(inner)
                    }
                    (Some(inner), None) => {
                        self.reading.cut = Some(self.end);
                        Some(inner)
                    }
                    _ => {
                        self.at = start;
                        None
                    }
                }
            }
            Token::Symbol("!") => self.negation(start),
            Token::Word(word) if word.eq_ignore_ascii_case("not") => self.negation(start),
            Token::Word(field) => self.comparison(field),
            _ => None,
        }
    }

    fn negation(&mut self, start: usize) -> Option<Filter> {
        self.at += 1;
        let inner = self.operand();
        if inner.is_none() {
            self.at = start;
        }
        inner.map(|inner| Filter::Not(Box::new(inner)))
    }

    fn comparison(&mut self, field: &'s str) -> Option<Filter> {
        let (operator, negated, len) = self.operator_at(self.at + 1)?;
        let span = self.tokens[self.at].1;
        let is_word = matches!(self.tokens[self.at + 1].0, Token::Word(_));
        // "exclude in …" is prose; a field named by one plain word stands before a symbol.
        let starts_with_letter = field.starts_with(char::is_alphabetic);
        if !starts_with_letter || (is_word && !self.value_follows(self.at + 1 + len)) {
            return None;
        }
        self.at += 1 + len;
        let values = self.values();
        if values.is_empty() {
            if self.at >= self.tokens.len() {
                self.reading.cut = Some(self.end);
            }
            return Some(Filter::Missing);
        }
        Some(Filter::Compare(Compare { field: Spanned::new(field.to_owned(), span), operator, negated, values }))
    }

    /// Whether a value, a list or the end of the text stands at `at`.
    fn value_follows(&self, at: usize) -> bool {
        let at = if matches!(self.tokens.get(at), Some((Token::Symbol("(" | "["), _))) { at + 1 } else { at };
        match self.tokens.get(at) {
            None | Some((Token::Quoted { .. } | Token::Hole(_), _)) => true,
            Some((Token::Word(word), _)) => word.starts_with(|c: char| c.is_ascii_digit()),
            Some(_) => false,
        }
    }

    /// One value, or a list in brackets.
    fn values(&mut self) -> Vec<Operand> {
        let mut values = Vec::new();
        if !matches!(self.tokens.get(self.at), Some((Token::Symbol("(" | "["), _))) {
            values.extend(self.value());
            return values;
        }
        self.at += 1;
        loop {
            match self.tokens.get(self.at) {
                Some((Token::Symbol(")" | "]"), _)) => {
                    self.at += 1;
                    return values;
                }
                Some((Token::Symbol(","), _)) => self.at += 1,
                _ => {
                    let Some(value) = self.value() else {
                        if self.at >= self.tokens.len() {
                            self.reading.cut = Some(self.end);
                        }
                        return values;
                    };
                    values.push(value);
                }
            }
        }
    }

    fn value(&mut self) -> Option<Operand> {
        let (token, span) = self.tokens.get(self.at)?;
        let (text, hole) = match token {
            Token::Quoted { closed: false, .. } => {
                self.at += 1;
                self.reading.cut = Some(self.end);
                return None;
            }
            Token::Quoted { text, .. } | Token::Word(text) => (*text, false),
            Token::Hole(text) => (*text, true),
            Token::Symbol(_) | Token::Other => return None,
        };
        self.at += 1;
        Some(Operand { text: text.to_owned(), span: *span, hole })
    }

    /// The comparison operator at token `at`: the operator, whether it is negated, and its length in tokens.
    fn operator_at(&self, at: usize) -> Option<(Operator, bool, usize)> {
        match &self.tokens.get(at)?.0 {
            Token::Symbol(symbol) => symbol_operator(symbol).map(|(operator, negated)| (operator, negated, 1)),
            Token::Word(word) if word.eq_ignore_ascii_case("not") => {
                let Token::Word(next) = &self.tokens.get(at + 1)?.0 else { return None };
                word_operator(next).map(|operator| (operator, true, 2))
            }
            Token::Word(word) => word_operator(word).map(|operator| (operator, false, 1)),
            _ => None,
        }
    }

    fn connective(&self) -> Option<(Binding, usize)> {
        match &self.tokens.get(self.at)?.0 {
            Token::Symbol("&&") => Some((Binding::And, 1)),
            Token::Symbol("||") => Some((Binding::Or, 1)),
            Token::Word(word) if word.eq_ignore_ascii_case("and") => Some((Binding::And, 1)),
            Token::Word(word) if word.eq_ignore_ascii_case("or") => Some((Binding::Or, 1)),
            _ => None,
        }
    }
}

enum Right {
    Filter(Filter),
    /// The operand went to the comparison on the left.
    Attached,
    /// No operand stands here: prose.
    None,
}

fn joined(connective: Binding, left: Filter, right: Filter) -> Filter {
    match (connective, left) {
        (Binding::Or, Filter::Or(mut parts)) => {
            parts.push(right);
            Filter::Or(parts)
        }
        (Binding::Or, left) => Filter::Or(vec![left, right]),
        (_, Filter::And(mut parts)) => {
            parts.push(right);
            Filter::And(parts)
        }
        (_, left) => Filter::And(vec![left, right]),
    }
}

fn last_comparison(filter: &mut Filter) -> Option<&mut Compare> {
    match filter {
        Filter::Compare(compare) => Some(compare),
        Filter::Not(inner) => last_comparison(inner),
        Filter::And(parts) | Filter::Or(parts) => last_comparison(parts.last_mut()?),
        Filter::Missing => None,
    }
}

fn symbol_operator(symbol: &str) -> Option<(Operator, bool)> {
    Some(match symbol {
        "==" | "=" | "=~" => (Operator::Equals, false),
        "!=" | "<>" | "!~" => (Operator::Equals, true),
        "<" | "<=" | ">" | ">=" => (Operator::Order, false),
        _ => return None,
    })
}

fn word_operator(word: &str) -> Option<Operator> {
    Some(match word.to_ascii_lowercase().as_str() {
        "in" | "equals" => Operator::Equals,
        "contains" | "like" | "includes" | "has" => Operator::Contains,
        "startswith" | "starts_with" => Operator::StartsWith,
        "endswith" | "ends_with" => Operator::EndsWith,
        _ => return None,
    })
}
