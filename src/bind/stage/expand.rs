//! `mv-expand`, `mv-apply`, `partition`.

use std::sync::Arc;

use super::super::ir::{
    Column, ContextId, Expr, ExprKind, JoinColumn, MvExpand, Name, PartitionStrategy, Rel, RelKind,
};
use super::super::naming;
use super::super::projection::{Clash, Projection};
use super::super::scope::{Binder, Named, Row};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

/// The rows that the legacy form `mvexpand` makes of one at most if it says no limit (Microsoft: "mv-expand operator").
const LEGACY_LIMIT: i64 = 128;

impl<'a> Binder<'a> {
    pub(super) fn mv_expand(
        &mut self,
        input: Rel,
        expand: &'a ast::MvExpandOperator,
        keyword: Span,
        span: Span,
    ) -> Rel {
        let open = input.open;
        let mut expand = self.expansion(input, &expand.parameters, &expand.columns, expand.limit.as_ref(), span);
        if keyword.slice(self.text) == "mvexpand" {
            let legacy = || Expr { kind: ExprKind::Literal(Value::Long(LEGACY_LIMIT)), ty: Type::Long, span: keyword };
            expand.limit.get_or_insert_with(legacy);
        }
        let columns = expand.output.clone();
        Rel { kind: RelKind::MvExpand(Box::new(expand)), columns, open, span }
    }

    fn expansion(
        &mut self,
        input: Rel,
        parameters: &'a [ast::OperatorParameter],
        items: &'a [ast::MvExpandColumn],
        limit: Option<&'a ast::Expr>,
        span: Span,
    ) -> MvExpand {
        let mut projection = Projection::extending(&input, span, items.len() + 1);
        let mut expanded: Vec<(Expr, Name)> = Vec::new();
        for item in items {
            expanded.push(self.expanded_column(item, &mut projection, &input));
        }
        let index_name = self.parameter_word(parameters, "with_itemindex");
        let item_index = index_name.map(|name| {
            let value = super::super::scope::error(span);
            projection.add(Column { name: name.into(), ty: Type::Long }, value, None, Clash::Number);
            projection.columns().len() - 1
        });
        let kinds = [("bag", false), ("array", true)];
        let bags_as_arrays =
            self.choice(parameters, "bagexpansion", &kinds).or_else(|| self.choice(parameters, "kind", &kinds));
        let limit = limit.map(|limit| self.integer(limit, Row::default()));
        let (output, _) = projection.finish();
        // What has no name, because the text breaks off there, has no column.
        let place = |(value, name): (Expr, Name)| Some((value, output.index_of(&name)?));
        let columns = expanded.into_iter().filter_map(place).collect();
        MvExpand { input, columns, output, item_index, bags_as_arrays: bags_as_arrays.unwrap_or(false), limit }
    }

    fn expanded_column(
        &mut self,
        item: &'a ast::MvExpandColumn,
        projection: &mut Projection,
        input: &Rel,
    ) -> (Expr, Name) {
        let row = Row::of(input);
        let expr = &item.column.expr;
        let value = self.scalar(expr, row);
        self.expect_type(&value, expr.span, Type::Dynamic);
        let ty = match item.to {
            Some(to) => self.declared_type(Some(to)),
            None => value.ty,
        };
        let source = self.result_column(expr, &value, row);
        let known = projection.columns().len();
        let (name, span) = match (item.column.names.first(), source) {
            (Some(name), _) => (Name::from(self.name(*name)), Some(name.span)),
            (None, Some(index)) => (input.columns[index].name.clone(), Some(expr.span)),
            (None, None) => {
                let made = naming::of_expression(expr, self.text, &|_| false).filter(|name| !name.is_empty());
                let name = made.map(Name::from);
                (name.unwrap_or_else(|| projection.default_name(&|name| row.index_of(name).is_some())), None)
            }
        };
        let column = Column { name: name.clone(), ty };
        match span {
            Some(span) => self.declare_column(projection, column, value.clone(), None, Clash::Replace, span),
            None => projection.add(column, value.clone(), None, Clash::Replace),
        }
        let placed = projection.columns().get(known).map_or(name, |added| added.name.clone());
        (value, placed)
    }

    pub(super) fn mv_apply(&mut self, input: Rel, apply: &'a ast::MvApplyOperator, span: Span) -> Rel {
        let open = input.open;
        let before = input.columns.clone();
        let expand = self.expansion(input, &apply.parameters, &apply.columns, apply.limit.as_ref(), span);
        let context = self.new_context();
        let body = self.inner_pipe(&apply.on, &expand.output, open, context);
        let replaced: Vec<usize> =
            expand.columns.iter().map(|(_, index)| *index).filter(|index| *index < before.len()).collect();
        let mut output = Vec::new();
        let mut columns = Vec::new();
        for (index, column) in before.iter().enumerate() {
            match body.columns.index_of(&column.name) {
                Some(at) => {
                    output.push(JoinColumn::Right(at));
                    columns.push(body.columns[at].clone());
                }
                None if !replaced.contains(&index) => {
                    output.push(JoinColumn::Left(index));
                    columns.push(column.clone());
                }
                None => {}
            }
        }
        for (at, column) in body.columns.iter().enumerate() {
            if before.index_of(&column.name).is_none() {
                output.push(JoinColumn::Right(at));
                columns.push(column.clone());
            }
        }
        let open = open || body.open;
        let kind = RelKind::MvApply { expand: Box::new(expand), body: Box::new(body), output, context };
        Rel { kind, columns: columns.into(), open, span }
    }

    pub(super) fn partition(&mut self, input: Rel, partition: &'a ast::PartitionOperator, span: Span) -> Rel {
        let by = self.scalar(&partition.by, Row::of(&input));
        self.refuse_dynamic(&by, partition.by.span);
        let context = self.new_context();
        let body = if partition.legacy {
            self.legacy_leg(partition, &input, &by, context)
        } else {
            self.inner_pipe(&partition.body, &input.columns, input.open, context)
        };
        let (columns, open) = (body.columns.clone(), body.open);
        let strategies = [
            ("legacy", PartitionStrategy::Legacy),
            ("native", PartitionStrategy::AnyNumber),
            ("shuffle", PartitionStrategy::AnyNumber),
        ];
        let by_key = self.parameter(&partition.parameters, "hint.shufflekey").map(|_| PartitionStrategy::AnyNumber);
        let strategy = self.choice(&partition.parameters, "hint.strategy", &strategies);
        let strategy = by_key.or(strategy).unwrap_or(PartitionStrategy::Legacy);
        let kind = RelKind::Partition { input: Box::new(input), by, body: Box::new(body), context, strategy };
        Rel { kind, columns, open, span }
    }

    /// `partition by k { T | … }`: a query of its own, in which the name of the column is its value in the part.
    fn legacy_leg(&mut self, partition: &'a ast::PartitionOperator, input: &Rel, by: &Expr, context: ContextId) -> Rel {
        let names = self.names.len();
        if let (ast::ExprKind::Name(name), ExprKind::Column(index)) = (&partition.by.kind, &by.kind) {
            let rows = Rel {
                kind: RelKind::Context(context),
                columns: input.columns.clone(),
                open: input.open,
                span: by.span,
            };
            let columns = input.columns.get(*index).cloned().into_iter().collect();
            let kind = RelKind::Project { input: Box::new(rows), values: vec![by.clone()] };
            let key = Rel { kind, columns, open: false, span: by.span };
            let value = Expr { kind: ExprKind::ToScalar(Box::new(key)), ty: by.ty, span: by.span };
            self.names.push((self.name(*name).into(), Named::Scalar(Arc::new(value))));
        }
        let body = self.table(&partition.body, Row::default());
        self.names.truncate(names);
        body
    }
}
