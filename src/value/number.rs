//! Numbers as text, and between the numeric types.

/// A real as `tostring` writes it: the shortest digits that read back, `1` for 1.0, `1E+15` and `1E-05` for exponents
/// from 15 and below -4, `NaN`, `Infinity`, `-Infinity` (the round-trip format of .NET, in which the service is written).
pub fn format_real(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..15).contains(&exponent) && exponent > -5 {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}E{sign}{:02}", exponent.abs())
}

/// A real as JSON text inside a dynamic: as [`format_real`], but with `.0` when it would look whole.
pub fn format_json_real(value: f64) -> String {
    if !value.is_finite() {
        return format!("\"{}\"", format_real(value));
    }
    let text = format_real(value);
    if text.contains(['.', 'E']) { text } else { text + ".0" }
}

/// The whole part of a real, when it fits into 64 bits.
#[allow(clippy::cast_possible_truncation)]
pub fn real_to_long(value: f64) -> Option<i64> {
    // 2^63 is exact as a double; i64::MAX is not.
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value).then_some(value as i64)
}

/// A long as the nearest real.
#[allow(clippy::cast_precision_loss)]
pub const fn long_to_real(value: i64) -> f64 {
    value as f64
}

/// A number of things as the nearest real.
#[allow(clippy::cast_precision_loss)]
pub const fn count_to_real(count: usize) -> f64 {
    count as f64
}

/// Reads a whole number: decimal, or hexadecimal with `0x`; blanks around it are allowed.
pub fn parse_long(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u64::from_str_radix(hex, 16).ok()?.cast_signed();
        return if negative { value.checked_neg() } else { Some(value) };
    }
    text.parse().ok()
}

/// Reads a real number.
pub fn parse_real(text: &str) -> Option<f64> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "nan" => return Some(f64::NAN),
        "infinity" | "+infinity" | "inf" | "+inf" => return Some(f64::INFINITY),
        "-infinity" | "-inf" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let plausible = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    if !plausible {
        return None;
    }
    text.parse().ok().or_else(|| parse_long(text).map(long_to_real))
}
