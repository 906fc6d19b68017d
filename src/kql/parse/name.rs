//! Names: bare, in brackets, in braces, with wildcards.

use super::Parser;
use crate::kql::ast::{Expr, ExprKind, Name};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

impl Parser<'_> {
    /// How many tokens the name `ahead` of the cursor has; 0 when there is none.
    pub(super) fn name_len(&self, ahead: usize) -> usize {
        match self.peek_at(ahead) {
            TokenKind::Identifier => 1,
            TokenKind::Keyword(keyword) => usize::from(keyword.is_name()),
            TokenKind::OpenBracket => self.bracketed_len(ahead),
            TokenKind::OpenBrace => self.braced_len(ahead),
            _ => 0,
        }
    }

    /// [`Parser::name_len`] where a name is given, which more words may be.
    pub(super) fn new_name_len(&self, ahead: usize) -> usize {
        match self.peek_at(ahead) {
            TokenKind::Identifier => 1,
            TokenKind::Keyword(keyword) => usize::from(keyword.is_new_name()),
            _ => self.name_len(ahead),
        }
    }

    /// `['a' "b"]`
    fn bracketed_len(&self, ahead: usize) -> usize {
        let mut end = ahead + 1;
        while self.peek_at(end) == TokenKind::String {
            end += 1;
        }
        if end == ahead + 1 || self.peek_at(end) != TokenKind::CloseBracket { 0 } else { end + 1 - ahead }
    }

    /// `{name}` and `{name[0]}`: a parameter that a client fills in.
    fn braced_len(&self, ahead: usize) -> usize {
        let mut end = ahead + 1;
        if !matches!(self.peek_at(end), TokenKind::Identifier | TokenKind::Keyword(_)) || !self.touches(end) {
            return 0;
        }
        end += 1;
        if self.peek_at(end) == TokenKind::OpenBracket && self.touches(end) {
            end += 1;
            if self.peek_at(end) == TokenKind::Minus && self.touches(end) {
                end += 1;
            }
            for kind in [TokenKind::Long, TokenKind::CloseBracket] {
                if self.peek_at(end) != kind || !self.touches(end) {
                    return 0;
                }
                end += 1;
            }
        }
        if self.peek_at(end) == TokenKind::CloseBrace && self.touches(end) { end + 1 - ahead } else { 0 }
    }

    /// The name of `len` tokens that stands `ahead` of the cursor.
    pub(super) fn name_at(&self, ahead: usize, len: usize) -> Name {
        let span = self.token(ahead).span.to(self.token(ahead + len - 1).span);
        Name { span, bracketed: self.peek_at(ahead) == TokenKind::OpenBracket }
    }

    /// Moves past the name of `len` tokens at the cursor.
    pub(super) fn take_name(&mut self, len: usize) -> Name {
        let name = self.name_at(0, len);
        self.at += len;
        name
    }

    pub(super) fn name(&mut self) -> Option<Name> {
        let len = self.name_len(0);
        (len > 0).then(|| self.take_name(len))
    }

    /// A name where one is given: `title`, `where` too.
    pub(super) fn new_name(&mut self) -> Option<Name> {
        let len = self.new_name_len(0);
        (len > 0).then(|| self.take_name(len))
    }

    pub(super) fn required_name(&mut self) -> Name {
        match self.name() {
            Some(name) => name,
            None => self.missing_name(),
        }
    }

    pub(super) fn required_new_name(&mut self) -> Name {
        match self.new_name() {
            Some(name) => name,
            None => self.missing_name(),
        }
    }

    pub(super) fn name_expr(&mut self) -> Option<Expr> {
        self.name().map(name_expr)
    }

    /// How many tokens the name with `*` in it that stands `ahead` has; 0 when there is none.
    fn wildcard_len(&self, ahead: usize) -> usize {
        let word = |kind| match kind {
            TokenKind::Identifier => true,
            TokenKind::Keyword(keyword) => keyword.is_new_name(),
            _ => false,
        };
        let mut end = match self.peek_at(ahead) {
            TokenKind::Star => ahead + 1,
            TokenKind::Identifier if self.peek_at(ahead + 1) == TokenKind::Star && self.touches(ahead + 1) => ahead + 2,
            TokenKind::Keyword(keyword)
                if keyword.is_new_name() && self.peek_at(ahead + 1) == TokenKind::Star && self.touches(ahead + 1) =>
            {
                ahead + 2
            }
            _ => return 0,
        };
        while self.touches(end)
            && (word(self.peek_at(end)) || matches!(self.peek_at(end), TokenKind::Star | TokenKind::Long))
        {
            end += 1;
        }
        end - ahead
    }

    /// `Device*`, `*`.
    pub(super) fn wildcard(&mut self) -> Option<Expr> {
        let len = self.wildcard_len(0);
        if len == 0 {
            return None;
        }
        let span = self.here().to(self.token(len - 1).span);
        let kind = if len == 1 { ExprKind::Star } else { ExprKind::Wildcard(span) };
        self.at += len;
        Some(Expr { kind, span })
    }

    /// `[Device*]`
    pub(super) fn bracketed_wildcard(&mut self) -> Option<Expr> {
        if self.peek() != TokenKind::OpenBracket || self.wildcard_len(1) == 0 {
            return None;
        }
        let open = self.bump();
        let inner = self.wildcard()?;
        self.close(open, TokenKind::CloseBracket);
        Some(Expr { kind: ExprKind::Wildcard(inner.span), span: self.since(open) })
    }

    /// `a, b*` of `project-away`.
    pub(super) fn wildcard_or_name(&mut self) -> Option<Expr> {
        match self.wildcard() {
            Some(expr) => Some(expr),
            None => self.name_expr(),
        }
    }

    /// A name at the end of a path: also `kind`, `withsource` and `@`.
    pub(super) fn bare_selector(&mut self) -> Option<Expr> {
        match self.peek() {
            TokenKind::At | TokenKind::Keyword(Keyword::Kind | Keyword::Withsource | Keyword::WithSource) => {
                let span = self.bump();
                Some(name_expr(Name { span, bracketed: false }))
            }
            _ => self.name_expr(),
        }
    }

    /// Reports a word of the language that stands where a name is meant, and takes it for the name.
    pub(super) fn word_as_name(&mut self) -> Option<Expr> {
        let keyword = self.keyword()?;
        if !follows_a_name(self.peek_at(1)) {
            return None;
        }
        let (span, text) = (self.here(), keyword.as_str());
        let message = format!("`{text}` is a word of the language, not a name");
        self.note(span, message, Some(format!("write `['{text}']`")));
        self.bump();
        Some(name_expr(Name { span, bracketed: false }))
    }
}

pub(super) const fn name_expr(name: Name) -> Expr {
    Expr { kind: ExprKind::Name(name), span: name.span }
}

pub(super) const fn no_name(at: Span) -> Name {
    Name { span: Span::at(at.end), bracketed: false }
}

/// Whether the token shows that the word before it was meant as a name.
fn follows_a_name(kind: TokenKind) -> bool {
    use TokenKind as T;
    if super::expr::membership(kind).is_some() || super::expr::string_operator(kind).is_some() {
        return true;
    }
    matches!(
        kind,
        T::EqualEqual
            | T::BangEqual
            | T::Greater
            | T::GreaterEqual
            | T::Less
            | T::LessEqual
            | T::Star
            | T::Slash
            | T::Percent
            | T::CloseParen
            | T::CloseBracket
            | T::CloseBrace
            | T::Dot
            | T::Comma
            | T::Bar
            | T::Keyword(Keyword::And | Keyword::Or | Keyword::Between | Keyword::NotBetween)
    )
}
