//! Names in expressions: columns, what the query declares, and what the workspace knows; an unknown one is reported.

use std::borrow::Cow;
use std::sync::Arc;

use super::expr::Want;
use super::ir::{Expr, ExprKind, Name, Rel, RelKind};
use super::scope::{Binder, Named, Operand, Row, column, error, unknown_table};
use crate::catalog;
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    pub(super) fn name_operand(&mut self, name: ast::Name, row: Row<'_>, want: Want) -> Operand {
        let text = self.name(name);
        if text.is_empty() {
            return Operand::Scalar(error(name.span));
        }
        if !row.inside_aggregates_only
            && let Some(index) = row.index_of(&text)
        {
            return Operand::Scalar(column(row.columns, index, name.span));
        }
        if let Some(variable) = self.graph_variable(&text, name.span) {
            return Operand::Scalar(variable);
        }
        if let Some((declared, named)) = self.declared(&text) {
            let declared = declared.clone();
            return match named {
                // A `let` names a calculation: only `toscalar` makes one value of what differs from call to call.
                Named::Scalar(value) if matches!(value.kind, ExprKind::Argument { .. }) || value.is_volatile() => {
                    let value = Arc::clone(value);
                    Operand::Scalar(self.copied(&value, name.span))
                }
                Named::Scalar(value) => {
                    let (ty, value) = (value.ty, Arc::clone(value));
                    let kind = ExprKind::Shared { name: declared, value };
                    Operand::Scalar(Expr { kind, ty, span: name.span })
                }
                Named::Table(rel) => Operand::table(shared_table(declared, Arc::clone(rel), name.span)),
                Named::Function(function) => {
                    let function = Arc::clone(function);
                    self.local_call(&text, &function, &[], name.span, row)
                }
                Named::Opaque | Named::Pattern(_) if want == Want::Table => {
                    Operand::table(unknown_table(&text, name.span))
                }
                Named::Opaque | Named::Pattern(_) => Operand::Scalar(error(name.span)),
            };
        }
        if row.open && want == Want::Scalar && !row.inside_aggregates_only {
            let kind = ExprKind::OpenColumn(text.into());
            return Operand::Scalar(Expr { kind, ty: Type::Unknown, span: name.span });
        }
        if let Some(function) = self.environment.supplied_function(&text) {
            return self.workspace_call(&text, function, &[], name.span, row, want);
        }
        if let Some(table) = self.environment.table(&text) {
            let (columns, open) = (table.columns, table.open);
            self.note_table(&text);
            let kind = RelKind::Table { name: text.into() };
            return Operand::table(Rel { kind, columns, open, span: name.span });
        }
        if let Some(function) = self.environment.function(&text) {
            return self.workspace_call(&text, &function, &[], name.span, row, want);
        }
        if want != Want::Table && catalog::scalar_function(&text).is_some() && !row.open {
            self.report(
                "unknown-column",
                name.span,
                format!("`{text}` is a function: it needs its arguments in parentheses"),
            );
            return Operand::Scalar(error(name.span));
        }
        self.unknown_name(text, name.span, row, want)
    }

    fn unknown_name(&mut self, text: Cow<'_, str>, span: Span, row: Row<'_>, want: Want) -> Operand {
        if want == Want::Table {
            return Operand::table(self.unknown_table_name(&text, span));
        }
        if row.open && !row.inside_aggregates_only {
            return Operand::Scalar(Expr { kind: ExprKind::OpenColumn(text.into()), ty: Type::Unknown, span });
        }
        if want == Want::Any && self.environment.allows_unknown(&text) {
            return Operand::table(unknown_table(&text, span));
        }
        if row.inside_aggregates_only {
            let message = format!("`{text}` is no aggregate: name the column in `by`, or aggregate it");
            self.report("not-aggregated", span, message);
            return Operand::Scalar(error(span));
        }
        if want == Want::Any {
            let suggestion = self.suggested_table(&text);
            let message = format!("there is no table, variable or function named `{text}`");
            self.report_missing_table("unknown-name", span, message, suggestion);
            return Operand::Scalar(error(span));
        }
        self.unknown_column(&text, span, row);
        Operand::Scalar(error(span))
    }

    /// A table that nobody knows: open where the environment allows it, else reported.
    pub(super) fn unknown_table_name(&mut self, name: &str, span: Span) -> Rel {
        if !name.is_empty() && !self.fuzzy && !self.environment.allows_unknown(name) {
            let suggestion = self.suggested_table(name);
            self.report_missing_table("unknown-table", span, format!("there is no table named `{name}`"), suggestion);
        }
        unknown_table(name, span)
    }

    /// The input's column that an expression names, parentheses aside; anything else is reported.
    pub(super) fn column_index(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Option<usize> {
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.column_index(inner, row),
            ast::ExprKind::Name(name) => {
                let text = self.name(*name);
                let index = row.index_of(&text);
                if index.is_none() && !row.open && !text.is_empty() {
                    self.unknown_column(&text, name.span, row);
                }
                index
            }
            ast::ExprKind::Missing => None,
            _ => {
                self.report("column-expected", expr.span, "the name of a column is expected here");
                None
            }
        }
    }
}

/// A shared table by its name.
pub(super) fn shared_table(name: Name, rel: Arc<Rel>, span: Span) -> Rel {
    let (columns, open) = (rel.columns.clone(), rel.open);
    Rel { kind: RelKind::Shared { name, rel }, columns, open, span }
}
