//! Functions declared in the query: each call binds the body anew, with the arguments in place of the parameters.

use std::sync::Arc;

use super::call::range_words;
use super::expr::Want;
use super::ir::{Column, Expr, ExprKind, Rel};
use super::scope::{Binder, LocalFunction, Named, Operand, Row, error, unknown_table};
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    /// A call of a function declared in the query: its body is bound anew with the arguments in place of the parameters.
    pub(super) fn local_call(
        &mut self,
        name: &str,
        function: &Arc<LocalFunction<'a>>,
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
    ) -> Operand {
        self.local_call_with(name, function, None, args, span, row)
    }

    /// The same, with a table before the written arguments (`T | invoke f()`).
    pub(super) fn local_call_with(
        &mut self,
        name: &str,
        function: &Arc<LocalFunction<'a>>,
        first: Option<Rel>,
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
    ) -> Operand {
        let parameters = &function.declaration.parameters;
        let required = parameters.iter().filter(|parameter| parameter.default.is_none()).count();
        let given = args.len() + usize::from(first.is_some());
        if given > parameters.len() || given < required {
            let message =
                format!("`{name}` takes {} arguments, {given} are given", range_words(required, parameters.len()));
            self.report("wrong-argument-count", span, message);
        }
        let mut values: Vec<Option<Named<'a>>> = vec![None; parameters.len()];
        if let (Some(table), Some(parameter)) = (&first, parameters.first())
            && let ast::ParameterType::Tabular { columns, .. } = &parameter.ty
        {
            self.check_required_columns(table, columns, span);
        }
        if let (Some(table), Some(slot)) = (first, values.first_mut()) {
            *slot = Some(Named::Table(Arc::new(table)));
        }
        for arg in args {
            let at = if let Some(name) = arg.name {
                let wanted = self.name(name);
                let at = parameters.iter().position(|parameter| self.name(parameter.name) == wanted);
                if at.is_none() {
                    self.report("unknown-argument", name.span, format!("there is no parameter named `{wanted}`"));
                }
                at
            } else {
                values.iter().position(Option::is_none)
            };
            let Some(parameter) = at.and_then(|at| parameters.get(at)) else {
                self.operand(&arg.value, row, Want::Any);
                continue;
            };
            let value = self.local_argument(parameter, &arg.value, row);
            if let Some(slot) = at.and_then(|at| values.get_mut(at)) {
                *slot = Some(value);
            }
        }
        self.expand(function, values, span)
    }

    fn local_argument(&mut self, parameter: &'a ast::Parameter, arg: &'a ast::Expr, row: Row<'_>) -> Named<'a> {
        match &parameter.ty {
            ast::ParameterType::Tabular { columns, .. } => {
                let table = self.table(arg, row);
                self.check_required_columns(&table, columns, arg.span);
                Named::Table(Arc::new(table))
            }
            ast::ParameterType::Scalar(ty) => {
                let value = self.scalar(arg, row);
                let ty = ty.and_then(|ty| Type::from_name(ty.span.slice(self.text)));
                Named::Scalar(Arc::new(as_argument(&self.name(parameter.name), converted(value, ty))))
            }
        }
    }

    fn check_required_columns(&mut self, table: &Rel, columns: &[ast::ColumnDecl], span: Span) {
        for wanted in columns {
            let name = self.name(wanted.name);
            let ty = wanted.ty.and_then(|ty| Type::from_name(ty.span.slice(self.text)));
            let found = table.columns.iter().find(|column| column.name == *name);
            let fits = match (found, ty) {
                (Some(column), Some(ty)) => column.ty == ty || column.ty == Type::Unknown,
                (Some(_), None) => true,
                (None, _) => table.open || name == "*" || name.is_empty(),
            };
            if !fits {
                self.report(
                    "type-mismatch",
                    span,
                    format!("the table lacks the column `{name}` that the function needs"),
                );
                return;
            }
        }
    }

    fn expand(&mut self, function: &LocalFunction<'a>, values: Vec<Option<Named<'a>>>, span: Span) -> Operand {
        if !self.step(span) {
            return Operand::Scalar(error(span));
        }
        let hidden = self.names.split_off(function.names_in_scope.min(self.names.len()));
        let outer = (self.block, self.sink.take(), self.context.take(), std::mem::take(&mut self.fuzzy));
        self.block = self.names.len();
        let result = self.silently(|binder| {
            for (parameter, value) in function.declaration.parameters.iter().zip(values) {
                let value = value.unwrap_or_else(|| binder.default_value(parameter));
                let name = binder.name(parameter.name);
                binder.names.push((name.into(), value));
            }
            binder.nested(span, |binder| binder.body(&function.declaration.body))
        });
        self.names.truncate(function.names_in_scope);
        self.names.extend(hidden);
        (self.block, self.sink, self.context, self.fuzzy) = outer;
        match result.flatten() {
            Some(Operand::Scalar(value)) => Operand::Scalar(Expr { span, ..value }),
            Some(table @ Operand::Table(_)) => table,
            None => Operand::Scalar(error(span)),
        }
    }

    /// The value of a parameter that no argument is given for.
    pub(super) fn default_value(&mut self, parameter: &'a ast::Parameter) -> Named<'a> {
        match (&parameter.ty, &parameter.default) {
            (ast::ParameterType::Scalar(ty), Some(default)) => {
                let value = self.scalar(default, Row::default());
                let ty = ty.and_then(|ty| Type::from_name(ty.span.slice(self.text)));
                Named::Scalar(Arc::new(converted(value, ty)))
            }
            (ast::ParameterType::Scalar(ty), None) => {
                let ty = ty.and_then(|ty| Type::from_name(ty.span.slice(self.text))).unwrap_or(Type::Unknown);
                Named::Scalar(Arc::new(Expr { ty, ..error(parameter.span) }))
            }
            (ast::ParameterType::Tabular { columns, .. }, _) => {
                let columns: Vec<Column> = self.silently(|binder| binder.declared_columns(columns));
                let columns =
                    columns.into_iter().filter(|column| !column.name.is_empty() && column.name != "*").collect();
                let name = self.name(parameter.name);
                Named::Table(Arc::new(Rel { columns, ..unknown_table(&name, parameter.span) }))
            }
        }
    }
}

/// A scalar argument of a declared function is converted to the type of the parameter.
pub(super) fn converted(value: Expr, to: Option<Type>) -> Expr {
    let Some(to) = to else { return value };
    if value.ty == to || value.ty == Type::Unknown {
        return Expr { ty: to, ..value };
    }
    let (span, name) = (value.span, format!("to{to}"));
    Expr { kind: ExprKind::Call { name: name.into(), args: vec![value] }, ty: to, span }
}

/// A value that depends on the row of the call must not be evaluated once for all.
pub(super) fn as_argument(name: &str, value: Expr) -> Expr {
    if matches!(value.kind, ExprKind::Argument { .. }) || !depends_on_row(&value) {
        return value;
    }
    let (ty, span) = (value.ty, value.span);
    Expr { kind: ExprKind::Argument { name: name.into(), value: Arc::new(value) }, ty, span }
}

fn depends_on_row(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Column(_) | ExprKind::OpenColumn(_) | ExprKind::Argument { .. } => true,
        ExprKind::Literal(_)
        | ExprKind::TypeLiteral(_)
        | ExprKind::Shared { .. }
        | ExprKind::ToScalar(_)
        | ExprKind::Error => false,
        ExprKind::Call { args, .. } => args.iter().any(depends_on_row),
        ExprKind::Unary { operand: value, .. } | ExprKind::MembershipTable { value, .. } => depends_on_row(value),
        ExprKind::Binary { left, right, .. } => depends_on_row(left) || depends_on_row(right),
        ExprKind::Logical { operands, .. } => operands.iter().any(depends_on_row),
        ExprKind::Membership { value, list, .. } => depends_on_row(value) || list.iter().any(depends_on_row),
        ExprKind::Between { value, low, high, .. } => [value, low, high].into_iter().any(|part| depends_on_row(part)),
        ExprKind::Index { base, index } => depends_on_row(base) || depends_on_row(index),
    }
}
