//! Reporting mistakes, and finding the way again after one.

use super::Parser;
use crate::kql::Problem;
use crate::kql::ast::{Expr, Name};
use crate::kql::keyword::{Keyword, NameUse};
use crate::kql::token::TokenKind;
use crate::text::Span;

impl Parser<'_> {
    /// Reports a mistake at `span`, unless the parser is lost already.
    pub(super) fn report(&mut self, span: Span, message: String) {
        self.report_with(span, message, None, None);
    }

    pub(super) fn report_with(
        &mut self,
        span: Span,
        message: String,
        related: Option<(Span, String)>,
        help: Option<String>,
    ) {
        if !self.lost && !self.lexer_said(span) {
            self.problems.push(Problem { message, span, related, help });
        }
        self.lost = true;
    }

    /// A mistake that does not make the parser lose its way.
    pub(super) fn note(&mut self, span: Span, message: String, help: Option<String>) {
        if !self.lost {
            self.problems.push(Problem { message, span, related: None, help });
        }
    }

    /// Whether the lexer has reported the token at `span`.
    fn lexer_said(&self, span: Span) -> bool {
        self.problems.iter().any(|problem| problem.span.start == span.start && !span.is_empty())
    }

    /// Reports that `what` should stand at the cursor.
    pub(super) fn expected(&mut self, what: &str) {
        if self.lost {
            return;
        }
        let (message, help) = (self.expected_message(what), self.slip());
        self.report_with(self.fault(), message, None, help);
    }

    /// Reports that an expression is missing at the cursor and stands in for it.
    pub(super) fn missing_expr(&mut self) -> Expr {
        if !self.lost {
            let help = self.slip();
            let message = match self.peek() {
                TokenKind::Comma if self.before_is(TokenKind::Comma) => {
                    "nothing stands between these commas".to_owned()
                }
                TokenKind::Keyword(keyword) if self.slip_is_word(keyword) => {
                    format!("expected an expression, found the word `{}`", keyword.as_str())
                }
                _ => self.expected_message("an expression"),
            };
            self.report_with(self.fault(), message, None, help);
        }
        self.missing()
    }

    /// Reports that a name is missing at the cursor and stands in for it.
    pub(super) fn missing_name(&mut self) -> Name {
        self.expected("a name");
        Name { span: Span::at(self.before().end), bracketed: false }
    }

    pub(super) fn require(&mut self, kind: TokenKind, what: &str) -> Option<Span> {
        let found = self.eat(kind);
        if found.is_none() {
            self.expected(what);
        }
        found
    }

    pub(super) fn require_word(&mut self, keyword: Keyword) -> Option<Span> {
        let found = self.eat_word(keyword);
        if found.is_none() {
            self.expected(&format!("`{}`", keyword.as_str()));
        }
        found
    }

    /// Reads the bracket that closes the one at `open`; what stands before it and belongs nowhere is reported and skipped.
    pub(super) fn close(&mut self, open: Span, kind: TokenKind) {
        if self.peek() != kind {
            self.unclosed(open, kind);
            self.skip_to_close(kind);
        }
        if self.eat(kind).is_some() {
            self.lost = false;
        }
    }

    fn unclosed(&mut self, open: Span, kind: TokenKind) {
        if self.lost {
            return;
        }
        let close = bracket_text(kind);
        let (message, mut help) = (self.expected_message(&format!("`{close}`")), self.slip());
        if help.is_none() && self.peek() == TokenKind::Equal {
            help = Some("write `==` to compare".to_owned());
        }
        let related = (!open.is_empty()).then(|| (open, format!("`{}` is opened here", self.slice(open))));
        self.report_with(self.fault(), message, related, help);
    }

    /// Skips to the closing bracket of this kind that belongs to the level of the cursor; stays before a `;`, or a bracket
    /// of another kind, that ends an outer level.
    fn skip_to_close(&mut self, kind: TokenKind) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Semicolon if depth == 0 => return,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
                close @ (TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace) => {
                    if depth == 0 {
                        if close != kind {
                            self.lost = true;
                        }
                        return;
                    }
                    depth -= 1;
                }
                // A stage that starts a line after an unclosed bracket is read as a stage again.
                TokenKind::Bar if depth == 0 && kind != TokenKind::CloseBrace && self.starts_line() => return,
                _ => {}
            }
            self.bump();
        }
    }

    fn starts_line(&self) -> bool {
        let gap = Span::new(self.before().end, self.here().start);
        self.slice(gap).contains('\n')
    }

    /// Skips to the next `|`, `;`, closing bracket or the end, past whole brackets.
    pub(super) fn skip_stage(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Bar | TokenKind::Semicolon if depth == 0 => return,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                }
                _ => {}
            }
            self.bump();
        }
    }

    fn before_is(&self, kind: TokenKind) -> bool {
        self.at > 0 && self.tokens[self.at - 1].kind == kind
    }

    /// The token to point to when something is missing at the cursor: the next one when it is on the same line as the one
    /// before, else the one before.
    pub(super) fn fault(&self) -> Span {
        let (before, here) = (self.before(), self.here());
        if self.at == 0 {
            return here;
        }
        let gap = Span::new(before.end, here.start);
        if self.peek() != TokenKind::End && !self.slice(gap).contains(['\n', '\r']) {
            return here;
        }
        if self.slice(before).contains(['\n', '\r']) { Span::at(before.end) } else { before }
    }

    fn expected_message(&self, what: &str) -> String {
        let fault = self.fault();
        if fault == self.here() && self.peek() != TokenKind::End {
            return format!("expected {what}, found `{}`", self.shown(fault));
        }
        if self.at == 0 {
            return format!("expected {what}");
        }
        format!("expected {what} after `{}`", self.shown(self.before()))
    }

    /// The text of a token, cut when it is long.
    fn shown(&self, span: Span) -> String {
        let text = self.slice(span);
        match text.char_indices().nth(40) {
            Some((cut, _)) => format!("{}…", text[..cut].escape_debug()),
            None => text.escape_debug().to_string(),
        }
    }

    fn slip_is_word(&self, keyword: Keyword) -> bool {
        keyword.name_use() != NameUse::Name
    }

    /// What to do about a slip with a name, seen from the token at the cursor.
    fn slip(&self) -> Option<String> {
        let text = self.slice(self.here());
        let comma = self.before_is(TokenKind::Comma);
        Some(match self.peek() {
            TokenKind::CloseParen
            | TokenKind::CloseBracket
            | TokenKind::CloseBrace
            | TokenKind::Bar
            | TokenKind::End
                if comma =>
            {
                "take away the comma before it".to_owned()
            }
            TokenKind::Keyword(word) if comma && word == Keyword::By => "take away the comma before `by`".to_owned(),
            TokenKind::Keyword(word) if is_operator_word(word) && self.before_operator() => {
                format!("two operators stand side by side: take away `{}` or `{text}`", self.slice(self.before()))
            }
            TokenKind::Keyword(word) if self.slip_is_word(word) && !is_operator_word(word) => {
                format!("`{text}` is a word of the language; as a name it is written `['{text}']`")
            }
            TokenKind::Minus if self.peek_at(1) == TokenKind::Minus && self.touches(1) => {
                "a comment starts with `//`".to_owned()
            }
            TokenKind::Minus if self.before_is(TokenKind::Minus) && self.touches(0) => {
                "a comment starts with `//`".to_owned()
            }
            TokenKind::Slash if self.peek_at(1) == TokenKind::Star => {
                "comments of several lines do not exist: start each line with `//`".to_owned()
            }
            TokenKind::Bar if self.before_is(TokenKind::Bar) && self.touches(0) => "write `or`".to_owned(),
            TokenKind::Bar if self.peek_at(1) == TokenKind::Bar => "write `or`".to_owned(),
            TokenKind::OpenParen if self.before_is(TokenKind::BangEqual) || self.before_is(TokenKind::EqualEqual) => {
                "write `in (…)` or `!in (…)` to compare with a list".to_owned()
            }
            TokenKind::Comma if self.list_after_comparison() => {
                "write `in (…)` or `!in (…)` to compare with a list".to_owned()
            }
            TokenKind::Identifier => return sql_word(text).map(ToOwned::to_owned),
            _ => return None,
        })
    }

    /// Whether the cursor stands behind the first element of a list that `==` or `!=` is followed by: `a != (1`.
    fn list_after_comparison(&self) -> bool {
        self.at >= 3
            && self.tokens[self.at - 2].kind == TokenKind::OpenParen
            && matches!(self.tokens[self.at - 3].kind, TokenKind::BangEqual | TokenKind::EqualEqual)
    }

    fn before_operator(&self) -> bool {
        self.at > 0 && self.tokens[self.at - 1].kind.keyword().is_some_and(is_operator_word)
    }
}

pub(super) const fn bracket_text(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::CloseBracket => "]",
        TokenKind::CloseBrace => "}",
        _ => ")",
    }
}

fn is_operator_word(keyword: Keyword) -> bool {
    super::expr::string_operator(TokenKind::Keyword(keyword)).is_some()
        || super::expr::membership(TokenKind::Keyword(keyword)).is_some()
        || matches!(keyword, Keyword::And | Keyword::Or | Keyword::Between | Keyword::NotBetween)
}

/// What KQL has in place of a word of SQL.
fn sql_word(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "select" => "KQL has no `SELECT`: start with the table, then `| project …`",
        "from" => "start with the table: `T | where …`",
        "where" => "the operators of KQL are written in lower case: `where`",
        "group" => "write `summarize … by …`",
        "having" => "write `| where …` after `summarize`",
        "like" => "write `contains`, `startswith`, `has` or `matches regex`",
        "is" => "write `isnull(…)`, `isnotnull(…)`, `isempty(…)` or `isnotempty(…)`",
        "not" => "write `not(…)`, or `!` in front of the operator: `!in`, `!has`",
        "and" => "write `and` in lower case",
        "or" => "write `or` in lower case",
        "in" => "write `in` in lower case",
        "equals" | "eq" => "write `==`",
        "limit" => "write `| take …`",
        "as" => "write `name = expression`",
        "order" | "sort" => "write `| sort by …`",
        _ => return None,
    })
}
