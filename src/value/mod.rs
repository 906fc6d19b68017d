//! Kusto's scalar types and values: what a literal, a cell and a constant are.
//!
//! Times are ticks of 100 ns (`i64`): a datetime counts from 0001-01-01T00:00:00Z, a timespan is a length. `string` has
//! no null: its empty value is `""` (Microsoft: "Null values", scalar data types).

pub mod calendar;
pub mod compare;
pub mod convert;
mod datetime;
mod decimal;
mod dynamic;
pub mod json;
pub mod number;
pub mod term;
pub mod time;
mod timespan;

pub use decimal::Decimal;
pub use dynamic::Dynamic;

/// A scalar type of Kusto.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `int`, 32 bits
    Int,
    /// `long`, 64 bits
    Long,
    /// `real`, IEEE double
    Real,
    /// `decimal`, 34 digits
    Decimal,
    /// `string`
    String,
    /// `datetime`
    DateTime,
    /// `timespan`
    TimeSpan,
    /// `guid`
    Guid,
    /// `dynamic`
    Dynamic,
    /// Not known: a column of a table without a schema, or the value of an expression that is already reported. It
    /// agrees with every type, so that one mistake gives one diagnostic.
    Unknown,
}

impl Type {
    /// The type's canonical name; `unknown` for [`Type::Unknown`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
            Self::Unknown => "unknown",
        }
    }

    /// The type that `name` means in a query, aliases included (`int64`, `date`, `double` …; Microsoft: "Scalar data types").
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" | "int16" | "int8" | "uint8" | "uint16" | "uint32" => Self::Int,
            "long" | "int64" | "uint" | "uint64" | "ulong" => Self::Long,
            "real" | "double" | "float" => Self::Real,
            "decimal" => Self::Decimal,
            "string" => Self::String,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    /// Whether values are numbers: `int`, `long`, `real`, `decimal`.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One scalar value. [`Value::Null`] is the null of any type but `string`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Null.
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `real`
    Real(f64),
    /// `decimal`
    Decimal(Decimal),
    /// `string`
    String(String),
    /// `datetime`, in ticks since 0001-01-01
    DateTime(i64),
    /// `timespan`, in ticks
    TimeSpan(i64),
    /// `guid`, as a big-endian number
    Guid(u128),
    /// `dynamic`
    Dynamic(Dynamic),
}

impl Value {
    /// The value's type; none for null.
    pub fn value_type(&self) -> Option<Type> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Long(_) => Type::Long,
            Self::Real(_) => Type::Real,
            Self::Decimal(_) => Type::Decimal,
            Self::String(_) => Type::String,
            Self::DateTime(_) => Type::DateTime,
            Self::TimeSpan(_) => Type::TimeSpan,
            Self::Guid(_) => Type::Guid,
            Self::Dynamic(_) => Type::Dynamic,
        })
    }

    /// Whether the value is null; a dynamic null is, an empty string is not.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::Dynamic(Dynamic::Null))
    }

    /// The null of a type: `""` for strings, which have no null.
    pub fn null_of(ty: Type) -> Self {
        if ty == Type::String { Self::String(String::new()) } else { Self::Null }
    }
}
