//! Calls: built-in functions, functions declared in the query (expanded at each call), functions of the workspace, and the
//! few words that look like functions (`toscalar`, `materialize`, `table`, `database`).

use std::sync::Arc;

use super::expr::{Want, shared_table};
use super::ir::{Column, Expr, ExprKind, Rel, RelKind};
use super::literal::string_text;
use super::overload::{self, Mismatch};
use super::scope::{Binder, LocalFunction, Named, Operand, Row, column, error, suggest, unknown_table};
use super::types::Argument;
use crate::catalog::{self, ArgumentForm, Function, Returns, WorkspaceFunction, WorkspaceResult};
use crate::kql::ast;
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
            Some(Named::Function(function)) => return self.local_call(&text, &function, args, name.span, row),
            Some(Named::Opaque) => return Operand::Scalar(error(span)),
            _ => {}
        }
        match text.as_str() {
            "toscalar" => return Operand::Scalar(self.to_scalar(args, span, row)),
            "materialize" => return self.materialize(args, span, row),
            "table" => return Operand::Table(self.table_by_text(args, span, row)),
            "column_ifexists" | "columnifexists" if args.len() == 2 => {
                return Operand::Scalar(self.column_if_exists(&text, args, span, row));
            }
            "database" | "cluster" | "workspace" | "app" | "adx" | "arg" if want != Want::Scalar => {
                return Operand::Table(unknown_table(&text, span));
            }
            _ => {}
        }
        if let Some(function) = catalog::aggregate(&text)
            && (self.sink.is_some() || catalog::scalar_function(&text).is_none())
        {
            return Operand::Scalar(self.aggregate_value(function, name.span, args, span));
        }
        if let Some(function) = catalog::workspace_function(&text) {
            return self.workspace_call(&text, &function, args, name.span, row, want);
        }
        if let Some(function) = catalog::scalar_function(&text) {
            return Operand::Scalar(self.scalar_call(function, name.span, args, span, row));
        }
        self.unknown_function(&text, name.span, args, row, want)
    }

    fn unknown_function(
        &mut self,
        text: &str,
        span: Span,
        args: &'a [ast::Arg],
        row: Row<'_>,
        want: Want,
    ) -> Operand {
        for arg in args {
            self.operand(&arg.value, row, Want::Any);
        }
        if !text.is_empty() {
            let known = catalog::scalar_function_names().chain(catalog::workspace_function_names());
            let suggestion = suggest(text, known);
            self.report_with_help("unknown-function", span, format!("there is no function named `{text}`"), suggestion);
        }
        match want {
            Want::Table => Operand::Table(unknown_table(text, span)),
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
        let (bound, arguments) = self.arguments(args, row);
        let choice = overload::choose(function, &arguments);
        let spans: Vec<Span> = args.iter().map(|arg| arg.value.span).collect();
        self.report_mismatches(function, name, &spans, &arguments, &choice.mismatches);
        if let Some(signature) = choice.signature
            && choice.mismatches.is_empty()
        {
            let parameters = overload::parameters_of(signature, args.len());
            for (arg, parameter) in args.iter().zip(parameters) {
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
        Expr { kind: ExprKind::Call { name: function.name.to_owned(), args: bound }, ty, span }
    }

    fn check_values(&mut self, arg: &ast::Expr, values: &[&str]) {
        let ast::ExprKind::Literal(literal) = &arg.kind else { return };
        let Some(text) = string_text(literal, self.text) else { return };
        if !values.is_empty() && !values.iter().any(|value| value.eq_ignore_ascii_case(&text)) {
            let suggestion = suggest(&text, values.iter().copied());
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
                    let kind = ExprKind::ToScalar(Box::new(table));
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
        spans: &[Span],
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
                    let span = spans.get(*at).copied().unwrap_or(name);
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
                    let types: Vec<&str> = arguments.iter().map(|argument| argument.ty().map_or("table", Type::as_str)).collect();
                    let message = format!("`{}` is not defined for ({})", function.name, types.join(", "));
                    self.report("type-mismatch", name, message);
                }
            }
        }
    }

    fn to_scalar(&mut self, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Expr {
        let Some(arg) = args.last() else {
            self.report("wrong-argument-count", span, "`toscalar` takes a table");
            return error(span);
        };
        match self.operand(&arg.value, row, Want::Table) {
            Operand::Scalar(value) => value,
            Operand::Table(table) => {
                let ty = table.columns.first().map_or(Type::Unknown, |column| column.ty);
                Expr { kind: ExprKind::ToScalar(Box::new(table)), ty, span }
            }
        }
    }

    fn materialize(&mut self, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Operand {
        let Some(arg) = args.first() else {
            self.report("wrong-argument-count", span, "`materialize` takes a table");
            return Operand::Table(unknown_table("", span));
        };
        match self.operand(&arg.value, row, Want::Table) {
            Operand::Table(table) => Operand::Table(shared_table("", Arc::new(table), span)),
            scalar @ Operand::Scalar(_) => scalar,
        }
    }

    /// `table("name")`.
    fn table_by_text(&mut self, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Rel {
        let Some(arg) = args.first() else { return unknown_table("", span) };
        let name = self.scalar(&arg.value, row);
        match constant_text(&name) {
            Some(text) => self.table_named(&text, arg.value.span),
            None => unknown_table("", span),
        }
    }

    /// The table of a name that is given as text, or after a database.
    fn table_named(&mut self, name: &str, span: Span) -> Rel {
        match self.environment.table(name) {
            Some(table) => Rel {
                kind: RelKind::Table { name: name.to_owned() },
                columns: table.columns,
                open: table.open,
                span,
            },
            None => self.unknown_table_name(name, span),
        }
    }

    /// `column_ifexists("name", default)` is decided here where the columns are known.
    fn column_if_exists(&mut self, function: &str, args: &'a [ast::Arg], span: Span, row: Row<'_>) -> Expr {
        let name = self.scalar(&args[0].value, row);
        let default = self.scalar(&args[1].value, row);
        let Some(text) = constant_text(&name) else {
            let ty = default.ty;
            return Expr { kind: ExprKind::Call { name: function.to_owned(), args: vec![name, default] }, ty, span };
        };
        match row.index_of(&text) {
            Some(index) => column(row.columns, index, span),
            None if row.open => {
                let open = Expr { kind: ExprKind::OpenColumn(text), ty: Type::Unknown, span: args[0].value.span };
                let ty = default.ty;
                Expr { kind: ExprKind::Call { name: "column_ifexists".to_owned(), args: vec![open, default] }, ty, span }
            }
            None => Expr { span, ..default },
        }
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
                    Some(_) => Operand::Table(self.table_named(&text, span)),
                    None => Operand::Table(unknown_table(&text, span)),
                }
            }
            ast::ExprKind::Call { name, args } => {
                let text = self.name(*name);
                if text == "table" {
                    Operand::Table(self.table_by_text(args, span, row))
                } else {
                    for arg in args {
                        self.operand(&arg.value, row, Want::Any);
                    }
                    Operand::Table(unknown_table(&text, span))
                }
            }
            _ => Operand::Table(unknown_table("", span)),
        })
    }

    fn is_remote(&self, expr: &ast::Expr) -> bool {
        let mut expr = expr;
        loop {
            match &expr.kind {
                ast::ExprKind::Member { base, .. } => expr = base.as_ref(),
                ast::ExprKind::Call { name, .. } => {
                    let text = name.span.slice(self.text);
                    return matches!(text, "database" | "cluster" | "workspace" | "app" | "adx" | "arg");
                }
                _ => return false,
            }
        }
    }

    // Functions declared in the query ---------------------------------------------------------------------------------

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
            let message = format!("`{name}` takes {} arguments, {given} are given", range_words(required, parameters.len()));
            self.report("wrong-argument-count", span, message);
        }
        let mut values: Vec<Option<Named<'a>>> = vec![None; parameters.len()];
        let mut next = 0;
        if let (Some(table), Some(slot)) = (first, values.first_mut()) {
            *slot = Some(Named::Table(Arc::new(table)));
            next = 1;
        }
        for arg in args {
            let at = match arg.name {
                Some(name) => {
                    let wanted = self.name(name);
                    let at = parameters.iter().position(|parameter| self.name(parameter.name) == wanted);
                    if at.is_none() {
                        self.report("unknown-argument", name.span, format!("there is no parameter named `{wanted}`"));
                    }
                    at
                }
                None => {
                    next += 1;
                    Some(next - 1)
                }
            };
            let value = match at.and_then(|at| parameters.get(at)) {
                Some(parameter) => self.local_argument(parameter, &arg.value, row),
                None => {
                    self.operand(&arg.value, row, Want::Any);
                    continue;
                }
            };
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
            let found = table.columns.iter().find(|column| column.name == name);
            let fits = match (found, ty) {
                (Some(column), Some(ty)) => column.ty == ty || column.ty == Type::Unknown,
                (Some(_), None) => true,
                (None, _) => table.open || name == "*" || name.is_empty(),
            };
            if !fits {
                self.report("type-mismatch", span, format!("the table lacks the column `{name}` that the function needs"));
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
                binder.names.push((name, value));
            }
            binder.nested(span, |binder| binder.body(&function.declaration.body))
        });
        self.names.truncate(function.names_in_scope);
        self.names.extend(hidden);
        (self.block, self.sink, self.context, self.fuzzy) = outer;
        match result.flatten() {
            Some(Operand::Scalar(value)) => Operand::Scalar(Expr { span, ..value }),
            Some(Operand::Table(table)) => Operand::Table(table),
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
                let columns = columns.into_iter().filter(|column| !column.name.is_empty() && column.name != "*").collect();
                let name = self.name(parameter.name);
                Named::Table(Arc::new(Rel { columns, ..unknown_table(&name, parameter.span) }))
            }
        }
    }

    // Functions of the workspace --------------------------------------------------------------------------------------

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
            WorkspaceResult::Added(_) => (Vec::new(), true),
            WorkspaceResult::Unknown if want == Want::Scalar => {
                let RelKind::Function { name, args } = kind else { return Operand::Scalar(error(span)) };
                return Operand::Scalar(Expr { kind: ExprKind::Call { name, args }, ty: Type::Unknown, span });
            }
            WorkspaceResult::Unknown => (Vec::new(), true),
        };
        Operand::Table(Rel { kind, columns, open, span })
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
            let message = format!("`{name}` takes {} arguments, {} are given", range_words(required, parameters.len()), args.len());
            self.report("wrong-argument-count", span, message);
        }
        let null = |at: usize| {
            let ty = parameters.get(at).and_then(|parameter| parameter.ty).unwrap_or(Type::Unknown);
            Expr { kind: ExprKind::Literal(Value::Null), ty, span }
        };
        values.into_iter().enumerate().map(|(at, value)| value.unwrap_or_else(|| null(at))).collect()
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

/// A scalar argument of a declared function is converted to the type of the parameter.
fn converted(value: Expr, to: Option<Type>) -> Expr {
    let Some(to) = to else { return value };
    if value.ty == to || value.ty == Type::Unknown {
        return Expr { ty: to, ..value };
    }
    let (span, name) = (value.span, format!("to{to}"));
    Expr { kind: ExprKind::Call { name, args: vec![value] }, ty: to, span }
}

/// A value that depends on the row of the call must not be evaluated once for all.
fn as_argument(name: &str, value: Expr) -> Expr {
    if !depends_on_row(&value) {
        return value;
    }
    let (ty, span) = (value.ty, value.span);
    Expr { kind: ExprKind::Argument { name: name.to_owned(), value: Arc::new(value) }, ty, span }
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
        ExprKind::Unary { operand, .. } => depends_on_row(operand),
        ExprKind::Binary { left, right, .. } => depends_on_row(left) || depends_on_row(right),
        ExprKind::Logical { operands, .. } => operands.iter().any(depends_on_row),
        ExprKind::Membership { value, list, .. } => depends_on_row(value) || list.iter().any(depends_on_row),
        ExprKind::MembershipTable { value, .. } => depends_on_row(value),
        ExprKind::Between { value, low, high, .. } => [value, low, high].into_iter().any(|part| depends_on_row(part)),
        ExprKind::Index { base, index } => depends_on_row(base) || depends_on_row(index),
    }
}

fn count_message(function: &Function, given: usize) -> String {
    let arity = function.argument_count();
    format!("`{}` takes {} arguments, {given} are given", function.name, range_words(arity.min, arity.max))
}

fn range_words(min: usize, max: usize) -> String {
    match max {
        usize::MAX => format!("at least {min}"),
        max if max == min => min.to_string(),
        max => format!("{min} to {max}"),
    }
}
