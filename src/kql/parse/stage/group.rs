//! Operators that aggregate.

use crate::kql::ast::{
    Arg, Expr, ExprKind, MakeSeriesAggregate, MakeSeriesOperator, MakeSeriesRange, NamedExpr, Operator,
    SummarizeOperator, TopNestedClause,
};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::{Allowed, own};
use crate::kql::token::TokenKind;

impl Parser<'_> {
    pub(super) fn summarize(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let aggregates = self.list(ListEnd::EXPRESSIONS.until(&[Keyword::By]), Self::named);
        let by = self.eat_word(Keyword::By).map(|_| self.summarize_keys());
        Operator::Summarize(SummarizeOperator { parameters, aggregates, by })
    }

    fn summarize_keys(&mut self) -> Vec<NamedExpr> {
        let at_end = |parser: &Self, _| parser.at_common_end() || parser.at_bin_clause();
        let mut keys = self.list_until(ListEnd::EXPRESSIONS.not_empty(), at_end, Self::named);
        if self.is(Keyword::Bin) && self.peek_at(1) == TokenKind::Equal {
            keys.extend(self.named());
        }
        keys
    }

    /// The old `bin = 5` behind the keys.
    fn at_bin_clause(&self) -> bool {
        self.is(Keyword::Bin) && self.peek_at(1) == TokenKind::Equal && self.peek_at(2).is_literal()
    }

    pub(super) fn distinct(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let columns = self.list(ListEnd::EXPRESSIONS.not_empty(), Self::distinct_column);
        Operator::Distinct { parameters, columns }
    }

    fn distinct_column(&mut self) -> Option<Expr> {
        match self.eat(TokenKind::Star) {
            Some(span) => Some(Expr { kind: ExprKind::Star, span }),
            None => self.named_as_expr(),
        }
    }

    pub(super) fn make_series(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let end = ListEnd::EXPRESSIONS.until(&[Keyword::On, Keyword::From, Keyword::In]).not_empty();
        let aggregates = self.list(end, Self::series_aggregate);
        self.require_word(Keyword::On);
        let on = self.required_named();
        let range = self.series_range();
        let by = match self.eat_word(Keyword::By) {
            Some(_) => self.list_open("an expression", Self::named),
            None => Vec::new(),
        };
        Operator::MakeSeries(Box::new(MakeSeriesOperator { parameters, aggregates, on, range, by }))
    }

    fn series_aggregate(&mut self) -> Option<MakeSeriesAggregate> {
        let column = self.named()?;
        let default = self.eat_word(Keyword::Default).map(|_| {
            self.require(TokenKind::Equal, "`=`");
            self.required_named_as_expr()
        });
        Some(MakeSeriesAggregate { column, default })
    }

    fn series_range(&mut self) -> MakeSeriesRange {
        if !(self.is(Keyword::From) || self.is(Keyword::To) || self.is(Keyword::Step)) {
            return MakeSeriesRange::InRange(self.in_range());
        }
        let from = self.eat_word(Keyword::From).map(|_| self.required_unnamed());
        let to = self.eat_word(Keyword::To).map(|_| self.required_unnamed());
        self.require_word(Keyword::Step);
        MakeSeriesRange::FromToStep { from, to, step: self.required_unnamed() }
    }

    fn in_range(&mut self) -> Vec<Arg> {
        if !self.is(Keyword::In) {
            self.expected("`from`, `to`, `step` or `in range (…)`");
            return Vec::new();
        }
        self.bump();
        self.require_word(Keyword::Range);
        if self.peek() != TokenKind::OpenParen {
            self.expected("`(`");
            return Vec::new();
        }
        let open = self.bump();
        let list = self.list(ListEnd::EXPRESSIONS, Self::argument);
        self.close(open, TokenKind::CloseParen);
        list
    }

    pub(super) fn top_nested(&mut self) -> Operator {
        let mut clauses = vec![self.top_nested_clause()];
        while self.eat(TokenKind::Comma).is_some() {
            if self.eat_word(Keyword::TopNested).is_none() {
                self.expected("`top-nested`");
                break;
            }
            clauses.push(self.top_nested_clause());
        }
        Operator::TopNested(clauses)
    }

    fn top_nested_clause(&mut self) -> TopNestedClause {
        let count = self.named_as_expr();
        self.require_word(Keyword::Of);
        let of = self.required_named();
        let others = self.eat_word(Keyword::With).map(|_| {
            self.require_word(Keyword::Others);
            self.require(TokenKind::Equal, "`=`");
            match self.literal() {
                Some(literal) => literal,
                None => self.required_unnamed(),
            }
        });
        self.require_word(Keyword::By);
        let key = self.required_sort_key();
        TopNestedClause { count, of, others, by: key.key, order: key.order }
    }

    pub(super) fn top_hitters(&mut self) -> Operator {
        let count = Box::new(self.required_named_as_expr());
        self.require_word(Keyword::Of);
        let of = Box::new(self.required_named());
        let by = self.eat_word(Keyword::By).map(|_| Box::new(self.required_named_as_expr()));
        Operator::TopHitters { parameters: Vec::new(), count, of, by }
    }

    pub(super) fn reduce(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::anywhere(own(Keyword::Reduce)));
        self.require_word(Keyword::By);
        let by = Box::new(self.required_named_as_expr());
        let with = match self.eat_word(Keyword::With) {
            Some(_) => self.properties(own(Keyword::Reduce)),
            None => Vec::new(),
        };
        let with = with.into_iter().map(|property| Arg { name: Some(property.name), value: property.value }).collect();
        Operator::Reduce { parameters, by, with }
    }
}
