//! The values of literals: what is written, as a [`Value`] and its type.

use hashbrown::HashMap;

use super::ir::{Expr, ExprKind, Name};
use super::scope::{Binder, error};
use crate::kql::ast::{self, JsonKind, LiteralKind};
use crate::kql::literal;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value};

/// The text of a string literal; `None` for other literals.
pub(super) fn string_text(written: &ast::Literal, text: &str) -> Option<String> {
    matches!(written.kind, LiteralKind::String).then(|| literal::string(written.span.slice(text)))
}

/// The type of a literal of this kind.
const fn type_of(kind: LiteralKind) -> Type {
    match kind {
        LiteralKind::Bool => Type::Bool,
        LiteralKind::Int => Type::Int,
        LiteralKind::Long => Type::Long,
        LiteralKind::Real => Type::Real,
        LiteralKind::Decimal => Type::Decimal,
        LiteralKind::String => Type::String,
        LiteralKind::DateTime => Type::DateTime,
        LiteralKind::TimeSpan => Type::TimeSpan,
        LiteralKind::Guid => Type::Guid,
        LiteralKind::Null => Type::Unknown,
    }
}

impl Binder<'_> {
    /// A literal; the sign before it belongs to `span` for literals inside `dynamic(…)`.
    pub(super) fn literal(&mut self, written: ast::Literal) -> Expr {
        let ty = type_of(written.kind);
        if written.kind == LiteralKind::DateTime && is_now(written.span.slice(self.text)) {
            return Expr {
                kind: ExprKind::Call { name: Name::fixed("now"), args: Vec::new() },
                ty,
                span: written.span,
            };
        }
        let Some(value) = literal::value(&written, self.text) else {
            self.unreadable(written);
            return Expr { ty, ..error(written.span) };
        };
        Expr { kind: ExprKind::Literal(value), ty, span: written.span }
    }

    /// Numbers that cannot be read are out of range. Of times and GUIDs the service knows forms that are written down
    /// nowhere: what cannot be read here is no mistake yet, only nothing to run.
    fn unreadable(&mut self, written: ast::Literal) {
        if matches!(written.kind, LiteralKind::DateTime | LiteralKind::TimeSpan | LiteralKind::Guid) {
            return;
        }
        let (raw, ty) = (written.span.slice(self.text), type_of(written.kind));
        self.report("invalid-literal", written.span, format!("`{raw}` is no {ty} that can be read"));
    }

    /// The value inside `dynamic(…)`.
    pub(super) fn dynamic(&mut self, json: &ast::Json, span: Span) -> Expr {
        let value = self.json(json);
        Expr { kind: ExprKind::Literal(value), ty: Type::Dynamic, span }
    }

    fn json(&mut self, json: &ast::Json) -> Value {
        match self.json_value(json) {
            Dynamic::Null => Value::Null,
            value => Value::Dynamic(value),
        }
    }

    fn json_value(&mut self, json: &ast::Json) -> Dynamic {
        self.nested(json.span, |binder| match &json.kind {
            JsonKind::Null | JsonKind::Missing => Dynamic::Null,
            JsonKind::Literal(literal) => binder.json_literal(*literal),
            JsonKind::Array(items) => Dynamic::Array(items.iter().map(|item| binder.json_value(item)).collect()),
            JsonKind::Object(slots) => binder.json_object(slots),
        })
        .unwrap_or(Dynamic::Null)
    }

    fn json_object(&mut self, slots: &[(Span, ast::Json)]) -> Dynamic {
        let mut bag: Vec<(String, Dynamic)> = Vec::with_capacity(slots.len());
        let mut places = HashMap::with_capacity(slots.len());
        for (key, value) in slots {
            let key = literal::json_key(key.slice(self.text));
            let value = self.json_value(value);
            let at = *places.entry(key.clone()).or_insert(bag.len());
            match bag.get_mut(at) {
                Some(slot) => slot.1 = value,
                None => bag.push((key.into_owned(), value)),
            }
        }
        Dynamic::Bag(bag)
    }

    fn json_literal(&mut self, written: ast::Literal) -> Dynamic {
        let Some(value) = literal::value(&written, self.text) else {
            self.unreadable(written);
            return Dynamic::Null;
        };
        Dynamic::from_value(&value)
    }
}

/// `datetime()` and `datetime(now)` are the time of the query.
fn is_now(raw: &str) -> bool {
    matches!(literal::content(raw), "" | "now") && raw.ends_with(')')
}
