//! Operators that take text apart.

use crate::kql::ast::{Operator, ParseKvOperator, ParseOperator, ParsePart};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::parameter::{Allowed, own};
use crate::kql::token::TokenKind;

impl Parser<'_> {
    pub(super) fn parse_operator(&mut self) -> Operator {
        Operator::Parse(Box::new(self.parse_pattern()))
    }

    pub(super) fn parse_where(&mut self) -> Operator {
        Operator::ParseWhere(Box::new(self.parse_pattern()))
    }

    fn parse_pattern(&mut self) -> ParseOperator {
        let parameters = self.parameters(Allowed::with_equals(own(Keyword::Parse)));
        let expr = self.required_unnamed();
        self.require_word(Keyword::With);
        let mut pattern = Vec::new();
        while let Some(part) = self.pattern_part() {
            pattern.push(part);
        }
        ParseOperator { parameters, expr, pattern }
    }

    fn pattern_part(&mut self) -> Option<ParsePart> {
        match self.peek() {
            TokenKind::Star => Some(ParsePart::Star(self.bump())),
            TokenKind::String => self.plain_literal().map(ParsePart::Text),
            _ => self.optional_column_decl().map(ParsePart::Column),
        }
    }

    pub(super) fn parse_kv(&mut self) -> Operator {
        let expr = self.required_unnamed();
        self.require_word(Keyword::As);
        let columns = self.required_row_schema();
        let properties = match self.eat_word(Keyword::With) {
            Some(_) => self.property_list(own(Keyword::ParseKv)),
            None => Vec::new(),
        };
        Operator::ParseKv(Box::new(ParseKvOperator { expr, columns, properties }))
    }
}
