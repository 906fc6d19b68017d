//! `inline_external_table`: a table outside of the service, described where it is used.

use super::Parser;
use super::list::ListEnd;
use crate::kql::ast::{Arg, ColumnDecl, Expr, ExprKind, ExternalData, OperatorParameter};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;

impl Parser<'_> {
    /// Whether an inline table, not a name, starts at the cursor.
    pub(super) fn at_inline_table(&self) -> bool {
        self.is(Keyword::InlineExternalTable)
            && (self.is_at(1, Keyword::Kind) || (self.peek_at(1) == TokenKind::OpenParen && self.schema_ahead(1)))
    }

    /// Whether the parentheses `ahead` hold a `:` before the next `)`.
    fn schema_ahead(&self, ahead: usize) -> bool {
        let inside = &self.tokens[(self.at + ahead).min(self.tokens.len())..];
        let end =
            inside.iter().find(|token| matches!(token.kind, TokenKind::Colon | TokenKind::CloseParen | TokenKind::End));
        end.is_some_and(|token| token.kind != TokenKind::CloseParen)
    }

    /// `inline_external_table (a:string) kind=storage partition by (…) pathformat=(…) dataformat=csv ('uri') with (…)`
    pub(super) fn inline_external_table(&mut self) -> Expr {
        let start = self.bump();
        let schema = (self.peek() == TokenKind::OpenParen && self.schema_ahead(0)).then(|| self.inline_schema());
        let delta = self.inline_kind();
        if schema.is_none() && !delta {
            self.expected("a schema `(name:type, …)`");
        }
        if self.is(Keyword::Partition) {
            self.partition_columns();
        }
        if self.is(Keyword::Pathformat) {
            self.path_format();
        }
        if self.eat_word(Keyword::Dataformat).is_some() {
            self.require(TokenKind::Equal, "`=`");
            self.require(TokenKind::Identifier, "a format such as `csv`");
        } else if !delta {
            self.expected("`dataformat=` and a format such as `csv`");
        }
        let mut uris = Vec::new();
        if let Some(open) = self.require(TokenKind::OpenParen, "`(` and the addresses") {
            uris = self.list(ListEnd::EXPRESSIONS.of("an address").comma_at_end(), Self::pipe);
            self.close(open, TokenKind::CloseParen);
        }
        let properties = self.eat_word(Keyword::With).map(|_| self.free_properties()).unwrap_or_default();
        let argument = |property: OperatorParameter| Arg { name: Some(property.name), value: property.value };
        let properties = properties.into_iter().map(argument).collect();
        let columns = schema.unwrap_or_default();
        Expr {
            kind: ExprKind::ExternalData(Box::new(ExternalData { columns, uris, properties })),
            span: self.since(start),
        }
    }

    fn inline_schema(&mut self) -> Vec<ColumnDecl> {
        let columns = self.required_row_schema();
        if columns.is_empty() {
            self.expected("a column `name:type`");
        }
        columns
    }

    /// `kind=storage`, `kind=delta`; gives whether it is `delta`, which needs neither schema nor format.
    fn inline_kind(&mut self) -> bool {
        if self.eat_word(Keyword::Kind).is_none() {
            self.expected("`kind=storage` or `kind=delta`");
            return false;
        }
        self.require(TokenKind::Equal, "`=`");
        let delta = self.slice(self.here()) == "delta";
        if delta || self.slice(self.here()) == "storage" {
            self.bump();
        } else {
            self.expected("`storage` or `delta`");
        }
        delta
    }

    fn partition_columns(&mut self) {
        self.bump();
        self.require_word(Keyword::By);
        let Some(open) = self.require(TokenKind::OpenParen, "`(` and the columns") else { return };
        self.eat(TokenKind::Comma);
        self.list(ListEnd::EXPRESSIONS.of("a column `name:type`").comma_at_end(), Self::partition_column_decl);
        self.close(open, TokenKind::CloseParen);
    }

    fn partition_column_decl(&mut self) -> Option<()> {
        self.new_name()?;
        self.require(TokenKind::Colon, "`:` and a type");
        self.type_name(|keyword| matches!(keyword, Keyword::Datetime | Keyword::Long | Keyword::String));
        if self.eat(TokenKind::Equal).is_some() {
            self.unnamed();
        }
        Some(())
    }

    fn path_format(&mut self) {
        self.bump();
        self.require(TokenKind::Equal, "`=`");
        let Some(open) = self.require(TokenKind::OpenParen, "`(` and the parts of the path") else { return };
        self.eat(TokenKind::String);
        while !self.at_common_end() && !self.lost {
            self.path_part();
            self.eat(TokenKind::String);
        }
        self.close(open, TokenKind::CloseParen);
    }

    /// `column`, `datetime_pattern('yyyy', column)`
    fn path_part(&mut self) {
        if self.is(Keyword::DatetimePattern) {
            self.bump();
            let Some(open) = self.require(TokenKind::OpenParen, "`(`") else { return };
            self.require(TokenKind::String, "a pattern in quotes");
            self.require(TokenKind::Comma, "`,`");
            self.required_name();
            self.close(open, TokenKind::CloseParen);
        } else {
            self.required_name();
        }
    }
}
