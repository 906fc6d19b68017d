//! Functions of the workspace: their rows are known to the outside only, their columns to the catalogue.

use super::call::{constant_text, range_words};
use super::environment::{FunctionParameter, FunctionResult, SuppliedTable, WorkspaceFunction};
use super::expr::Want;
use super::ir::{Columns, Expr, ExprKind, Rel, RelKind};
use super::local::converted;
use super::scope::{Binder, Operand, Row};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

/// The function whose columns depend on what it is called with.
const WATCHLIST: &str = "_GetWatchlist";

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
        let args = self.workspace_arguments(name, &function.parameters, args, span, row);
        let known = match &function.result {
            FunctionResult::Scalar(ty) => return Operand::Scalar(call(name, args, *ty, span)),
            FunctionResult::Unknown if want == Want::Scalar => {
                return Operand::Scalar(call(name, args, Type::Unknown, span));
            }
            FunctionResult::Table(table) if name == WATCHLIST => self.watchlist(table, &args),
            FunctionResult::Table(table) => table.clone(),
            FunctionResult::Added(_) | FunctionResult::Unknown => {
                SuppliedTable { columns: Columns::default(), open: true }
            }
        };
        let given = self.environment.answer(name, &args).filter(|_| known.open);
        let SuppliedTable { columns, open } = given.cloned().unwrap_or(known);
        Operand::table(Rel { kind: RelKind::Function { name: name.into(), args }, columns, open, span })
    }

    /// What `_GetWatchlist('alias')` gives: the columns of every watchlist, and those of this one where they are known.
    fn watchlist(&self, every: &SuppliedTable, args: &[Expr]) -> SuppliedTable {
        let alias = args.first().and_then(constant_text);
        let Some(own) = alias.and_then(|alias| self.environment.watchlist(&alias)) else { return every.clone() };
        let is_own = |name: &str| own.columns.iter().any(|own| own.name == *name);
        let others = every.columns.iter().filter(|column| !is_own(&column.name));
        SuppliedTable { columns: others.chain(&own.columns).cloned().collect(), open: own.open }
    }

    /// The arguments in the order of the parameters, up to the last one given; those left out are null.
    pub(super) fn workspace_arguments(
        &mut self,
        name: &str,
        parameters: &[FunctionParameter],
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
    ) -> Vec<Expr> {
        let mut values: Vec<Option<Expr>> = Vec::new();
        for (position, arg) in args.iter().enumerate() {
            let at = match arg.name {
                Some(name) => {
                    let wanted = self.name(name);
                    parameters.iter().position(|parameter| parameter.name == *wanted).unwrap_or_else(|| {
                        if !parameters.is_empty() {
                            let names = parameters.iter().map(|parameter| parameter.name.as_str());
                            let suggestion = self.suggested_of(&wanted, names);
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

fn call(name: &str, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Call { name: name.into(), args }, ty, span }
}
