//! `make-series`.

use super::super::indices::Indices;
use super::super::ir::{Aggregate, Column, Expr, ExprKind, MakeSeries, Name, Rel, RelKind, SeriesGrid};
use super::super::projection::{Clash, Projection};
use super::super::scope::{Binder, Row, Sink, error};
use super::super::types;
use super::project::Style;
use crate::kql::ast::{self, MakeSeriesRange};
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    pub(super) fn make_series(&mut self, input: Rel, series: &'a ast::MakeSeriesOperator, span: Span) -> Rel {
        let mut projection = Projection::default();
        let keys = self.keys(&series.by, &mut projection, &input);
        let aggregates = self.series_aggregates(series, &keys, &mut projection, &input);
        let outputs = projection.added().to_vec();
        for at in keys.len()..projection.columns().len() {
            projection.set_type(at, Type::Dynamic);
        }
        let axis = self.axis(&series.on, &mut projection, &input);
        let (from, to, step) = self.series_range(&series.range, axis.ty, span);
        let (columns, _) = projection.finish();
        let nonempty = self.choice(&series.parameters, "kind", &[("nonempty", ())]).is_some();
        let grid = match series.range {
            MakeSeriesRange::FromToStep { .. } => SeriesGrid::FromFirst,
            MakeSeriesRange::InRange(_) => SeriesGrid::Multiples,
        };
        let kind = MakeSeries { input, keys, aggregates, outputs, axis, grid, from, to, step, nonempty };
        Rel { kind: RelKind::MakeSeries(Box::new(kind)), columns, open: false, span }
    }

    fn axis(&mut self, on: &'a ast::NamedExpr, projection: &mut Projection, input: &Rel) -> Expr {
        let mut of_axis = Projection::default();
        self.item(on, &mut of_axis, Style::Project, Row::of(input));
        let Some((column, value)) = of_axis.last_added() else { return error(on.span) };
        let column = Column { name: column.name.clone(), ty: Type::Dynamic };
        projection.add(column, value.clone(), None, Clash::Number);
        value.clone()
    }

    fn series_aggregates(
        &mut self,
        series: &'a ast::MakeSeriesOperator,
        keys: &[Expr],
        projection: &mut Projection,
        input: &Rel,
    ) -> Vec<(Aggregate, Expr)> {
        let sink = Sink {
            input: input.columns.clone(),
            open: input.open,
            keys: Indices::default(),
            next: keys.len(),
            aggregates: Vec::new(),
        };
        let outer = self.sink.replace(sink);
        let mut defaults: Vec<Option<Expr>> = Vec::new();
        for aggregate in &series.aggregates {
            let row = Row { inside_aggregates_only: true, ..Row::default() };
            let before = self.sink.as_ref().map_or(0, |sink| sink.aggregates.len());
            self.item(&aggregate.column, projection, Style::Summarize, row);
            if self.sink.as_ref().is_some_and(|sink| sink.aggregates.len() == before) {
                self.constant_series(projection);
            }
            let default = aggregate.default.as_ref().map(|default| {
                let sink = self.sink.take();
                let value = self.scalar(default, Row::default());
                self.sink = sink;
                value
            });
            let met = self.sink.as_ref().map_or(0, |sink| sink.aggregates.len());
            defaults.resize(met, default);
        }
        let met = std::mem::replace(&mut self.sink, outer).map(|sink| sink.aggregates).unwrap_or_default();
        met.into_iter()
            .zip(defaults)
            .map(|(aggregate, default)| {
                let default = default.unwrap_or_else(|| zero(&aggregate));
                (aggregate, default)
            })
            .collect()
    }

    /// A value without aggregates is that of every bin that has rows.
    fn constant_series(&mut self, projection: &mut Projection) {
        let (Some(sink), Some((column, value))) = (self.sink.as_mut(), projection.last_added()) else { return };
        let of_bin = Expr { kind: ExprKind::Column(sink.next), ty: value.ty, span: value.span };
        let value = std::mem::replace(value, of_bin);
        let (span, column) = (value.span, column.clone());
        sink.aggregates.push(Aggregate {
            name: Name::fixed("take_any"),
            args: vec![value],
            columns: vec![column],
            span,
        });
        sink.next += 1;
    }

    fn series_range(
        &mut self,
        range: &'a MakeSeriesRange,
        axis: Type,
        span: Span,
    ) -> (Option<Expr>, Option<Expr>, Expr) {
        let row = Row::default();
        let (from, to, step) = match range {
            MakeSeriesRange::FromToStep { from, to, step } => (from.as_ref(), to.as_ref(), Some(step)),
            MakeSeriesRange::InRange(args) => {
                let arg = |at: usize| args.get(at).map(|arg| &arg.value);
                (arg(0), arg(1), arg(2))
            }
        };
        let bound = |binder: &mut Self, expr: Option<&'a ast::Expr>| {
            let expr = expr?;
            let value = binder.scalar(expr, row);
            let fits = value.ty == axis
                || types::widens(value.ty, axis)
                || [value.ty, axis].iter().any(|ty| matches!(ty, Type::Unknown | Type::Dynamic));
            if !fits {
                binder.report("type-mismatch", expr.span, format!("a {axis} is expected here, this is a {}", value.ty));
            }
            Some(value)
        };
        let from = bound(self, from);
        let to = bound(self, to);
        let step = step.map_or_else(|| error(span), |step| self.scalar(step, row));
        let interval = match axis {
            Type::DateTime | Type::TimeSpan => matches!(step.ty, Type::TimeSpan | Type::Unknown),
            Type::Unknown => true,
            axis if axis.is_numeric() => step.ty.is_numeric() || step.ty == Type::Unknown,
            _ => false,
        };
        if !interval {
            let message = format!("a {} is no width for bins of {axis}", step.ty);
            self.report("type-mismatch", step.span, message);
        }
        (from, to, step)
    }
}

/// The value of an empty bin where none is written.
fn zero(aggregate: &Aggregate) -> Expr {
    let ty = aggregate.columns.first().map_or(Type::Unknown, |column| column.ty);
    let value = match ty {
        Type::Real => Value::Real(0.0),
        Type::Int => Value::Int(0),
        Type::Long => Value::Long(0),
        _ => Value::Null,
    };
    Expr { kind: ExprKind::Literal(value), ty, span: aggregate.span }
}
