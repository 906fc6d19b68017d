//! The two ways in which rule files are written: Microsoft's own templates, and repositories that follow the
//! deployment API. Both are read; a repository should not mix them.

use std::str::FromStr;

use super::duration::Duration;
use super::model::{Field, Kind, Rule};
use crate::text::{Edit, Span};

/// How a file writes durations and techniques.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// As Microsoft's Azure-Sentinel repository does: `5m`, `1d`, `relevantTechniques`.
    Upstream,
    /// As the deployment API does: ISO 8601 durations, `PT5M`, `P1D`; hunting queries have `techniques`.
    Iso,
}

impl Dialect {
    /// The word users write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Iso => "iso",
        }
    }

    /// What tells the dialect, in words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Upstream => "as Microsoft's templates are (`5m`, `1d`, `relevantTechniques`)",
            Self::Iso => "as the deployment API has it (`PT5M`, `P1D`, `techniques`)",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Upstream => Self::Iso,
            Self::Iso => Self::Upstream,
        }
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Upstream, Self::Iso].into_iter().find(|dialect| dialect.as_str() == text);
        known.ok_or_else(|| "the dialects are upstream and iso".to_owned())
    }
}

/// The dialect of a rule, told by its durations and, in a hunting query without any, by the key of its techniques; `None`
/// where nothing tells.
pub fn of(rule: &Rule) -> Option<Dialect> {
    signs(rule).first().map(|(dialect, _)| *dialect)
}

/// Everything in a rule that tells its dialect, with its place. How alerts are grouped is left out: both dialects write
/// that as the deployment API does.
pub fn signs(rule: &Rule) -> Vec<(Dialect, Span)> {
    let durations = [&rule.query_frequency, &rule.query_period, &rule.suppression_duration];
    let durations = durations.into_iter().flatten();
    let mut signs: Vec<(Dialect, Span)> =
        durations.filter_map(|duration| Some((of_duration(&duration.value)?, duration.span))).collect();
    let is_hunting = rule.kind.as_ref().is_some_and(|kind| kind.value == Kind::Hunting);
    if let Some(techniques) = rule.techniques.as_ref().filter(|_| is_hunting) {
        // `relevantTechniques` is nearly twice as long as `techniques`.
        let dialect = if techniques.key.len() > 12 { Dialect::Upstream } else { Dialect::Iso };
        signs.push((dialect, techniques.key));
    }
    signs
}

/// The dialect that a duration is written in.
fn of_duration(duration: &str) -> Option<Dialect> {
    match duration.trim().chars().next()? {
        'P' | 'p' => Some(Dialect::Iso),
        '0'..='9' => Some(Dialect::Upstream),
        _ => None,
    }
}

/// The edits that write a rule in a dialect: its durations, and the key of its techniques. What is no duration is left.
///
/// Repositories of the ISO dialect keep `relevantTechniques` in analytics rules, so only hunting queries get `techniques`.
pub fn edits(text: &str, rule: &Rule, to: Dialect) -> Vec<Edit> {
    let grouping = rule.incident_configuration.as_ref().and_then(|incidents| incidents.value.grouping.as_ref());
    let lookback = grouping.and_then(|grouping| grouping.value.lookback_duration.as_ref());
    let durations = [&rule.query_frequency, &rule.query_period, &rule.suppression_duration];
    let durations = durations.into_iter().flatten().chain(lookback.filter(|_| to == Dialect::Iso));
    let mut edits: Vec<Edit> = durations.filter_map(|duration| rewritten(text, duration, to)).collect();
    if let Some(techniques) = &rule.techniques {
        let is_hunting = rule.kind.as_ref().is_some_and(|kind| kind.value == Kind::Hunting);
        let written = techniques.key.slice(text);
        let right = match to {
            Dialect::Upstream => "relevantTechniques",
            Dialect::Iso if is_hunting => "techniques",
            Dialect::Iso => written,
        };
        if written != right && ["techniques", "relevanttechniques"].contains(&written.to_lowercase().as_str()) {
            edits.push(Edit::replace(techniques.key, right));
        }
    }
    edits
}

/// The edit that writes a duration in a dialect, between the quotes that it has.
fn rewritten(text: &str, duration: &Field<String>, to: Dialect) -> Option<Edit> {
    if of_duration(&duration.value)? == to {
        return None;
    }
    let length = Duration::parse(&duration.value)?;
    let right = match to {
        Dialect::Upstream => length.to_upstream(),
        Dialect::Iso => length.to_iso(),
    };
    let at = duration.span.slice(text).find(duration.value.trim())?;
    let start = duration.span.start as usize + at;
    Some(Edit::replace(Span::from_range(start..start + duration.value.trim().len()), right))
}
