//! What a query asks to be computed once: `toscalar` and `materialize`.

use std::sync::Arc;

use super::expr::Want;
use super::ir::{Expr, ExprKind, Name};
use super::name::shared_table;
use super::scope::{Binder, Operand, Row, error, unknown_table};
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    /// `toscalar(…)`.
    pub(super) fn scalar_of_table(&mut self, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Expr {
        let Some(arg) = args.last() else {
            self.report("wrong-argument-count", span, "`toscalar` takes a table");
            return error(span);
        };
        match self.operand(&arg.value, row, Want::Table) {
            Operand::Scalar(value) if value.is_volatile() && !value.has_columns() => self.computed_once(value),
            Operand::Scalar(value) => value,
            Operand::Table(table) => {
                let ty = table.columns.first().map_or(Type::Unknown, |column| column.ty);
                Expr { kind: ExprKind::ToScalar(table), ty, span }
            }
        }
    }

    /// A value that is computed once a run, however often the function that holds it is called.
    fn computed_once(&mut self, value: Expr) -> Expr {
        let known = self.computed_once.iter().find(|known| ***known == value).cloned();
        let shared = known.unwrap_or_else(|| {
            let new = Arc::new(value);
            self.computed_once.push(Arc::clone(&new));
            new
        });
        let (ty, span) = (shared.ty, shared.span);
        Expr { kind: ExprKind::Shared { name: Name::fixed("toscalar"), value: shared }, ty, span }
    }

    /// `materialize(…)`.
    pub(super) fn materialize(&mut self, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Operand {
        let Some(arg) = args.first() else {
            self.report("wrong-argument-count", span, "`materialize` takes a table");
            return Operand::table(unknown_table("", span));
        };
        match self.operand(&arg.value, row, Want::Table) {
            Operand::Table(table) => Operand::table(shared_table(Name::default(), Arc::new(*table), span)),
            scalar @ Operand::Scalar(_) => scalar,
        }
    }
}
