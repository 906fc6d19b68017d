//! When a scheduled rule runs and how far it looks back.

use crate::rule::duration::Duration;
use crate::rule::{Field, Kind, Rule};

/// A schedule whose two durations can be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule<'r> {
    /// `queryFrequency`: the time from one run to the next.
    pub(super) frequency: Stretch<'r>,
    /// `queryPeriod`: how far back a run looks.
    pub(super) period: Stretch<'r>,
}

/// A duration of the rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'r> {
    /// Its key, as written in the rule format.
    pub(super) key: &'static str,
    /// Where it stands.
    pub(super) field: &'r Field<String>,
    /// How long it is.
    pub(super) duration: Duration,
}

impl Stretch<'_> {
    /// Its length in seconds.
    pub(super) fn seconds(&self) -> i64 {
        i64::try_from(self.duration.seconds()).unwrap_or(i64::MAX)
    }
}

/// The schedule of a rule; `None` for what is no scheduled rule, and where a duration is missing or cannot be read (which
/// the schema reports).
pub(super) fn of(rule: &Rule) -> Option<Schedule<'_>> {
    rule.kind.as_ref().filter(|kind| kind.value == Kind::Scheduled)?;
    Some(Schedule {
        frequency: stretch("queryFrequency", rule.query_frequency.as_ref())?,
        period: stretch("queryPeriod", rule.query_period.as_ref())?,
    })
}

fn stretch<'r>(key: &'static str, field: Option<&'r Field<String>>) -> Option<Stretch<'r>> {
    let field = field?;
    Some(Stretch { key, field, duration: Duration::parse(&field.value)? })
}
