//! Calls: built-in functions, functions declared in the query (expanded at each call), functions of the workspace, and the
//! few words that look like functions (`toscalar`, `materialize`, `table`, `database`).

use std::sync::Arc;

use super::columns::with_column_names;
use super::expr::Want;
use super::ir::{Expr, ExprKind, Name, Rel, RelKind};
use super::literal::string_text;
use super::name::shared_table;
use super::overload::{self, Mismatch, Parameters};
use super::scope::{Binder, Named, Operand, Row, column, error, unknown_table};
use super::types::Argument;
use crate::catalog::{self, ArgumentForm, Function, Returns};
use crate::kql::ast::{self, BinaryOp};
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    /// A call of whatever its name means.
    pub(super) fn call(
        &mut self,
        name: ast::Name,
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
        want: Want,
    ) -> Operand {
        let text = self.name(name);
        match self.named(&text) {
            Some(Named::Function(function)) => {
                let function = Arc::clone(function);
                return self.local_call(&text, &function, args, name.span, row);
            }
            Some(&Named::Pattern(pattern)) => return self.pattern_call(pattern, args, None, span),
            Some(Named::Opaque) => return Operand::Scalar(error(span)),
            _ => {}
        }
        if let Some(value) = self.graph_call(&text, args, span) {
            return Operand::Scalar(value);
        }
        match &*text {
            "toscalar" => return Operand::Scalar(self.scalar_of_table(args, span, row)),
            "materialize" => return self.materialize(args, span, row),
            "table" => return Operand::table(self.table_by_text(args, span, row)),
            "column_ifexists" | "columnifexists" if args.len() == 2 => {
                return Operand::Scalar(self.column_if_exists(&text, args, span, row));
            }
            "iscolumnexists" if args.len() == 1 => {
                if let Some(known) = self.is_column(&args[0].value, span, row) {
                    return Operand::Scalar(known);
                }
            }
            "column_names_of" if args.len() == 1 => {
                if let Some(names) = self.column_names_of(&args[0].value, span, row) {
                    return Operand::Scalar(names);
                }
            }
            "ingestion_time" if args.is_empty() => {
                if let Some(value) = arrival(row, span) {
                    return Operand::Scalar(value);
                }
            }
            "database" | "cluster" | "workspace" | "app" | "adx" | "arg" if want != Want::Scalar => {
                return Operand::table(unknown_table(&text, span));
            }
            _ => {}
        }
        if let Some(function) = catalog::aggregate(&text)
            && (self.sink.is_some() || catalog::scalar_function(&text).is_none())
        {
            return Operand::Scalar(self.aggregate_value(function, name.span, args, span));
        }
        if let Some(function) = self.environment.supplied_function(&text) {
            return self.workspace_call(&text, function, args, name.span, row, want);
        }
        if let Some(function) = catalog::scalar_function(&text) {
            return Operand::Scalar(self.scalar_call(function, name.span, args, span, row));
        }
        if let Some(function) = self.environment.function(&text) {
            return self.workspace_call(&text, &function, args, name.span, row, want);
        }
        self.unknown_function(&text, name.span, args, row, want)
    }

    fn unknown_function(&mut self, text: &str, span: Span, args: &'a [ast::Arg], row: Row<'_>, want: Want) -> Operand {
        for arg in args {
            self.operand(&arg.value, row, Want::Any);
        }
        if !text.is_empty() {
            let suggestion = self.suggested_call(text);
            let message = format!("there is no function named `{text}`");
            match want {
                Want::Table => self.report_missing_table("unknown-function", span, message, suggestion),
                Want::Scalar | Want::Any => self.report_with_help("unknown-function", span, message, suggestion),
            }
        }
        match want {
            Want::Table => Operand::table(unknown_table(text, span)),
            Want::Scalar | Want::Any => Operand::Scalar(error(span)),
        }
    }

    // Built-in functions ----------------------------------------------------------------------------------------------

    /// A call of a scalar function.
    pub(super) fn scalar_call(
        &mut self,
        function: &'static Function,
        name: Span,
        args: &'a [ast::Arg],
        span: Span,
        row: Row<'_>,
    ) -> Expr {
        let (mut bound, arguments) = self.arguments(args, row);
        let choice = overload::choose(function, &arguments);
        self.report_mismatches(function, name, args, &arguments, &choice.mismatches);
        if let Some(signature) = choice.signature
            && choice.mismatches.is_empty()
        {
            let parameters = Parameters::of(signature, &arguments);
            for (arg, parameter) in args.iter().zip(parameters.iter()) {
                let Some(parameter) = parameter else { continue };
                if parameter.form == ArgumentForm::Column {
                    self.column_index(&arg.value, row);
                }
                self.check_values(&arg.value, &parameter.values);
            }
        }
        let ty = match choice.signature.map(|signature| &signature.returns) {
            Some(Returns::TypeOfLast) => type_of_last(&bound),
            _ => choice.ty,
        };
        if function.name == "bin_auto"
            && let Some(size) = self.request_property("query_bin_auto_size")
        {
            bound.push(size);
            bound.extend(self.request_property("query_bin_auto_at"));
        }
        if matches!(function.name, "now" | "ago")
            && let Some(now) = self.request_property("query_now")
        {
            return moved(now, function.name, bound.pop(), span);
        }
        let call = Expr { kind: ExprKind::Call { name: Name::fixed(function.name), args: bound }, ty, span };
        with_column_names(call, row)
    }

    fn check_values(&mut self, arg: &ast::Expr, values: &[&str]) {
        let ast::ExprKind::Literal(literal) = &arg.kind else { return };
        let Some(text) = string_text(literal, self.text) else { return };
        if !values.is_empty() && !values.iter().any(|value| value.eq_ignore_ascii_case(&text)) {
            let suggestion = self.suggested_of(&text, values.iter().copied());
            let message = format!("`{text}` is not one of {}", values.join(", "));
            self.report_with_help("invalid-argument", arg.span, message, suggestion);
        }
    }

    /// The arguments of a call, `*` expanded to the columns of the row.
    fn arguments(&mut self, args: &'a [ast::Arg], row: Row<'_>) -> (Vec<Expr>, Vec<Argument>) {
        let mut bound = Vec::with_capacity(args.len());
        let mut seen = Vec::with_capacity(args.len());
        for arg in args {
            if matches!(arg.value.kind, ast::ExprKind::Star) {
                bound.extend((0..row.columns.len()).map(|index| column(row.columns, index, arg.value.span)));
                seen.push(Argument::Star);
                continue;
            }
            match self.operand(&arg.value, row, Want::Scalar) {
                Operand::Scalar(value) => {
                    let literal = matches!(value.kind, ExprKind::TypeLiteral(_));
                    seen.push(if literal { Argument::TypeLiteral } else { Argument::Scalar(value.ty) });
                    bound.push(value);
                }
                Operand::Table(table) => {
                    seen.push(Argument::Table);
                    let kind = ExprKind::ToScalar(table);
                    bound.push(Expr { kind, ty: Type::Unknown, span: arg.value.span });
                }
            }
        }
        (bound, seen)
    }

    /// Says what is wrong with the arguments of a call.
    pub(super) fn report_mismatches(
        &mut self,
        function: &Function,
        name: Span,
        args: &[ast::Arg],
        arguments: &[Argument],
        mismatches: &[Mismatch],
    ) {
        for mismatch in mismatches {
            match mismatch {
                Mismatch::Count => self.report("wrong-argument-count", name, count_message(function, arguments.len())),
                Mismatch::Argument(at, expected) => {
                    let given = match arguments.get(*at) {
                        Some(Argument::Scalar(ty)) => format!("a {ty}"),
                        Some(Argument::Table) => "a table".to_owned(),
                        _ => "something else".to_owned(),
                    };
                    let span = args.get(*at).map_or(name, |arg| arg.value.span);
                    let message = format!("`{}` takes {} here, this is {given}", function.name, expected.0);
                    self.report("type-mismatch", span, message);
                }
                Mismatch::NoCommonType => {
                    let message = format!("the arguments of `{}` have no common type", function.name);
                    self.report("type-mismatch", name, message);
                }
                Mismatch::NoSignature if arguments.is_empty() => {
                    self.report("wrong-argument-count", name, count_message(function, 0));
                }
                Mismatch::NoSignature => {
                    let types: Vec<&str> =
                        arguments.iter().map(|argument| argument.ty().map_or("table", Type::as_str)).collect();
                    let message = format!("`{}` is not defined for ({})", function.name, types.join(", "));
                    self.report("type-mismatch", name, message);
                }
            }
        }
    }

    /// `table("name")`.
    fn table_by_text(&mut self, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Rel {
        let Some(arg) = args.first() else { return unknown_table("", span) };
        let name = self.scalar(&arg.value, row);
        match constant_text(&name) {
            Some(text) => match self.named(&text) {
                Some(Named::Table(rel)) => shared_table(text.into(), Arc::clone(rel), span),
                _ => self.table_named(&text, arg.value.span),
            },
            None => unknown_table("", span),
        }
    }

    /// The table of a name that is given as text, or after a database.
    fn table_named(&mut self, name: &str, span: Span) -> Rel {
        match self.environment.table(name) {
            Some(table) => {
                self.note_table(name);
                Rel { kind: RelKind::Table { name: name.into() }, columns: table.columns, open: table.open, span }
            }
            None => self.unknown_table_name(name, span),
        }
    }

    /// `column_ifexists("name", default)` is decided here where the columns are known. What a name means that is no
    /// constant, as a parameter of a function before its calls, can be of any type.
    fn column_if_exists(&mut self, function: &str, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Expr {
        let name = self.scalar(&args[0].value, row);
        let default = self.scalar(&args[1].value, row);
        let Some(text) = constant_text(&name) else {
            let kind = ExprKind::Call { name: function.into(), args: vec![name, default] };
            return Expr { kind, ty: Type::Unknown, span };
        };
        match row.index_of(&text) {
            Some(index) => column(row.columns, index, span),
            None if row.open => {
                let open =
                    Expr { kind: ExprKind::OpenColumn(text.into()), ty: Type::Unknown, span: args[0].value.span };
                let ty = default.ty;
                Expr {
                    kind: ExprKind::Call { name: Name::fixed("column_ifexists"), args: vec![open, default] },
                    ty,
                    span,
                }
            }
            None => Expr { span, ..default },
        }
    }

    /// Whether a row has the column that a constant text names.
    fn is_column(&mut self, name: &'a ast::Expr, span: Span, row: Row<'_>) -> Option<Expr> {
        let text = constant_text(&self.scalar(name, row))?;
        let known = row.index_of(&text).is_some();
        (known || !row.open).then_some(Expr { kind: ExprKind::Literal(Value::Bool(known)), ty: Type::Bool, span })
    }

    /// `database('d').T`, `cluster('c').database('d').T`, `workspace('w').T`, `arg('').T`.
    pub(super) fn remote(
        &mut self,
        base: &'a ast::Expr,
        selector: &'a ast::Expr,
        span: Span,
        row: Row<'_>,
    ) -> Option<Operand> {
        if !self.is_remote(base) {
            return None;
        }
        Some(match &selector.kind {
            ast::ExprKind::Name(name) => {
                let text = self.name(*name);
                match self.environment.table(&text) {
                    Some(_) => Operand::table(self.table_named(&text, span)),
                    None => Operand::table(unknown_table(&text, span)),
                }
            }
            ast::ExprKind::Call { name, args } => {
                let text = self.name(*name);
                if text == "table" {
                    Operand::table(self.table_by_text(args, span, row))
                } else {
                    for arg in args {
                        self.operand(&arg.value, row, Want::Any);
                    }
                    Operand::table(unknown_table(&text, span))
                }
            }
            _ => Operand::table(unknown_table("", span)),
        })
    }

    fn is_remote(&self, expr: &ast::Expr) -> bool {
        let mut expr = expr;
        loop {
            match &expr.kind {
                ast::ExprKind::Member { base, .. } => expr = base.as_ref(),
                ast::ExprKind::Call { name, .. } => {
                    let text = name.span.slice(self.text);
                    return matches!(text, "database" | "cluster" | "workspace" | "app" | "adx" | "arg")
                        && self.named(text).is_none();
                }
                _ => return false,
            }
        }
    }
}

fn type_of_last(bound: &[Expr]) -> Type {
    match bound.last().map(|last| &last.kind) {
        Some(ExprKind::TypeLiteral(columns)) => columns.first().map_or(Type::Unknown, |column| column.ty),
        _ => Type::Unknown,
    }
}

/// The text of a string that is constant: a literal, or a `let` of one.
pub(super) fn constant_text(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Literal(Value::String(text)) => Some(text.clone()),
        ExprKind::Shared { value, .. } | ExprKind::Argument { value, .. } => constant_text(value),
        _ => None,
    }
}

fn count_message(function: &Function, given: usize) -> String {
    let arity = function.argument_count();
    format!("`{}` takes {} arguments, {given} are given", function.name, range_words(arity.min, arity.max))
}

pub(super) fn range_words(min: usize, max: usize) -> String {
    match max {
        usize::MAX => format!("at least {min}"),
        max if max == min => min.to_string(),
        max => format!("{min} to {max}"),
    }
}

/// When the row arrived, where the table says so: `_TimeReceived`, else the time of the event itself.
fn arrival(row: Row<'_>, span: Span) -> Option<Expr> {
    let columns = ["_TimeReceived", "TimeGenerated"].map(|name| row.index_of(name));
    let [received, generated] = columns.map(|index| index.map(|index| column(row.columns, index, span)));
    match (received, generated) {
        (Some(received), Some(generated)) => {
            let args = vec![received, generated];
            Some(Expr { kind: ExprKind::Call { name: Name::fixed("coalesce"), args }, ty: Type::DateTime, span })
        }
        (received, generated) => received.or(generated),
    }
}

/// `now(offset)` and `ago(offset)` at a moment that the query sets.
fn moved(now: Expr, function: &str, offset: Option<Expr>, span: Span) -> Expr {
    let Some(offset) = offset else { return now };
    let op = if function == "ago" { BinaryOp::Subtract } else { BinaryOp::Add };
    let ty = now.ty;
    Expr { kind: ExprKind::Binary { op, left: Box::new(now), right: Box::new(offset) }, ty, span }
}
