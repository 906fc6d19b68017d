//! What an expression is made of: literals, names, calls, parentheses, tables, and paths over them.

use super::Parser;
use super::list::ListEnd;
use super::name::name_expr;
use crate::kql::ast::{Arg, Expr, ExprKind, ExternalData, Name};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

impl Parser<'_> {
    /// A primary expression and what follows it with `.` and `[…]`.
    pub(super) fn path(&mut self) -> Option<Expr> {
        if self.is(Keyword::Totable) {
            return Some(self.query_function());
        }
        self.chained(Self::primary_path)
    }

    fn primary_path(&mut self) -> Option<Expr> {
        let mut base = self.primary()?;
        loop {
            base = match self.peek() {
                TokenKind::Dot => {
                    self.bump();
                    let selector = match self.selector_or_call() {
                        Some(selector) => selector,
                        None => name_expr(self.missing_name()),
                    };
                    self.member(base, selector)
                }
                TokenKind::OpenBracket => self.index(base),
                _ => return Some(base),
            };
        }
    }

    pub(super) fn member(&mut self, base: Expr, selector: Expr) -> Expr {
        self.push_down();
        let span = base.span.to(selector.span);
        Expr { kind: ExprKind::Member { base: Box::new(base), selector: Box::new(selector) }, span }
    }

    pub(super) fn index(&mut self, base: Expr) -> Expr {
        let open = self.bump();
        let index = self.required_unnamed();
        self.close(open, TokenKind::CloseBracket);
        self.push_down();
        let span = self.since(base.span);
        Expr { kind: ExprKind::Index { base: Box::new(base), index: Box::new(index) }, span }
    }

    fn primary(&mut self) -> Option<Expr> {
        match self.peek() {
            TokenKind::Keyword(keyword) => self.word(keyword),
            TokenKind::OpenParen => Some(self.parenthesized()),
            TokenKind::OpenBracket => match self.name_or_call() {
                Some(expr) => Some(expr),
                None => Some(self.bracketed_selector()),
            },
            TokenKind::Identifier | TokenKind::OpenBrace => self.name_or_call(),
            TokenKind::At => self.bare_selector(),
            kind if kind.is_literal() => self.literal(),
            _ => None,
        }
    }

    /// What starts with a word of the language.
    fn word(&mut self, keyword: Keyword) -> Option<Expr> {
        match keyword {
            Keyword::Dynamic => self.dynamic(),
            Keyword::Datatable => Some(self.data_table()),
            Keyword::InternalContextualDatatable => Some(self.contextual_table()),
            Keyword::Externaldata | Keyword::ExternalData => Some(self.external_data()),
            Keyword::MaterializedViewCombine => Some(self.view_combine()),
            Keyword::Toscalar => Some(self.query_function()),
            Keyword::Typeof if self.peek_at(1) == TokenKind::OpenParen => self.type_of(),
            _ => {
                if let Some(expr) = self.name_or_call() {
                    return Some(expr);
                }
                match self.bare_selector() {
                    Some(expr) => Some(expr),
                    None => self.word_as_name(),
                }
            }
        }
    }

    /// `name`, `name(…)`; with a data scope behind a plain name: `T datascope=hotcache`.
    fn name_or_call(&mut self) -> Option<Expr> {
        let name = self.name()?;
        if self.peek() == TokenKind::OpenParen {
            let args = self.arguments();
            return Some(Expr { kind: ExprKind::Call { name, args }, span: self.since(name.span) });
        }
        self.data_scope();
        Some(name_expr(name))
    }

    /// `datascope=all`; it does not change what a query means and is not part of the tree.
    pub(super) fn data_scope(&mut self) {
        if self.eat_word(Keyword::Datascope).is_none() {
            return;
        }
        self.require(TokenKind::Equal, "`=`");
        match self.peek() {
            TokenKind::Keyword(Keyword::Hotcache) => {
                self.bump();
            }
            TokenKind::Identifier if self.slice(self.here()) == "all" => {
                self.bump();
            }
            _ => self.expected("`all` or `hotcache`"),
        }
    }

    /// What may stand behind a dot.
    pub(super) fn selector_or_call(&mut self) -> Option<Expr> {
        let len = self.name_len(0);
        if len > 0 && self.peek_at(len) == TokenKind::OpenParen {
            let name = self.take_name(len);
            let args = self.arguments();
            return Some(Expr { kind: ExprKind::Call { name, args }, span: self.since(name.span) });
        }
        self.selector()
    }

    /// A name, `['name']`, `[expr]` or `[wild*]`.
    pub(super) fn selector(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::OpenBracket { Some(self.bracketed_selector()) } else { self.bare_selector() }
    }

    fn bracketed_selector(&mut self) -> Expr {
        if let Some(wildcard) = self.bracketed_wildcard() {
            return wildcard;
        }
        if let Some(name) = self.name_expr() {
            return name;
        }
        let open = self.bump();
        let inner = self.required_unnamed();
        self.close(open, TokenKind::CloseBracket);
        Expr { kind: ExprKind::Paren(Box::new(inner)), span: self.since(open) }
    }

    pub(super) fn parenthesized(&mut self) -> Expr {
        let open = self.bump();
        let mut inner = self.required_pipe();
        if !self.close(open, TokenKind::CloseParen) {
            inner = condition_before_bar(inner);
        }
        Expr { kind: ExprKind::Paren(Box::new(inner)), span: self.since(open) }
    }

    /// `toscalar(query)`, `totable(query)`, also with `kind=nooptimization` before the parenthesis.
    fn query_function(&mut self) -> Expr {
        let name = Name { span: self.bump(), bracketed: false };
        if self.is(Keyword::Kind) && self.peek_at(1) == TokenKind::Equal {
            self.bump();
            self.bump();
            if self.any_value().is_none() {
                self.expected("a value");
            }
        }
        self.query_call(name)
    }

    /// `(query)` behind `name`.
    pub(super) fn query_call(&mut self, name: Name) -> Expr {
        let open = self.require(TokenKind::OpenParen, "`(`");
        let value = self.required_pipe();
        if let Some(open) = open {
            self.close(open, TokenKind::CloseParen);
        }
        let args = vec![Arg { name: None, value }];
        Expr { kind: ExprKind::Call { name, args }, span: self.since(name.span) }
    }

    fn data_table(&mut self) -> Expr {
        let start = self.bump();
        self.parameters(super::parameter::Allowed::anywhere(&[]));
        let columns = self.required_row_schema();
        let mut values = Vec::new();
        if let Some(open) = self.require(TokenKind::OpenBracket, "`[` and the values") {
            self.eat(TokenKind::Comma);
            values = self.list(ListEnd::EXPRESSIONS.of("a literal").comma_at_end(), Self::literal);
            self.close(open, TokenKind::CloseBracket);
        }
        Expr { kind: ExprKind::DataTable { columns, values }, span: self.since(start) }
    }

    /// `__contextual_datatable id (schema)`: a table that the service puts in place of the rows of an outer operator.
    fn contextual_table(&mut self) -> Expr {
        let start = self.bump();
        if self.literal().is_none() {
            self.required_unnamed();
        }
        let columns = self.required_row_schema();
        Expr { kind: ExprKind::DataTable { columns, values: Vec::new() }, span: self.since(start) }
    }

    fn external_data(&mut self) -> Expr {
        let start = self.bump();
        self.parameters(super::parameter::Allowed::anywhere(&[]));
        let columns = self.required_row_schema();
        let mut uris = Vec::new();
        if let Some(open) = self.require(TokenKind::OpenBracket, "`[` and the addresses") {
            uris = self.list(ListEnd::EXPRESSIONS.of("an address").comma_at_end(), Self::pipe);
            self.close(open, TokenKind::CloseBracket);
        }
        let properties = match self.eat_word(Keyword::With) {
            Some(_) => self.free_properties(),
            None => Vec::new(),
        };
        let properties =
            properties.into_iter().map(|property| Arg { name: Some(property.name), value: property.value }).collect();
        Expr {
            kind: ExprKind::ExternalData(Box::new(ExternalData { columns, uris, properties })),
            span: self.since(start),
        }
    }

    /// `materialized-view-combine (name) base (T) delta (T) aggregations (summarize …)`, as a call with named arguments.
    fn view_combine(&mut self) -> Expr {
        let name = Name { span: self.bump(), bracketed: false };
        let mut args = Vec::with_capacity(4);
        self.combine_part(None, Self::required_pipe, &mut args);
        for part in ["base", "delta", "aggregations"] {
            if self.slice(self.here()) != part {
                self.expected(&format!("`{part}`"));
                break;
            }
            let word = Name { span: self.bump(), bracketed: false };
            let read = if part == "aggregations" { Self::required_inner_pipe } else { Self::required_pipe };
            self.combine_part(Some(word), read, &mut args);
        }
        Expr { kind: ExprKind::Call { name, args }, span: self.since(name.span) }
    }

    fn combine_part(&mut self, name: Option<Name>, read: fn(&mut Self) -> Expr, args: &mut Vec<Arg>) {
        let Some(open) = self.require(TokenKind::OpenParen, "`(`") else { return };
        let value = read(self);
        self.close(open, TokenKind::CloseParen);
        args.push(Arg { name, value });
    }

    /// A table in `union` and `find`: a path that may end in a name with `*`.
    pub(super) fn table_path(&mut self) -> Option<Expr> {
        if let Some(wildcard) = self.wildcard() {
            return Some(wildcard);
        }
        let mut base = self.selector_or_call()?;
        loop {
            base = match self.peek() {
                TokenKind::Dot => {
                    self.bump();
                    if let Some(wildcard) = self.wildcard() {
                        return Some(self.member(base, wildcard));
                    }
                    let selector = match self.selector_or_call() {
                        Some(selector) => selector,
                        None => name_expr(self.missing_name()),
                    };
                    self.member(base, selector)
                }
                TokenKind::OpenBracket => self.selected(base),
                _ => return Some(base),
            };
        }
    }

    /// A path of names and brackets, without calls.
    pub(super) fn simple_path(&mut self) -> Option<Expr> {
        let mut base = self.selector()?;
        loop {
            base = match self.peek() {
                TokenKind::Dot => {
                    self.bump();
                    let selector = match self.selector() {
                        Some(selector) => selector,
                        None => name_expr(self.missing_name()),
                    };
                    self.member(base, selector)
                }
                TokenKind::OpenBracket => self.selected(base),
                _ => return Some(base),
            };
        }
    }

    fn selected(&mut self, base: Expr) -> Expr {
        if self.name_len(0) > 0 || self.peek_at(1) == TokenKind::Star {
            let selector = self.bracketed_selector();
            return self.member(base, selector);
        }
        self.index(base)
    }

    /// A call; a name without arguments is reported.
    pub(super) fn required_call(&mut self) -> Expr {
        let len = self.name_len(0);
        if len == 0 {
            self.expected("a plugin and its arguments");
            return self.missing();
        }
        let name = self.take_name(len);
        if self.peek() != TokenKind::OpenParen {
            self.expected("`(` and the arguments");
            return Expr { kind: ExprKind::Call { name, args: Vec::new() }, span: name.span };
        }
        let args = self.arguments();
        Expr { kind: ExprKind::Call { name, args }, span: self.since(name.span) }
    }

    /// The empty span behind the last token.
    pub(super) fn nowhere(&self) -> Span {
        Span::at(self.before().end)
    }
}

/// What an unclosed bracket was meant to hold: in `where (a == 1 and b | take 5` the condition, which gives no rows to take.
fn condition_before_bar(inner: Expr) -> Expr {
    use ExprKind::{Between, Binary, Logical, Membership, Pipe, Unary};
    match inner.kind {
        Pipe(pipe) => match pipe.source {
            Some(source)
                if matches!(
                    source.kind,
                    Between { .. } | Binary { .. } | Logical { .. } | Membership { .. } | Unary { .. }
                ) =>
            {
                source
            }
            _ => Expr { kind: Pipe(pipe), span: inner.span },
        },
        _ => inner,
    }
}
