//! A custom detection written in the shape that the API has left behind.
//!
//! Source: Microsoft Graph, resource `detectionRule`: the keys below are documented as gone since 2026-10-01.

use super::replacement::Rewriting;
use crate::catalog::attack;
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;
use crate::text::{Edit, Span, line_end};
use crate::yaml::{self, Entry, Mapping};

pub(super) static LINT: Lint = Lint {
    name: "old-detection-shape",
    group: "detection",
    level: Level::Warning,
    summary: "a custom detection in the shape before `status`, `frequency` and `entityMappings`",
    page: include_str!("old_detection_shape.md"),
    check: Check::Unit(check),
};

/// The intervals of the old shape, and what they are now.
const PERIODS: [(&str, &str); 5] = [("0", "PT0S"), ("1H", "PT1H"), ("3H", "PT3H"), ("12H", "PT12H"), ("24H", "P1D")];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    if cx.rule().kind.as_ref().is_none_or(|kind| kind.value != Kind::CustomDetection) {
        return;
    }
    let text = cx.unit.source.text();
    let document = yaml::read(text);
    let Some(rule) = document.root.as_ref().and_then(|root| root.as_mapping()) else { return };
    sink.extend(
        rule.get("isEnabled").map(|entry| report(entry, "`status: enabled` or `disabled`", status(rule, entry))),
    );
    let inside = |mapping: &'_ Entry| mapping.value.as_mapping().cloned();
    if let Some(schedule) = rule.get("schedule").and_then(inside) {
        let found = schedule.get("period");
        sink.extend(
            found.map(|entry| report(entry, "`frequency`, as an ISO 8601 duration", frequency(&schedule, entry))),
        );
    }
    let Some(action) = rule.get("detectionAction").and_then(inside) else { return };
    let rewriting = cx.output().map(|columns| Rewriting { text, document: &document, columns });
    let rewriting = rewriting.as_ref();
    sink.extend(action.get("responseActions").map(|entry| {
        let is_new = action.get("automatedActions").is_none();
        let edits = rewriting.filter(|_| is_new).and_then(|rewriting| rewriting.actions(entry));
        report(entry, "`automatedActions`", edits)
    }));
    let Some(template) = action.get("alertTemplate").and_then(inside) else { return };
    let tactics = tactics(text, &template);
    if let Some(entry) = template.get("category").or_else(|| template.get("mitreTechniques")) {
        let found = report(entry, "`tactics`, each with its techniques", tactics);
        sink.push(match outside(&template).filter(|_| found.fix.is_none()) {
            Some(why) => found.note(why),
            None => found,
        });
    }
    sink.extend(template.get("impactedAssets").map(|entry| {
        let is_new = template.get("entityMappings").is_none();
        let edits = rewriting.filter(|_| is_new).and_then(|rewriting| rewriting.entities(entry));
        report(entry, "`entityMappings`", edits)
    }));
}

fn report(entry: &Entry, now: &str, edits: Option<Vec<Edit>>) -> Diagnostic {
    let key = &entry.key.value;
    let message = format!("the API no longer has `{key}`: it was removed on 2026-10-01");
    let found = LINT.finding(entry.key.span, message).help(format!("write {now}"));
    match edits {
        Some(edits) => found.fix(Fix { title: format!("write {now}"), edits, safety: Safety::Safe }),
        None => found,
    }
}

fn status(rule: &Mapping, entry: &Entry) -> Option<Vec<Edit>> {
    let right = match entry.value.as_scalar()?.value.to_ascii_lowercase().as_str() {
        "true" => "status: enabled",
        "false" => "status: disabled",
        _ => return None,
    };
    rule.get("status").is_none().then(|| vec![Edit::replace(entry.key.span.to(entry.value.span), right)])
}

fn frequency(schedule: &Mapping, entry: &Entry) -> Option<Vec<Edit>> {
    let written = entry.value.as_scalar()?.value.to_ascii_uppercase();
    let (_, right) = PERIODS.iter().find(|(period, _)| *period == written)?;
    let edit = Edit::replace(entry.key.span.to(entry.value.span), format!("frequency: {right}"));
    schedule.get("frequency").is_none().then(|| vec![edit])
}

/// Why `category` and `mitreTechniques` cannot be written as one tactic: the first technique that does not serve it.
fn outside(template: &Mapping) -> Option<String> {
    let tactic = &template.get("category")?.value.as_scalar()?.value;
    let mut listed = template.get("mitreTechniques")?.value.as_sequence()?.iter().filter_map(|item| item.as_scalar());
    listed.find_map(|id| {
        let serves: Vec<&str> = attack::technique(&id.value)?.tactics().collect();
        let outside = !serves.contains(&tactic.as_str());
        outside.then(|| format!("{} serves {}, not {tactic}", id.value, serves.join(" and ")))
    })
}

/// `category` and `mitreTechniques` as `tactics`, where every technique serves the tactic that the category is.
fn tactics(text: &str, template: &Mapping) -> Option<Vec<Edit>> {
    let category = template.get("category").filter(|_| template.get("tactics").is_none())?;
    let tactic = category.value.as_scalar()?.value.clone();
    let listed = template.get("mitreTechniques");
    let techniques: Vec<String> = match listed {
        None => Vec::new(),
        Some(entry) => {
            let items = entry.value.as_sequence()?;
            items.iter().map(|item| item.as_scalar().map(|id| id.value.clone())).collect::<Option<_>>()?
        }
    };
    let serves =
        |id: &String| attack::technique(id).is_some_and(|known| known.tactics().any(|served| served == tactic));
    if techniques.is_empty() || !techniques.iter().all(serves) {
        return None;
    }
    let start = category.key.span.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |feed| feed + 1);
    let lines = tactic_lines(&tactic, &techniques).join(&format!("{}{}", line_end(text), " ".repeat(start - line)));
    let mut edits = vec![Edit::replace(category.key.span.to(category.value.span), lines)];
    edits.extend(listed.map(|entry| Edit::delete(whole_lines(text, entry))));
    Some(edits)
}

fn tactic_lines(tactic: &str, techniques: &[String]) -> Vec<String> {
    let mut lines = vec!["tactics:".to_owned(), format!("  - tactic: {tactic}"), "    techniques:".to_owned()];
    let mut parents: Vec<&str> = Vec::new();
    for id in techniques {
        let parent = id.split('.').next().unwrap_or(id);
        if parents.contains(&parent) {
            continue;
        }
        parents.push(parent);
        lines.push(format!("      - technique: {parent}"));
        let subs = techniques.iter().filter(|other| other.split_once('.').is_some_and(|(of, _)| of == parent));
        let subs: Vec<&String> = subs.collect();
        if !subs.is_empty() {
            lines.push("        subTechniques:".to_owned());
            lines.extend(subs.iter().map(|sub| format!("          - {sub}")));
        }
    }
    lines
}

/// The lines that an entry stands on.
fn whole_lines(text: &str, entry: &Entry) -> Span {
    let start = text[..entry.key.span.start as usize].rfind('\n').map_or(0, |feed| feed + 1);
    let end = entry.value.span.end as usize;
    let end = text[end..].find('\n').map_or(text.len(), |feed| end + feed + 1);
    Span::from_range(start..end)
}
