//! Writing values in a wanted form: `format_datetime`, `format_timespan`, `format_bytes`.

use super::arguments::{datetime, long, real, string, text};
use super::{Call, Failure, Function};
use crate::value::calendar::Civil;
use crate::value::number::{format_real, long_to_real};
use crate::value::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use crate::value::{Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("format_datetime", 2, format_datetime),
    Function::strict("format_timespan", 2, format_timespan),
    Function::strict("format_bytes", 1, format_bytes),
];

/// Splits a format into runs of one letter and everything else.
fn runs(format: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for c in format.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == c && c.is_ascii_alphabetic() => *count += 1,
            _ => runs.push((c, 1)),
        }
    }
    runs
}

fn padded(value: i64, width: usize) -> String {
    format!("{value:0width$}")
}

/// The first digits of a fraction of a second; capital letters drop zeros at the end.
fn fraction(letter: char, count: usize, ticks: i64) -> Option<String> {
    if count > 7 {
        return None;
    }
    let digits = padded(ticks, 7);
    let digits = &digits[..count];
    Some(if letter == 'F' { digits.trim_end_matches('0') } else { digits }.to_owned())
}

fn is_delimiter(c: char) -> bool {
    matches!(c, ' ' | '/' | '-' | ':' | ',' | '.' | '_' | '[' | ']')
}

fn unknown(function: &str, letter: char) -> Failure {
    Failure::Refused(format!("{function}() knows no format specifier '{letter}'"))
}

fn format_datetime(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(at) = datetime(args, 0) else { return Ok(string("")) };
    let Civil { year, month, day, hour, minute, second, fraction: ticks } = Civil::from_ticks(at);
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let mut result = String::new();
    for (letter, count) in runs(&text(args, 1)) {
        let piece = match (letter, count) {
            ('d', 1 | 2) => padded(day, count),
            ('M', 1 | 2) => padded(month, count),
            ('y', 1 | 2) => padded(year % 100, count),
            ('y', 4) => padded(year, 4),
            ('H', 1 | 2) => padded(hour, count),
            ('h', 1 | 2) => padded(half, count),
            ('m', 1 | 2) => padded(minute, count),
            ('s', 1 | 2) => padded(second, count),
            ('t', 2) => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            ('f' | 'F', _) => fraction(letter, count, ticks).ok_or_else(|| unknown("format_datetime", letter))?,
            (c, _) if is_delimiter(c) => c.to_string(),
            _ => return Err(unknown("format_datetime", letter)),
        };
        result.push_str(&piece);
    }
    Ok(string(result))
}

fn format_timespan(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(span) = convert::to_timespan(&args[0]) else { return Ok(string("")) };
    let size = span.saturating_abs();
    let mut result = String::from(if span < 0 { "-" } else { "" });
    for (letter, count) in runs(&text(args, 1)) {
        let piece = match (letter, count) {
            ('d', 1..=8) => padded(size / TICKS_PER_DAY, count),
            ('h' | 'H', 1 | 2) => padded(size / TICKS_PER_HOUR % 24, count),
            ('m', 1 | 2) => padded(size / TICKS_PER_MINUTE % 60, count),
            ('s', 1 | 2) => padded(size / TICKS_PER_SECOND % 60, count),
            ('f' | 'F', _) => {
                fraction(letter, count, size % TICKS_PER_SECOND).ok_or_else(|| unknown("format_timespan", letter))?
            }
            (c, _) if is_delimiter(c) => c.to_string(),
            _ => return Err(unknown("format_timespan", letter)),
        };
        result.push_str(&piece);
    }
    Ok(string(result))
}

/// Units are powers of 1024; without a unit the largest that leaves at least 1 is taken.
fn format_bytes(args: &[Value], _: &Call) -> Result<Value, Failure> {
    const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
    let Some(size) = real(args, 0) else { return Ok(string("")) };
    let places = long(args, 1).unwrap_or(0).clamp(0, 15);
    let wanted = text(args, 2);
    let power = if wanted.is_empty() {
        (0..UNITS.len()).rev().find(|power| size.abs() >= 1024_f64.powi(exponent(*power))).unwrap_or(0)
    } else {
        match UNITS.iter().position(|unit| *unit == wanted.as_ref()) {
            Some(power) => power,
            None => return Err(Failure::Refused(format!("format_bytes() knows no unit '{wanted}'"))),
        }
    };
    let scale = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    let amount = (size / 1024_f64.powi(exponent(power)) * scale).round() / scale;
    let shown = if amount.fract() == 0.0 && amount.abs() < long_to_real(1 << 53) {
        format!("{amount:.0}")
    } else {
        format_real(amount)
    };
    Ok(string(format!("{shown} {}", UNITS[power])))
}

fn exponent(power: usize) -> i32 {
    i32::try_from(power).unwrap_or(0)
}
