//! The parser: tokens to tree, by recursive descent; expressions by operator precedence.
//!
//! What is accepted is what Microsoft's parser accepts. A function that returns an `Option` gives `None` when what it
//! reads does not start at the cursor, and then has not moved it. A mistake is reported once: after it the parser is
//! *lost* and stays silent until it has found its way at a `|`, a `;` or a closing bracket.

mod command;
pub(in crate::kql) mod expr;
mod inline_table;
mod list;
mod literal;
mod name;
pub(in crate::kql) mod parameter;
mod primary;
mod recover;
mod schema;
pub(in crate::kql) mod stage;
mod statement;

use super::Problem;
use super::ast::{Expr, ExprKind, Query};
use super::keyword::Keyword;
use super::problems::Problems;
use super::token::{Token, TokenKind};
use crate::text::Span;

/// How deep expressions, brackets and function bodies may nest: at most three quarters of what a 2 MiB stack holds in a
/// debug build. A call takes one level, a parenthesis two.
const MAX_NESTING: u32 = 160;
/// How high a tree may grow: nesting, and each operator of a chain such as `a + b + c` or `a.b.c`.
const MAX_HEIGHT: u32 = 480;

/// Parses the significant tokens of `text` (the last is [`TokenKind::End`]); `lexical` are the problems of the lexer.
pub(super) fn query(text: &str, tokens: &[Token], lexical: Vec<Problem>) -> (Query, Vec<Problem>) {
    let problems = Problems::of_lexer(lexical);
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        problems,
        mistake: None,
        lost: false,
        nesting: 0,
        height: 0,
        last_semicolon: None,
    };
    let query = parser.whole_query();
    (query, parser.problems.sorted())
}

struct Parser<'s> {
    text: &'s str,
    tokens: &'s [Token],
    at: usize,
    problems: Problems,
    /// Where the last `;` that was passed starts.
    last_semicolon: Option<u32>,
    /// The token at which the newest mistake was met.
    mistake: Option<usize>,
    /// A mistake is reported and the parser has not found its way yet.
    lost: bool,
    /// How many nested constructs are open.
    nesting: u32,
    /// The greatest height reached below the construct that is being read.
    height: u32,
}

impl Parser<'_> {
    fn token(&self, ahead: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.at + ahead).min(last)]
    }

    fn peek(&self) -> TokenKind {
        self.token(0).kind
    }

    fn peek_at(&self, ahead: usize) -> TokenKind {
        self.token(ahead).kind
    }

    fn keyword(&self) -> Option<Keyword> {
        self.peek().keyword()
    }

    fn is(&self, keyword: Keyword) -> bool {
        self.peek() == TokenKind::Keyword(keyword)
    }

    fn is_at(&self, ahead: usize, keyword: Keyword) -> bool {
        self.peek_at(ahead) == TokenKind::Keyword(keyword)
    }

    /// The span of the token at the cursor.
    fn here(&self) -> Span {
        self.token(0).span
    }

    /// The span of the token before the cursor; empty at 0 when there is none.
    fn before(&self) -> Span {
        self.at.checked_sub(1).map_or(Span::at(0), |at| self.tokens[at].span)
    }

    /// Moves past the token at the cursor and gives its span. The end is never passed.
    fn bump(&mut self) -> Span {
        let token = self.token(0);
        if token.kind == TokenKind::Semicolon {
            self.last_semicolon = Some(token.span.start);
        }
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token.span
    }

    /// Moves past the token at the cursor and gives its kind.
    fn bump_kind(&mut self) -> TokenKind {
        let kind = self.peek();
        self.bump();
        kind
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        (self.peek() == kind).then(|| self.bump())
    }

    fn eat_word(&mut self, keyword: Keyword) -> Option<Span> {
        self.eat(TokenKind::Keyword(keyword))
    }

    fn slice(&self, span: Span) -> &str {
        span.slice(self.text)
    }

    /// Whether the token `ahead` stands right behind the one before it, with no space between.
    fn touches(&self, ahead: usize) -> bool {
        let index = (self.at + ahead).min(self.tokens.len() - 1);
        index > 0 && self.tokens[index - 1].span.end == self.tokens[index].span.start
    }

    /// From `start` to the last token read; empty behind that token when none is read since.
    fn since(&self, start: Span) -> Span {
        let end = self.before().end;
        if end <= start.start { Span::at(end) } else { Span::new(start.start, end) }
    }

    /// Runs `read` one level deeper, or reports that the query nests too deeply and gives up the rest of the text.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.nesting >= MAX_NESTING {
            self.too_deep("the query nests too deeply here");
            return None;
        }
        let above = std::mem::replace(&mut self.height, 0);
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        self.height = above.max(self.height + 1);
        self.check_height();
        result
    }

    /// Runs `read`, whose operators make the tree higher on their own account and not on that of what stood before.
    fn chained<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = std::mem::replace(&mut self.height, 0);
        let result = read(self);
        self.height = self.height.max(before);
        result
    }

    /// What has been read in the construct at hand moves one level down: it becomes the left operand of something.
    fn push_down(&mut self) {
        self.height += 1;
        self.check_height();
    }

    fn check_height(&mut self) {
        if self.height > MAX_HEIGHT {
            self.too_deep("this chain of operators is too long");
            self.height = 0;
        }
    }

    fn too_deep(&mut self, message: &str) {
        self.report(self.here(), message.to_owned());
        self.lost = true;
        self.at = self.tokens.len() - 1;
    }

    fn missing(&self) -> Expr {
        Expr { kind: ExprKind::Missing, span: Span::at(self.before().end) }
    }
}
