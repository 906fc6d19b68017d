//! Datetimes and timespans as text.

pub use super::datetime::{
    format as format_datetime, format_seven as format_datetime_seven, parse as parse_datetime, write as write_datetime,
};
pub use super::timespan::{format as format_timespan, parse as parse_timespan};

/// Ticks of 100 ns in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks of 100 ns in a minute.
pub const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
/// Ticks of 100 ns in an hour.
pub const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Ticks of 100 ns in a day.
pub const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;
/// Ticks of the Unix epoch, 1970-01-01.
pub const UNIX_EPOCH: i64 = 719_162 * TICKS_PER_DAY;
/// The last datetime there is: 9999-12-31T23:59:59.9999999Z.
pub const MAX_DATETIME: i64 = 3_652_059 * TICKS_PER_DAY - 1;

/// `ticks` when it lies in the years 1-9999.
pub fn in_range(ticks: i64) -> Option<i64> {
    (0..=MAX_DATETIME).contains(&ticks).then_some(ticks)
}
