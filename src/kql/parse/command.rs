//! Control commands: texts that start with `.`, such as `.show tables | where …`.
//!
//! A command manages a database and is no query, so its own words are not checked. The query in it is: what stands behind
//! its `|` or `<|`, and the body of a function it creates.

use super::Parser;
use crate::kql::ast::{Statement, StatementKind};
use crate::kql::token::TokenKind;
use crate::text::Span;

impl Parser<'_> {
    /// From the `.` at the cursor to the end of the command and of the queries behind it.
    pub(super) fn command(&mut self) -> Statement {
        let start = self.bump();
        if matches!(self.peek(), TokenKind::Bar | TokenKind::LessBar | TokenKind::Semicolon | TokenKind::End) {
            self.expected("a command such as `show`");
        }
        let first = self.here();
        self.command_words();
        match self.peek() {
            TokenKind::Bar => {
                self.lost = false;
                self.more_stages(Vec::new());
                self.eat(TokenKind::Semicolon);
            }
            TokenKind::LessBar => self.command_input(first),
            _ => {}
        }
        Statement { kind: StatementKind::Command, span: self.since(start) }
    }

    /// The words up to the first `|` or `<|` outside of brackets.
    fn command_words(&mut self) {
        let mut depth = 0_usize;
        let mut function = false;
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Bar | TokenKind::LessBar if depth == 0 => return,
                TokenKind::OpenBrace if depth == 0 && function && self.before_is(TokenKind::CloseParen) => {
                    self.body(Self::at_body_statement);
                    continue;
                }
                TokenKind::Identifier => function |= self.slice(self.here()) == "function",
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            self.bump();
        }
    }

    /// What stands behind `<|`: rows or more commands for some commands, which are skipped, else a query.
    fn command_input(&mut self, command: Span) {
        self.bump();
        if matches!(self.slice(command), "ingest" | "execute") {
            self.at = self.tokens.len() - 1;
        } else {
            self.statements(&mut Vec::new());
        }
    }
}
