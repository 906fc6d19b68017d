//! Datetimes and timespans as text.

/// Ticks of 100 ns in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks of 100 ns in a day.
pub const TICKS_PER_DAY: i64 = 24 * 60 * 60 * TICKS_PER_SECOND;

/// Reads a datetime in the forms Kusto accepts (ISO 8601, RFC 822, RFC 850); ticks since 0001-01-01T00:00:00Z.
pub fn parse_datetime(_text: &str) -> Option<i64> {
    None
}

/// Reads a timespan: `1.02:03:04.5`, `5d`, `2h`, a bare number of days; ticks.
pub fn parse_timespan(_text: &str) -> Option<i64> {
    None
}

/// `2024-06-08T00:00:00Z`, with seven digits of fraction when the fraction is not zero.
pub fn format_datetime(_ticks: i64) -> String {
    String::new()
}

/// `[-][d.]hh:mm:ss[.fffffff]`.
pub fn format_timespan(_ticks: i64) -> String {
    String::new()
}
