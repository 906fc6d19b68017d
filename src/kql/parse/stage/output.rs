//! Operators that start a query, name it, check it or say how it is shown.

use crate::kql::ast::{Expr, ExprKind, Name, Operator, OperatorParameter};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::name::name_expr;
use crate::kql::parse::parameter::{Allowed, own};
use crate::kql::token::TokenKind;

/// Whether the word is a kind of chart.
pub(super) const fn is_chart(keyword: Keyword) -> bool {
    use Keyword as K;
    matches!(
        keyword,
        K::Barchart
            | K::Piechart
            | K::Ladderchart
            | K::Timechart
            | K::Linechart
            | K::Anomalychart
            | K::Pivotchart
            | K::Areachart
            | K::Stackedareachart
            | K::Scatterchart
            | K::Timepivot
            | K::Columnchart
            | K::Timeline
            | K::Chart3d
            | K::Card
            | K::Treemap
            | K::Plotly
            | K::Graph
    )
}

impl Parser<'_> {
    pub(super) fn range(&mut self) -> Operator {
        let name = self.required_name();
        self.require_word(Keyword::From);
        let from = Box::new(self.required_unnamed());
        self.require_word(Keyword::To);
        let to = Box::new(self.required_unnamed());
        self.require_word(Keyword::Step);
        Operator::Range { name, from, to, step: Box::new(self.required_unnamed()) }
    }

    pub(super) fn as_operator(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        Operator::As { parameters, name: self.required_name() }
    }

    pub(super) fn consume(&mut self) -> Operator {
        Operator::Consume(self.parameters(Allowed::anywhere(&[])))
    }

    pub(super) fn get_schema(&mut self) -> Operator {
        if self.is(Keyword::Kind) && self.peek_at(1) == TokenKind::Equal {
            self.parameters(Allowed::with_equals(&[]));
        }
        Operator::GetSchema
    }

    pub(super) fn assert_schema(&mut self) -> Operator {
        Operator::AssertSchema(self.required_row_schema())
    }

    pub(super) fn evaluate(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::anywhere(&[]));
        let call = Box::new(self.required_call());
        let schema = self.eat(TokenKind::Colon).map(|_| self.evaluate_schema());
        Operator::Evaluate { parameters, call, schema }
    }

    pub(super) fn invoke(&mut self) -> Operator {
        let len = self.name_len(0);
        if len == 0 || self.peek_at(len) != TokenKind::OpenParen {
            return Operator::Invoke(self.missing_expr());
        }
        let mut call = self.required_call();
        while self.peek() == TokenKind::Dot {
            let len = self.name_len(1);
            if len == 0 || self.peek_at(1 + len) != TokenKind::OpenParen {
                break;
            }
            self.bump();
            let next = self.required_call();
            call = self.member(call, next);
        }
        Operator::Invoke(call)
    }

    pub(super) fn render(&mut self) -> Operator {
        let visualization = match self.peek() {
            TokenKind::Identifier => self.take_name(1),
            TokenKind::Keyword(keyword) if is_chart(keyword) => Name { span: self.bump(), bracketed: false },
            _ => {
                self.expected("a kind of chart such as `timechart`");
                Name { span: self.nowhere(), bracketed: false }
            }
        };
        let mut parameters = Vec::new();
        while let Some(parameter) = self.old_render_property() {
            parameters.push(parameter);
        }
        let properties = match self.eat_word(Keyword::With) {
            Some(_) => self.property_list(own(Keyword::Render)),
            None => Vec::new(),
        };
        Operator::Render { visualization, parameters, properties }
    }

    /// `kind=stacked`, `title='x'`, `by a, b` behind the chart.
    fn old_render_property(&mut self) -> Option<OperatorParameter> {
        let span = self.here();
        let name = Name { span, bracketed: false };
        match self.keyword()? {
            Keyword::Kind | Keyword::Title | Keyword::Accumulate if self.peek_at(1) == TokenKind::Equal => {
                self.bump();
                self.bump();
                let value = if self.slice(span) == "title" { self.path() } else { self.any_value() };
                Some(OperatorParameter { name, value: value.unwrap_or_else(|| self.missing_expr()) })
            }
            Keyword::With if self.peek_at(1) != TokenKind::OpenParen => {
                self.bump();
                let value = self.any_value();
                Some(OperatorParameter { name, value: value.unwrap_or_else(|| self.missing_expr()) })
            }
            Keyword::By => {
                self.bump();
                let start = self.here();
                let names = self.list_open("a column", |parser| parser.new_name().map(name_expr));
                let value = Expr { kind: ExprKind::List(names), span: self.since(start) };
                Some(OperatorParameter { name, value })
            }
            _ => None,
        }
    }
}
