//! `sort`, `top`, `as`, `fork`, `facet`: order and choice of rows, columns unchanged.

use std::sync::Arc;

use super::super::ir::{Aggregate, Column, Columns, Name, Rel, RelKind, SortKey};
use super::super::name::shared_table;
use super::super::scope::{Binder, Named, Row, column};
use super::keeping;
use crate::kql::ast::{self, SortNulls, SortOrder};
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    pub(super) fn sort(&mut self, input: Rel, keys: &'a [ast::SortKey], span: Span) -> Rel {
        let keys = keys.iter().map(|key| self.sort_key(key, &input)).collect();
        keeping(input, span, |input| RelKind::Sort { input, keys })
    }

    fn sort_key(&mut self, key: &'a ast::SortKey, input: &Rel) -> SortKey {
        let value = self.scalar(&key.key.expr, Row::of(input));
        self.refuse_dynamic(&value, key.key.expr.span);
        order(value, key)
    }

    pub(super) fn top(&mut self, input: Rel, count: &'a ast::Expr, by: &'a ast::SortKey, span: Span) -> Rel {
        let count = self.integer(count, Row::default());
        let value = self.scalar(&by.key.expr, Row::of(&input));
        let keys = vec![order(value, by)];
        let sorted = keeping(input, span, |input| RelKind::Sort { input, keys });
        keeping(sorted, span, |input| RelKind::Take { input, count })
    }

    /// `as T`: the rows so far have a name from here on.
    pub(super) fn name_table(&mut self, input: Rel, name: ast::Name, span: Span) -> Rel {
        let text = Name::from(self.name(name));
        let shared = Arc::new(input);
        let rel = shared_table(text.clone(), Arc::clone(&shared), span);
        self.names.push((text, Named::Table(shared)));
        rel
    }

    pub(super) fn fork(&mut self, input: Rel, branches: &'a [ast::ForkBranch], span: Span) -> Rel {
        let context = self.new_context();
        let branches = branches
            .iter()
            .map(|branch| {
                let name = branch.name.map(|name| self.name(name).into());
                (name, self.inner_pipe(&branch.pipe, &input.columns, input.open, context))
            })
            .collect();
        let kind = RelKind::Fork { input: Box::new(input), branches, context };
        Rel { kind, columns: Columns::default(), open: true, span }
    }

    /// `facet`: the pipe behind `with`, then for each column its values with the number of their rows.
    pub(super) fn facet(&mut self, input: Rel, facet: &'a ast::FacetOperator, span: Span) -> Rel {
        let context = self.new_context();
        let mut branches = Vec::new();
        if let Some(with) = &facet.with {
            branches.push((None, self.inner_pipe(with, &input.columns, input.open, context)));
        }
        for by in &facet.by {
            let Some(index) = self.column_index(by, Row::of(&input)) else { continue };
            let of = input.columns[index].clone();
            let count = Column { name: format!("count_{}", of.name).into(), ty: Type::Long };
            let aggregate =
                Aggregate { name: Name::fixed("count"), args: Vec::new(), columns: vec![count.clone()], span };
            let columns = Columns::from([of, count]);
            let rows = Rel { kind: RelKind::Context(context), columns: input.columns.clone(), open: input.open, span };
            let kind = RelKind::Summarize {
                keys: vec![column(&input.columns, index, by.span)],
                input: Box::new(rows),
                keyed: true,
                aggregates: vec![aggregate],
                outputs: (0..2).map(|at| column(&columns, at, by.span)).collect(),
            };
            branches.push((None, Rel { kind, columns, open: false, span }));
        }
        let kind = RelKind::Fork { input: Box::new(input), branches, context };
        Rel { kind, columns: Columns::default(), open: true, span }
    }
}

/// Largest first unless written otherwise; nulls are smallest unless written otherwise.
fn order(value: super::super::ir::Expr, key: &ast::SortKey) -> SortKey {
    let descending = !matches!(key.order, Some(SortOrder::Ascending | SortOrder::GrannyAscending));
    let nulls_first = match key.nulls {
        Some(SortNulls::First) => true,
        Some(SortNulls::Last) => false,
        None => !descending,
    };
    SortKey { value, descending, nulls_first }
}
