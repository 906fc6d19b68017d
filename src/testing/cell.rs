//! A value of a test file as a value of a column's type.

use crate::value::{Decimal, Dynamic, Type, Value, time};
use crate::yaml::{Kind, Node, Style};

/// The value a node means in a column of type `ty`. Fails, saying what was wanted, where it means none.
pub(super) fn from_node(node: &Node, ty: Type) -> Result<Value, String> {
    if node.is_null() && ty != Type::String {
        return Ok(Value::Null);
    }
    match (&node.kind, ty) {
        (_, Type::Dynamic | Type::Unknown) => Ok(Value::Dynamic(dynamic(node))),
        (Kind::Scalar(scalar), _) if scalar.style == Style::Plain && node.is_null() => Ok(Value::String(String::new())),
        (Kind::Scalar(scalar), _) => from_text(&scalar.value, ty),
        _ => Err(format!("a {ty} is one value, not {}", node.describe())),
    }
}

/// The value a text means in a column of type `ty`; an empty text is null everywhere but in a string.
fn from_text(text: &str, ty: Type) -> Result<Value, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() && ty != Type::String {
        return Ok(Value::Null);
    }
    let value = match ty {
        Type::String => return Ok(Value::String(text.to_owned())),
        Type::Bool => bool_of(trimmed).map(Value::Bool),
        Type::Int => trimmed.parse().ok().map(Value::Int),
        Type::Long => trimmed.parse().ok().map(Value::Long),
        Type::Real => trimmed.parse().ok().map(Value::Real),
        Type::Decimal => Decimal::parse(trimmed).map(Value::Decimal),
        Type::DateTime => time::parse_datetime(trimmed).map(Value::DateTime),
        Type::TimeSpan => time::parse_timespan(trimmed).map(Value::TimeSpan),
        Type::Guid => guid(trimmed).map(Value::Guid),
        Type::Dynamic | Type::Unknown => Some(Value::Dynamic(Dynamic::String(text.to_owned()))),
    };
    value.ok_or_else(|| format!("`{text}` is no {ty}{}", hint(ty)))
}

/// The type that a value of a table without a schema has.
pub(super) fn inferred(node: &Node) -> Type {
    match &node.kind {
        Kind::Scalar(scalar) if scalar.style != Style::Plain => {
            if time_like(&scalar.value) {
                Type::DateTime
            } else {
                Type::String
            }
        }
        Kind::Scalar(scalar) => inferred_text(&scalar.value),
        Kind::Mapping(_) | Kind::Sequence(_) => Type::Dynamic,
    }
}

/// The type that a bare text has.
fn inferred_text(text: &str) -> Type {
    if bool_of(text).is_some() {
        Type::Bool
    } else if text.parse::<i64>().is_ok() {
        Type::Long
    } else if text.parse::<f64>().is_ok() {
        Type::Real
    } else if time_like(text) {
        Type::DateTime
    } else {
        Type::String
    }
}

/// A date with a time, written as ISO 8601; a bare year or number is none.
fn time_like(text: &str) -> bool {
    text.len() >= 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' && time::parse_datetime(text).is_some()
}

fn bool_of(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn hint(ty: Type) -> &'static str {
    match ty {
        Type::DateTime => "; write one as 2026-01-15T12:00:00Z",
        Type::TimeSpan => "; write one as 1.02:03:04 or 5m",
        Type::Bool => "; write `true` or `false`",
        Type::Guid => "; write one as 1a733b20-58c3-40d0-a815-2ae93da0808e",
        _ => "",
    }
}

fn guid(text: &str) -> Option<u128> {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let lengths: Vec<usize> = inner.split('-').map(str::len).collect();
    let digits: String = inner.chars().filter(|c| *c != '-').collect();
    let well_formed = matches!(lengths.as_slice(), [8, 4, 4, 4, 12] | [32]) && digits.len() == 32;
    well_formed.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}

/// A node as a dynamic value: plain scalars are what JSON would make of them.
fn dynamic(node: &Node) -> Dynamic {
    match &node.kind {
        Kind::Sequence(items) => Dynamic::Array(items.iter().map(dynamic).collect()),
        Kind::Mapping(mapping) => {
            let slots = mapping.entries.iter().map(|entry| (entry.key.value.clone(), dynamic(&entry.value)));
            Dynamic::Bag(slots.collect())
        }
        Kind::Scalar(_) if node.is_null() => Dynamic::Null,
        Kind::Scalar(scalar) if scalar.style != Style::Plain => Dynamic::String(scalar.value.clone()),
        Kind::Scalar(scalar) => plain_dynamic(&scalar.value),
    }
}

fn plain_dynamic(text: &str) -> Dynamic {
    match inferred_text(text) {
        Type::Bool => Dynamic::Bool(bool_of(text).unwrap_or_default()),
        Type::Long => Dynamic::Long(text.parse().unwrap_or_default()),
        Type::Real => Dynamic::Real(text.parse().unwrap_or_default()),
        _ => Dynamic::String(text.to_owned()),
    }
}
