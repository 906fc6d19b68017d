//! Values as JSON values, for output that programs read.

use serde_json::{Map, Number, Value as Json};

use super::number::format_real;
use super::{Dynamic, Value, time};

/// A value as JSON: null as null, datetimes as `2024-06-08T00:00:00Z`, timespans as `[-][d.]hh:mm:ss[.fffffff]`, decimals
/// and guids as strings, a real that is no number as `"NaN"`, `"Infinity"`, `"-Infinity"`, a dynamic as plain JSON.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(v) => Json::Bool(*v),
        Value::Int(v) => Json::from(*v),
        Value::Long(v) => Json::from(*v),
        Value::Real(v) => real(*v),
        Value::Decimal(v) => Json::String(v.to_string()),
        Value::String(v) => Json::String(v.clone()),
        Value::DateTime(v) => Json::String(time::format_datetime(*v)),
        Value::TimeSpan(v) => Json::String(time::format_timespan(*v)),
        Value::Guid(v) => Json::String(super::convert::format_guid(*v)),
        Value::Dynamic(v) => dynamic(v),
    }
}

fn real(value: f64) -> Json {
    Number::from_f64(value).map_or_else(|| Json::String(format_real(value)), Json::Number)
}

fn dynamic(value: &Dynamic) -> Json {
    match value {
        Dynamic::Array(items) => Json::Array(items.iter().map(dynamic).collect()),
        Dynamic::Bag(slots) => {
            Json::Object(slots.iter().map(|(key, value)| (key.clone(), dynamic(value))).collect::<Map<_, _>>())
        }
        Dynamic::Null => Json::Null,
        Dynamic::Bool(v) => Json::Bool(*v),
        Dynamic::Long(v) => Json::from(*v),
        Dynamic::Real(v) => real(*v),
        Dynamic::String(v) => Json::String(v.clone()),
        Dynamic::DateTime(v) => Json::String(time::format_datetime_seven(*v)),
        Dynamic::TimeSpan(v) => Json::String(time::format_timespan(*v)),
        Dynamic::Guid(v) => Json::String(super::convert::format_guid(*v)),
    }
}

/// Plain JSON as a dynamic. Whole numbers beyond 64 bits become reals.
pub fn from_json(json: &Json) -> Dynamic {
    match json {
        Json::Null => Dynamic::Null,
        Json::Bool(v) => Dynamic::Bool(*v),
        Json::Number(v) => v.as_i64().map_or_else(|| Dynamic::Real(v.as_f64().unwrap_or(f64::NAN)), Dynamic::Long),
        Json::String(v) => Dynamic::String(v.clone()),
        Json::Array(items) => Dynamic::Array(items.iter().map(from_json).collect()),
        Json::Object(slots) => Dynamic::Bag(slots.iter().map(|(key, value)| (key.clone(), from_json(value))).collect()),
    }
}
