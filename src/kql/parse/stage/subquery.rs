//! Operators with queries inside.

use crate::kql::ast::{Expr, ExprKind, FacetOperator, ForkBranch, Operator, PartitionOperator, Pipe, Query};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::{Allowed, own};
use crate::kql::token::TokenKind;

impl Parser<'_> {
    pub(super) fn facet(&mut self) -> Operator {
        self.require_word(Keyword::By);
        let by = self.list(ListEnd::EXPRESSIONS.until(&[Keyword::With]).of("a column").not_empty(), Self::simple_path);
        let with = self.eat_word(Keyword::With).map(|_| Box::new(self.facet_pipe()));
        Operator::Facet(FacetOperator { by, with })
    }

    fn facet_pipe(&mut self) -> Expr {
        if let Some(open) = self.eat(TokenKind::OpenParen) {
            let pipe = self.inner_pipe();
            if pipe.is_none() {
                self.expected("an operator");
            }
            self.close(open, TokenKind::CloseParen);
            return pipe.unwrap_or_else(|| self.missing());
        }
        let start = self.here();
        let Some(stage) = self.stage() else {
            self.expected("an operator");
            return self.missing();
        };
        let pipe = Pipe { source: None, stages: vec![stage] };
        Expr { kind: ExprKind::Pipe(Box::new(pipe)), span: self.since(start) }
    }

    pub(super) fn fork(&mut self) -> Operator {
        let mut branches = Vec::new();
        while let Some(branch) = self.fork_branch() {
            branches.push(branch);
        }
        if branches.is_empty() {
            self.expected("`(` and operators");
        }
        Operator::Fork(branches)
    }

    fn fork_branch(&mut self) -> Option<ForkBranch> {
        let len = self.name_len(0);
        let name = if len > 0 && self.peek_at(len) == TokenKind::Equal {
            let name = self.take_name(len);
            self.bump();
            Some(name)
        } else {
            None
        };
        if name.is_none() && self.peek() != TokenKind::OpenParen {
            return None;
        }
        let open = self.require(TokenKind::OpenParen, "`(` and operators");
        let pipe = self.pipe_or_query();
        if let Some(open) = open {
            self.close(open, TokenKind::CloseParen);
        }
        Some(ForkBranch { name, pipe })
    }

    /// Operators without a source, or else any expression.
    fn pipe_or_query(&mut self) -> Expr {
        match self.inner_pipe() {
            Some(pipe) => pipe,
            None => self.required_pipe(),
        }
    }

    pub(super) fn partition(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::anywhere(&[]));
        self.require_word(Keyword::By);
        let by = self.partition_column();
        let scope = self.eat_word(Keyword::In).map(|_| {
            let len = self.name_len(0);
            let call = len > 0 && self.peek_at(len) == TokenKind::OpenParen;
            let scope = if call { Some(self.required_call()) } else { self.dynamic_literal() };
            self.or_missing(scope)
        });
        if let Some(open) = self.eat(TokenKind::OpenBrace) {
            let body = self.required_pipe();
            self.close(open, TokenKind::CloseBrace);
            return Operator::Partition(Box::new(PartitionOperator { parameters, by, scope, body, legacy: true }));
        }
        let body = match self.require(TokenKind::OpenParen, "`(` and operators, or `{` and a query") {
            Some(open) => {
                let body = self.required_inner_pipe();
                self.close(open, TokenKind::CloseParen);
                body
            }
            None => self.missing(),
        };
        Operator::Partition(Box::new(PartitionOperator { parameters, by, scope, body, legacy: false }))
    }

    fn partition_column(&mut self) -> Expr {
        match self.simple_path() {
            Some(path) => path,
            None => self.missing_expr(),
        }
    }

    /// `__partitionby hints column id value ( … )`
    pub(super) fn partition_by(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::anywhere(&[]));
        let by = self.partition_column();
        let scope = self.eat_word(Keyword::Id).map(|_| match self.literal() {
            Some(value) => value,
            None => self.missing_expr(),
        });
        let body = match self.require(TokenKind::OpenParen, "`(` and operators") {
            Some(open) => {
                let body = self.required_inner_pipe();
                self.close(open, TokenKind::CloseParen);
                body
            }
            None => self.missing(),
        };
        Operator::Partition(Box::new(PartitionOperator { parameters, by, scope, body, legacy: false }))
    }

    pub(super) fn macro_expand(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(own(Keyword::MacroExpand)));
        let group = Box::new(self.entity_group_reference());
        let scope = self.eat_word(Keyword::As).map(|_| self.required_name());
        let open = self.require(TokenKind::OpenParen, "`(` and a query");
        let mut body = Box::new(Query::default());
        self.statements(&mut body.statements);
        if let Some(open) = open {
            self.close(open, TokenKind::CloseParen);
        }
        Operator::MacroExpand { parameters, group, scope, body }
    }

    fn entity_group_reference(&mut self) -> Expr {
        if self.is(Keyword::EntityGroup) && self.peek_at(1) == TokenKind::OpenBracket {
            let start = self.here();
            let members = self.entity_group_members();
            return Expr { kind: ExprKind::List(members), span: self.since(start) };
        }
        let path = match self.peek_at(1) {
            TokenKind::OpenParen => self.table_path(),
            _ => self.name_expr(),
        };
        path.unwrap_or_else(|| self.missing_expr())
    }
}
