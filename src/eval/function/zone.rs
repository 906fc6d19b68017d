//! Datetimes of time zones. The zones are those of the IANA database that is built in, so that a query gives one answer
//! on every machine.

use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use super::arguments::{datetime, or_null, strings, text};
use super::{Call, Failure, Function};
use crate::value::Value;
use crate::value::time::{TICKS_PER_SECOND, UNIX_EPOCH, in_range};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("datetime_utc_to_local", 2, utc_to_local),
    Function::strict("datetime_local_to_utc", 2, local_to_utc),
    Function::strict("datetime_list_timezones", 0, |_, _| {
        let mut names: Vec<String> = ZONES.available().map(|name| name.to_string()).collect();
        names.sort_unstable();
        Ok(strings(names))
    }),
];

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

fn zone(args: &[Value]) -> Result<TimeZone, Failure> {
    let name = text(args, 1);
    ZONES.get(&name).map_err(|_| Failure::Refused(format!("there is no time zone named `{name}`")))
}

fn unix_seconds(ticks: i64) -> i64 {
    (ticks - UNIX_EPOCH).div_euclid(TICKS_PER_SECOND)
}

fn ticks(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * TICKS_PER_SECOND
}

fn utc_to_local(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let zone = zone(args)?;
    let Some(at) = datetime(args, 0) else { return Ok(Value::Null) };
    let Ok(timestamp) = jiff::Timestamp::from_second(unix_seconds(at)) else { return Ok(Value::Null) };
    Ok(or_null(in_range(at + ticks(zone.to_offset(timestamp))), Value::DateTime))
}

/// A local time that the clock skipped is read with the offset after the change, as the service does.
fn local_to_utc(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let zone = zone(args)?;
    let Some(at) = datetime(args, 0) else { return Ok(Value::Null) };
    let Some(local) = civil_second(at) else { return Ok(Value::Null) };
    let offset = match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { after, .. } => after,
        AmbiguousOffset::Fold { .. } => {
            return Err(Failure::Unsupported(format!("{local}, which comes twice in `{}`,", text(args, 1))));
        }
    };
    Ok(or_null(in_range(at - ticks(offset)), Value::DateTime))
}

fn civil_second(at: i64) -> Option<civil::DateTime> {
    let timestamp = jiff::Timestamp::from_second(unix_seconds(at)).ok()?;
    Some(Offset::UTC.to_datetime(timestamp))
}
