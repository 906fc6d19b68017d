//! Values of type `dynamic`.

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
