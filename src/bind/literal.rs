//! The values of literals: what is written, as a [`Value`] and its type.

use super::ir::{Expr, ExprKind};
use super::scope::{Binder, error};
use crate::kql::ast::{self, JsonKind, LiteralKind};
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, time};

/// The text of a string literal; `None` for other literals.
pub(super) fn string_text(literal: &ast::Literal, text: &str) -> Option<String> {
    matches!(literal.kind, LiteralKind::String).then(|| decode_string(literal.span.slice(text)))
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
    pub(super) fn literal(&mut self, literal: ast::Literal) -> Expr {
        let ty = type_of(literal.kind);
        let raw = literal.span.slice(self.text);
        if literal.kind == LiteralKind::DateTime && is_now(raw) {
            return Expr { kind: ExprKind::Call { name: "now".to_owned(), args: Vec::new() }, ty, span: literal.span };
        }
        match value(literal.kind, raw) {
            Some(value) => Expr { kind: ExprKind::Literal(value), ty, span: literal.span },
            None => {
                self.report("invalid-literal", literal.span, format!("`{raw}` is no {ty} that can be read"));
                Expr { ty, ..error(literal.span) }
            }
        }
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
        let mut places = std::collections::HashMap::new();
        for (key, value) in slots {
            let key = decode_key(key.slice(self.text));
            let value = self.json_value(value);
            match places.get(&key) {
                Some(&at) => bag[at] = (key, value),
                None => {
                    places.insert(key.clone(), bag.len());
                    bag.push((key, value));
                }
            }
        }
        Dynamic::Bag(bag)
    }

    fn json_literal(&mut self, literal: ast::Literal) -> Dynamic {
        let raw = literal.span.slice(self.text);
        match value(literal.kind, raw) {
            Some(value) => to_dynamic(value),
            None => {
                self.report("invalid-literal", literal.span, format!("`{raw}` cannot be read"));
                Dynamic::Null
            }
        }
    }
}

/// The value as a part of a dynamic one.
pub(super) fn to_dynamic(value: Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::Null,
        Value::Bool(value) => Dynamic::Bool(value),
        Value::Int(value) => Dynamic::Long(value.into()),
        Value::Long(value) => Dynamic::Long(value),
        Value::Real(value) => Dynamic::Real(value),
        Value::String(value) => Dynamic::String(value),
        Value::DateTime(value) => Dynamic::DateTime(value),
        Value::TimeSpan(value) => Dynamic::TimeSpan(value),
        Value::Guid(value) => Dynamic::Guid(value),
        Value::Dynamic(value) => value,
    }
}

/// `datetime()` and `datetime(now)` are the time of the query.
fn is_now(raw: &str) -> bool {
    matches!(argument(raw).trim(), "" | "now") && raw.ends_with(')')
}

fn value(kind: LiteralKind, raw: &str) -> Option<Value> {
    let inner = argument(raw).trim();
    if inner.eq_ignore_ascii_case("null") && kind != LiteralKind::String {
        return Some(Value::Null);
    }
    Some(match kind {
        LiteralKind::Null => Value::Null,
        LiteralKind::Bool => Value::Bool(bool_value(inner)?),
        LiteralKind::Int => Value::Int(integer(inner)?.try_into().ok()?),
        LiteralKind::Long => Value::Long(integer(inner)?),
        LiteralKind::Real => Value::Real(real(inner)?),
        LiteralKind::String => Value::String(decode_string(raw)),
        LiteralKind::DateTime => Value::DateTime(time::parse_datetime(unquoted(inner))?),
        LiteralKind::TimeSpan => Value::TimeSpan(time::parse_timespan(unquoted(inner))?),
        LiteralKind::Guid => Value::Guid(guid(unquoted(inner))?),
        LiteralKind::Decimal => return None,
    })
}

/// What stands between the parentheses of `long(5)`; the whole text where there are none.
fn argument(raw: &str) -> &str {
    match (raw.find('('), raw.strip_suffix(')')) {
        (Some(open), Some(inner)) => &inner[open + 1..],
        _ => raw,
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

fn bool_value(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        text => text.parse::<i64>().ok().map(|number| number != 0),
    }
}

fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let digits = digits.trim();
    let number = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i128::from_str_radix(hex, 16).ok()?,
        None => digits.parse::<i128>().ok()?,
    };
    (sign * number).try_into().ok()
}

fn real(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "+inf" | "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        text => text.replace(' ', "").parse().ok(),
    }
}

fn guid(text: &str) -> Option<u128> {
    let digits: String = text.trim_matches(['{', '}']).chars().filter(|c| *c != '-').collect();
    (digits.len() == 32).then(|| u128::from_str_radix(&digits, 16).ok())?
}

fn decode_key(raw: &str) -> String {
    if raw.starts_with(['"', '\'', '@', 'h', '`']) && raw.ends_with(['"', '\'', '`']) { decode_string(raw) } else { raw.to_owned() }
}

fn decode_string(raw: &str) -> String {
    raw.trim_matches(['"', '\'']).to_owned()
}
