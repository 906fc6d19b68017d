//! Conversions of values to a type, as `tolong`, `todatetime` and their like do them and as loading text files needs
//! them. What cannot be converted is null, never an error (Microsoft: the pages of the functions).

use super::number::{format_real, long_to_real, parse_long, parse_real, real_to_long};
use super::{Decimal, Dynamic, Type, Value, time};

/// Converts a value to a type; null when it cannot be (`""` for strings of nulls). [`Type::Unknown`] changes nothing.
pub fn convert(value: &Value, ty: Type) -> Value {
    match ty {
        Type::Bool => to_bool(value).map_or(Value::Null, Value::Bool),
        Type::Int => to_int(value).map_or(Value::Null, Value::Int),
        Type::Long => to_long(value).map_or(Value::Null, Value::Long),
        Type::Real => to_real(value).map_or(Value::Null, Value::Real),
        Type::Decimal => to_decimal(value).map_or(Value::Null, Value::Decimal),
        Type::String => Value::String(to_text(value)),
        Type::DateTime => to_datetime(value).map_or(Value::Null, Value::DateTime),
        Type::TimeSpan => to_timespan(value).map_or(Value::Null, Value::TimeSpan),
        Type::Guid => to_guid(value).map_or(Value::Null, Value::Guid),
        Type::Dynamic => to_dynamic(value),
        Type::Unknown => value.clone(),
    }
}

/// The scalar of a dynamic, as a value of its own.
fn opened(value: &Value) -> Option<Value> {
    match value {
        Value::Dynamic(Dynamic::Array(_) | Dynamic::Bag(_)) => None,
        Value::Dynamic(inner) => Some(inner.to_value()),
        _ => None,
    }
}

/// `tobool`: `"true"` and `"false"` in any case; numbers that are not zero are true.
pub fn to_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(v) => Some(*v),
        Value::Int(v) => Some(*v != 0),
        Value::Long(v) => Some(*v != 0),
        Value::Real(v) => Some(*v != 0.0),
        Value::Decimal(v) => Some(!v.is_zero()),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            digits => parse_long(digits).map(|v| v != 0),
        },
        Value::Dynamic(_) => opened(value).and_then(|v| to_bool(&v)),
        _ => None,
    }
}

/// `toint`: as [`to_long`], null beyond 32 bits.
pub fn to_int(value: &Value) -> Option<i32> {
    to_long(value).and_then(|v| i32::try_from(v).ok())
}

/// `tolong`: reals lose their fraction, datetimes and timespans become ticks, text must be a whole number.
pub fn to_long(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(v) => Some(i64::from(*v)),
        Value::Int(v) => Some(i64::from(*v)),
        Value::Long(v) | Value::DateTime(v) | Value::TimeSpan(v) => Some(*v),
        Value::Real(v) => real_to_long(*v),
        Value::Decimal(v) => v.to_long(),
        Value::String(text) => parse_long(text),
        Value::Dynamic(_) => opened(value).and_then(|v| to_long(&v)),
        _ => None,
    }
}

/// `toreal`
pub fn to_real(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(v) => Some(f64::from(u8::from(*v))),
        Value::Int(v) => Some(f64::from(*v)),
        Value::Long(v) | Value::DateTime(v) | Value::TimeSpan(v) => Some(long_to_real(*v)),
        Value::Real(v) => Some(*v),
        Value::Decimal(v) => Some(v.to_real()),
        Value::String(text) => parse_real(text),
        Value::Dynamic(_) => opened(value).and_then(|v| to_real(&v)),
        _ => None,
    }
}

/// `todecimal`
pub fn to_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(v) => Some(*v),
        Value::Real(v) => Decimal::from_real(*v),
        Value::String(text) => Decimal::parse(text.trim()),
        Value::Dynamic(_) => opened(value).and_then(|v| to_decimal(&v)),
        Value::Null | Value::Guid(_) => None,
        _ => to_long(value).map(Decimal::from_long),
    }
}

/// `tostring`: null is `""`.
pub fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(v) => v.to_string(),
        Value::Int(v) => v.to_string(),
        Value::Long(v) => v.to_string(),
        Value::Real(v) => format_real(*v),
        Value::Decimal(v) => v.to_string(),
        Value::String(v) => v.clone(),
        Value::DateTime(v) => time::format_datetime_seven(*v),
        Value::TimeSpan(v) => time::format_timespan(*v),
        Value::Guid(v) => format_guid(*v),
        Value::Dynamic(v) => v.to_text(),
    }
}

/// `todatetime`: text in the forms of [`time::parse_datetime`], whole numbers as ticks.
pub fn to_datetime(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(v) => Some(*v),
        Value::Int(v) => time::in_range(i64::from(*v)),
        Value::Long(v) => time::in_range(*v),
        Value::String(text) => time::parse_datetime(text),
        Value::Dynamic(_) => opened(value).and_then(|v| to_datetime(&v)),
        _ => None,
    }
}

/// `totimespan`: text in the forms of [`time::parse_timespan`], whole numbers as ticks.
pub fn to_timespan(value: &Value) -> Option<i64> {
    match value {
        Value::TimeSpan(v) | Value::Long(v) => Some(*v),
        Value::Int(v) => Some(i64::from(*v)),
        Value::String(text) => time::parse_timespan(text),
        Value::Dynamic(_) => opened(value).and_then(|v| to_timespan(&v)),
        _ => None,
    }
}

/// `toguid`
pub fn to_guid(value: &Value) -> Option<u128> {
    match value {
        Value::Guid(v) => Some(*v),
        Value::String(text) => parse_guid(text),
        Value::Dynamic(_) => opened(value).and_then(|v| to_guid(&v)),
        _ => None,
    }
}

/// `todynamic`: text is read as JSON, other scalars are wrapped.
pub fn to_dynamic(value: &Value) -> Value {
    let dynamic = match value {
        Value::String(text) => Dynamic::parse(text),
        other => Dynamic::from_value(other),
    };
    if dynamic == Dynamic::Null { Value::Null } else { Value::Dynamic(dynamic) }
}

/// Reads a guid: 32 hexadecimal digits, each group of which may end in a hyphen; what follows them is ignored (Microsoft:
/// "`toguid()`").
pub fn parse_guid(text: &str) -> Option<u128> {
    let mut guid = 0;
    let mut digits = 0;
    for c in text.chars() {
        match c.to_digit(16) {
            Some(digit) => {
                guid = guid << 4 | u128::from(digit);
                digits += 1;
            }
            None if c == '-' && matches!(digits, 8 | 12 | 16 | 20) => {}
            None => return None,
        }
        if digits == 32 {
            return Some(guid);
        }
    }
    None
}

/// A guid in lower case with hyphens.
pub fn format_guid(guid: u128) -> String {
    let digits = format!("{guid:032x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}
