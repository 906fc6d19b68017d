//! `tostring`, `tolong`, `todatetime` and their like, and questions about a value's type.

use super::arguments::{dynamic, length, long, string};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Type, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::seeing_nulls("tostring", 1, |args, _| Ok(string(convert::to_text(&args[0])))),
    Function::strict("tolong", 1, |args, _| Ok(convert::convert(&args[0], Type::Long))),
    Function::strict("toint", 1, |args, _| Ok(convert::convert(&args[0], Type::Int))),
    Function::strict("toreal", 1, |args, _| Ok(convert::convert(&args[0], Type::Real))),
    Function::strict("todouble", 1, |args, _| Ok(convert::convert(&args[0], Type::Real))),
    Function::strict("todecimal", 1, |args, _| Ok(convert::convert(&args[0], Type::Decimal))),
    Function::strict("tobool", 1, |args, _| Ok(convert::convert(&args[0], Type::Bool))),
    Function::strict("toboolean", 1, |args, _| Ok(convert::convert(&args[0], Type::Bool))),
    Function::strict("todatetime", 1, |args, _| Ok(convert::convert(&args[0], Type::DateTime))),
    Function::strict("totimespan", 1, |args, _| Ok(convert::convert(&args[0], Type::TimeSpan))),
    Function::strict("totime", 1, |args, _| Ok(convert::convert(&args[0], Type::TimeSpan))),
    Function::strict("toguid", 1, |args, _| Ok(convert::convert(&args[0], Type::Guid))),
    Function::strict("todynamic", 1, parse_json),
    Function::strict("toobject", 1, parse_json),
    Function::strict("parse_json", 1, parse_json),
    Function::strict("parsejson", 1, parse_json),
    Function::seeing_nulls("dynamic_to_json", 1, |args, call| Ok(string(canonical(&args[0], call)))),
    Function::seeing_nulls("gettype", 1, gettype),
    Function::strict("tohex", 1, tohex),
    Function::seeing_nulls("estimate_data_size", 1, data_size),
];

/// Text is read as JSON, its strings as datetimes where they look like one (dataexplorer-docs issue 914); a dynamic stays as
/// it is, also when it holds text (Microsoft: "`parse_json()`").
fn parse_json(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(match &args[0] {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => dynamic(match Dynamic::parse_strict(text) {
            Some(read) => read.with_datetimes(),
            None => Dynamic::String(text.clone()),
        }),
        value => convert::to_dynamic(value),
    })
}

/// JSON with the slots of bags sorted by name; what is no dynamic as `tostring` gives it.
fn canonical(value: &Value, call: &Call) -> String {
    fn sorted(value: &Dynamic) -> Dynamic {
        match value {
            Dynamic::Array(items) => Dynamic::Array(items.iter().map(sorted).collect()),
            Dynamic::Bag(slots) => {
                let mut slots: Vec<(String, Dynamic)> =
                    slots.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
                slots.sort_by(|(a, _), (b, _)| a.cmp(b));
                Dynamic::Bag(slots)
            }
            scalar => scalar.clone(),
        }
    }
    match value {
        Value::Dynamic(value) => sorted(value).to_string(),
        Value::Null if matches!(call.arg_types.first(), None | Some(Type::Dynamic | Type::Unknown)) => {
            Dynamic::Null.to_string()
        }
        scalar => convert::to_text(scalar),
    }
}

fn gettype(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let name = match &args[0] {
        Value::Dynamic(inner) => match inner {
            Dynamic::Null => "null",
            Dynamic::Array(_) => "array",
            Dynamic::Bag(_) => "dictionary",
            scalar => scalar.to_value().value_type().map_or("null", Type::as_str),
        },
        value => match value.value_type().or_else(|| call.arg_types.first().copied()) {
            None | Some(Type::Dynamic | Type::Unknown) => "null",
            Some(ty) => ty.as_str(),
        },
    };
    Ok(string(name))
}

/// The bytes of the values: the text's for strings, the type's for others. How large a dynamic or a decimal counts is not
/// documented.
fn data_size(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let size = |(at, value): (usize, &Value)| {
        let ty = value.value_type().or_else(|| call.arg_types.get(at).copied());
        match (value, ty) {
            (Value::String(text), _) => Ok(length(text.len())),
            (_, Some(Type::Bool)) => Ok(1),
            (_, Some(Type::Int)) => Ok(4),
            (_, Some(Type::Long | Type::Real | Type::DateTime | Type::TimeSpan)) => Ok(8),
            (_, Some(Type::Guid)) => Ok(16),
            (_, ty) => {
                let name = ty.map_or("unknown", Type::as_str);
                Err(Failure::Unsupported(format!("estimate_data_size() of a {name}")))
            }
        }
    };
    let sizes = args.iter().enumerate().map(size).collect::<Result<Vec<i64>, _>>()?;
    Ok(Value::Long(sizes.iter().fold(0, |sum, size| sum.saturating_add(*size))))
}

fn tohex(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let digits = match &args[0] {
        Value::Int(value) => format!("{value:x}"),
        value => convert::to_long(value).map(|value| format!("{value:x}")).unwrap_or_default(),
    };
    let width = long(args, 1).and_then(|width| usize::try_from(width).ok()).unwrap_or(0).min(16);
    Ok(string(format!("{digits:0>width$}")))
}
