//! `declare pattern`: a call with certain values, and a path behind it, stands for the body of the case that has them
//! (Microsoft: "Pattern statement").

use std::sync::Arc;

use super::ir::{Expr, ExprKind};
use super::scope::{Binder, Named, Operand, Row, error};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    /// `name(values).path`, where `name` is a pattern; `None` where it is something else.
    pub(super) fn pattern_member(
        &mut self,
        base: &'a ast::Expr,
        selector: &'a ast::Expr,
        span: Span,
    ) -> Option<Operand> {
        let ast::ExprKind::Call { name, args } = &base.kind else { return None };
        let Some(&Named::Pattern(pattern)) = self.named(&self.name(*name)) else { return None };
        let path = match &selector.kind {
            ast::ExprKind::Name(name) => Value::String(self.name(*name).into_owned()),
            _ => self.constant(selector)?,
        };
        Some(self.pattern_call(pattern, args, Some(path), span))
    }

    /// The case of a pattern for the values of a call. Nothing is known of a call for which there is none.
    pub(super) fn pattern_call(
        &mut self,
        pattern: &'a ast::Pattern,
        args: &'a [ast::Arg],
        path: Option<Value>,
        span: Span,
    ) -> Operand {
        let unresolved = Operand::Scalar(error(span));
        let values: Vec<Option<Value>> = args.iter().map(|arg| self.constant(&arg.value)).collect();
        let case = pattern.cases.iter().find(|case| {
            let arguments: Vec<Option<Value>> = case.arguments.iter().map(|value| self.constant(value)).collect();
            let own_path = case.path.as_ref().and_then(|path| self.constant(path));
            arguments == values && own_path == path && !arguments.contains(&None)
        });
        let Some(case) = case else { return unresolved };
        let (names, outer) = (self.names.len(), self.block);
        let outside = (self.sink.take(), self.context.take());
        self.block = names;
        let parameters = pattern.parameters.iter().chain(&pattern.path);
        for (parameter, value) in parameters.zip(values.into_iter().flatten().chain(path)) {
            let value = Expr { kind: ExprKind::Literal(value), ty: Type::String, span: parameter.span };
            self.names.push((self.name(parameter.name).into(), Named::Scalar(Arc::new(value))));
        }
        let result = self.nested(span, |binder| binder.body(&case.body)).flatten();
        self.names.truncate(names);
        self.block = outer;
        (self.sink, self.context) = outside;
        result.unwrap_or(unresolved)
    }

    /// The value of a literal.
    fn constant(&mut self, expr: &'a ast::Expr) -> Option<Value> {
        match self.silently(|binder| binder.scalar(expr, Row::default())).kind {
            ExprKind::Literal(value) => Some(value),
            _ => None,
        }
    }
}
