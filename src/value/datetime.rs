//! Datetimes as text: the forms of ISO 8601, RFC 822 and RFC 850 that Kusto documents ("The datetime data type"), and
//! the month-first form `02/17/2016 08:40:01` that its engine reads as well.

use super::calendar::Civil;
use super::time::{TICKS_PER_MINUTE, in_range};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Reads a datetime in the forms Kusto accepts; ticks since 0001-01-01T00:00:00Z. Without a zone it is UTC; fraction
/// digits after the seventh are cut off. None when it is no datetime or lies outside the years 1-9999.
pub fn parse(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.trim() };
    reader.weekday();
    let (year, month, day) = reader.date()?;
    let mut civil = Civil { year, month, day, hour: 0, minute: 0, second: 0, fraction: 0 };
    if reader.time_follows() {
        reader.time(&mut civil)?;
    }
    let offset = reader.zone()?;
    if !reader.rest.is_empty() {
        return None;
    }
    in_range(civil.ticks()?.checked_sub(offset)?)
}

/// `2024-06-08T00:00:00Z`, with seven digits of fraction when the fraction is not zero.
pub fn format(ticks: i64) -> String {
    let mut text = String::with_capacity(LENGTH);
    write(&mut text, ticks);
    text
}

/// `2024-06-08T00:00:00.0000000Z`: what `tostring` and JSON text show, always with seven digits of fraction.
pub fn format_seven(ticks: i64) -> String {
    let civil = Civil::from_ticks(ticks);
    let mut text = String::with_capacity(LENGTH);
    write_seconds(&mut text, &civil);
    write_fraction(&mut text, &civil);
    text
}

/// What [`format()`] gives, behind `text`.
pub fn write(text: &mut String, ticks: i64) {
    let civil = Civil::from_ticks(ticks);
    write_seconds(text, &civil);
    if civil.fraction == 0 {
        text.push('Z');
    } else {
        write_fraction(text, &civil);
    }
}

/// The bytes of a datetime with its fraction.
const LENGTH: usize = "2024-06-08T00:00:00.0000000Z".len();

fn write_seconds(text: &mut String, civil: &Civil) {
    let parts = [
        (civil.year, 4, '-'),
        (civil.month, 2, '-'),
        (civil.day, 2, 'T'),
        (civil.hour, 2, ':'),
        (civil.minute, 2, ':'),
    ];
    for (number, width, separator) in parts {
        write_digits(text, number, width);
        text.push(separator);
    }
    write_digits(text, civil.second, 2);
}

fn write_fraction(text: &mut String, civil: &Civil) {
    text.push('.');
    write_digits(text, civil.fraction, 7);
    text.push('Z');
}

/// The last `width` digits of a number that is not negative.
fn write_digits(text: &mut String, number: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        text.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, byte: char) -> bool {
        self.rest.strip_prefix(byte).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn run(&mut self, belongs: fn(&u8) -> bool) -> &'a str {
        let end = self.rest.bytes().take_while(belongs).count();
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }

    fn digits(&mut self, most: usize) -> Option<(i64, usize)> {
        let run = self.run(u8::is_ascii_digit);
        if run.is_empty() || run.len() > most {
            return None;
        }
        Some((run.parse().ok()?, run.len()))
    }

    fn weekday(&mut self) {
        let before = self.rest;
        let word = self.run(u8::is_ascii_alphabetic).to_ascii_lowercase();
        if word.len() < 3 || !WEEKDAYS.iter().any(|day| *day == word || day[..3] == word) {
            self.rest = before;
            return;
        }
        self.eat(',');
        self.spaces();
    }

    fn month(&mut self) -> Option<i64> {
        let word = self.run(u8::is_ascii_alphabetic).to_ascii_lowercase();
        let at = MONTHS.iter().position(|month| *month == word || month[..3] == word)?;
        i64::try_from(at + 1).ok()
    }

    fn date(&mut self) -> Option<(i64, i64, i64)> {
        let (first, length) = self.digits(4)?;
        let by_dash = self.eat('-');
        let by_slash = !by_dash && self.eat('/');
        if !by_dash && !by_slash {
            if length == 4 && (self.rest.is_empty()) {
                return Some((first, 1, 1));
            }
            self.spaces();
        }
        if length == 4 {
            return self.year_first(first, if by_dash { '-' } else { '/' });
        }
        if length > 2 {
            return None;
        }
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.day_first(first, by_dash);
        }
        if !by_dash && !by_slash {
            return None;
        }
        let (day, _) = self.digits(2)?;
        if !self.eat(if by_dash { '-' } else { '/' }) {
            return None;
        }
        Some((self.year()?, first, day))
    }

    fn year_first(&mut self, year: i64, separator: char) -> Option<(i64, i64, i64)> {
        let (month, _) = self.digits(2)?;
        if !self.eat(separator) {
            return self.rest.is_empty().then_some((year, month, 1));
        }
        let (day, _) = self.digits(2)?;
        Some((year, month, day))
    }

    fn day_first(&mut self, day: i64, by_dash: bool) -> Option<(i64, i64, i64)> {
        let month = self.month()?;
        if by_dash && !self.eat('-') {
            return None;
        }
        self.spaces();
        Some((self.year()?, month, day))
    }

    /// Two digits mean 1950-2049.
    fn year(&mut self) -> Option<i64> {
        match self.digits(4)? {
            (year, 4) => Some(year),
            (year, 2) if year < 50 => Some(2000 + year),
            (year, 2) => Some(1900 + year),
            _ => None,
        }
    }

    fn time_follows(&mut self) -> bool {
        if self.eat('T') || self.eat('t') {
            return true;
        }
        let before = self.rest;
        self.spaces();
        if self.rest.len() < before.len() && self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return true;
        }
        false
    }

    fn time(&mut self, civil: &mut Civil) -> Option<()> {
        civil.hour = self.digits(2)?.0;
        if !self.eat(':') {
            return None;
        }
        civil.minute = self.digits(2)?.0;
        if self.eat(':') {
            civil.second = self.digits(2)?.0;
            if self.eat('.') || self.eat(',') {
                civil.fraction = fraction(self.run(u8::is_ascii_digit))?;
            }
        }
        self.half_of_day(civil)
    }

    fn half_of_day(&mut self, civil: &mut Civil) -> Option<()> {
        let word = self.rest.trim_start();
        let half = word.get(..2).unwrap_or_default().to_ascii_lowercase();
        if half != "am" && half != "pm" {
            return Some(());
        }
        if !(1..=12).contains(&civil.hour) {
            return None;
        }
        civil.hour = civil.hour % 12 + if half == "pm" { 12 } else { 0 };
        self.rest = &word[2..];
        Some(())
    }

    /// The zone's distance from UTC in ticks.
    fn zone(&mut self) -> Option<i64> {
        self.spaces();
        for name in ["UTC", "GMT", "Z", "z"] {
            if let Some(rest) = self.rest.strip_prefix(name) {
                self.rest = rest;
                return Some(0);
            }
        }
        let sign = if self.eat('+') {
            1
        } else if self.eat('-') {
            -1
        } else {
            return Some(0);
        };
        let (number, length) = self.digits(4)?;
        let (hours, minutes) = match length {
            1 | 2 if self.eat(':') => (number, self.digits(2)?.0),
            1 | 2 => (number, 0),
            4 => (number / 100, number % 100),
            _ => return None,
        };
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * TICKS_PER_MINUTE)
    }
}

/// Ticks of a fraction of a second.
pub(super) fn fraction(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seven = &digits[..digits.len().min(7)];
    let scale = 10_i64.pow(u32::try_from(7 - seven.len()).ok()?);
    Some(seven.parse::<i64>().ok()? * scale)
}
