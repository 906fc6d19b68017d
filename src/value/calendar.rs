//! The proleptic Gregorian calendar: ticks to year, month, day and clock, and back. Years are 1-9999, times are UTC.

use super::time::{MAX_DATETIME, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// A datetime taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// 1-9999
    pub year: i64,
    /// 1-12
    pub month: i64,
    /// 1-31
    pub day: i64,
    /// 0-23
    pub hour: i64,
    /// 0-59
    pub minute: i64,
    /// 0-59
    pub second: i64,
    /// Ticks within the second, 0-9999999
    pub fraction: i64,
}

/// Whether February has 29 days.
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month (1-12).
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 0001-01-01 to the date; nothing checks the ranges.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    day_of_year(year, month, day) - 1 + before * 365 + leap_days
}

/// The day's number within its year, from 1.
pub fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    (1..month).map(|m| days_in_month(year, m)).sum::<i64>() + day
}

/// The day of the week, Sunday 0.
pub fn day_of_week(ticks: i64) -> i64 {
    (ticks.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)
}

impl Civil {
    /// Takes ticks apart.
    pub fn from_ticks(ticks: i64) -> Self {
        let ticks = ticks.clamp(0, MAX_DATETIME);
        let (mut rest, clock) = (ticks / TICKS_PER_DAY, ticks % TICKS_PER_DAY);
        let mut year = 1 + 400 * (rest / 146_097);
        rest %= 146_097;
        let centuries = (rest / 36_524).min(3);
        rest -= centuries * 36_524;
        let fours = rest / 1_461;
        rest -= fours * 1_461;
        let ones = (rest / 365).min(3);
        rest -= ones * 365;
        year += centuries * 100 + fours * 4 + ones;
        let mut month = 1;
        while rest >= days_in_month(year, month) {
            rest -= days_in_month(year, month);
            month += 1;
        }
        Self {
            year,
            month,
            day: rest + 1,
            hour: clock / TICKS_PER_HOUR,
            minute: clock / TICKS_PER_MINUTE % 60,
            second: clock / TICKS_PER_SECOND % 60,
            fraction: clock % TICKS_PER_SECOND,
        }
    }

    /// Ticks since 0001-01-01, or none when a part is out of range.
    pub fn ticks(&self) -> Option<i64> {
        let valid = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second)
            && (0..TICKS_PER_SECOND).contains(&self.fraction);
        valid.then(|| {
            days(self.year, self.month, self.day) * TICKS_PER_DAY
                + self.hour * TICKS_PER_HOUR
                + self.minute * TICKS_PER_MINUTE
                + self.second * TICKS_PER_SECOND
                + self.fraction
        })
    }

    /// The midnight that starts a date.
    pub fn midnight(year: i64, month: i64, day: i64) -> Option<i64> {
        Self { year, month, day, hour: 0, minute: 0, second: 0, fraction: 0 }.ticks()
    }
}

/// Moves by whole months; a day that the month has not becomes its last.
pub fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let civil = Civil::from_ticks(ticks);
    let index = (civil.year * 12 + civil.month - 1).checked_add(months)?;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    if !(1..=9999).contains(&year) {
        return None;
    }
    Civil { year, month, day: civil.day.min(days_in_month(year, month)), ..civil }.ticks()
}

/// The ISO 8601 week's number, 1-53.
pub fn iso_week(ticks: i64) -> i64 {
    let civil = Civil::from_ticks(ticks);
    let weekday = (day_of_week(ticks) + 6) % 7 + 1;
    let week = (day_of_year(civil.year, civil.month, civil.day) - weekday + 10) / 7;
    if week < 1 {
        return weeks_in_year(civil.year - 1);
    }
    if week > weeks_in_year(civil.year) { 1 } else { week }
}

fn weeks_in_year(year: i64) -> i64 {
    let last = |y: i64| (y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)).rem_euclid(7);
    if last(year) == 4 || last(year - 1) == 3 { 53 } else { 52 }
}
