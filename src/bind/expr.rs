//! Expressions: what each kind is bound to, and access to the parts of a value.

use super::ir::{Column, Expr, ExprKind};
use super::scope::{Binder, Operand, Row, error, unknown_table};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

/// What is wanted of an expression: it decides what an unknown name is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A scalar.
    Scalar,
    /// A table.
    Table,
    /// Either.
    Any,
}

impl<'a> Binder<'a> {
    /// A scalar expression. A table in its place is reported.
    pub(super) fn scalar(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        match self.operand(expr, row, Want::Scalar) {
            Operand::Scalar(bound) => bound,
            Operand::Table(_) => {
                self.report("type-mismatch", expr.span, "a scalar value is expected here, this is a table");
                error(expr.span)
            }
        }
    }

    /// A scalar expression that must be a bool.
    pub(super) fn predicate(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let bound = self.scalar(expr, row);
        self.expect_type(&bound, expr.span, Type::Bool);
        bound
    }

    /// Reports a value that is not of the type wanted.
    pub(super) fn expect_type(&mut self, bound: &Expr, span: Span, wanted: Type) {
        if bound.ty != wanted && bound.ty != Type::Unknown {
            self.report("type-mismatch", span, format!("a {wanted} is expected here, this is a {}", bound.ty));
        }
    }

    /// A scalar expression that must be a whole number.
    pub(super) fn integer(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let bound = self.scalar(expr, row);
        if !matches!(bound.ty, Type::Int | Type::Long | Type::Unknown) {
            self.report("type-mismatch", expr.span, format!("an integer is expected here, this is a {}", bound.ty));
        }
        bound
    }

    /// A scalar that must be a number.
    pub(super) fn number(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let bound = self.scalar(expr, row);
        if !bound.ty.is_numeric() && bound.ty != Type::Unknown {
            self.report("type-mismatch", expr.span, format!("a number is expected here, this is a {}", bound.ty));
        }
        bound
    }

    /// A scalar or tabular expression.
    pub(super) fn operand(&mut self, expr: &'a ast::Expr, row: Row<'_>, want: Want) -> Operand {
        self.nested(expr.span, |binder| binder.operand_inside(expr, row, want)).unwrap_or_else(|| match want {
            Want::Table => Operand::table(unknown_table("", expr.span)),
            Want::Scalar | Want::Any => Operand::Scalar(error(expr.span)),
        })
    }

    fn operand_inside(&mut self, expr: &'a ast::Expr, row: Row<'_>, want: Want) -> Operand {
        let span = expr.span;
        let bound = match &expr.kind {
            ast::ExprKind::Paren(inner) => return self.operand(inner, row, want),
            ast::ExprKind::Name(name) => return self.name_operand(*name, row, want),
            ast::ExprKind::Call { name, args } => return self.call(*name, args, span, row, want),
            ast::ExprKind::Member { base, selector } => return self.member(base, selector, span, row, want),
            ast::ExprKind::Pipe(pipe) => return Operand::table(self.pipe(pipe, span)),
            ast::ExprKind::DataTable { columns, values } => {
                return Operand::table(self.data_table(columns, values, span));
            }
            ast::ExprKind::ExternalData(data) => {
                return Operand::table(self.external_data(data, span));
            }
            ast::ExprKind::Literal(literal) => self.literal(*literal),
            ast::ExprKind::Dynamic(json) => self.dynamic(json, span),
            ast::ExprKind::TypeOf(columns) => self.type_literal(columns, span),
            ast::ExprKind::Index { base, index } => self.index(base, index, span, row),
            ast::ExprKind::Unary { op, operand } => self.unary(*op, operand, span, row),
            ast::ExprKind::Binary { .. } => self.binary(expr, row),
            ast::ExprKind::Logical { op, operands } => self.logical(*op, operands, span, row),
            ast::ExprKind::Membership { .. } => self.membership(expr, row),
            ast::ExprKind::Between { .. } => self.between(expr, row),
            ast::ExprKind::Wildcard(_) => {
                self.report("unknown-column", span, "a pattern of names is not a value");
                error(span)
            }
            ast::ExprKind::Star => {
                self.report("type-mismatch", span, "`*` is not a value here");
                error(span)
            }
            ast::ExprKind::Assign(assigned) => {
                self.scalar(&assigned.expr, row);
                let message = "a value is expected here, this is an assignment; `==` compares";
                self.report("type-mismatch", self.sign_before(&assigned.expr, span), message);
                error(span)
            }
            ast::ExprKind::List(items) => {
                for item in items {
                    self.scalar(item, row);
                }
                error(span)
            }
            ast::ExprKind::Missing => error(span),
        };
        Operand::Scalar(bound)
    }

    /// The `=` before the value of an assignment; the whole where it cannot be told.
    fn sign_before(&self, value: &ast::Expr, whole: Span) -> Span {
        let before = self.text.get(whole.start as usize..value.span.start as usize).unwrap_or_default();
        before.rfind('=').map_or(whole, |at| {
            let start = whole.range().start + at;
            Span::from_range(start..start + 1)
        })
    }

    fn type_literal(&mut self, columns: &[ast::ColumnDecl], span: Span) -> Expr {
        let columns = self.declared_columns(columns);
        Expr { kind: ExprKind::TypeLiteral(columns), ty: Type::Unknown, span }
    }

    /// The columns that a schema declares; an unknown type is reported.
    pub(super) fn declared_columns(&mut self, columns: &[ast::ColumnDecl]) -> Vec<Column> {
        columns
            .iter()
            .map(|column| Column { name: self.name(column.name).into(), ty: self.declared_type(column.ty) })
            .collect()
    }

    /// The type written; `string` where none is.
    pub(super) fn declared_type(&mut self, ty: Option<ast::TypeName>) -> Type {
        let Some(ty) = ty else { return Type::String };
        let text = ty.span.slice(self.text);
        // The service takes this one too, though Microsoft's language service does not (Microsoft: "series_downsample_fl()").
        let dotnet = (text == "DateTime").then_some(Type::DateTime);
        Type::from_name(text).or(dotnet).unwrap_or_else(|| {
            if !text.is_empty() {
                self.report("unknown-type", ty.span, format!("`{text}` is no type"));
            }
            Type::Unknown
        })
    }

    fn member(
        &mut self,
        base: &'a ast::Expr,
        selector: &'a ast::Expr,
        span: Span,
        row: Row<'_>,
        want: Want,
    ) -> Operand {
        if let Some(operand) = self.remote(base, selector, span, row) {
            return operand;
        }
        if let Some(operand) = self.pattern_member(base, selector, span) {
            return operand;
        }
        if let Some(operand) = self.graph_member(base, selector, span) {
            return Operand::Scalar(operand);
        }
        if let Some(operand) = self.step_state(base, selector, span, row) {
            return Operand::Scalar(operand);
        }
        let base_expr = match self.operand(base, row, if want == Want::Table { Want::Any } else { want }) {
            Operand::Scalar(bound) => bound,
            Operand::Table(_) => {
                self.report("type-mismatch", base.span, "a table has no members");
                error(base.span)
            }
        };
        let name = match &selector.kind {
            ast::ExprKind::Name(name) => name,
            ast::ExprKind::Call { .. } => {
                self.report("type-mismatch", selector.span, "a dynamic value has no functions");
                return Operand::Scalar(error(span));
            }
            _ => {
                let index = self.scalar(selector, row);
                return Operand::Scalar(part(base_expr, index, span));
            }
        };
        let key = self.name(*name);
        if !matches!(base_expr.ty, Type::Dynamic | Type::Unknown) {
            let message = format!("a {} has no member `{key}`; only dynamic values have", base_expr.ty);
            self.report("unknown-column", selector.span, message);
            return Operand::Scalar(error(span));
        }
        let index =
            Expr { kind: ExprKind::Literal(Value::String(key.into_owned())), ty: Type::String, span: selector.span };
        Operand::Scalar(part(base_expr, index, span))
    }

    /// `step.column` inside `scan`.
    fn step_state(&mut self, base: &ast::Expr, selector: &ast::Expr, span: Span, row: Row<'_>) -> Option<Expr> {
        let (ast::ExprKind::Name(step), ast::ExprKind::Name(name)) = (&base.kind, &selector.kind) else {
            return None;
        };
        let step = self.name(*step);
        let step = row.steps.iter().position(|known| *known == *step)?;
        let name_text = self.name(*name);
        let Some(index) = row.index_of(&name_text) else {
            self.unknown_column(&name_text, name.span, row);
            return Some(error(span));
        };
        let ty = row.columns[index].ty;
        Some(Expr { kind: ExprKind::Column((step + 1) * row.columns.len() + index), ty, span })
    }

    fn index(&mut self, base: &'a ast::Expr, index: &'a ast::Expr, span: Span, row: Row<'_>) -> Expr {
        let base_expr = self.scalar(base, row);
        let index_expr = self.scalar(index, row);
        if !matches!(base_expr.ty, Type::Dynamic | Type::Unknown) {
            let message = format!("a {} has no elements; only dynamic values have", base_expr.ty);
            self.report("type-mismatch", index.span, message);
            return error(span);
        }
        if !matches!(index_expr.ty, Type::Int | Type::Long | Type::String | Type::Dynamic | Type::Unknown) {
            self.report("type-mismatch", index.span, "an element is named by an integer or a string");
        }
        part(base_expr, index_expr, span)
    }
}

fn part(base: Expr, index: Expr, span: Span) -> Expr {
    let ty = if base.ty == Type::Unknown { Type::Unknown } else { Type::Dynamic };
    Expr { kind: ExprKind::Index { base: Box::new(base), index: Box::new(index) }, ty, span }
}
