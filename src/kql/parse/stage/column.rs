//! Operators that choose, compute and name columns.

use crate::kql::ast::{GivenNames, NamedExpr, Operator, SortKey};
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::Allowed;

const COLUMNS: ListEnd = ListEnd::EXPRESSIONS.of("a column");

impl Parser<'_> {
    pub(super) fn extend(&mut self) -> Operator {
        Operator::Extend(self.list(ListEnd::EXPRESSIONS.not_empty(), Self::named))
    }

    pub(super) fn print(&mut self) -> Operator {
        Operator::Print(self.list(ListEnd::EXPRESSIONS.not_empty(), Self::named))
    }

    pub(super) fn project(&mut self) -> Operator {
        Operator::Project(self.list(ListEnd::EXPRESSIONS, Self::named))
    }

    pub(super) fn project_rename(&mut self) -> Operator {
        Operator::ProjectRename(self.list(ListEnd::EXPRESSIONS, Self::named))
    }

    pub(super) fn project_away(&mut self) -> Operator {
        Operator::ProjectAway(self.list(COLUMNS, Self::wildcard_or_name))
    }

    pub(super) fn project_keep(&mut self) -> Operator {
        Operator::ProjectKeep(self.list(COLUMNS, Self::wildcard_or_name))
    }

    pub(super) fn project_by_names(&mut self) -> Operator {
        Operator::ProjectByNames(self.list(ListEnd::EXPRESSIONS, Self::unnamed))
    }

    pub(super) fn project_reorder(&mut self) -> Operator {
        Operator::ProjectReorder(self.list(COLUMNS, Self::reordered))
    }

    fn reordered(&mut self) -> Option<SortKey> {
        let expr = self.wildcard_or_name()?;
        let key = NamedExpr { names: GivenNames::None, span: expr.span, expr };
        Some(SortKey { key, order: self.sort_order(), nulls: None })
    }

    pub(super) fn serialize(&mut self) -> Operator {
        self.parameters(Allowed::with_equals(&[]));
        Operator::Serialize(self.list(ListEnd::EXPRESSIONS, Self::named))
    }
}
