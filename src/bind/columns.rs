//! Functions that speak of columns by their names: `pack_all`, `bag_pack_columns`, `column_names_of`. Where the columns are
//! known, they become calls with the names written out.

use super::expr::Want;
use super::ir::{Expr, ExprKind, Name};
use super::scope::{Binder, Operand, Row, column};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value};

fn text(text: &str, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Value::String(text.to_owned())), ty: Type::String, span }
}

/// The named columns in turn: a name, then its column.
fn named(row: Row<'_>, indexes: impl IntoIterator<Item = usize>, span: Span) -> Vec<Expr> {
    let pair = |index: usize| {
        let name = row.columns.get(index).map_or("", |column| column.name.as_str());
        [text(name, span), column(row.columns, index, span)]
    };
    indexes.into_iter().flat_map(pair).collect()
}

/// A call that was checked as any other; the same call where it does not name columns or they are not known.
pub(super) fn with_column_names(call: Expr, row: Row<'_>) -> Expr {
    let ExprKind::Call { name, args } = &call.kind else { return call };
    let (name, args) = match name.as_str() {
        "pack_all" if !row.open => {
            let keeps_all = Expr { kind: ExprKind::Literal(Value::Bool(false)), ty: Type::Bool, span: call.span };
            let leaves_out = args.first().cloned().unwrap_or(keeps_all);
            let columns = named(row, 0..row.columns.len(), call.span);
            ("pack_all", std::iter::once(leaves_out).chain(columns).collect())
        }
        "bag_pack_columns" => {
            let index = |arg: &Expr| match arg.kind {
                ExprKind::Column(index) => Some(index),
                _ => None,
            };
            let Some(indexes) = args.iter().map(index).collect::<Option<Vec<_>>>() else { return call };
            ("bag_pack", named(row, indexes, call.span))
        }
        _ => return call,
    };
    Expr { kind: ExprKind::Call { name: Name::fixed(name), args }, ..call }
}

impl<'a> Binder<'a> {
    /// `column_names_of(T)`; none where the columns of the table are not known.
    pub(super) fn column_names_of(&mut self, table: &'a ast::Expr, span: Span, row: Row<'_>) -> Option<Expr> {
        let Operand::Table(table) = self.operand(table, row, Want::Table) else { return None };
        if table.open {
            return None;
        }
        let names = table.columns.iter().map(|column| Dynamic::String(column.name.as_str().to_owned())).collect();
        Some(Expr { kind: ExprKind::Literal(Value::Dynamic(Dynamic::Array(names))), ty: Type::Dynamic, span })
    }
}
