//! `evaluate` (plugins) and `invoke` (functions over the rows so far).

use std::sync::Arc;

use super::super::environment::{FunctionParameter, FunctionResult, WorkspaceFunction};
use super::super::expr::Want;
use super::super::indices::Indices;
use super::super::ir::{Column, Name, PluginArg, Rel, RelKind};
use super::super::overload::Parameters;
use super::super::scope::{Binder, Named, Operand, Row, Sink, unknown_table};
use super::super::types::Argument;
use super::plugin;
use crate::catalog::{self, ArgumentForm, Returns};
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

impl<'a> Binder<'a> {
    pub(super) fn evaluate(
        &mut self,
        input: Option<Rel>,
        call: &'a ast::Expr,
        schema: Option<&'a [ast::ColumnDecl]>,
        span: Span,
    ) -> Rel {
        let ast::ExprKind::Call { name, args } = &call.kind else {
            return unknown_table("", span);
        };
        let text = self.name(*name);
        let Some(plugin) = catalog::plugin(&text) else {
            let suggestion = self.suggested_of(&text, catalog::plugin_names());
            self.report_with_help(
                "unknown-function",
                name.span,
                format!("there is no plugin named `{text}`"),
                suggestion,
            );
            return unknown_table(&text, span);
        };
        if !plugin.argument_count().allows(args.len()) {
            let message = format!("`{text}` takes another number of arguments");
            self.report("wrong-argument-count", name.span, message);
        }
        let columns = input.as_ref().map(|input| input.columns.clone()).unwrap_or_default();
        let open_input = input.as_ref().is_some_and(|input| input.open);
        let row = Row { columns: &columns, open: open_input, ..Row::default() };
        let untyped = vec![Argument::Scalar(Type::Unknown); args.len()];
        let forms = plugin.signatures.first().map(|signature| Parameters::of(signature, &untyped));
        let mut bound: Vec<PluginArg> = Vec::with_capacity(args.len());
        for (at, arg) in args.iter().enumerate() {
            let form = forms.and_then(|forms| forms.get(at)).map(|parameter| parameter.form);
            let of_first = match (form, bound.first()) {
                (Some(ArgumentForm::ColumnOfFirst), Some(PluginArg::Table(table))) => {
                    Some((table.columns.clone(), table.open))
                }
                _ => None,
            };
            let argument = match &of_first {
                Some((columns, open)) => {
                    self.plugin_argument(&text, &arg.value, Row { columns, open: *open, ..Row::default() })
                }
                None => self.plugin_argument(&text, &arg.value, row),
            };
            bound.push(match (arg.name, argument) {
                (Some(name), PluginArg::Scalar(value)) => PluginArg::Named(self.name(name).into(), value),
                (_, argument) => argument,
            });
        }
        let (mut output, mut open) = match plugin.signatures.first().map(|signature| &signature.returns) {
            Some(Returns::Table(added, kept)) => {
                let added = added.iter().map(|column| Column { name: Name::fixed(column.name), ty: column.ty });
                let left_out = plugin::column_left_out(&text, &bound);
                let kept_columns = columns.iter().enumerate().filter(|(at, _)| *kept && Some(*at) != left_out);
                (added.chain(kept_columns.map(|(_, column)| column.clone())).collect(), *kept && open_input)
            }
            _ => plugin::columns(&text, &bound, &columns),
        };
        if let Some(schema) = schema {
            let declared = self.declared_columns(schema);
            let starred = declared.iter().any(|column| column.name == "*");
            let declared: Vec<Column> = declared.into_iter().filter(|column| column.name != "*").collect();
            output.retain(|column| starred && !declared.iter().any(|declared| declared.name == column.name));
            output.extend(declared);
            open = false;
        }
        if let (None, Some(learned)) = (schema, self.environment.learned(span)) {
            (output, open) = (learned.to_vec(), false);
        }
        let kind = RelKind::Plugin { input: input.map(Box::new), name: Name::fixed(plugin.name), args: bound };
        let rows = Rel { kind, columns: output.into(), open, span };
        if schema.is_none() { self.tables_of(rows) } else { rows }
    }

    fn plugin_argument(&mut self, plugin: &str, arg: &'a ast::Expr, row: Row<'_>) -> PluginArg {
        if plugin == "pivot"
            && let ast::ExprKind::Call { name, args } = &arg.kind
            && let Some(function) = catalog::aggregate(&self.name(*name))
        {
            let input = row.columns.clone();
            let sink = Sink { input, open: row.open, keys: Indices::default(), next: 0, aggregates: Vec::new() };
            let outer = self.sink.replace(sink);
            self.aggregate(function, name.span, args, arg.span);
            let met = std::mem::replace(&mut self.sink, outer).map(|sink| sink.aggregates).unwrap_or_default();
            if let Some(aggregate) = met.into_iter().next() {
                return PluginArg::Aggregate(aggregate);
            }
        }
        match self.operand(arg, row, Want::Scalar) {
            Operand::Scalar(value) => PluginArg::Scalar(value),
            Operand::Table(table) => PluginArg::Table(*table),
        }
    }

    pub(super) fn invoke(&mut self, input: Rel, call: &'a ast::Expr, span: Span) -> Rel {
        let (name, args): (ast::Name, &'a [ast::Arg]) = match &call.kind {
            ast::ExprKind::Call { name, args } => (*name, args),
            ast::ExprKind::Name(name) => (*name, &[]),
            _ => return unknown_table("", span),
        };
        let text = self.name(name);
        match self.named(&text) {
            Some(Named::Function(function)) => {
                let function = Arc::clone(function);
                let columns = input.columns.clone();
                let row = Row { columns: &columns, open: input.open, ..Row::default() };
                return match self.local_call_with(&text, &function, Some(input), args, name.span, row) {
                    Operand::Table(table) => *table,
                    Operand::Scalar(value) => unknown_table(&text, value.span),
                };
            }
            Some(_) => return unknown_table(&text, span),
            None => {}
        }
        let Some(function) = self.environment.function(&text) else {
            for arg in args {
                self.operand(&arg.value, Row { open: true, ..Row::of(&input) }, Want::Any);
            }
            let suggestion = self.suggested_function(&text);
            let message = format!("there is no function named `{text}`");
            self.report_missing_table("unknown-function", name.span, message, suggestion);
            return Rel { open: true, ..unknown_table(&text, span) };
        };
        let WorkspaceFunction { parameters, result } = &*function;
        let parameters = match parameters.as_slice() {
            [FunctionParameter { ty: None, .. }, rest @ ..] => rest,
            all => all,
        };
        let args = self.workspace_arguments(&text, parameters, args, name.span, Row::of(&input));
        let args = args.into_iter().map(PluginArg::Scalar).collect();
        let (columns, open) = match result {
            FunctionResult::Added(added) => {
                let mut columns = input.columns.to_vec();
                for column in added {
                    if !columns.iter().any(|known| known.name == column.name) {
                        columns.push(column.clone());
                    }
                }
                (columns.into(), input.open)
            }
            FunctionResult::Table(table) => (table.columns.clone(), table.open),
            FunctionResult::Scalar(_) | FunctionResult::Unknown => (input.columns.clone(), true),
        };
        let kind = RelKind::Plugin { input: Some(Box::new(input)), name: text.into(), args };
        Rel { kind, columns, open, span }
    }
}
