//! Functions of the workspace: their rows are known to the outside only, their columns to the catalogue.

use super::call::range_words;
use super::environment::SuppliedTable;
use super::expr::Want;
use super::ir::{Column, Expr, ExprKind, Rel, RelKind};
use super::local::converted;
use super::scope::{Binder, Operand, Row, error, suggest};
use crate::catalog::{WorkspaceFunction, WorkspaceResult};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    /// A call of a function of the workspace, whose rows only the outside knows.
    pub(super) fn workspace_call(
        &mut self,
        name: &str,
        function: &WorkspaceFunction,
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
        want: Want,
    ) -> Operand {
        let bound = self.workspace_arguments(name, function, args, span, row);
        let kind = RelKind::Function { name: name.to_owned(), args: bound };
        let (columns, open) = match &function.result {
            WorkspaceResult::Table { columns, open } => {
                (columns.iter().map(|column| Column { name: column.name.to_owned(), ty: column.ty }).collect(), *open)
            }
            WorkspaceResult::Unknown if want == Want::Scalar => {
                let RelKind::Function { name, args } = kind else { return Operand::Scalar(error(span)) };
                return Operand::Scalar(Expr { kind: ExprKind::Call { name, args }, ty: Type::Unknown, span });
            }
            WorkspaceResult::Added(_) | WorkspaceResult::Unknown => (Vec::new(), true),
        };
        Operand::Table(Rel { kind, columns, open, span })
    }

    /// A call of a saved function that the caller of the binder knows by its columns.
    pub(super) fn saved_function(&mut self, name: &str, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Rel {
        let mut values = Vec::new();
        for arg in args {
            if let Operand::Scalar(value) = self.operand(&arg.value, row, Want::Any) {
                values.push(value);
            }
        }
        let SuppliedTable { columns, open } = self.environment.function(name).cloned().unwrap_or_default();
        Rel { kind: RelKind::Function { name: name.to_owned(), args: values }, columns, open, span }
    }

    /// The arguments in the order of the parameters, up to the last one given; those left out are null.
    pub(super) fn workspace_arguments(
        &mut self,
        name: &str,
        function: &WorkspaceFunction,
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
    ) -> Vec<Expr> {
        let parameters = &function.parameters;
        let mut values: Vec<Option<Expr>> = Vec::new();
        for (position, arg) in args.iter().enumerate() {
            let at = match arg.name {
                Some(name) => {
                    let wanted = self.name(name);
                    parameters.iter().position(|parameter| parameter.name == wanted).unwrap_or_else(|| {
                        if !parameters.is_empty() {
                            let suggestion = suggest(&wanted, parameters.iter().map(|parameter| parameter.name));
                            let message = format!("there is no parameter named `{wanted}`");
                            self.report_with_help("unknown-argument", name.span, message, suggestion);
                        }
                        position
                    })
                }
                None => position,
            };
            let Operand::Scalar(value) = self.operand(&arg.value, row, Want::Any) else { continue };
            if values.len() <= at {
                values.resize(at + 1, None);
            }
            let ty = parameters.get(at).and_then(|parameter| parameter.ty);
            values[at] = Some(converted(value, ty));
        }
        let required = parameters.iter().filter(|parameter| !parameter.optional).count();
        if !parameters.is_empty() && (args.len() > parameters.len() || args.len() < required) {
            let message = format!(
                "`{name}` takes {} arguments, {} are given",
                range_words(required, parameters.len()),
                args.len()
            );
            self.report("wrong-argument-count", span, message);
        }
        let null = |at: usize| {
            let ty = parameters.get(at).and_then(|parameter| parameter.ty).unwrap_or(Type::Unknown);
            Expr { kind: ExprKind::Literal(Value::Null), ty, span }
        };
        values.into_iter().enumerate().map(|(at, value)| value.unwrap_or_else(|| null(at))).collect()
    }
}
