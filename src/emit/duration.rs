//! Durations as rule files write them, as ISO 8601 durations as Azure wants them.
//!
//! Rule files write `5m`, `1h`, `14d` (Azure-Sentinel), `hh:mm:ss` and `d.hh:mm:ss` (.NET) or ISO 8601 itself. The unit
//! is kept: `24h` becomes `PT24H`, as Microsoft's packager writes it.

use std::fmt::Write as _;

/// The ISO 8601 duration that `text` means; `None` if it means none. Months and years have no fixed length and are none.
pub(super) fn to_iso(text: &str) -> Option<String> {
    let text = text.trim();
    short(text).or_else(|| clock(text)).or_else(|| iso(text))
}

/// `5m`, `1h`, `14d`, in either case.
fn short(text: &str) -> Option<String> {
    let unit = text.chars().last()?;
    let count = number(text.strip_suffix(unit)?)?;
    match unit.to_ascii_lowercase() {
        'm' => Some(format!("PT{count}M")),
        'h' => Some(format!("PT{count}H")),
        'd' => Some(format!("P{count}D")),
        _ => None,
    }
}

/// `hh:mm:ss`, `d.hh:mm:ss`.
fn clock(text: &str) -> Option<String> {
    let (days, time) = match text.split_once('.') {
        Some((days, time)) => (number(days)?, time),
        None => (0, text),
    };
    let mut parts = time.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let two_digits = [hours, minutes, seconds].iter().all(|part| part.len() == 2);
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    let fits = two_digits && parts.next().is_none() && hours < 24 && minutes < 60 && seconds < 60;
    fits.then(|| from_parts(days, hours, minutes, seconds))
}

/// ISO 8601 with whole weeks, days, hours, minutes and seconds, in either case; weeks become days.
fn iso(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let body = upper.strip_prefix('P')?;
    let (date, time) = match body.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (body, ""),
    };
    if let Some(weeks) = date.strip_suffix('W').filter(|_| time.is_empty()) {
        return Some(format!("P{}D", number(weeks)?.checked_mul(7)?));
    }
    let (days, rest) = part(date, 'D')?;
    if !rest.is_empty() {
        return None;
    }
    let (hours, rest) = part(time, 'H')?;
    let (minutes, rest) = part(rest, 'M')?;
    let (seconds, rest) = part(rest, 'S')?;
    let any = days.is_some() || hours.is_some() || minutes.is_some() || seconds.is_some();
    (any && rest.is_empty()).then(|| {
        let mut out = String::from("P");
        for (count, unit) in [(days, "D"), (hours, "H"), (minutes, "M"), (seconds, "S")] {
            if unit != "D" && count.is_some() && !out.contains('T') {
                out.push('T');
            }
            if let Some(count) = count {
                let _ = write!(out, "{count}{unit}");
            }
        }
        out
    })
}

/// The number before `unit`, if the text goes on with one, and what follows.
fn part(text: &str, unit: char) -> Option<(Option<u32>, &str)> {
    match text.split_once(unit) {
        Some((count, rest)) => Some((Some(number(count)?), rest)),
        None => Some((None, text)),
    }
}

fn from_parts(days: u32, hours: u32, minutes: u32, seconds: u32) -> String {
    let mut out = String::from("P");
    if days > 0 {
        let _ = write!(out, "{days}D");
    }
    if hours + minutes + seconds > 0 {
        out.push('T');
    }
    for (count, unit) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
        if count > 0 {
            let _ = write!(out, "{count}{unit}");
        }
    }
    if out == "P" { "PT0S".to_owned() } else { out }
}

fn number(digits: &str) -> Option<u32> {
    (digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::to_iso;

    #[test]
    fn every_spelling() {
        let table = [
            ("5m", "PT5M"),
            ("24h", "PT24H"),
            ("14D", "P14D"),
            ("01:30:00", "PT1H30M"),
            ("1.00:00:05", "P1DT5S"),
            ("00:00:00", "PT0S"),
            ("PT1H", "PT1H"),
            ("p1dt12h", "P1DT12H"),
            ("P2W", "P14D"),
            ("PT0S", "PT0S"),
            (" 1h ", "PT1H"),
        ];
        for (written, iso) in table {
            assert_eq!(to_iso(written).as_deref(), Some(iso), "{written}");
        }
    }

    #[test]
    fn what_is_no_duration() {
        for written in [
            "",
            "h",
            "1",
            "1d12h",
            "90s",
            "-1h",
            "P",
            "PT",
            "P1DT",
            "P1M",
            "PT1H1H",
            "25:00:00",
            "1:00:00",
            "1h1",
            "PT1M1H",
            "P1H",
            "９h",
            "9999999999d",
        ] {
            assert_eq!(to_iso(written), None, "{written}");
        }
    }
}
