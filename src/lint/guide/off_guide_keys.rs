//! Keys that Microsoft's contributor guide asks for, and values that it does not take.

use super::{is_guided, is_hunting};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::duration::Duration;
use crate::rule::{Field, Rule};
use crate::text::Span;
use crate::yaml;

pub(super) static LINT: Lint = Lint {
    name: "off-guide-keys",
    group: "guide",
    level: Level::Warning,
    summary: "a key that Microsoft's contributor guide asks for is missing, or has a value that it does not take",
    page: include_str!("off_guide_keys.md"),
    check: Check::Unit(check),
};

/// The most tactics and techniques of a rule.
const TACTICS: usize = 5;
const TECHNIQUES: usize = 10;
/// How many times as far as it runs a rule may look back.
const RATIO: u64 = 168;
/// Tactics that are not of ATT&CK for Enterprise.
const OTHER_TACTICS: [&str; 3] = ["ImpairProcessControl", "InhibitResponseFunction", "PreAttack"];
/// The operators of `triggerOperator` that the guide knows.
const OPERATORS: [&str; 3] = ["gt", "lt", "eq"];
/// The entities of which a hunting query maps one.
const HUNTED: [&str; 3] = ["Host", "Account", "IP"];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    if !is_guided(cx) || cx.unit.is_template {
        return;
    }
    let mut report = |span: Span, message: String| sink.push(LINT.finding(span, message));
    let rule = cx.rule();
    for key in missing(cx) {
        report(cx.head(), format!("the guide asks for the key `{key}`"));
    }
    if let Some(tactics) = &rule.tactics {
        if tactics.value.len() > TACTICS {
            report(tactics.key, format!("{} tactics; the guide allows {TACTICS}", tactics.value.len()));
        }
        for tactic in tactics.value.iter().filter(|tactic| OTHER_TACTICS.contains(&tactic.value.trim())) {
            report(tactic.span, format!("`{}` is no tactic of ATT&CK for Enterprise", tactic.value.trim()));
        }
    }
    if let Some(techniques) = rule.techniques.as_ref().filter(|techniques| techniques.value.len() > TECHNIQUES) {
        report(techniques.key, format!("{} techniques; the guide allows {TECHNIQUES}", techniques.value.len()));
    }
    let operator = rule.trigger_operator.as_ref();
    if let Some(operator) = operator.filter(|operator| !OPERATORS.contains(&operator.value.trim())) {
        report(operator.span, format!("the guide writes `triggerOperator` as one of {}", OPERATORS.join(", ")));
    }
    if let Some((period, message)) = ratio(rule) {
        report(period, message);
    }
    if is_hunting(cx) && !maps_one_of(rule, &HUNTED) {
        let place = rule.entity_mappings.as_ref().map_or(cx.head(), |mappings| mappings.key);
        report(place, format!("a hunting query maps one of {} at least", HUNTED.join(", ")));
    }
}

/// The keys that are not there. `metadata` is asked for where the rule belongs to no solution.
fn missing(cx: &Context<'_>) -> Vec<&'static str> {
    let rule = cx.rule();
    let mut missing = Vec::new();
    // Of an analytics rule, `missing-version` says so.
    if is_hunting(cx) && rule.version.is_none() {
        missing.push("version");
    }
    if !is_hunting(cx) && rule.status.is_none() {
        missing.push("status");
    }
    if rule.techniques.as_ref().is_none_or(|techniques| techniques.value.is_empty()) {
        missing.push("relevantTechniques");
    }
    let in_folder = |name: &str| cx.unit.source.path().components().any(|part| part.as_os_str() == name);
    let stands_alone = (in_folder("Detections") || in_folder("Hunting Queries")) && !in_folder("Solutions");
    if stands_alone {
        let document = yaml::read(cx.unit.source.text());
        let keys = document.root.as_ref().and_then(|root| root.as_mapping());
        if keys.is_some_and(|keys| keys.get("metadata").is_none()) {
            missing.push("metadata");
        }
    }
    missing
}

/// Where a rule looks back too far for how often it runs.
fn ratio(rule: &Rule) -> Option<(Span, String)> {
    let seconds = |field: &Option<Field<String>>| Some(Duration::parse(&field.as_ref()?.value)?.seconds());
    let (often, far) = (seconds(&rule.query_frequency)?, seconds(&rule.query_period)?);
    let times = far.checked_div(often)?;
    let period = rule.query_period.as_ref()?;
    (times > RATIO).then(|| (period.span, format!("every row is looked at {times} times; the guide allows {RATIO}")))
}

fn maps_one_of(rule: &Rule, entities: &[&str]) -> bool {
    let mappings = rule.entity_mappings.iter().flat_map(|mappings| &mappings.value);
    let mut mapped = mappings.filter_map(|mapping| mapping.value.entity_type.as_ref());
    mapped.any(|entity| entities.contains(&entity.value.trim()))
}
