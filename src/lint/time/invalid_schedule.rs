//! A schedule that the service refuses.

use super::schedule::{self, Stretch};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::duration::{Duration, spell};

pub(super) static LINT: Lint = Lint {
    name: "invalid-schedule",
    group: "time",
    level: Level::Error,
    summary: "a schedule that Microsoft Sentinel refuses",
    page: include_str!("invalid_schedule.md"),
    check: Check::Unit(check),
};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    sink.extend(long_suppression(cx));
    let Some(schedule) = schedule::of(cx.rule()) else { return };
    let (frequency, period) = (schedule.frequency, schedule.period);
    let ranges: Vec<Diagnostic> = [frequency, period].iter().filter_map(out_of_range).collect();
    if !ranges.is_empty() {
        sink.extend(ranges);
        return;
    }
    let (often, far) = (frequency.seconds(), period.seconds());
    if far < often {
        let message = format!(
            "queryPeriod {} is shorter than queryFrequency {}: a run every {} that looks back {} never sees {} of each {}",
            period.field.value,
            frequency.field.value,
            frequency.duration,
            period.duration,
            spell((often - far).unsigned_abs()),
            frequency.duration,
        );
        let found = LINT.finding(period.field.span, message).related(frequency.field.span, "how often it runs");
        sink.push(
            found.help(format!("look back at least as far as the rule runs: queryPeriod {}", frequency.field.value)),
        );
    } else if far >= 2 * DAY && often < HOUR {
        let message = format!(
            "a rule that looks back {} cannot run every {}: from a queryPeriod of 2d on, queryFrequency is at least 1h",
            period.duration, frequency.duration,
        );
        let found = LINT.finding(frequency.field.span, message).related(period.field.span, "how far it looks back");
        sink.push(found.help("run it every hour or more seldom, or look back less than 2d"));
    }
}

/// How long a rule may pause after an alert: the portal offers a day at most, the API takes more.
fn long_suppression(cx: &Context<'_>) -> Option<Diagnostic> {
    let field = cx.rule().suppression_duration.as_ref().filter(|_| cx.is_analytics())?;
    let pause = Duration::parse(&field.value)?;
    if i64::try_from(pause.seconds()).is_ok_and(|seconds| seconds <= DAY) {
        return None;
    }
    let message = format!("suppressionDuration is {pause}; it is 24h at most");
    Some(Diagnostic { level: Level::Warning, ..LINT.finding(field.span, message) })
}

fn out_of_range(stretch: &Stretch<'_>) -> Option<Diagnostic> {
    let allowed = 5 * MINUTE..=14 * DAY;
    if allowed.contains(&stretch.seconds()) {
        return None;
    }
    let message = format!("{} is {}; it must be from 5m to 14d", stretch.key, stretch.duration);
    Some(LINT.finding(stretch.field.span, message))
}
