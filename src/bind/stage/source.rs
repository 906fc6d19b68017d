//! What makes rows from nothing: `print`, `range`, `datatable`, `externaldata`.

use super::super::ir::{Column, Rel, RelKind};
use super::super::overload;
use super::super::projection::Projection;
use super::super::scope::{Binder, Row, error};
use super::super::types::{self, Argument};
use super::project::Style;
use crate::catalog;
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    pub(super) fn print(&mut self, items: &'a [ast::NamedExpr], span: Span) -> Rel {
        let mut projection = Projection::default();
        for (number, item) in items.iter().enumerate() {
            self.item(item, &mut projection, Style::Print(number), Row::default());
        }
        let (columns, values) = projection.finish();
        Rel { kind: RelKind::Print { values }, columns, open: false, span }
    }

    pub(super) fn range(&mut self, name: ast::Name, bounds: [&'a ast::Expr; 3], span: Span) -> Rel {
        let [from, to, step] = bounds.map(|bound| {
            let value = self.scalar(bound, Row::default());
            let fits = types::is_summable(value.ty) || matches!(value.ty, Type::Unknown | Type::Dynamic);
            if fits {
                return value;
            }
            let message = format!("a number, timespan or datetime is expected here, this is a {}", value.ty);
            self.report("type-mismatch", bound.span, message);
            error(bound.span)
        });
        let ends = types::common(from.ty, to.ty).unwrap_or(Type::Unknown);
        let ty = match (ends, step.ty) {
            (Type::Int, Type::Int) => Type::Int,
            (Type::Unknown, _) | (_, Type::Unknown) => Type::Unknown,
            (ends, step) => match catalog::operator("+") {
                Some(plus) => overload::choose_operator(plus, &[Argument::Scalar(ends), Argument::Scalar(step)]).ty,
                None => Type::Unknown,
            },
        };
        let columns = [Column { name: self.name(name).into(), ty }].into();
        Rel { kind: RelKind::Range { from, to, step }, columns, open: false, span }
    }

    /// `datatable(a:string)['x', 'y']`.
    pub(in super::super) fn data_table(
        &mut self,
        columns: &'a [ast::ColumnDecl],
        values: &'a [ast::Expr],
        span: Span,
    ) -> Rel {
        let columns = self.distinct_columns(columns);
        if !columns.is_empty() && !values.len().is_multiple_of(columns.len()) {
            let cells = values.first().zip(values.last()).map_or(span, |(first, last)| first.span.to(last.span));
            let message = format!("{} values do not fill rows of {} columns", values.len(), columns.len());
            self.report("wrong-value-count", cells, message);
        }
        let cells = values.iter().map(|value| self.scalar(value, Row::default())).collect();
        Rel { kind: RelKind::DataTable { cells }, columns: columns.into(), open: false, span }
    }

    /// The columns that a schema declares, each under a name of its own.
    fn distinct_columns(&mut self, declared: &[ast::ColumnDecl]) -> Vec<Column> {
        let columns = self.declared_columns(declared);
        for (at, column) in columns.iter().enumerate() {
            if !column.name.is_empty() && columns[..at].iter().any(|known| known.name == column.name) {
                let message = format!("a column named `{}` is already declared here", column.name);
                self.report("duplicate-column", declared[at].name.span, message);
            }
        }
        columns
    }

    /// `externaldata(a:string)['uri'] with (format='csv')`.
    pub(in super::super) fn external_data(&mut self, data: &'a ast::ExternalData, span: Span) -> Rel {
        let columns = self.distinct_columns(&data.columns);
        let uris = data.uris.iter().map(|uri| self.scalar(uri, Row::default())).collect();
        let properties = data
            .properties
            .iter()
            .map(|property| {
                let name = property.name.map(|name| self.name(name).into()).unwrap_or_default();
                (name, self.property(&property.value))
            })
            .collect();
        Rel { kind: RelKind::ExternalData { uris, properties }, columns: columns.into(), open: false, span }
    }

    /// The value of a property: a scalar, or a word that stands for its own text.
    fn property(&mut self, value: &'a ast::Expr) -> super::super::ir::Expr {
        use super::super::ir::{Expr, ExprKind};
        use crate::value::Value;
        match &value.kind {
            ast::ExprKind::Name(name) => {
                let text = self.name(*name);
                Expr { kind: ExprKind::Literal(Value::String(text.into_owned())), ty: Type::String, span: value.span }
            }
            _ => self.scalar(value, Row::default()),
        }
    }
}
