//! Operators that keep, order or count rows.

use crate::kql::ast::{Operator, SortKey, SortNulls, SortOrder};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::Allowed;
use crate::kql::token::TokenKind;

impl Parser<'_> {
    pub(super) fn where_operator(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        Operator::Where { parameters, predicate: self.required_named_as_expr() }
    }

    pub(super) fn take_operator(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        Operator::Take { parameters, count: self.required_named_as_expr() }
    }

    pub(super) fn sample(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        Operator::Sample { parameters, count: self.required_named_as_expr() }
    }

    pub(super) fn sample_distinct(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let count = Box::new(self.required_named_as_expr());
        self.require_word(Keyword::Of);
        Operator::SampleDistinct { parameters, count, of: Box::new(self.required_named_as_expr()) }
    }

    pub(super) fn count(&mut self) -> Operator {
        let name = self.eat_word(Keyword::As).map(|_| match self.peek() {
            TokenKind::Identifier => self.take_name(1),
            _ => self.missing_name(),
        });
        Operator::Count { name }
    }

    pub(super) fn sort(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::anywhere(&[]));
        self.require_word(Keyword::By);
        Operator::Sort { parameters, keys: self.list(ListEnd::EXPRESSIONS.not_empty(), Self::sort_key) }
    }

    pub(super) fn top(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let count = Box::new(self.required_named_as_expr());
        self.require_word(Keyword::By);
        Operator::Top { parameters, count, by: Box::new(self.required_sort_key()) }
    }

    /// `x desc nulls last`
    pub(super) fn sort_key(&mut self) -> Option<SortKey> {
        let key = self.named()?;
        let order = self.sort_order();
        let nulls = match self.eat_word(Keyword::Nulls) {
            None => None,
            Some(_) if self.eat_word(Keyword::First).is_some() => Some(SortNulls::First),
            Some(_) if self.eat_word(Keyword::Last).is_some() => Some(SortNulls::Last),
            Some(_) => {
                self.expected("`first` or `last`");
                None
            }
        };
        Some(SortKey { key, order, nulls })
    }

    pub(super) fn required_sort_key(&mut self) -> SortKey {
        match self.sort_key() {
            Some(key) => key,
            None => SortKey { key: self.required_named(), order: None, nulls: None },
        }
    }

    pub(super) fn sort_order(&mut self) -> Option<SortOrder> {
        let order = match self.keyword()? {
            Keyword::Asc => SortOrder::Ascending,
            Keyword::Desc => SortOrder::Descending,
            Keyword::GrannyAsc => SortOrder::GrannyAscending,
            Keyword::GrannyDesc => SortOrder::GrannyDescending,
            _ => return None,
        };
        self.bump();
        Some(order)
    }
}
