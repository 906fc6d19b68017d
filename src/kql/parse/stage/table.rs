//! Operators over several tables.

use crate::kql::ast::{
    Arg, Expr, ExprKind, FindOperator, JoinCondition, JoinOperator, LogicalOp, Name, Operator, Pipe, SearchOperator,
    Stage, TypeName,
};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::{Allowed, own};
use crate::kql::token::TokenKind;

const TABLES: ListEnd = ListEnd::EXPRESSIONS.of("a table").not_empty();

impl Parser<'_> {
    pub(super) fn join(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let right = self.required_unnamed();
        let condition = self.join_condition();
        Operator::Join(Box::new(JoinOperator { parameters, right, condition }))
    }

    fn join_condition(&mut self) -> Option<JoinCondition> {
        if self.eat_word(Keyword::Where).is_some() {
            return Some(JoinCondition::Where(self.required_unnamed()));
        }
        self.on_condition()
    }

    fn on_condition(&mut self) -> Option<JoinCondition> {
        self.eat_word(Keyword::On)?;
        Some(JoinCondition::On(self.list_open("an expression", Self::unnamed)))
    }

    pub(super) fn lookup(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let right = self.required_unnamed();
        let condition = self.on_condition();
        if condition.is_none() {
            self.expected("`on` and the columns to match");
        }
        Operator::Lookup(Box::new(JoinOperator { parameters, right, condition }))
    }

    pub(super) fn union(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(own(Keyword::Union)));
        Operator::Union { parameters, tables: self.list(TABLES, Self::union_table) }
    }

    fn union_table(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::OpenParen {
            return Some(self.parenthesized());
        }
        self.table_path()
    }

    pub(super) fn find(&mut self) -> Operator {
        self.data_scope();
        let parameters = self.parameters(Allowed::anywhere(&[]));
        let tables = self.in_tables();
        if !parameters.is_empty() || tables.is_some() {
            self.require_word(Keyword::Where);
        } else {
            self.eat_word(Keyword::Where);
        }
        let predicate = Some(self.required_unnamed());
        let smart = self.eat_word(Keyword::ProjectSmart).is_some();
        let project = if !smart && self.eat_word(Keyword::Project).is_some() {
            self.list_open("a column", Self::find_column)
        } else {
            Vec::new()
        };
        let away = match self.eat_word(Keyword::InternalProjectAway) {
            Some(_) => self.list_open("a column", Self::find_column),
            None => Vec::new(),
        };
        let project_away = away.into_iter().map(|(column, _)| column).collect();
        let tables = tables.unwrap_or_default();
        Operator::Find(Box::new(FindOperator { parameters, tables, predicate, smart, project, project_away }))
    }

    /// `in (T1, T2 | as x)`
    fn in_tables(&mut self) -> Option<Vec<Expr>> {
        self.eat_word(Keyword::In)?;
        let Some(open) = self.require(TokenKind::OpenParen, "`(` and the tables") else { return Some(Vec::new()) };
        let tables = self.list(TABLES, Self::find_table);
        self.close(open, TokenKind::CloseParen);
        Some(tables)
    }

    fn find_table(&mut self) -> Option<Expr> {
        let table = self.table_path()?;
        if self.peek() != TokenKind::Bar || !matches!(table.kind, ExprKind::Name(_) | ExprKind::Wildcard(_)) {
            return Some(table);
        }
        self.bump();
        let Some(keyword) = self.eat_word(Keyword::As) else {
            self.expected("`as` and a name");
            return Some(table);
        };
        let operator = self.as_operator();
        let stage = Stage { operator, keyword, span: self.since(keyword) };
        let span = self.since(table.span);
        let pipe = Pipe { source: Some(table), stages: vec![stage] };
        Some(Expr { kind: ExprKind::Pipe(Box::new(pipe)), span })
    }

    /// `a`, `a:long`, `*`, `pack(*)`; and `pack_all()`, which the documentation has and Microsoft's parser has not.
    fn find_column(&mut self) -> Option<(Expr, Option<TypeName>)> {
        if self.is(Keyword::Pack) {
            return Some((self.pack_all(), None));
        }
        if let Some(span) = self.eat(TokenKind::Star) {
            return Some((Expr { kind: ExprKind::Star, span }, None));
        }
        let name = self.name_expr()?;
        if let (ExprKind::Name(function), TokenKind::OpenParen) = (&name.kind, self.peek()) {
            let function = *function;
            if function.span.slice(self.text) == "pack_all" {
                return Some((self.empty_call(function), None));
            }
        }
        let ty = match self.eat(TokenKind::Colon) {
            Some(_) => self.type_name(Keyword::is_extended_type),
            None => None,
        };
        Some((name, ty))
    }

    /// `()` behind the name of a function.
    fn empty_call(&mut self, name: Name) -> Expr {
        if let Some(open) = self.eat(TokenKind::OpenParen) {
            self.close(open, TokenKind::CloseParen);
        }
        Expr { kind: ExprKind::Call { name, args: Vec::new() }, span: self.since(name.span) }
    }

    /// `pack(*)`
    fn pack_all(&mut self) -> Expr {
        let name = self.take_name(1);
        let mut args = Vec::new();
        if let Some(open) = self.require(TokenKind::OpenParen, "`(*)`") {
            match self.eat(TokenKind::Star) {
                Some(span) => args.push(Arg { name: None, value: Expr { kind: ExprKind::Star, span } }),
                None => self.expected("`*`"),
            }
            self.close(open, TokenKind::CloseParen);
        }
        Expr { kind: ExprKind::Call { name, args }, span: self.since(name.span) }
    }

    pub(super) fn search(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        self.data_scope();
        let tables = self.in_tables().unwrap_or_default();
        let predicate = self.search_predicate();
        Operator::Search(Box::new(SearchOperator { parameters, tables, predicate }))
    }

    fn search_predicate(&mut self) -> Expr {
        if let Some(predicate) = self.unnamed() {
            return predicate;
        }
        let Some(span) = self.eat(TokenKind::Star) else { return self.missing_expr() };
        let star = Expr { kind: ExprKind::Star, span };
        if self.eat_word(Keyword::And).is_none() {
            return star;
        }
        let right = self.required_unnamed();
        let span = span.to(right.span);
        Expr { kind: ExprKind::Logical { op: LogicalOp::And, operands: vec![star, right] }, span }
    }
}
