//! `summarize`, `distinct`, `count`.

use super::super::ir::{Aggregate, Column, Expr, ExprKind, Name, Rel, RelKind};
use super::super::projection::{Clash, Projection};
use super::super::scope::{Binder, Row, Sink, column};
use super::project::Style;
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    pub(super) fn summarize(&mut self, input: Rel, summarize: &'a ast::SummarizeOperator, span: Span) -> Rel {
        let by = summarize.by.as_deref();
        let mut projection = Projection::of(by.map_or(0, <[_]>::len) + summarize.aggregates.len());
        let keys = self.keys(by.unwrap_or_default(), &mut projection, &input);
        for (key, item) in keys.iter().zip(by.unwrap_or_default()) {
            self.refuse_dynamic(key, item.expr.span);
        }
        let sink = self.aggregates(&summarize.aggregates, &keys, &mut projection, &input);
        let (columns, outputs) = projection.finish();
        let open = input.open && summarize.aggregates.iter().any(passes_all_columns);
        let kind = RelKind::Summarize {
            input: Box::new(input),
            keyed: by.is_some() || summarize.aggregates.is_empty(),
            keys,
            aggregates: sink,
            outputs,
        };
        Rel { kind, columns, open, span }
    }

    /// Binds keys into the projection; their values become the columns of the keyed row.
    pub(super) fn keys(&mut self, by: &'a [ast::NamedExpr], projection: &mut Projection, input: &Rel) -> Vec<Expr> {
        for item in by {
            self.item(item, projection, Style::Project, Row::of(input));
        }
        projection.take_keys()
    }

    /// Binds aggregates into the projection, after the keys.
    pub(super) fn aggregates(
        &mut self,
        items: &'a [ast::NamedExpr],
        keys: &[Expr],
        projection: &mut Projection,
        input: &Rel,
    ) -> Vec<Aggregate> {
        let key_columns = keys.iter().filter_map(|key| match key.kind {
            ExprKind::Column(index) => Some(index),
            _ => None,
        });
        let sink = Sink {
            input: input.columns.clone(),
            open: input.open,
            keys: key_columns.collect(),
            next: keys.len(),
            aggregates: Vec::new(),
        };
        let outer = self.sink.replace(sink);
        for item in items {
            let row = Row { inside_aggregates_only: true, ..Row::default() };
            self.item(item, projection, Style::Summarize, row);
        }
        let sink = std::mem::replace(&mut self.sink, outer);
        sink.map(|sink| sink.aggregates).unwrap_or_default()
    }

    /// Keys and sort keys may not be dynamic.
    pub(super) fn refuse_dynamic(&mut self, value: &Expr, span: Span) {
        if value.ty == Type::Dynamic {
            self.report("type-mismatch", span, "a dynamic value cannot be compared: convert it, as in `tostring(…)`");
        }
    }

    pub(super) fn distinct(&mut self, input: Rel, items: &'a [ast::Expr], span: Span) -> Rel {
        let mut projection = Projection::default();
        for expr in items {
            let row = Row::of(&input);
            if matches!(expr.kind, ast::ExprKind::Star) {
                for index in 0..input.columns.len() {
                    let value = column(&input.columns, index, expr.span);
                    self.refuse_dynamic(&value, expr.span);
                    projection.add(input.columns[index].clone(), value, Some(index), Clash::Replace);
                }
                continue;
            }
            if let ast::ExprKind::Assign(assigned) = &expr.kind {
                self.item(assigned, &mut projection, Style::Project, row);
                continue;
            }
            let value = self.scalar(expr, row);
            self.refuse_dynamic(&value, expr.span);
            self.unnamed_item(expr, value, &mut projection, Style::Project, row);
        }
        let (columns, keys) = projection.finish();
        let outputs = (0..keys.len()).map(|index| column(&columns, index, span)).collect();
        let open = input.open && items.iter().any(|item| matches!(item.kind, ast::ExprKind::Star));
        let kind = RelKind::Summarize { input: Box::new(input), keyed: true, keys, aggregates: Vec::new(), outputs };
        Rel { kind, columns, open, span }
    }

    pub(super) fn count(&mut self, input: Rel, name: Option<ast::Name>, span: Span) -> Rel {
        let name = name.map_or(Name::fixed("Count"), |name| self.name(name).into());
        let columns = vec![Column { name, ty: Type::Long }];
        let aggregate = Aggregate { name: Name::fixed("count"), args: Vec::new(), columns: columns.clone(), span };
        let kind = RelKind::Summarize {
            input: Box::new(input),
            keyed: false,
            keys: Vec::new(),
            aggregates: vec![aggregate],
            outputs: vec![column(&columns, 0, span)],
        };
        Rel { kind, columns: columns.into(), open: false, span }
    }
}

/// `arg_max(x, *)`, `take_any(*)`: the columns that are not known pass too.
fn passes_all_columns(item: &ast::NamedExpr) -> bool {
    match &item.expr.kind {
        ast::ExprKind::Call { args, .. } => args.iter().any(|arg| matches!(arg.value.kind, ast::ExprKind::Star)),
        _ => false,
    }
}
