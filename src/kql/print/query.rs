//! Statements and function bodies.

use super::layout::{BreakKind, Gap, GroupId};
use super::lower::Lower;
use crate::kql::ast::{ExprKind, Function, LetValue, Pattern, Query, Statement, StatementKind};
use crate::kql::token::TokenKind;
use crate::text::Span;

impl Lower<'_> {
    /// Each statement starts a line, `indent` levels below `group`.
    pub(super) fn statements(&mut self, statements: &[Statement], group: GroupId, indent: usize) {
        for statement in statements {
            let first = self.from(statement.span.start);
            self.layout.place(first, BreakKind::Statement, group, indent);
        }
        if statements.len() > 1 {
            self.layout.harden(group);
        }
    }

    /// What is special to a kind of statement.
    pub(super) fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { value: LetValue::Expr(value), .. } => {
                if matches!(value.kind, ExprKind::Pipe(_)) {
                    self.statement_pipe(value, 1);
                }
            }
            StatementKind::Let { value: LetValue::EntityGroup(members), .. } => {
                for member in members {
                    let first = self.from(member.span.start);
                    if self.kind(first.wrapping_sub(1)) == TokenKind::OpenBracket {
                        self.layout.gap(first, Gap::Tight);
                    }
                }
            }
            StatementKind::Expression(value) => {
                if matches!(value.kind, ExprKind::Pipe(_)) {
                    self.statement_pipe(value, 0);
                }
            }
            StatementKind::Pattern(pattern) => self.pattern(pattern),
            _ => {}
        }
    }

    /// The body of a function, in braces.
    pub(super) fn function(&mut self, function: &Function) {
        self.body(&function.body, self.from(function.body_span.start));
    }

    /// The statements in the brackets that open at `open`.
    pub(super) fn body(&mut self, body: &Query, open: usize) {
        if let Some(group) = self.bracket_group(open) {
            self.statements(&body.statements, group, 1);
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let cases: Vec<Span> = pattern.cases.iter().map(|case| case.span).collect();
        for case in &pattern.cases {
            let (first, end) = self.range(case.span);
            if let Some(open) = end.checked_sub(1).and_then(|close| self.pairs.partner(close)) {
                self.body(&case.body, open);
            }
            if let Some(open) = first.checked_sub(1).filter(|&open| self.kind(open) == TokenKind::OpenBrace) {
                if let Some(group) = self.bracket_group(open) {
                    for case in &cases {
                        self.layout.line(self.from(case.start), group, 1);
                    }
                    self.layout.harden(group);
                }
            }
        }
    }
}
