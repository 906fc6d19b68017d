//! Choosing between values, and questions whether a value is there.

use std::cmp::Ordering;

use super::arguments::{string, text};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Type, Value, compare, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::seeing_nulls("iff", 3, iff),
    Function::seeing_nulls("iif", 3, iff),
    Function::seeing_nulls("case", 3, case),
    Function::seeing_nulls("coalesce", 1, coalesce),
    Function::seeing_nulls("isnull", 1, |args, _| Ok(Value::Bool(args[0].is_null()))),
    Function::seeing_nulls("isnotnull", 1, |args, _| Ok(Value::Bool(!args[0].is_null()))),
    Function::seeing_nulls("notnull", 1, |args, _| Ok(Value::Bool(!args[0].is_null()))),
    Function::seeing_nulls("isempty", 1, |args, _| Ok(Value::Bool(is_empty(&args[0])))),
    Function::seeing_nulls("isnotempty", 1, |args, _| Ok(Value::Bool(!is_empty(&args[0])))),
    Function::seeing_nulls("notempty", 1, |args, _| Ok(Value::Bool(!is_empty(&args[0])))),
    Function::strict("not", 1, |args, _| Ok(convert::to_bool(&args[0]).map_or(Value::Null, |v| Value::Bool(!v)))),
    Function::seeing_nulls("max_of", 1, |args, call| Ok(extreme(args, call, Ordering::Greater))),
    Function::seeing_nulls("min_of", 1, |args, call| Ok(extreme(args, call, Ordering::Less))),
    Function::seeing_nulls("assert", 2, assert),
];

fn is_true(value: &Value) -> bool {
    convert::to_bool(value) == Some(true)
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || matches!(value, Value::String(text) | Value::Dynamic(Dynamic::String(text)) if text.is_empty())
}

/// A chosen value in the type of the choice. A dynamic is opened where another type is wanted.
pub(in crate::eval) fn in_type(value: &Value, ty: Type) -> Value {
    match (value.value_type(), ty) {
        (Some(Type::String), Type::Dynamic) => Value::Dynamic(Dynamic::from_value(value)),
        (Some(from), to) if from != to && to != Type::Unknown => convert::convert(value, to),
        (None, Type::String) => string(""),
        _ => value.clone(),
    }
}

fn iff(args: &[Value], call: &Call) -> Result<Value, Failure> {
    Ok(in_type(&args[if is_true(&args[0]) { 1 } else { 2 }], call.result))
}

fn case(args: &[Value], call: &Call) -> Result<Value, Failure> {
    for pair in args.chunks(2) {
        match pair {
            [predicate, value] if is_true(predicate) => return Ok(in_type(value, call.result)),
            [default] => return Ok(in_type(default, call.result)),
            _ => {}
        }
    }
    Ok(Value::null_of(call.result))
}

fn coalesce(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let found = args.iter().find(|value| !value.is_null() && !matches!(value, Value::String(text) if text.is_empty()));
    Ok(found.map_or_else(|| Value::null_of(call.result), |value| in_type(value, call.result)))
}

fn extreme(args: &[Value], call: &Call, wanted: Ordering) -> Value {
    let mut best: Option<&Value> = None;
    for value in args.iter().filter(|value| !value.is_null()) {
        if best.is_none_or(|best| compare::sort_order(value, best) == wanted) {
            best = Some(value);
        }
    }
    best.map_or_else(|| Value::null_of(call.result), |value| in_type(value, call.result))
}

fn assert(args: &[Value], _: &Call) -> Result<Value, Failure> {
    if is_true(&args[0]) {
        Ok(Value::Bool(true))
    } else {
        Err(Failure::Refused(format!("assert failed: {}", text(args, 1))))
    }
}
