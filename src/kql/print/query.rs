//! Statements and function bodies.

use super::layout::{BreakKind, GroupId};
use super::lower::Lower;
use crate::kql::ast::{ExprKind, Function, LetValue, Pattern, Query, Statement, StatementKind};

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

    /// Each case of a pattern on its line.
    fn pattern(&mut self, pattern: &Pattern) {
        let around = pattern.cases.first().and_then(|case| self.from(case.span.start).checked_sub(1));
        let group = around.and_then(|open| self.bracket_group(open));
        for case in &pattern.cases {
            let (first, end) = self.range(case.span);
            if let Some(group) = group {
                self.layout.line(first, group, 1);
                self.layout.harden(group);
            }
            if let Some(open) = end.checked_sub(1).and_then(|close| self.pairs.partner(close)) {
                self.body(&case.body, open);
            }
        }
    }
}
