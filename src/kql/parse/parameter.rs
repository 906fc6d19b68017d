//! Parameters of operators: `kind=inner`, `hint.strategy=shuffle`.

use super::Parser;
use super::list::ListEnd;
use super::name::name_expr;
use crate::kql::ast::{Expr, ExprKind, Name, OperatorParameter};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

/// Which names an operator takes for parameters besides those that every operator knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    /// The operator's own.
    pub(super) own: &'static [&'static str],
    /// Whether a name counts without `=` behind it (which is then reported as missing).
    pub(super) bare: bool,
}

impl Allowed {
    /// Parameters are names with a `=` behind them.
    pub(super) const fn with_equals(own: &'static [&'static str]) -> Self {
        Self { own, bare: false }
    }

    /// A parameter's name is one wherever it stands.
    pub(super) const fn anywhere(own: &'static [&'static str]) -> Self {
        Self { own, bare: true }
    }
}

/// Names that every operator takes, known to it or not (Microsoft's parser: the default parameter names).
const EVERYWHERE: &[&str] = &[
    "bagexpansion",
    "bin_legacy",
    "__crossCluster",
    "__crossDB",
    "decodeblocks",
    "expandoutput",
    "hint.concurrency",
    "hint.distribution",
    "hint.materialized",
    "hint.num_partitions",
    "hint.progressive_top",
    "hint.remote",
    "hint.shufflekey",
    "hint.spread",
    "hint.strategy",
    "__id",
    "isfuzzy",
    "__isFuzzy",
    "kind",
    "__noWithSource",
    "__packedColumn",
    "__sourceColumnIndex",
    "cycles",
    "with_match_id",
    "with_itemindex",
    "withsource",
    "with_source",
    "with_step_name",
    "force_remote",
];

/// The parameters that an operator takes besides those of [`EVERYWHERE`], in the order of the operators' words.
static OWN: &[(Keyword, &[&str])] = &[
    (Keyword::GraphMarkComponents, &["with_component_id"]),
    (Keyword::GraphMatch, &["output"]),
    (Keyword::GraphShortestPaths, &["output"]),
    (Keyword::MacroExpand, &["best_effort"]),
    (Keyword::Parse, &["flags"]),
    (Keyword::ParseKv, &["pair_delimiter", "kv_delimiter", "regex", "quote", "escape", "greedy"]),
    (Keyword::ParseWhere, &["flags"]),
    (Keyword::Reduce, &["threshold", "characters"]),
    (
        Keyword::Render,
        &[
            "kind",
            "title",
            "accumulate",
            "xcolumn",
            "ycolumns",
            "anomalycolumns",
            "series",
            "xtitle",
            "ytitle",
            "xaxis",
            "yaxis",
            "legend",
            "ysplit",
            "ymin",
            "ymax",
            "xmin",
            "xmax",
        ],
    ),
    (Keyword::Union, &["best_effort"]),
];

/// The parameters that the operator takes besides those that every operator takes.
pub(in crate::kql) fn own(operator: Keyword) -> &'static [&'static str] {
    OWN.iter().find(|(keyword, _)| *keyword == operator).map_or(&[], |(_, names)| names)
}

/// The parameters that every operator takes.
pub(in crate::kql) fn everywhere() -> impl Iterator<Item = &'static str> {
    EVERYWHERE.iter().chain(DOTTED).copied()
}

/// Names of several tokens.
const DOTTED: &[&str] = &["hint.pass_filters_column", "hint.pass_filters"];

impl Parser<'_> {
    pub(super) fn parameters(&mut self, allowed: Allowed) -> Vec<OperatorParameter> {
        let mut parameters = Vec::new();
        while let Some(parameter) = self.parameter(allowed) {
            parameters.push(parameter);
        }
        parameters
    }

    fn parameter(&mut self, allowed: Allowed) -> Option<OperatorParameter> {
        let len = self.parameter_name_len(allowed);
        if len == 0 || (!allowed.bare && self.peek_at(len) != TokenKind::Equal) {
            return None;
        }
        let span = self.here().to(self.token(len - 1).span);
        self.at += len;
        self.require(TokenKind::Equal, "`=`");
        let value = self.parameter_value(span);
        Some(OperatorParameter { name: Name { span, bracketed: false }, value })
    }

    pub(super) fn parameter_name_len(&self, allowed: Allowed) -> usize {
        if !matches!(self.peek(), TokenKind::Identifier | TokenKind::Keyword(_)) {
            return 0;
        }
        // Without `=` no parameter can stand here, and most stages have none.
        let text = self.slice(self.here());
        if text == "hint" {
            return self.dotted_len();
        }
        if !allowed.bare && self.peek_at(1) != TokenKind::Equal {
            return 0;
        }
        usize::from(allowed.own.contains(&text) || EVERYWHERE.contains(&text))
    }

    fn dotted_len(&self) -> usize {
        let rest = &self.text[self.here().start as usize..];
        let known = DOTTED.iter().any(|name| {
            rest.starts_with(name)
                && !rest[name.len()..].starts_with(|next: char| next == '_' || next.is_alphanumeric())
        });
        if known { 3 } else { 0 }
    }

    fn parameter_value(&mut self, name: Span) -> Expr {
        match self.slice(name) {
            "title" | "xtitle" | "ytitle" => match self.path() {
                Some(value) => value,
                None => self.missing_value(),
            },
            "ycolumns" | "anomalycolumns" | "series" => self.name_list(),
            _ => match self.any_value() {
                Some(value) => value,
                None => self.missing_value(),
            },
        }
    }

    fn missing_value(&mut self) -> Expr {
        self.expected("a value");
        self.missing()
    }

    /// `a, b` of `series=a, b`: a comma that a `name=` follows belongs to the outer list.
    fn name_list(&mut self) -> Expr {
        let start = self.here();
        let mut names = vec![name_expr(self.required_new_name())];
        while self.peek() == TokenKind::Comma && self.new_name_len(1) > 0 {
            let len = self.new_name_len(1);
            if self.peek_at(1 + len) == TokenKind::Equal {
                break;
            }
            self.bump();
            names.push(name_expr(self.take_name(len)));
        }
        let span = self.since(start);
        match names.pop() {
            Some(only) if names.is_empty() => only,
            last => {
                names.extend(last);
                Expr { kind: ExprKind::List(names), span }
            }
        }
    }

    /// A literal, a word or a name.
    pub(super) fn any_value(&mut self) -> Option<Expr> {
        if let Some(literal) = self.literal() {
            return Some(literal);
        }
        // The words that Microsoft lists as values of parameters and that are words of the language too.
        if let TokenKind::Keyword(
            Keyword::Simple | Keyword::Regex | Keyword::Relaxed | Keyword::Nooptimization | Keyword::Default,
        ) = self.peek()
        {
            let span = self.bump();
            return Some(name_expr(Name { span, bracketed: false }));
        }
        self.name_expr()
    }

    /// A word for a value.
    pub(super) fn word_value(&mut self) -> Option<Expr> {
        match self.peek() {
            TokenKind::Identifier => {}
            TokenKind::Keyword(keyword) if keyword.is_name() => {}
            _ => return None,
        }
        let span = self.bump();
        Some(name_expr(Name { span, bracketed: false }))
    }

    /// `(a=1, b='x')` after `with`; the word is read.
    pub(super) fn property_list(&mut self, own: &'static [&'static str]) -> Vec<OperatorParameter> {
        let Some(open) = self.require(TokenKind::OpenParen, "`(`") else { return Vec::new() };
        self.eat(TokenKind::Comma);
        let properties = self.properties(own);
        self.close(open, TokenKind::CloseParen);
        properties
    }

    pub(super) fn properties(&mut self, own: &'static [&'static str]) -> Vec<OperatorParameter> {
        let mut properties = Vec::new();
        while !self.at_common_end() {
            let Some(property) = self.parameter(Allowed::anywhere(own)) else {
                if !properties.is_empty() {
                    self.expected("a property");
                }
                return properties;
            };
            properties.push(property);
            if self.eat(TokenKind::Comma).is_none() {
                return properties;
            }
            if self.at_common_end() {
                self.expected("a property");
            }
        }
        properties
    }

    /// `(format='csv', ignoreFirstRecord=true)` after `with`, where any name is a property.
    pub(super) fn free_properties(&mut self) -> Vec<OperatorParameter> {
        let Some(open) = self.require(TokenKind::OpenParen, "`(`") else { return Vec::new() };
        let properties = self.list(ListEnd::EXPRESSIONS.of("a property"), Self::free_property);
        self.close(open, TokenKind::CloseParen);
        properties
    }

    fn free_property(&mut self) -> Option<OperatorParameter> {
        let name = self.new_name()?;
        self.require(TokenKind::Equal, "`=`");
        let value = match self.peek() {
            TokenKind::TimeSpan | TokenKind::Int | TokenKind::Decimal => None,
            kind if kind.is_literal() => {
                self.plain_literal().map(|literal| Expr { kind: ExprKind::Literal(literal), span: literal.span })
            }
            _ => self.new_name().map(name_expr),
        };
        let value = match value {
            Some(value) => value,
            None => self.missing_value(),
        };
        Some(OperatorParameter { name, value })
    }
}

/// Whether every operator knows the parameter.
pub(super) fn is_known(name: &str) -> bool {
    EVERYWHERE.contains(&name)
}
