//! Values of type `dynamic`.

use std::fmt::{self, Write};

use super::number::format_json_real;
use super::{Value, convert, json, time};

/// A dynamic value: JSON, and the scalar types that JSON has not.
///
/// Bags keep the order in which their slots were written (the service gives no order).
#[derive(Debug, Clone, PartialEq)]
pub enum Dynamic {
    /// Null.
    Null,
    /// A bool.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A real number.
    Real(f64),
    /// A string.
    String(String),
    /// A datetime, in ticks since 0001-01-01; written as a string in JSON.
    DateTime(i64),
    /// A timespan, in ticks; written as a string in JSON.
    TimeSpan(i64),
    /// A guid; written as a string in JSON.
    Guid(u128),
    /// An array.
    Array(Vec<Dynamic>),
    /// A property bag; keys are unique.
    Bag(Vec<(String, Dynamic)>),
}

/// The ticks of a datetime as the service looks for it in JSON.
fn iso_datetime(text: &str) -> Option<i64> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let (seconds, rest) = text.as_bytes().split_at_checked(SHAPE.len())?;
    let fits = |(of, byte): (&u8, &u8)| if *of == b'0' { byte.is_ascii_digit() } else { of == byte };
    let rest = rest.strip_suffix(b"Z").unwrap_or(rest);
    let fraction = rest.strip_prefix(b".").unwrap_or(rest);
    let exact = rest.is_empty() || rest.len() > fraction.len() && (1..=7).contains(&fraction.len());
    let read = exact && SHAPE.iter().zip(seconds).all(fits) && fraction.iter().all(u8::is_ascii_digit);
    if read { time::parse_datetime(text) } else { None }
}

impl Dynamic {
    /// Reads JSON as `parse_json` does: blank text gives null, text that is not JSON (or is nested deeper than 127
    /// levels) gives a string that holds it. The last of several slots with one key counts.
    pub fn parse(text: &str) -> Self {
        if text.trim().is_empty() {
            return Self::Null;
        }
        Self::parse_strict(text).unwrap_or_else(|| Self::String(text.to_owned()))
    }

    /// Reads JSON; none when the text is not JSON.
    pub fn parse_strict(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(|json| json::from_json(&json))
    }

    /// With datetimes in the place of the strings that are one in ISO 8601: `2021-11-18T00:03:35`, perhaps with up to seven
    /// digits behind the seconds and `Z`.
    #[must_use]
    pub fn with_datetimes(self) -> Self {
        match self {
            Self::String(text) => match iso_datetime(&text) {
                Some(at) => Self::DateTime(at),
                None => Self::String(text),
            },
            Self::Array(items) => Self::Array(items.into_iter().map(Self::with_datetimes).collect()),
            Self::Bag(slots) => {
                Self::Bag(slots.into_iter().map(|(key, value)| (key, value.with_datetimes())).collect())
            }
            other => other,
        }
    }

    /// The slot of a bag.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Bag(slots) => slots.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The element of an array; a negative index counts from the end.
    pub fn at(&self, index: i64) -> Option<&Self> {
        let Self::Array(items) = self else { return None };
        let length = i64::try_from(items.len()).ok()?;
        let index = if index < 0 { index.checked_add(length)? } else { index };
        items.get(usize::try_from(index).ok()?)
    }

    /// `d[index]` with an index of any type: strings look into bags, whole numbers into arrays.
    pub fn index(&self, index: &Value) -> Option<&Self> {
        match index {
            Value::String(key) | Value::Dynamic(Self::String(key)) => self.get(key),
            Value::Int(at) => self.at(i64::from(*at)),
            Value::Long(at) | Value::Dynamic(Self::Long(at)) => self.at(*at),
            _ => None,
        }
    }

    /// The scalar inside: a value of the scalar's own type, or the dynamic itself for arrays and bags.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(v) => Value::Bool(*v),
            Self::Long(v) => Value::Long(*v),
            Self::Real(v) => Value::Real(*v),
            Self::String(v) => Value::String(v.clone()),
            Self::DateTime(v) => Value::DateTime(*v),
            Self::TimeSpan(v) => Value::TimeSpan(*v),
            Self::Guid(v) => Value::Guid(*v),
            Self::Array(_) | Self::Bag(_) => Value::Dynamic(self.clone()),
        }
    }

    /// A scalar as a dynamic. Decimals become strings, which dynamics have no other form for.
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(v) => Self::Bool(*v),
            Value::Int(v) => Self::Long(i64::from(*v)),
            Value::Long(v) => Self::Long(*v),
            Value::Real(v) => Self::Real(*v),
            Value::Decimal(v) => Self::String(v.to_string()),
            Value::String(v) => Self::String(v.clone()),
            Value::DateTime(v) => Self::DateTime(*v),
            Value::TimeSpan(v) => Self::TimeSpan(*v),
            Value::Guid(v) => Self::Guid(*v),
            Value::Dynamic(v) => v.clone(),
        }
    }

    /// What `tostring` gives: a string as it is, null as `""`, else JSON text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::String(text) => text.clone(),
            Self::Array(_) | Self::Bag(_) => self.to_string(),
            Self::Bool(v) => v.to_string(),
            _ => convert::to_text(&self.to_value()),
        }
    }
}

/// JSON text without blanks, as the service writes it: whole reals with `.0`, datetimes with seven fraction digits.
impl fmt::Display for Dynamic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(v) => write!(f, "{v}"),
            Self::Long(v) => write!(f, "{v}"),
            Self::Real(v) => f.write_str(&format_json_real(*v)),
            Self::String(v) => write_string(f, v),
            Self::DateTime(v) => write_string(f, &time::format_datetime_seven(*v)),
            Self::TimeSpan(v) => write_string(f, &time::format_timespan(*v)),
            Self::Guid(v) => write_string(f, &convert::format_guid(*v)),
            Self::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_char(']')
            }
            Self::Bag(slots) => {
                f.write_char('{')?;
                for (index, (key, value)) in slots.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write_string(f, key)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => write!(f, "\\u{:04x}", u32::from(c))?,
            _ => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
