//! A custom detection that asks for rows older than the service counts.
//!
//! Sources: Microsoft's page "Custom detection rules" (how far each frequency looks back), and the Microsoft Graph resource
//! `ruleSchedule` (`lookback`).

use super::moment::{Moment, Moments};
use super::window::{self, Bound, End};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;
use crate::rule::duration::{Duration, spell};
use crate::text::Span;
use crate::yaml;

pub(super) static LINT: Lint = Lint {
    name: "look-back-beyond-run",
    group: "time",
    level: Level::Warning,
    summary: "a custom detection looks back farther than its runs do",
    page: include_str!("look_back_beyond_run.md"),
    check: Check::Unit(check),
};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
/// How far back a run looks where the rule does not say, by how often it runs; of other frequencies nothing is documented.
const LOOK_BACKS: [(u64, u64); 4] = [(HOUR, 4 * HOUR), (3 * HOUR, 12 * HOUR), (12 * HOUR, 2 * DAY), (DAY, 30 * DAY)];

/// How far back the runs of a detection look, and what says so.
struct Reach {
    seconds: u64,
    says: Span,
    is_lookback: bool,
}

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let is_detection = cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::CustomDetection);
    let Some(query) = cx.query().filter(|_| is_detection) else { return };
    let Some(reach) = reach(cx.unit.source.text()) else { return };
    let source = query.syntax.text.as_str();
    let moments = Moments::of(&query.syntax.query, source);
    for bound in window::of_result(&query.syntax.query, &moments, source) {
        sink.extend(finding(cx, &bound, &reach));
    }
}

fn reach(text: &str) -> Option<Reach> {
    let document = yaml::read(text);
    let schedule = document.root.as_ref()?.as_mapping()?.get("schedule")?.value.as_mapping()?;
    let of = |key: &str| {
        let entry = schedule.get(key)?;
        Some((duration(&entry.value.as_scalar()?.value)?.seconds(), entry.value.span))
    };
    if let Some((seconds, says)) = of("lookback") {
        return Some(Reach { seconds, says, is_lookback: true });
    }
    let (often, says) = of("frequency").or_else(|| of("period"))?;
    let (_, seconds) = LOOK_BACKS.into_iter().find(|(frequency, _)| *frequency == often)?;
    Some(Reach { seconds, says, is_lookback: false })
}

/// `PT1H`, or `1H` as the old shape has it.
fn duration(written: &str) -> Option<Duration> {
    Duration::parse(written).filter(|_| written.trim().chars().any(char::is_alphabetic))
}

fn finding(cx: &Context<'_>, bound: &Bound<'_>, reach: &Reach) -> Option<Diagnostic> {
    let Moment::Before(back) = bound.moment else { return None };
    let back = u64::try_from(back).ok()?;
    let (stretch, counted) = (spell(back), spell(reach.seconds));
    let message = match bound.end {
        End::From if back > reach.seconds => {
            format!("the query looks back {stretch}, but a run counts only the results of the last {counted}")
        }
        End::To if back >= reach.seconds => {
            format!(
                "the query asks for rows older than {stretch}, but a run counts only the results of the last {counted}"
            )
        }
        _ => return None,
    };
    let says = if reach.is_lookback {
        "how far back a run looks"
    } else {
        "how often it runs, which says how far it looks back"
    };
    let found = cx.at_query(&LINT, bound.expr.span, message).related(reach.says, says);
    Some(found.help(format!("look back {counted} or less, or let the runs look back farther with `lookback`")))
}
