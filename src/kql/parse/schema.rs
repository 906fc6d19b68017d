//! `name:type` and lists of them.

use super::Parser;
use super::list::ListEnd;
use crate::kql::ast::{ColumnDecl, Parameter, ParameterType, TypeName};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;

const COLUMNS: ListEnd = ListEnd::EXPRESSIONS.of("a column `name:type`").comma_at_end();

impl Parser<'_> {
    /// `name:type`; the type must be there.
    pub(super) fn column_decl(&mut self) -> Option<ColumnDecl> {
        let name = if self.peek() == TokenKind::Colon { self.missing_name() } else { self.new_name()? };
        self.require(TokenKind::Colon, "`:` and a type");
        let ty = if self.peek() == TokenKind::OpenParen {
            let open = self.bump();
            self.list(COLUMNS, Self::column_decl);
            self.close(open, TokenKind::CloseParen);
            Some(TypeName { span: self.since(open) })
        } else {
            self.type_name(Keyword::is_type)
        };
        Some(ColumnDecl { name, ty })
    }

    /// `name` or `name:type`, as in the pattern of `parse`.
    pub(super) fn optional_column_decl(&mut self) -> Option<ColumnDecl> {
        let name = if self.peek() == TokenKind::Colon { self.missing_name() } else { self.new_name()? };
        let ty = match self.eat(TokenKind::Colon) {
            Some(_) => self.type_name(Keyword::is_type),
            None => None,
        };
        Some(ColumnDecl { name, ty })
    }

    /// A type of the set that `allowed` accepts; another name is read for a type and reported.
    pub(super) fn type_name(&mut self, allowed: fn(Keyword) -> bool) -> Option<TypeName> {
        let wrong = match self.peek() {
            TokenKind::Keyword(keyword) if allowed(keyword) => false,
            TokenKind::Keyword(keyword) => {
                if !keyword.is_extended_type() && !keyword.is_name() {
                    self.expected("a type");
                    return None;
                }
                true
            }
            TokenKind::Identifier => true,
            _ => {
                self.expected("a type");
                return None;
            }
        };
        if wrong {
            let text = self.slice(self.here()).to_owned();
            let help = "types are bool, datetime, decimal, dynamic, guid, int, long, real, string, timespan".to_owned();
            self.note(self.here(), format!("`{text}` is no type here"), Some(help));
        }
        Some(TypeName { span: self.bump() })
    }

    /// `(a:string, b:long)`
    pub(super) fn row_schema(&mut self) -> Option<Vec<ColumnDecl>> {
        let open = self.eat(TokenKind::OpenParen)?;
        self.eat(TokenKind::Comma);
        let columns = self.list(COLUMNS, Self::column_decl);
        self.close(open, TokenKind::CloseParen);
        Some(columns)
    }

    pub(super) fn required_row_schema(&mut self) -> Vec<ColumnDecl> {
        let schema = self.row_schema();
        if schema.is_none() {
            self.expected("a schema `(name:type, …)`");
        }
        schema.unwrap_or_default()
    }

    /// `(*, a:string)` after `evaluate f() :`.
    pub(super) fn evaluate_schema(&mut self) -> Vec<ColumnDecl> {
        let Some(open) = self.eat(TokenKind::OpenParen) else {
            self.expected("a schema `(name:type, …)`");
            return Vec::new();
        };
        self.eat(TokenKind::Comma);
        let mut columns = Vec::new();
        if let Some(span) = self.eat(TokenKind::Star) {
            let name = crate::kql::ast::Name { span, bracketed: false };
            columns.push(ColumnDecl { name, ty: None });
        }
        self.eat(TokenKind::Comma);
        columns.extend(self.list(COLUMNS, Self::column_decl));
        self.close(open, TokenKind::CloseParen);
        columns
    }

    /// A parameter of a function: `a:string = 'x'`, `T:(x:long)`, `T:(*)`.
    pub(super) fn function_parameter(&mut self) -> Option<Parameter> {
        let start = self.here();
        let name = if self.peek() == TokenKind::Colon { self.missing_name() } else { self.new_name()? };
        self.require(TokenKind::Colon, "`:` and a type");
        let ty = if self.peek() == TokenKind::OpenParen {
            self.tabular_type()
        } else {
            ParameterType::Scalar(self.type_name(Keyword::is_type))
        };
        let default = self.eat(TokenKind::Equal).map(|_| self.default_value());
        Some(Parameter { name, ty, default, span: self.since(start) })
    }

    fn tabular_type(&mut self) -> ParameterType {
        let open = self.bump();
        if self.eat(TokenKind::Star).is_some() {
            self.close(open, TokenKind::CloseParen);
            return ParameterType::Tabular { columns: Vec::new(), open: true };
        }
        let columns = self.list(COLUMNS, Self::column_decl);
        self.close(open, TokenKind::CloseParen);
        ParameterType::Tabular { columns, open: false }
    }

    fn default_value(&mut self) -> crate::kql::ast::Expr {
        if let Some(literal) = self.literal() {
            return literal;
        }
        match self.word_value() {
            Some(value) => value,
            None => self.missing_expr(),
        }
    }
}
