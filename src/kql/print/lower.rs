//! From tokens and tree to a layout: first what the tokens say, then, node by node, what the tree knows better.

use super::brackets::Pairs;
use super::gap;
use super::layout::{BreakKind, Gap, GroupId, Layout};
use crate::kql::Syntax;
use crate::kql::token::{Token, TokenKind};
use crate::kql::walk::{Node, Step, walk};
use crate::text::Span;

/// The layout of a query.
pub(super) fn layout(syntax: &Syntax, pairs: &Pairs) -> Layout {
    let tokens = &syntax.tokens;
    let mut lower = Lower {
        text: &syntax.text,
        tokens,
        pairs,
        layout: Layout::new(tokens.len()),
        bracket_groups: vec![None; tokens.len()],
        placed_pipe: None,
    };
    lower.gaps();
    lower.brackets();
    lower.statements(&syntax.query.statements, GroupId::ROOT, 0);
    walk(&syntax.query, &mut |node| {
        match node {
            Node::Statement(statement) => lower.statement(statement),
            Node::Expr(expr) => lower.expr(expr),
            Node::Stage(stage) => lower.stage(stage),
            Node::Function(function) => lower.function(function),
        }
        Step::Into
    });
    lower.directives();
    lower.layout
}

/// A layout in the making.
pub(super) struct Lower<'s> {
    pub(super) text: &'s str,
    pub(super) tokens: &'s [Token],
    pub(super) pairs: &'s Pairs,
    pub(super) layout: Layout,
    /// The group of what stands between two brackets, by the opening one.
    bracket_groups: Vec<Option<GroupId>>,
    /// The pipe that its statement has already laid out.
    pub(super) placed_pipe: Option<Span>,
}

impl Lower<'_> {
    /// The first token that starts at `offset` or behind it.
    pub(super) fn from(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.span.start < offset)
    }

    /// The first and the index behind the last token of `span`.
    pub(super) fn range(&self, span: Span) -> (usize, usize) {
        (self.from(span.start), self.from(span.end))
    }

    /// What the token at `index` is.
    pub(super) fn kind(&self, index: usize) -> TokenKind {
        self.tokens.get(index).map_or(TokenKind::End, |token| token.kind)
    }

    /// The opening bracket right before `first` whose partner stands at `end`.
    pub(super) fn enclosing(&self, first: usize, end: usize) -> Option<usize> {
        first.checked_sub(1).filter(|&open| self.pairs.close_of(open) == Some(end))
    }

    /// The group of what stands in the brackets that open at `open`.
    pub(super) fn bracket_group(&self, open: usize) -> Option<GroupId> {
        self.bracket_groups.get(open).copied().flatten()
    }

    /// A group for a chain from `first` to before `end`: that of the brackets around it, where they hold nothing else,
    /// else one whose lines are indented.
    pub(super) fn chain_group(&mut self, first: usize, end: usize) -> GroupId {
        let around = self.enclosing(first, end);
        match around.and_then(|open| self.bracket_group(open)) {
            Some(group) => group,
            None => self.layout.group(first, end, 1),
        }
    }

    /// Items that stand on one line or one a line: a break before each, none for a single one.
    pub(super) fn list(&mut self, items: &[Span]) {
        if let [first, .., last] = items {
            let (start, end) = (self.from(first.start), self.from(last.end));
            let group = self.layout.group(start, end, 1);
            for item in items {
                self.layout.line(self.from(item.start), group, 1);
            }
        }
    }

    /// No blank around the token that stands before `index` when it is `=` (`kind=inner`).
    pub(super) fn tight_equals_before(&mut self, index: usize) {
        if index > 0 && self.kind(index - 1) == TokenKind::Equal {
            self.layout.gap(index - 1, Gap::Tight);
            self.layout.gap(index, Gap::Tight);
        }
    }

    /// The gaps between the tokens of `span` are as they are written: nothing or a blank.
    pub(super) fn as_written(&mut self, first: usize, end: usize) {
        for index in first..end.min(self.tokens.len()) {
            if let Some(before) = index.checked_sub(1) {
                let touches = self.tokens[before].span.end == self.tokens[index].span.start;
                let tight = touches && self.kind(before) != TokenKind::Comma;
                self.layout.gap(index, if tight { Gap::Tight } else { Gap::Space });
                self.layout.join(index);
            }
        }
    }

    fn gaps(&mut self) {
        for index in 1..self.tokens.len() {
            let (before, after) = (self.tokens[index - 1].kind, self.tokens[index].kind);
            self.layout.gap(index, gap::between(before, after));
        }
        self.layout.gap(0, Gap::Tight);
    }

    /// Every pair of brackets: a line may break behind the opening one, behind each comma and before the closing one.
    fn brackets(&mut self) {
        let mut open: Vec<(usize, Option<GroupId>)> = Vec::new();
        for index in 0..self.tokens.len() {
            if let Some(close) = self.pairs.close_of(index) {
                let group = (close > index + 1 && !self.hugs(index, close)).then(|| {
                    let group = self.layout.group(index + 1, close + 1, 1);
                    self.layout.line(index + 1, group, 1);
                    self.layout.line(close, group, 0);
                    group
                });
                self.bracket_groups[index] = group;
                open.push((close, group));
                continue;
            }
            if open.last().is_some_and(|&(close, _)| close == index) {
                open.pop();
            } else if self.kind(index) == TokenKind::Comma {
                // A comma before the closing bracket leaves that one at its place.
                let around = open.last().filter(|&&(close, _)| close > index + 1);
                if let Some(&(_, Some(group))) = around {
                    self.layout.line(index + 1, group, 1);
                }
            }
        }
    }

    /// Whether the brackets hold one bracketed thing alone (`f(g(…))`, `dynamic([…])`), whose lines need no second level.
    fn hugs(&self, open: usize, close: usize) -> bool {
        let first = open + 1;
        let last = close - 1;
        let bare = self.pairs.close_of(first) == Some(last);
        let is_word = matches!(self.kind(first), TokenKind::Identifier | TokenKind::Keyword(_));
        let call =
            is_word && self.kind(first + 1) == TokenKind::OpenParen && self.pairs.close_of(first + 1) == Some(last);
        self.kind(open) == TokenKind::OpenParen && (bare || call)
    }

    /// `#connect …` has its line to itself.
    fn directives(&mut self) {
        for index in 0..self.tokens.len() {
            if self.kind(index) == TokenKind::Directive {
                for index in [index, index + 1] {
                    self.layout.place(index, BreakKind::Statement, GroupId::ROOT, 0);
                }
            }
        }
    }
}
