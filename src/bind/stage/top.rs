//! `top-nested`, `top-hitters`, `sample-distinct`, `reduce`.

use super::super::indices::Indices;
use super::super::ir::{Column, Columns, Name, Reduce, ReduceKind, Rel, RelKind, TopNestedLevel};
use super::super::naming::{self, UniqueNames};
use super::super::projection::{Clash, Projection};
use super::super::scope::{Binder, Row, Sink, column};
use super::project::Style;
use crate::kql::ast::{self, SortOrder};
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    pub(super) fn sample_distinct(&mut self, input: Rel, count: &'a ast::Expr, of: &'a ast::Expr, span: Span) -> Rel {
        let count = self.integer(count, Row::default());
        let row = Row::of(&input);
        let value = self.scalar(of, row);
        if !matches!(of.kind, ast::ExprKind::Name(_) | ast::ExprKind::Missing) {
            self.report("column-expected", of.span, "the name of a column is expected here: `extend` gives it one");
        }
        self.refuse_dynamic(&value, of.span);
        let mut projection = Projection::default();
        self.unnamed_item(of, value, &mut projection, Style::Project, row);
        let (columns, keys) = projection.finish();
        let outputs = (0..keys.len()).map(|index| column(&columns, index, span)).collect();
        let kind = RelKind::Summarize { input: Box::new(input), keyed: true, keys, aggregates: Vec::new(), outputs };
        let distinct = Rel { kind, columns, open: false, span };
        super::keeping(distinct, span, |input| RelKind::Sample { input, count })
    }

    pub(super) fn top_hitters(
        &mut self,
        input: Rel,
        count: &'a ast::Expr,
        of: &'a ast::NamedExpr,
        by: Option<&'a ast::Expr>,
        span: Span,
    ) -> Rel {
        let count = self.integer(count, Row::default());
        let mut projection = Projection::default();
        self.item(of, &mut projection, Style::Project, Row::of(&input));
        let by_value = by.map(|by| self.number(by, Row::of(&input)));
        let label = |expr: &ast::Expr| naming::of_expression(expr, self.text, &|_| false).unwrap_or_default();
        let (name, ty) = if let (Some(by), Some(value)) = (by, &by_value) {
            let ty = if value.ty.is_numeric() { value.ty } else { Type::Unknown };
            (format!("approximate_sum_{}", label(by)), ty)
        } else {
            let written = of.names.first().map(|name| self.name(*name));
            (format!("approximate_count_{}", written.unwrap_or_else(|| label(&of.expr))), Type::Long)
        };
        let Some(value) = projection.added().first().cloned() else { return input };
        projection.add(Column { name: name.into(), ty }, value.clone(), None, Clash::Number);
        let (columns, _) = projection.finish();
        let kind = RelKind::TopHitters { input: Box::new(input), count, of: value, by: by_value };
        Rel { kind, columns, open: false, span }
    }

    pub(super) fn top_nested(&mut self, input: Rel, clauses: &'a [ast::TopNestedClause], span: Span) -> Rel {
        let mut names = UniqueNames::default();
        let mut columns = Vec::new();
        let mut levels = Vec::new();
        for clause in clauses {
            let row = Row::of(&input);
            let count = clause.count.as_ref().map(|count| self.integer(count, Row::default()));
            let of = self.scalar(&clause.of.expr, row);
            let others = clause.others.as_ref().map(|others| self.scalar(others, Row::default()));
            let sink = Sink {
                input: input.columns.clone(),
                open: input.open,
                keys: Indices::default(),
                next: 0,
                aggregates: Vec::new(),
            };
            let outer = self.sink.replace(sink);
            let by_row = Row { inside_aggregates_only: true, ..Row::default() };
            let by = self.scalar(&clause.by.expr, by_row);
            let aggregates = std::mem::replace(&mut self.sink, outer).map(|sink| sink.aggregates).unwrap_or_default();
            let written = clause.of.names.first().map(|name| self.name(*name));
            let label =
                written.or_else(|| naming::of_expression(&clause.of.expr, self.text, &|_| false)).unwrap_or_default();
            let label = names.unique(&label.into());
            let by_label = clause.by.names.first().map(|name| self.name(*name));
            let by_label = names.unique(&by_label.unwrap_or_else(|| format!("aggregated_{label}").into()).into());
            columns.push(Column { name: label, ty: of.ty });
            columns.push(Column { name: by_label, ty: by.ty });
            let descending = !matches!(clause.order, Some(SortOrder::Ascending));
            levels.push(TopNestedLevel { count, of, others, aggregates, by, descending });
        }
        Rel { kind: RelKind::TopNested { input: Box::new(input), levels }, columns: columns.into(), open: false, span }
    }

    pub(super) fn reduce(
        &mut self,
        input: Rel,
        parameters: &'a [ast::OperatorParameter],
        by: &'a ast::Expr,
        with: &'a [ast::Arg],
        span: Span,
    ) -> Rel {
        let text = self.scalar(by, Row::of(&input));
        self.expect_type(&text, by.span, Type::String);
        let (mut threshold, mut characters) = (None, None);
        for arg in with {
            let value = self.scalar(&arg.value, Row::default());
            match arg.name.map(|name| self.name(name)).as_deref() {
                Some("threshold") => threshold = Some(value),
                Some("characters") => characters = Some(value),
                _ => {}
            }
        }
        let is_source = self.parameter_word(parameters, "kind").as_deref() == Some("source");
        let gives = if is_source { ReduceKind::Rows } else { ReduceKind::Groups };
        let pattern = Column { name: Name::fixed("Pattern"), ty: Type::String };
        let (columns, open): (Columns, bool) = match gives {
            ReduceKind::Rows => {
                let columns = naming::made_unique(input.columns.iter().chain([&pattern]));
                (columns.into(), input.open)
            }
            ReduceKind::Groups => {
                let count = Column { name: Name::fixed("Count"), ty: Type::Long };
                let representative = Column { name: Name::fixed("Representative"), ty: Type::String };
                (vec![pattern, count, representative].into(), false)
            }
        };
        let kind = RelKind::Reduce(Box::new(Reduce { input, text, threshold, characters, gives }));
        Rel { kind, columns, open, span }
    }
}
