//! Durations as rule files write them: `5m`, `1h`, `14d` (Azure-Sentinel), `hh:mm:ss` and `d.hh:mm:ss` (.NET), a bare
//! whole number of days (.NET too), or ISO 8601 (`PT5M`, `P1D`). One type reads them all, compares them by length and
//! writes them as Azure wants them.

use std::fmt;
use std::fmt::Write as _;

/// A length of time in the units it was written in: `24h` stays 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Duration {
    days: u32,
    hours: u32,
    minutes: u32,
    seconds: u32,
}

impl Duration {
    /// The duration that `text` means, in any of the forms above and either case; `None` if it means none. Months and
    /// years have no fixed length and are none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        short(text).or_else(|| clock(text)).or_else(|| iso(text))
    }

    /// Its length.
    pub fn seconds(self) -> u64 {
        let whole = u64::from;
        whole(self.days) * 86_400 + whole(self.hours) * 3_600 + whole(self.minutes) * 60 + whole(self.seconds)
    }

    /// As ISO 8601 writes it, units kept: `24h` becomes `PT24H`, as Microsoft's packager writes it.
    pub fn to_iso(self) -> String {
        let mut out = String::from("P");
        if self.days > 0 {
            let _ = write!(out, "{}D", self.days);
        }
        for (count, unit) in [(self.hours, 'H'), (self.minutes, 'M'), (self.seconds, 'S')] {
            if count > 0 {
                let separator = if out.contains('T') { "" } else { "T" };
                let _ = write!(out, "{separator}{count}{unit}");
            }
        }
        if out == "P" { "PT0S".to_owned() } else { out }
    }

    /// As Microsoft's templates write it: one whole number with a unit, the units kept where there is one (`24h`); with
    /// seconds, which have no unit there, as `hh:mm:ss`.
    pub fn to_upstream(self) -> String {
        let seconds = self.seconds();
        if !seconds.is_multiple_of(60) {
            let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
            let days = if days > 0 { format!("{days}.") } else { String::new() };
            return format!("{days}{hours:02}:{minutes:02}:{:02}", seconds % 60);
        }
        match self {
            Self { days, hours: 0, minutes: 0, seconds: 0 } if days > 0 => format!("{days}d"),
            Self { days: 0, hours, minutes: 0, seconds: 0 } if hours > 0 => format!("{hours}h"),
            _ if seconds.is_multiple_of(3_600) && self.minutes == 0 && seconds > 0 => format!("{}h", seconds / 3_600),
            _ => format!("{}m", seconds / 60),
        }
    }
}

/// In the largest units that fit, as Azure-Sentinel writes them: `1h`, `14d`, `1h30m`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spell(self.seconds()))
    }
}

/// A number of seconds in the largest units that fit: `1d12h`, `90s` as `1m30s`, nothing as `0m`.
pub fn spell(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let parts = [(hours / 24, 'd'), (hours % 24, 'h'), (minutes % 60, 'm'), (seconds % 60, 's')];
    let mut spelled = String::new();
    for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(spelled, "{count}{unit}");
    }
    if spelled.is_empty() { "0m".to_owned() } else { spelled }
}

/// `5m`, `1h`, `14d`, in either case; a bare number counts days.
fn short(text: &str) -> Option<Duration> {
    if let Some(days) = number(text) {
        return Some(Duration { days, ..Duration::default() });
    }
    let unit = text.chars().last()?;
    let count = number(text.strip_suffix(unit)?)?;
    let none = Duration::default();
    match unit.to_ascii_lowercase() {
        'm' => Some(Duration { minutes: count, ..none }),
        'h' => Some(Duration { hours: count, ..none }),
        'd' => Some(Duration { days: count, ..none }),
        _ => None,
    }
}

/// `hh:mm:ss`, `d.hh:mm:ss`.
fn clock(text: &str) -> Option<Duration> {
    let (days, time) = match text.split_once('.') {
        Some((days, time)) => (number(days)?, time),
        None => (0, text),
    };
    let mut parts = time.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next().unwrap_or("00"));
    let fits_digits = hours.len() <= 2 && minutes.len() == 2 && seconds.len() == 2;
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    let fits = fits_digits && parts.next().is_none() && hours < 24 && minutes < 60 && seconds < 60;
    fits.then_some(Duration { days, hours, minutes, seconds })
}

/// ISO 8601 with whole weeks, days, hours, minutes and seconds, in either case; weeks become days.
fn iso(text: &str) -> Option<Duration> {
    let upper = text.to_ascii_uppercase();
    let body = upper.strip_prefix('P')?;
    let (date, time) = match body.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (body, ""),
    };
    if let Some(weeks) = date.strip_suffix('W').filter(|_| time.is_empty()) {
        return Some(Duration { days: number(weeks)?.checked_mul(7)?, ..Duration::default() });
    }
    let (days, rest) = part(date, 'D')?;
    if !rest.is_empty() {
        return None;
    }
    let (hours, rest) = part(time, 'H')?;
    let (minutes, rest) = part(rest, 'M')?;
    let (seconds, rest) = part(rest, 'S')?;
    let any = days.is_some() || hours.is_some() || minutes.is_some() || seconds.is_some();
    let count = Option::unwrap_or_default;
    (any && rest.is_empty()).then(|| Duration {
        days: count(days),
        hours: count(hours),
        minutes: count(minutes),
        seconds: count(seconds),
    })
}

/// The number before `unit`, if the text goes on with one, and what follows.
fn part(text: &str, unit: char) -> Option<(Option<u32>, &str)> {
    match text.split_once(unit) {
        Some((count, rest)) => Some((Some(number(count)?), rest)),
        None => Some((None, text)),
    }
}

fn number(digits: &str) -> Option<u32> {
    (digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::Duration;

    #[test]
    fn one_number_with_a_unit() {
        for (iso, upstream) in [
            ("PT5M", "5m"),
            ("PT60M", "60m"),
            ("PT24H", "24h"),
            ("P14D", "14d"),
            ("P1DT12H", "36h"),
            ("PT1H30M", "90m"),
            ("P1DT90S", "1.00:01:30"),
            ("PT0S", "0m"),
        ] {
            assert_eq!(Duration::parse(iso).map(Duration::to_upstream).as_deref(), Some(upstream), "{iso}");
        }
    }

    #[test]
    fn every_spelling() {
        let table = [
            ("5m", "PT5M", "5m"),
            ("24h", "PT24H", "1d"),
            ("14D", "P14D", "14d"),
            ("2", "P2D", "2d"),
            ("01:30:00", "PT1H30M", "1h30m"),
            ("1:30", "PT1H30M", "1h30m"),
            ("1.00:00:05", "P1DT5S", "1d5s"),
            ("00:00:00", "PT0S", "0m"),
            ("PT1H", "PT1H", "1h"),
            ("p1dt12h", "P1DT12H", "1d12h"),
            ("P2W", "P14D", "14d"),
            ("PT0S", "PT0S", "0m"),
            (" 1h ", "PT1H", "1h"),
            ("PT90S", "PT90S", "1m30s"),
        ];
        for (written, iso, shown) in table {
            let read = Duration::parse(written).unwrap_or_else(|| panic!("{written}"));
            assert_eq!((read.to_iso().as_str(), read.to_string().as_str()), (iso, shown), "{written}");
        }
    }

    #[test]
    fn what_is_no_duration() {
        for written in [
            "",
            "h",
            "1d12h",
            "90s",
            "-1h",
            "P",
            "PT",
            "P1DT",
            "P1M",
            "PT1H1H",
            "25:00:00",
            "123:00:00",
            "1h1",
            "PT1M1H",
            "P1H",
            "９h",
            "9999999999d",
        ] {
            assert_eq!(Duration::parse(written), None, "{written}");
        }
    }
}
