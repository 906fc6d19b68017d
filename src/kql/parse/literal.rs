//! Literals, `dynamic(…)` and `typeof(…)`.

use super::Parser;
use super::list::ListEnd;
use crate::kql::ast::{ColumnDecl, Expr, ExprKind, Json, JsonKind, Literal, LiteralKind, Name, TypeName};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

const fn literal_kind(kind: TokenKind) -> Option<LiteralKind> {
    Some(match kind {
        TokenKind::String => LiteralKind::String,
        TokenKind::Long => LiteralKind::Long,
        TokenKind::Int => LiteralKind::Int,
        TokenKind::Real => LiteralKind::Real,
        TokenKind::Decimal => LiteralKind::Decimal,
        TokenKind::Bool => LiteralKind::Bool,
        TokenKind::DateTime => LiteralKind::DateTime,
        TokenKind::TimeSpan => LiteralKind::TimeSpan,
        TokenKind::Guid | TokenKind::RawGuid => LiteralKind::Guid,
        _ => return None,
    })
}

impl Parser<'_> {
    /// A literal, `dynamic(…)`, `typeof(…)`, a signed number or a client's `{parameter}`.
    pub(super) fn literal(&mut self) -> Option<Expr> {
        match self.peek() {
            TokenKind::Keyword(Keyword::Dynamic) => self.dynamic(),
            TokenKind::Keyword(Keyword::Typeof) => self.type_of(),
            TokenKind::Plus | TokenKind::Minus => self.signed_number(),
            TokenKind::OpenBrace => self.name_expr(),
            _ => {
                let literal = self.plain_literal()?;
                Some(Expr { kind: ExprKind::Literal(literal), span: literal.span })
            }
        }
    }

    pub(super) fn plain_literal(&mut self) -> Option<Literal> {
        let kind = literal_kind(self.peek())?;
        if self.peek() == TokenKind::RawGuid {
            let (span, text) = (self.here(), self.slice(self.here()).to_owned());
            self.note(span, "a GUID cannot stand alone".to_owned(), Some(format!("write `guid({text})`")));
        }
        let start = self.bump();
        if kind == LiteralKind::String {
            while self.eat(TokenKind::String).is_some() {}
        }
        Some(Literal { kind, span: self.since(start) })
    }

    fn signed_number(&mut self) -> Option<Expr> {
        let kind = match self.peek_at(1) {
            TokenKind::Long => LiteralKind::Long,
            TokenKind::Real => LiteralKind::Real,
            TokenKind::TimeSpan => LiteralKind::TimeSpan,
            _ => return None,
        };
        let number = self.token(1).span;
        if !self.touches(1) || !self.slice(number).starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let start = self.bump();
        self.bump();
        let span = start.to(number);
        Some(Expr { kind: ExprKind::Literal(Literal { kind, span }), span })
    }

    /// `dynamic(…)`, or nothing where another word stands.
    pub(super) fn dynamic_literal(&mut self) -> Option<Expr> {
        if self.is(Keyword::Dynamic) { self.dynamic() } else { None }
    }

    pub(super) fn dynamic(&mut self) -> Option<Expr> {
        if self.peek_at(1) != TokenKind::OpenParen {
            return None;
        }
        let start = self.bump();
        let open = self.bump();
        let json = self.required_json();
        self.close(open, TokenKind::CloseParen);
        Some(Expr { kind: ExprKind::Dynamic(Box::new(json)), span: self.since(start) })
    }

    fn required_json(&mut self) -> Json {
        if let Some(json) = self.json() {
            return json;
        }
        self.expected("a JSON value");
        Json { kind: JsonKind::Missing, span: Span::at(self.before().end) }
    }

    fn json(&mut self) -> Option<Json> {
        match self.peek() {
            TokenKind::OpenBracket | TokenKind::OpenBrace | TokenKind::Keyword(Keyword::Dynamic) => {
                self.nested(Self::nested_json)
            }
            TokenKind::Minus if matches!(self.peek_at(1), TokenKind::Long | TokenKind::Real) => {
                let start = self.bump();
                let literal = self.plain_literal()?;
                let span = start.to(literal.span);
                Some(Json { kind: JsonKind::Literal(Literal { kind: literal.kind, span }), span })
            }
            TokenKind::Keyword(Keyword::Null) => Some(Json { kind: JsonKind::Null, span: self.bump() }),
            TokenKind::Int => None,
            _ => {
                let literal = self.plain_literal()?;
                Some(Json { kind: JsonKind::Literal(literal), span: literal.span })
            }
        }
    }

    fn nested_json(&mut self) -> Option<Json> {
        let start = self.here();
        let kind = match self.peek() {
            TokenKind::OpenBracket => {
                let open = self.bump();
                let items = self.list(ListEnd::EXPRESSIONS.of("a JSON value"), Self::json);
                self.close(open, TokenKind::CloseBracket);
                JsonKind::Array(items)
            }
            TokenKind::OpenBrace if self.name_len(0) > 0 => {
                let name = self.name()?;
                JsonKind::Literal(Literal { kind: LiteralKind::Null, span: name.span })
            }
            TokenKind::OpenBrace => {
                let open = self.bump();
                let pairs = self.list(ListEnd::EXPRESSIONS.of("a pair `\"key\": value`"), Self::json_pair);
                self.close(open, TokenKind::CloseBrace);
                JsonKind::Object(pairs)
            }
            _ => {
                // `dynamic(…)` inside `dynamic(…)` is the value itself.
                let Some(Expr { kind: ExprKind::Dynamic(json), span }) = self.dynamic() else { return None };
                return Some(Json { kind: json.kind, span });
            }
        };
        Some(Json { kind, span: self.since(start) })
    }

    fn json_pair(&mut self) -> Option<(Span, Json)> {
        match self.peek() {
            TokenKind::String => {
                let key = self.bump();
                self.require(TokenKind::Colon, "`:`");
                Some((key, self.required_json()))
            }
            TokenKind::Colon => {
                self.expected("a key in quotes");
                let key = Span::at(self.bump().start);
                Some((key, self.required_json()))
            }
            TokenKind::Identifier if self.peek_at(1) == TokenKind::Colon => {
                let text = self.slice(self.here()).to_owned();
                self.note(self.here(), format!("the key `{text}` has no quotes"), Some(format!("write `\"{text}\"`")));
                let key = self.bump();
                self.bump();
                Some((key, self.required_json()))
            }
            _ => {
                self.expected("a key in quotes");
                None
            }
        }
    }

    /// `typeof(long)`, `typeof(a:string, *)`.
    pub(super) fn type_of(&mut self) -> Option<Expr> {
        if self.peek_at(1) != TokenKind::OpenParen {
            return None;
        }
        let start = self.bump();
        let open = self.bump();
        let columns = match self.bare_type() {
            Some(ty) => vec![ColumnDecl { name: super::name::no_name(open), ty: Some(ty) }],
            None => self.list(ListEnd::EXPRESSIONS.of("a type"), Self::type_of_element),
        };
        self.close(open, TokenKind::CloseParen);
        Some(Expr { kind: ExprKind::TypeOf(columns), span: self.since(start) })
    }

    fn bare_type(&mut self) -> Option<TypeName> {
        let alone = match self.peek() {
            TokenKind::Keyword(keyword) => keyword.is_extended_type(),
            TokenKind::Identifier => self.peek_at(1) == TokenKind::CloseParen,
            _ => false,
        };
        alone.then(|| TypeName { span: self.bump() })
    }

    fn type_of_element(&mut self) -> Option<ColumnDecl> {
        if self.peek() == TokenKind::Star {
            let span = self.bump();
            return Some(ColumnDecl { name: Name { span, bracketed: false }, ty: None });
        }
        self.column_decl()
    }
}
