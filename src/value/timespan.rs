//! Timespans as text: `1.02:03:04.5`, `5d`, `90min`, a bare number of days (Microsoft: "The timespan data type").

use std::fmt::Write as _;

use super::datetime::fraction;
use super::number::real_to_long;
use super::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// The units and their ticks. The spellings are those of Kusto's own lexer.
const UNITS: [(&[&str], i64); 7] = [
    (&["d", "day", "days"], TICKS_PER_DAY),
    (&["h", "hr", "hrs", "hour", "hours"], TICKS_PER_HOUR),
    (&["m", "min", "minute", "minutes"], TICKS_PER_MINUTE),
    (&["s", "sec", "second", "seconds"], TICKS_PER_SECOND),
    (&["ms", "milli", "millis", "millisec", "millisecond", "milliseconds"], 10_000),
    (&["micro", "micros", "microsec", "microsecond", "microseconds"], 10),
    (&["tick", "ticks"], 1),
];

/// Reads a timespan; ticks. None when it is no timespan or does not fit.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    if !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let ticks = if rest.contains(':') { clock(rest)? } else { quantity(rest)? };
    Some(if negative { -ticks } else { ticks })
}

/// `[-][d.]hh:mm:ss[.fffffff]`.
pub fn format(ticks: i64) -> String {
    let size = ticks.unsigned_abs();
    let part = |unit: i64| size / unit.unsigned_abs();
    let mut text = String::from(if ticks < 0 { "-" } else { "" });
    let days = part(TICKS_PER_DAY);
    if days > 0 {
        let _ = write!(text, "{days}.");
    }
    let (hours, minutes, seconds) =
        (part(TICKS_PER_HOUR) % 24, part(TICKS_PER_MINUTE) % 60, part(TICKS_PER_SECOND) % 60);
    let _ = write!(text, "{hours:02}:{minutes:02}:{seconds:02}");
    let fraction = size % TICKS_PER_SECOND.unsigned_abs();
    if fraction > 0 {
        let _ = write!(text, ".{fraction:07}");
    }
    text
}

fn quantity(text: &str) -> Option<i64> {
    let end = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_start().to_ascii_lowercase();
    let scale =
        if unit.is_empty() { TICKS_PER_DAY } else { UNITS.iter().find(|(names, _)| names.contains(&unit.as_str()))?.1 };
    if let Ok(whole) = number.parse::<i64>() {
        return whole.checked_mul(scale);
    }
    #[allow(clippy::cast_precision_loss)]
    let ticks = number.parse::<f64>().ok()? * scale as f64;
    real_to_long(ticks.round())
}

/// `[d.]hh:mm[:ss[.fffffff]]`
fn clock(text: &str) -> Option<i64> {
    let (head, tail) = text.split_once(':')?;
    let (days, hours) = match head.split_once('.') {
        Some((days, hours)) => (whole(days, 8)?, hours),
        None => (0, head),
    };
    let (minutes, seconds) = tail.split_once(':').unwrap_or((tail, "0"));
    let (seconds, part) = match seconds.split_once('.') {
        Some((seconds, part)) => (seconds, fraction(part).filter(|_| part.bytes().all(|b| b.is_ascii_digit()))?),
        None => (seconds, 0),
    };
    let (hours, minutes, seconds) = (whole(hours, 2)?, whole(minutes, 2)?, whole(seconds, 2)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    days.checked_mul(TICKS_PER_DAY)?
        .checked_add(hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds * TICKS_PER_SECOND + part)
}

fn whole(digits: &str, most: usize) -> Option<i64> {
    let valid = !digits.is_empty() && digits.len() <= most && digits.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| digits.parse().ok())?
}
