//! What starts with a digit: whole and real numbers, timespans, and names such as `4nodes`.

use super::{DIGIT, START, WORD, is};
use crate::kql::token::TokenKind;

/// The units of a timespan such as `5ms`.
pub(in crate::kql) static TIMESPAN_UNITS: &[&str] = &[
    "m",
    "min",
    "minute",
    "minutes",
    "s",
    "sec",
    "second",
    "seconds",
    "d",
    "day",
    "days",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "ms",
    "milli",
    "millis",
    "millisec",
    "millisecond",
    "milliseconds",
    "micro",
    "micros",
    "microsec",
    "microsecond",
    "microseconds",
    "nano",
    "nanos",
    "nanosec",
    "nanosecond",
    "nanoseconds",
    "tick",
    "ticks",
];

/// The number, timespan or name that starts with the digit `bytes` start with.
pub(super) fn number(bytes: &[u8]) -> (usize, TokenKind) {
    let digits = count(bytes, DIGIT);
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    if !is(at(digits), START) && at(digits) != b'.' {
        return (digits, TokenKind::Long);
    }
    if let Some(len) = real_len(bytes, digits) {
        return (len, TokenKind::Real);
    }
    let fraction = if at(digits) == b'.' { count(&bytes[digits + 1..], DIGIT) } else { 0 };
    let unit_at = if fraction > 0 { digits + 1 + fraction } else { digits };
    let unit = count(&bytes[unit_at..], WORD);
    if is_unit(&bytes[unit_at..unit_at + unit]) {
        return (unit_at + unit, TokenKind::TimeSpan);
    }
    if at(digits) == b'.' || at(digits) == b'$' {
        return (digits, TokenKind::Long);
    }
    let word = count(bytes, WORD);
    let hex = bytes[0] == b'0' && matches!(at(1), b'x' | b'X') && word > 2;
    if hex && bytes[2..word].iter().all(u8::is_ascii_hexdigit) {
        return (word, TokenKind::Long);
    }
    (word, TokenKind::Identifier)
}

fn real_len(bytes: &[u8], digits: usize) -> Option<usize> {
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut end = digits;
    if at(end) == b'.' {
        if at(end + 1) == b'.' && at(end + 2) != b'.' {
            return None;
        }
        end += 1;
        end += count(&bytes[end..], DIGIT);
        end += exponent_len(&bytes[end..]);
    } else {
        let exponent = exponent_len(&bytes[end..]);
        if exponent == 0 {
            return None;
        }
        end += exponent;
    }
    (!is(at(end), WORD)).then_some(end)
}

fn exponent_len(bytes: &[u8]) -> usize {
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return 0;
    }
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    let digits = count(&bytes[1 + sign..], DIGIT);
    if digits == 0 { 0 } else { 1 + sign + digits }
}

fn count(bytes: &[u8], class: u8) -> usize {
    bytes.iter().take_while(|&&byte| is(byte, class)).count()
}

fn is_unit(word: &[u8]) -> bool {
    TIMESPAN_UNITS.iter().any(|unit| unit.as_bytes() == word)
}
