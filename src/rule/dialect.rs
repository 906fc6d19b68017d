//! The two ways in which rule files are written: Microsoft's own templates, and repositories that follow the
//! deployment API. Both are read; a repository should not mix them.

use super::model::Rule;

/// How a file writes durations and techniques.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// As Microsoft's Azure-Sentinel repository does: `5m`, `1d`, `relevantTechniques`.
    Upstream,
    /// As the deployment API does: ISO 8601 durations, `PT5M`, `P1D`.
    Iso,
}

/// The dialect of a rule, told by its durations; `None` where it has none that tells.
pub fn of(rule: &Rule) -> Option<Dialect> {
    let durations = [&rule.query_frequency, &rule.query_period, &rule.suppression_duration];
    durations.into_iter().flatten().find_map(|duration| of_duration(&duration.value))
}

/// The dialect that a duration is written in.
fn of_duration(duration: &str) -> Option<Dialect> {
    match duration.trim().chars().next()? {
        'P' => Some(Dialect::Iso),
        '0'..='9' => Some(Dialect::Upstream),
        _ => None,
    }
}
