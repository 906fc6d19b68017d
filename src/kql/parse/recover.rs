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
        if !self.lost && !self.is_consequence(span) {
            self.problems.push(Problem { message, span, related, help });
            self.mistake = Some(self.at);
        }
        self.lost = true;
    }

    /// A mistake that does not make the parser lose its way.
    pub(super) fn note(&mut self, span: Span, message: String, help: Option<String>) {
        if !self.lost && !self.is_consequence(span) {
            self.problems.push(Problem { message, span, related: None, help });
            self.mistake = Some(self.at);
        }
    }

    /// Whether a problem at `span` comes of one that is reported: the same token or one of the next few, or a later token
    /// of its stage on the same line.
    fn is_consequence(&self, span: Span) -> bool {
        self.mistake.is_some_and(|at| self.at.saturating_sub(at) <= NEAR_TOKENS)
            || self.problems.before(span).any(|problem| self.is_near(problem.span, span))
    }

    fn is_near(&self, cause: Span, span: Span) -> bool {
        if span.start < cause.start || span.start - cause.start > NEAR_BYTES {
            return false;
        }
        let first = self.tokens.partition_point(|token| token.span.start < cause.start);
        let count = self.tokens[first..].partition_point(|token| token.span.start < span.start);
        let between = &self.tokens[first..first + count];
        let stage_ends = between.iter().any(|token| matches!(token.kind, TokenKind::Bar | TokenKind::Semicolon));
        let line_ends = self.slice(Span::new(cause.start, span.start)).contains('\n');
        between.len() <= NEAR_TOKENS || !(stage_ends || line_ends)
    }

    /// Reports that `what` should stand at the cursor.
    pub(super) fn expected(&mut self, what: &str) {
        if self.lost {
            return;
        }
        let (message, help) = (self.expected_message(what), self.slip());
        self.report_with(self.fault(), message, None, help);
    }

    /// `expr`, or a report that it is missing.
    pub(super) fn or_missing(&mut self, expr: Option<Expr>) -> Expr {
        match expr {
            Some(expr) => expr,
            None => self.missing_expr(),
        }
    }

    /// Reports that an expression is missing at the cursor and stands in for it.
    pub(super) fn missing_expr(&mut self) -> Expr {
        if !self.lost {
            let help = self.slip();
            let message = match self.peek() {
                TokenKind::Comma if self.before_is(TokenKind::Comma) => {
                    "nothing stands between these commas".to_owned()
                }
                TokenKind::Keyword(keyword) if slip_is_word(keyword) => {
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
    /// `false` where there is none.
    pub(super) fn close(&mut self, open: Span, kind: TokenKind) -> bool {
        if self.peek() != kind {
            self.unclosed(open, kind);
            if self.at_clause_word() {
                // `max(a by b`: the bracket is taken for closed, and the clause is read.
                self.lost = false;
                return false;
            }
            self.skip_to_close(kind);
        }
        let closed = self.eat(kind).is_some();
        if closed {
            self.lost = false;
        }
        closed
    }

    /// Whether a word that starts a clause of an operator, and no expression, stands at the cursor.
    pub(super) fn at_clause_word(&self) -> bool {
        matches!(self.keyword(), Some(Keyword::By | Keyword::On | Keyword::Asc | Keyword::Desc | Keyword::Of))
    }

    /// A bracket that is open at the end of the text is shown with the mistake that hides it.
    fn open_to_the_end(&mut self, open: Span) {
        if self.peek() != TokenKind::End || open.is_empty() {
            return;
        }
        let words = format!("`{}` is opened here and never closed", self.slice(open));
        if let Some(problem) = self.problems.last_of_parser().filter(|problem| problem.related.is_none()) {
            problem.related = Some((open, words));
        }
    }

    fn unclosed(&mut self, open: Span, kind: TokenKind) {
        if self.lost || self.problems.last_of_parser().is_some_and(|problem| open.end <= problem.span.start) {
            // A mistake inside the bracket has taken its partner, or hides where it should be.
            self.lost = true;
            self.open_to_the_end(open);
            return;
        }
        let close = bracket_text(kind);
        let (message, help) = (self.expected_message(&format!("`{close}`")), self.slip());
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

    pub(super) fn before_is(&self, kind: TokenKind) -> bool {
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

    pub(super) fn expected_message(&self, what: &str) -> String {
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
        let end = text.char_indices().nth(40).map_or(text.len(), |(cut, _)| cut);
        let mut shown: String = text[..end].chars().map(|each| if each.is_control() { ' ' } else { each }).collect();
        if end < text.len() {
            shown.push('…');
        }
        shown
    }

    /// What to do about a slip with a name, seen from the token at the cursor.
    pub(super) fn slip(&self) -> Option<String> {
        let text = self.slice(self.here());
        let comma = self.before_is(TokenKind::Comma);
        let help = match self.peek() {
            _ if self.after_select() => return sql_word("select").map(ToOwned::to_owned),
            _ if comma && (self.at_common_end() || self.is(Keyword::By)) => "take away the comma before it",
            _ if self.after_list_operator() && self.peek() != TokenKind::OpenParen => {
                return Some(self.list_operator_slip(text));
            }
            TokenKind::Comma => return self.comma_slip().map(ToOwned::to_owned),
            TokenKind::Keyword(Keyword::Typeof) => "write `to typeof(…)`",
            TokenKind::Keyword(word) if is_operator_word(word) && self.before_operator() => {
                return Some(self.two_operators(text));
            }
            TokenKind::Keyword(word) if slip_is_word(word) && !is_operator_word(word) && !self.at_clause_word() => {
                return Some(format!("`{text}` is a word of the language; as a name it is written `['{text}']`"));
            }
            TokenKind::Minus if self.peek_at(1) == TokenKind::Minus && self.touches(1) => COMMENT,
            TokenKind::Minus if self.before_is(TokenKind::Minus) && self.touches(0) => COMMENT,
            TokenKind::Star if self.before_is(TokenKind::Slash) && self.touches(0) => BLOCK_COMMENT,
            TokenKind::Slash if self.peek_at(1) == TokenKind::Star => BLOCK_COMMENT,
            TokenKind::FatArrow => "write `>=`",
            TokenKind::Equal if self.ends_operand() => "write `==` to compare",
            TokenKind::Identifier if self.slice(self.before()).eq_ignore_ascii_case("not") => "write `not(…)`",
            TokenKind::Identifier => return sql_word(text).map(ToOwned::to_owned),
            _ => return None,
        };
        Some(help.to_owned())
    }

    fn two_operators(&self, text: &str) -> String {
        format!("two operators stand side by side: take away `{}` or `{text}`", self.slice(self.before()))
    }

    /// Whether the token before the cursor is an operator that a parenthesis must follow.
    fn after_list_operator(&self) -> bool {
        let before = if self.at == 0 { TokenKind::End } else { self.tokens[self.at - 1].kind };
        super::expr::membership(before).is_some()
            || matches!(before, TokenKind::Keyword(Keyword::Between | Keyword::NotBetween))
    }

    fn list_operator_slip(&self, text: &str) -> String {
        let before = self.slice(self.before());
        if before.ends_with("between") {
            return format!("write `{before} (low .. high)`");
        }
        if self.keyword().is_some_and(is_operator_word) {
            return self.two_operators(text);
        }
        format!("put the list in parentheses: `{before} (…)`")
    }

    /// What to do about a comma that stands where none may.
    fn comma_slip(&self) -> Option<&'static str> {
        let kind_before = |back: usize| self.at.checked_sub(back).map(|at| self.tokens[at].kind);
        if kind_before(2) != Some(TokenKind::OpenParen) {
            return None;
        }
        let operator = kind_before(3)?;
        match operator {
            TokenKind::BangEqual => Some("write `!in (…)` to compare with a list"),
            TokenKind::EqualEqual => Some("write `in (…)` to compare with a list"),
            TokenKind::Keyword(Keyword::Between | Keyword::NotBetween) => Some("write `..` between the two ends"),
            TokenKind::Equal if kind_before(5) == Some(TokenKind::Keyword(Keyword::Let)) => {
                Some("the parameters of a function have types: `(a:string, b:long)`")
            }
            _ if super::expr::string_operator(operator).is_some() => {
                Some("this operator takes one text: write `has_any (…)`, or join comparisons with `or`")
            }
            _ => None,
        }
    }

    /// Whether the token before the cursor can end an operand.
    fn ends_operand(&self) -> bool {
        self.at > 0
            && match self.tokens[self.at - 1].kind {
                TokenKind::Identifier | TokenKind::CloseParen | TokenKind::CloseBracket => true,
                kind => kind.is_literal(),
            }
    }

    /// Whether the token before the cursor is `SELECT` or `FROM`.
    fn after_select(&self) -> bool {
        let before = self.slice(self.before());
        self.at > 0 && ["select", "from"].iter().any(|word| before.eq_ignore_ascii_case(word))
    }

    /// What was taken for an expression before the cursor and is the beginning of a `SELECT`, with the token at the cursor.
    pub(super) fn sql_before(&self) -> Option<Span> {
        if !self.after_select() {
            return None;
        }
        let before = &self.tokens[self.at.saturating_sub(MOST_SELECTED)..self.at];
        let select = before.iter().rev().find(|token| token.span.slice(self.text).eq_ignore_ascii_case("select"))?;
        Some(select.span.to(self.here()))
    }

    fn before_operator(&self) -> bool {
        self.at > 0 && self.tokens[self.at - 1].kind.keyword().is_some_and(is_operator_word)
    }
}

/// How many tokens before the cursor `SELECT` is looked for.
const MOST_SELECTED: usize = 64;
/// How many tokens behind a mistake another is taken for its consequence.
const NEAR_TOKENS: usize = 2;
/// How far behind a mistake another may be its consequence. It bounds the search, too.
const NEAR_BYTES: u32 = 200;

const COMMENT: &str = "a comment starts with `//`";
const BLOCK_COMMENT: &str = "comments of several lines do not exist: start each line with `//`";

pub(super) const fn bracket_text(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::CloseBracket => "]",
        TokenKind::CloseBrace => "}",
        _ => ")",
    }
}

fn slip_is_word(keyword: Keyword) -> bool {
    keyword.name_use() != NameUse::Name
}

fn is_operator_word(keyword: Keyword) -> bool {
    super::expr::string_operator(TokenKind::Keyword(keyword)).is_some()
        || super::expr::membership(TokenKind::Keyword(keyword)).is_some()
        || matches!(keyword, Keyword::And | Keyword::Or | Keyword::Between | Keyword::NotBetween)
}

/// What KQL has in place of a word of SQL.
pub(super) fn sql_word(word: &str) -> Option<&'static str> {
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
