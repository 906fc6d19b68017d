//! Statements, and pipes: a source and the stages its rows flow through.

use std::sync::Arc;

use super::expr::Want;
use super::ir::{BoundResult, ContextId, Expr, ExprKind, Rel, RelKind};
use super::local::as_argument;
use super::scope::{Binder, LocalFunction, Named, Operand, Row, unknown_table};
use crate::kql::ast::{self, LetValue, StatementKind};
use crate::text::Span;
use crate::value::{Type, Value};

/// The request properties that functions and results read (Microsoft: "Request properties").
const READ: [&str; 4] = ["query_bin_auto_size", "query_bin_auto_at", "query_now", "query_take_max_records"];
/// Those that change the rows of a result in ways that are not followed.
const NOT_FOLLOWED: [&str; 2] = ["query_datetimescope_column", "query_results_apply_getschema"];

impl<'a> Binder<'a> {
    /// All statements; the expression statements give the results.
    pub(super) fn query(&mut self, query: &'a ast::Query) -> Vec<BoundResult> {
        let mut results = Vec::new();
        for statement in &query.statements {
            match self.statement(statement) {
                Some(Operand::Table(table)) => results.push(BoundResult::Table(self.returned(*table))),
                Some(Operand::Scalar(value)) => results.push(BoundResult::Scalar(value)),
                None => {}
            }
        }
        results
    }

    /// The statements of a function's body; its value is that of the last expression.
    pub(super) fn body(&mut self, query: &'a ast::Query) -> Option<Operand> {
        let mut value = None;
        for statement in &query.statements {
            if let Some(operand) = self.statement(statement) {
                value = Some(operand);
            }
        }
        value
    }

    fn statement(&mut self, statement: &'a ast::Statement) -> Option<Operand> {
        match &statement.kind {
            StatementKind::Expression(expr) => {
                return self.step(statement.span).then(|| self.operand(expr, Row::default(), Want::Any));
            }
            StatementKind::Let { name, value } => self.bind_let(*name, value, statement.span),
            StatementKind::QueryParameters(parameters) => {
                for parameter in parameters {
                    let value = self.default_value(parameter);
                    self.declare(parameter.name, value);
                }
            }
            StatementKind::Pattern(pattern) if pattern.cases.is_empty() => self.declare(pattern.name, Named::Opaque),
            StatementKind::Pattern(pattern) => self.declare(pattern.name, Named::Pattern(pattern)),
            StatementKind::Command => {
                self.report(
                    "unsupported",
                    statement.span,
                    "a control command is no query: a query starts with a table",
                );
            }
            StatementKind::Set { name, value: Some(value) } => self.set(*name, value),
            StatementKind::Alias { .. } | StatementKind::Set { value: None, .. } | StatementKind::Restrict(_) => {}
        }
        None
    }

    /// A request property.
    fn set(&mut self, name: ast::Name, value: &'a ast::Expr) {
        let text = self.name(name);
        if READ.contains(&&*text) || NOT_FOLLOWED.contains(&&*text) {
            let value = self.scalar(value, Row::default());
            self.properties.push((text.into(), Arc::new(value)));
        }
    }

    /// The value of a request property, if it is set. What is no literal is shared: a later value may be made of it, and the
    /// one after that of the later one.
    pub(super) fn request_property(&self, name: &str) -> Option<Expr> {
        let (name, value) = self.properties.iter().rev().find(|(known, _)| known == name)?;
        if matches!(value.kind, ExprKind::Literal(_)) {
            return Some(value.as_ref().clone());
        }
        let kind = ExprKind::Shared { name: name.clone(), value: Arc::clone(value) };
        Some(Expr { kind, ty: value.ty, span: value.span })
    }

    /// A result as the request properties let the caller see it.
    fn returned(&self, result: Rel) -> Rel {
        if matches!(result.kind, RelKind::Fork { .. }) {
            return result;
        }
        let (columns, open, span) = (result.columns.clone(), result.open, result.span);
        let kind = if let Some(name) = NOT_FOLLOWED.iter().find(|name| self.request_property(name).is_some()) {
            RelKind::Other { input: Some(Box::new(result)), name: format!("set {name}").into() }
        } else if let Some(count) = self.request_property("query_take_max_records") {
            RelKind::Take { input: Box::new(result), count }
        } else {
            return result;
        };
        Rel { kind, columns, open, span }
    }

    fn bind_let(&mut self, name: ast::Name, value: &'a LetValue, span: Span) {
        if !self.step(span) {
            return;
        }
        let named = match value {
            LetValue::Expr(expr) => match self.operand(expr, Row::default(), Want::Any) {
                Operand::Scalar(Expr { kind: ExprKind::Error, ty: Type::Unknown, .. }) => Named::Opaque,
                Operand::Scalar(value) => Named::Scalar(Arc::new(as_argument(&self.name(name), value))),
                Operand::Table(table) => Named::Table(Arc::new(*table)),
            },
            LetValue::Function(declaration) => {
                let function = LocalFunction { declaration, names_in_scope: self.names.len() };
                if !self.is_silent() {
                    self.check_body(declaration);
                }
                Named::Function(Arc::new(function))
            }
            LetValue::EntityGroup(_) => Named::Opaque,
        };
        self.declare(name, named);
    }

    fn declare(&mut self, name: ast::Name, value: Named<'a>) {
        let text = self.name(name);
        if text.is_empty() {
            return;
        }
        if self.names[self.block..].iter().any(|(known, _)| *known == *text) {
            self.report("duplicate-name", name.span, format!("`{text}` is already declared"));
        }
        self.names.push((text.into(), value));
    }

    /// Binds a function's body once with parameters of their declared types, to report what is wrong in it.
    fn check_body(&mut self, declaration: &'a ast::Function) {
        let (names, outer) = (self.names.len(), self.block);
        let outside = (self.sink.take(), self.context.take());
        self.block = names;
        for parameter in &declaration.parameters {
            let value = match &parameter.ty {
                ast::ParameterType::Scalar(ty) => {
                    let ty = self.declared_type(*ty);
                    if let Some(default) = &parameter.default {
                        self.scalar(default, Row::default());
                    }
                    let null = ExprKind::Literal(Value::Null);
                    Named::Scalar(Arc::new(Expr { kind: null, ty, span: parameter.span }))
                }
                ast::ParameterType::Tabular { columns, open } => {
                    let columns = self.declared_columns(columns);
                    let any = *open || columns.iter().any(|column| column.name == "*" || column.name.is_empty());
                    let columns = columns.into_iter().filter(|c| c.name != "*" && !c.name.is_empty()).collect();
                    let name = self.name(parameter.name);
                    Named::Table(Arc::new(Rel { columns, open: any, ..unknown_table(&name, parameter.span) }))
                }
            };
            self.declare(parameter.name, value);
        }
        self.nested(declaration.body_span, |binder| binder.body(&declaration.body));
        self.names.truncate(names);
        self.block = outer;
        (self.sink, self.context) = outside;
    }

    /// A tabular expression. A scalar in its place is reported.
    pub(super) fn table(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Rel {
        match self.operand(expr, row, Want::Table) {
            Operand::Table(table) => *table,
            Operand::Scalar(value) => {
                if value.kind != ExprKind::Error {
                    self.report(
                        "type-mismatch",
                        expr.span,
                        format!("a table is expected here, this is a {}", value.ty),
                    );
                }
                unknown_table("", expr.span)
            }
        }
    }

    /// A source and its stages.
    pub(super) fn pipe(&mut self, pipe: &'a ast::Pipe, span: Span) -> Rel {
        self.apart(|binder| {
            let mut stages = pipe.stages.iter();
            let start = match (&pipe.source, binder.context.take()) {
                (Some(source), context) => {
                    let rel = binder.table(source, Row::default());
                    binder.context = context;
                    rel
                }
                (None, Some((context, columns, open))) => {
                    Rel { kind: RelKind::Context(context), columns, open, span: Span::at(span.start) }
                }
                (None, None) => match stages.next() {
                    Some(stage) if binder.step(stage.span) => binder.source_stage(stage),
                    _ => unknown_table("", span),
                },
            };
            binder.stages(start, stages)
        })
    }

    /// Binds a pipe, which shares neither its sink nor its graph nor the values of a row with what stands around it.
    fn apart(&mut self, bind: impl FnOnce(&mut Self) -> Rel) -> Rel {
        let (sink, graph) = (self.sink.take(), self.graph.take());
        let hidden = self.hide_row_values();
        let rel = bind(self);
        (self.sink, self.graph) = (sink, graph);
        for (at, value) in hidden {
            if let Some((_, slot)) = self.names.get_mut(at) {
                *slot = value;
            }
        }
        rel
    }

    fn stages(&mut self, start: Rel, stages: std::slice::Iter<'a, ast::Stage>) -> Rel {
        let mut rel = start;
        for stage in stages {
            if !self.step(stage.span) {
                break;
            }
            rel = self.stage(rel, stage);
        }
        rel
    }

    /// A pipe without source that starts from what `start` is.
    pub(super) fn pipe_from(&mut self, start: Rel, expr: &'a ast::Expr) -> Option<Rel> {
        let ast::ExprKind::Pipe(pipe) = &expr.kind else { return None };
        let outer = self.context.take();
        let rel = self.nested(expr.span, |binder| binder.apart(|binder| binder.stages(start, pipe.stages.iter())));
        self.context = outer;
        rel
    }

    /// What a function was called with for one row has no meaning among the rows of a table inside its body: the service
    /// refuses that, and here it stands for nothing until the table is done.
    fn hide_row_values(&mut self) -> Vec<(usize, Named<'a>)> {
        let mut hidden = Vec::new();
        for (at, (_, named)) in self.names.iter_mut().enumerate() {
            if matches!(named, Named::Scalar(value) if matches!(value.kind, ExprKind::Argument { .. })) {
                hidden.push((at, std::mem::replace(named, Named::Opaque)));
            }
        }
        hidden
    }

    /// A pipe without source that starts from rows of `columns`, handed to it as `context`.
    pub(super) fn inner_pipe(
        &mut self,
        expr: &'a ast::Expr,
        columns: &super::ir::Columns,
        open: bool,
        context: ContextId,
    ) -> Rel {
        let outer = self.context.replace((context, columns.clone(), open));
        let rel = match &expr.kind {
            ast::ExprKind::Pipe(pipe) => self.nested(expr.span, |binder| binder.pipe(pipe, expr.span)),
            ast::ExprKind::Missing => None,
            _ => Some(self.table(expr, Row::default())),
        };
        self.context = outer;
        rel.unwrap_or_else(|| Rel { kind: RelKind::Context(context), columns: columns.clone(), open, span: expr.span })
    }
}
