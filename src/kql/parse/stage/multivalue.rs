//! Operators over arrays and bags.

use crate::kql::ast::{
    Expr, ExprKind, GivenNames, MvApplyOperator, MvExpandColumn, MvExpandOperator, NamedExpr, Operator, TypeName,
};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::Allowed;
use crate::kql::token::TokenKind;

impl Parser<'_> {
    pub(super) fn mv_expand(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let columns = self.list(ListEnd::EXPRESSIONS.until(&[Keyword::Limit]).not_empty(), Self::expanded);
        let limit = self.eat_word(Keyword::Limit).map(|_| self.required_unnamed());
        Operator::MvExpand(Box::new(MvExpandOperator { parameters, columns, limit }))
    }

    fn expanded(&mut self) -> Option<MvExpandColumn> {
        let column = if self.is(Keyword::To) { self.required_named() } else { self.named()? };
        Some(MvExpandColumn { column, to: self.target_type() })
    }

    /// `to typeof(long)`
    fn target_type(&mut self) -> Option<TypeName> {
        self.eat_word(Keyword::To)?;
        let typed = if self.is(Keyword::Typeof) { self.type_of() } else { None };
        let Some(Expr { kind: ExprKind::TypeOf(columns), span }) = typed else {
            self.expected("`typeof(…)`");
            return None;
        };
        Some(columns.first().and_then(|column| column.ty).unwrap_or(TypeName { span }))
    }

    pub(super) fn mv_apply(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let columns = self.applied_columns();
        let limit = self.eat_word(Keyword::Limit).map(|_| self.required_unnamed());
        let context_id = self.eat_word(Keyword::Id).map(|_| self.required_unnamed());
        self.require_word(Keyword::On);
        let on = match self.require(TokenKind::OpenParen, "`(` and operators") {
            Some(open) => {
                let pipe = self.required_inner_pipe();
                self.close(open, TokenKind::CloseParen);
                pipe
            }
            None => self.missing(),
        };
        Operator::MvApply(Box::new(MvApplyOperator { parameters, columns, limit, context_id, on }))
    }

    fn applied_columns(&mut self) -> Vec<MvExpandColumn> {
        // `to typeof(…)` alone says the type of rows that an outer operator hands over.
        if self.is(Keyword::To) && self.is_at(1, Keyword::Typeof) && !self.comma_after_type() {
            let span = self.nowhere();
            let expr = Expr { kind: ExprKind::Missing, span };
            let column = NamedExpr { names: GivenNames::None, expr, span };
            return vec![MvExpandColumn { column, to: self.target_type() }];
        }
        let at_end = |parser: &Self, _| parser.at_common_end() || parser.at_apply_clause();
        self.list_until(ListEnd::EXPRESSIONS.not_empty(), at_end, Self::expanded)
    }

    fn comma_after_type(&self) -> bool {
        let close = self.tokens[self.at..].iter().position(|token| token.kind == TokenKind::CloseParen);
        close.is_some_and(|close| self.peek_at(close + 1) == TokenKind::Comma)
    }

    /// `limit`, `id` or `on` that starts a clause; each of them may be a column too.
    fn at_apply_clause(&self) -> bool {
        let word = self.is(Keyword::Limit) || self.is(Keyword::Id) || self.is(Keyword::On);
        word && !matches!(self.peek_at(1), TokenKind::Comma | TokenKind::Equal | TokenKind::Keyword(Keyword::To))
    }
}
