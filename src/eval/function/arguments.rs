//! Reading arguments and giving results.

use std::borrow::Cow;

use crate::value::{Dynamic, Value, convert};

/// The argument as text; `""` where there is none.
pub(super) fn text(args: &[Value], at: usize) -> Cow<'_, str> {
    match args.get(at) {
        Some(Value::String(text) | Value::Dynamic(Dynamic::String(text))) => Cow::Borrowed(text),
        Some(value) => Cow::Owned(convert::to_text(value)),
        None => Cow::Borrowed(""),
    }
}

pub(super) fn long(args: &[Value], at: usize) -> Option<i64> {
    convert::to_long(args.get(at)?)
}

pub(super) fn real(args: &[Value], at: usize) -> Option<f64> {
    convert::to_real(args.get(at)?)
}

pub(super) fn datetime(args: &[Value], at: usize) -> Option<i64> {
    convert::to_datetime(args.get(at)?)
}

pub(super) fn array(args: &[Value], at: usize) -> Option<&[Dynamic]> {
    match args.get(at)? {
        Value::Dynamic(Dynamic::Array(items)) => Some(items),
        _ => None,
    }
}

pub(super) fn bag(args: &[Value], at: usize) -> Option<&[(String, Dynamic)]> {
    match args.get(at)? {
        Value::Dynamic(Dynamic::Bag(slots)) => Some(slots),
        _ => None,
    }
}

/// The element as an argument of a function on scalars.
pub(super) fn texts(items: &[Dynamic]) -> impl Iterator<Item = String> {
    items.iter().map(Dynamic::to_text)
}

pub(super) fn string(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

pub(super) fn array_of(items: impl IntoIterator<Item = Dynamic>) -> Value {
    Value::Dynamic(Dynamic::Array(items.into_iter().collect()))
}

pub(super) fn strings(items: impl IntoIterator<Item = String>) -> Value {
    array_of(items.into_iter().map(Dynamic::String))
}

pub(super) fn dynamic(value: Dynamic) -> Value {
    if value == Dynamic::Null { Value::Null } else { Value::Dynamic(value) }
}

pub(super) fn length(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

pub(super) fn or_null<T>(value: Option<T>, wrap: fn(T) -> Value) -> Value {
    value.map_or(Value::Null, wrap)
}
