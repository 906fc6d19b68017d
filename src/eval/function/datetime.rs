//! Functions on datetimes and timespans.

use super::arguments::{datetime, long, or_null, real, text};
use super::{Call, Failure, Function};
use crate::value::calendar::{self, Civil};
use crate::value::number::{long_to_real, real_to_long};
use crate::value::time::{
    self, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, UNIX_EPOCH, in_range,
};
use crate::value::{Type, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("now", 0, now),
    Function::strict("ago", 1, ago),
    Function::strict("startofday", 1, |args, _| Ok(edge(args, Period::Day, false))),
    Function::strict("startofweek", 1, |args, _| Ok(edge(args, Period::Week, false))),
    Function::strict("startofmonth", 1, |args, _| Ok(edge(args, Period::Month, false))),
    Function::strict("startofyear", 1, |args, _| Ok(edge(args, Period::Year, false))),
    Function::strict("endofday", 1, |args, _| Ok(edge(args, Period::Day, true))),
    Function::strict("endofweek", 1, |args, _| Ok(edge(args, Period::Week, true))),
    Function::strict("endofmonth", 1, |args, _| Ok(edge(args, Period::Month, true))),
    Function::strict("endofyear", 1, |args, _| Ok(edge(args, Period::Year, true))),
    Function::strict("datetime_add", 3, datetime_add),
    Function::strict("datetime_diff", 3, datetime_diff),
    Function::strict("datetime_part", 2, datetime_part),
    Function::strict("datepart", 2, datetime_part),
    Function::strict("dayofweek", 1, |args, _| {
        Ok(or_null(datetime(args, 0).map(|at| calendar::day_of_week(at) * TICKS_PER_DAY), Value::TimeSpan))
    }),
    Function::strict("dayofmonth", 1, |args, _| Ok(field(args, "day"))),
    Function::strict("dayofyear", 1, |args, _| Ok(field(args, "dayofyear"))),
    Function::strict("hourofday", 1, |args, _| Ok(field(args, "hour"))),
    Function::strict("weekofyear", 1, old_week),
    Function::strict("week_of_year", 1, |args, _| Ok(field(args, "week_of_year"))),
    Function::strict("monthofyear", 1, |args, _| Ok(field(args, "month"))),
    Function::strict("getmonth", 1, |args, _| Ok(field(args, "month"))),
    Function::strict("getyear", 1, |args, _| Ok(field(args, "year"))),
    Function::strict("make_datetime", 1, make_datetime),
    Function::strict("make_timespan", 1, make_timespan),
    Function::strict("unixtime_seconds_todatetime", 1, |args, _| Ok(unix(args, TICKS_PER_SECOND, 1))),
    Function::strict("unixtime_milliseconds_todatetime", 1, |args, _| Ok(unix(args, 10_000, 1))),
    Function::strict("unixtime_microseconds_todatetime", 1, |args, _| Ok(unix(args, 10, 1))),
    Function::strict("unixtime_nanoseconds_todatetime", 1, |args, _| Ok(unix(args, 1, 100))),
    Function::strict("around", 3, around),
];

fn now(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let offset = args.first().map_or(Some(0), convert::to_timespan);
    let at = offset.and_then(|offset| call.context.now().checked_add(offset)).and_then(in_range);
    Ok(or_null(at, Value::DateTime))
}

fn ago(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let at = convert::to_timespan(&args[0]).and_then(|ago| call.context.now().checked_sub(ago)).and_then(in_range);
    Ok(or_null(at, Value::DateTime))
}

#[derive(Clone, Copy)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// The first or last tick of the period that lies `offset` periods further.
fn edge(args: &[Value], period: Period, last: bool) -> Value {
    let offset = long(args, 1).unwrap_or(0);
    let Some(at) = datetime(args, 0) else { return Value::Null };
    let found = if last {
        offset.checked_add(1).and_then(|next| start(at, period, next)).map(|next| next - 1)
    } else {
        start(at, period, offset)
    };
    or_null(found.and_then(in_range), Value::DateTime)
}

fn start(at: i64, period: Period, offset: i64) -> Option<i64> {
    let day = at - at.rem_euclid(TICKS_PER_DAY);
    let civil = Civil::from_ticks(at);
    match period {
        Period::Day => day.checked_add(offset.checked_mul(TICKS_PER_DAY)?),
        Period::Week => {
            let sunday = day - calendar::day_of_week(at) * TICKS_PER_DAY;
            sunday.checked_add(offset.checked_mul(7 * TICKS_PER_DAY)?)
        }
        Period::Month => first_of_month(civil.year * 12 + civil.month - 1, offset),
        Period::Year => first_of_month(civil.year * 12, offset.checked_mul(12)?),
    }
}

/// The start of a month, also of the one after the calendar's last.
fn first_of_month(index: i64, offset: i64) -> Option<i64> {
    let index = index.checked_add(offset)?;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    (1..=10_000).contains(&year).then(|| calendar::days(year, month, 1) * TICKS_PER_DAY)
}

/// Ticks of the units that have a fixed length.
fn unit(name: &str) -> Option<i64> {
    Some(match name {
        "week" => 7 * TICKS_PER_DAY,
        "day" => TICKS_PER_DAY,
        "hour" => TICKS_PER_HOUR,
        "minute" => TICKS_PER_MINUTE,
        "second" => TICKS_PER_SECOND,
        "millisecond" => 10_000,
        "microsecond" => 10,
        _ => return None,
    })
}

/// Months of the units that are counted in months.
fn months(name: &str) -> Option<i64> {
    match name {
        "year" => Some(12),
        "quarter" => Some(3),
        "month" => Some(1),
        _ => None,
    }
}

fn datetime_add(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let name = text(args, 0).to_lowercase();
    let (Some(count), Some(at)) = (long(args, 1), datetime(args, 2)) else { return Ok(Value::Null) };
    let moved = if let Some(months) = months(&name) {
        count.checked_mul(months).and_then(|months| calendar::add_months(at, months))
    } else if name == "nanosecond" {
        at.checked_add(count / 100)
    } else if let Some(unit) = unit(&name) {
        count.checked_mul(unit).and_then(|by| at.checked_add(by))
    } else {
        return Err(Failure::Refused(format!("datetime_add() knows no period '{name}'")));
    };
    Ok(or_null(moved.and_then(in_range), Value::DateTime))
}

/// The number of period borders between the two: of midnights for days, of Sundays for weeks.
fn datetime_diff(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let name = text(args, 0).to_lowercase();
    let (Some(a), Some(b)) = (datetime(args, 1), datetime(args, 2)) else { return Ok(Value::Null) };
    let difference = if let Some(months) = months(&name) {
        let count = |at: i64| {
            let civil = Civil::from_ticks(at);
            (civil.year * 12 + civil.month - 1).div_euclid(months)
        };
        count(a) - count(b)
    } else if name == "week" {
        // 0001-01-01 was a Monday; one day later the weeks start on Sundays.
        let count = |at: i64| (at + TICKS_PER_DAY).div_euclid(7 * TICKS_PER_DAY);
        count(a) - count(b)
    } else if name == "nanosecond" {
        let Some(nanoseconds) = (a - b).checked_mul(100) else { return Ok(Value::Null) };
        nanoseconds
    } else if let Some(unit) = unit(&name) {
        a.div_euclid(unit) - b.div_euclid(unit)
    } else {
        return Err(Failure::Refused(format!("datetime_diff() knows no period '{name}'")));
    };
    Ok(Value::Long(difference))
}

fn datetime_part(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let name = text(args, 0);
    let Some(at) = datetime(args, 1) else { return Ok(Value::Null) };
    let Some(value) = part(&name, at) else {
        return Err(Failure::Refused(format!("datetime_part() knows no part '{name}'")));
    };
    Ok(int(Some(value)))
}

fn part(name: &str, at: i64) -> Option<i64> {
    let civil = Civil::from_ticks(at);
    Some(match name.to_lowercase().as_str() {
        "year" => civil.year,
        "quarter" => (civil.month + 2) / 3,
        "month" => civil.month,
        "week_of_year" => calendar::iso_week(at),
        "day" => civil.day,
        "dayofyear" => calendar::day_of_year(civil.year, civil.month, civil.day),
        "hour" => civil.hour,
        "minute" => civil.minute,
        "second" => civil.second,
        "millisecond" => civil.fraction / 10_000,
        "microsecond" => civil.fraction / 10,
        "nanosecond" => civil.fraction * 100,
        _ => return None,
    })
}

fn int(value: Option<i64>) -> Value {
    or_null(value.and_then(|value| i32::try_from(value).ok()), Value::Int)
}

fn field(args: &[Value], name: &str) -> Value {
    int(datetime(args, 0).and_then(|at| part(name, at)))
}

/// `weekofyear`: weeks start on Sundays, and a year's first week is the one with its first Wednesday (Microsoft:
/// "`week_of_year()`"). The page does not say to which year it counts a week that reaches into the next.
fn old_week(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(at) = datetime(args, 0) else { return Ok(Value::Null) };
    let wednesday = Civil::from_ticks(at + (3 - calendar::day_of_week(at)) * TICKS_PER_DAY);
    if wednesday.year > Civil::from_ticks(at).year {
        return Err(Failure::Unsupported("weekofyear() of a day in a week of the next year".to_owned()));
    }
    let day = calendar::day_of_year(wednesday.year, wednesday.month, wednesday.day);
    Ok(int(Some((day - 1) / 7 + 1)))
}

fn make_datetime(args: &[Value], _: &Call) -> Result<Value, Failure> {
    if args.len() < 3 {
        return Ok(convert::convert(&args[0], Type::DateTime));
    }
    let number = |at: usize| if at < args.len() { long(args, at) } else { Some(0) };
    let made = || {
        let civil = Civil {
            year: number(0)?,
            month: number(1)?,
            day: number(2)?,
            hour: number(3)?,
            minute: number(4)?,
            second: 0,
            fraction: 0,
        };
        let seconds = if args.len() > 5 { real(args, 5)? } else { 0.0 };
        if !(0.0..60.0).contains(&seconds) {
            return None;
        }
        civil.ticks()?.checked_add(seconds_to_ticks(seconds)?).and_then(in_range)
    };
    Ok(or_null(made(), Value::DateTime))
}

fn seconds_to_ticks(seconds: f64) -> Option<i64> {
    real_to_long((seconds * long_to_real(TICKS_PER_SECOND)).round())
}

/// `(d, h, m, s)`, `(h, m, s)`, `(h, m)`, or one value to convert.
fn make_timespan(args: &[Value], _: &Call) -> Result<Value, Failure> {
    if args.len() == 1 {
        return Ok(convert::convert(&args[0], Type::TimeSpan));
    }
    let first = usize::from(args.len() == 4);
    let made = || {
        let days = if first == 1 { long(args, 0)? } else { 0 };
        let (hours, minutes) = (long(args, first)?, long(args, first + 1)?);
        let seconds = if args.len() > first + 2 { real(args, first + 2)? } else { 0.0 };
        let valid =
            days >= 0 && (0..24).contains(&hours) && (0..60).contains(&minutes) && (0.0..60.0).contains(&seconds);
        if !valid {
            return None;
        }
        days.checked_mul(TICKS_PER_DAY)?
            .checked_add(hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds_to_ticks(seconds)?)
    };
    Ok(or_null(made(), Value::TimeSpan))
}

fn unix(args: &[Value], scale: i64, divisor: i64) -> Value {
    let ticks = match &args[0] {
        Value::Real(v) => real_to_long(v * long_to_real(scale) / long_to_real(divisor)),
        value => convert::to_long(value).and_then(|v| v.checked_mul(scale)).map(|v| v.div_euclid(divisor)),
    };
    or_null(ticks.and_then(|ticks| ticks.checked_add(UNIX_EPOCH)).and_then(time::in_range), Value::DateTime)
}

/// Whether a value lies within a distance of another, both ends included.
fn around(args: &[Value], _: &Call) -> Result<Value, Failure> {
    if args.iter().any(|arg| matches!(arg, Value::Real(_) | Value::Decimal(_))) {
        let inside = |v: f64, center: f64, delta: f64| (v - center).abs() <= delta;
        return Ok(match (real(args, 0), real(args, 1), real(args, 2)) {
            (Some(v), Some(center), Some(delta)) => Value::Bool(inside(v, center, delta)),
            _ => Value::Null,
        });
    }
    let (Some(v), Some(center), Some(delta)) = (long(args, 0), long(args, 1), long(args, 2)) else {
        return Ok(Value::Null);
    };
    let (v, center, delta) = (i128::from(v), i128::from(center), i128::from(delta));
    Ok(Value::Bool((center - delta..=center + delta).contains(&v)))
}
