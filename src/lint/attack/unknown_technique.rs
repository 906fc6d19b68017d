//! A technique id that ATT&CK does not have, or no longer.

use crate::catalog::attack::{ATTACK_VERSION, technique, technique_ids, withdrawn};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::{Check, Context, Lint};
use crate::rule::Field;
use crate::text::{Edit, Source};

pub(super) static LINT: Lint = Lint {
    name: "unknown-technique",
    group: "attack",
    level: Level::Warning,
    summary: "a technique that ATT&CK does not have, or no longer",
    page: include_str!("unknown_technique.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for item in cx.rule().techniques.iter().flat_map(|techniques| &techniques.value) {
        let id = item.value.trim();
        if !is_well_formed(id) || technique(id).is_some() {
            continue;
        }
        sink.push(match withdrawn(id) {
            Some(replacements) => gone(&cx.unit.source, item, id, &replacements),
            None => unknown(item, id),
        });
    }
}

/// `T1059` or `T1059.001`; of the matrix for industrial control systems (`T0…`) the catalogue has only a part. What has another
/// form the schema reports.
fn is_well_formed(id: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = id.strip_prefix('T').filter(|number| !number.starts_with('0')) else { return false };
    match number.split_once('.') {
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        None => digits(number, 4),
    }
}

fn gone(source: &Source, item: &Field<String>, id: &str, replacements: &[&str]) -> Diagnostic {
    let named = |id: &&str| format!("{id} ({})", technique(id).and_then(|found| found.name).unwrap_or("no name"));
    let new: Vec<String> = replacements.iter().map(named).collect();
    let message = match new.as_slice() {
        [] => format!("{id} was withdrawn from ATT&CK, and nothing took its place"),
        new => format!("{id} was withdrawn from ATT&CK; in its place there is {}", new.join(" or ")),
    };
    let found = LINT.finding(item.span, message);
    match replacements {
        [only] if source.slice(item.span) == id => found.fix(Fix {
            title: format!("write `{only}`"),
            edits: vec![Edit::replace(item.span, *only)],
            safety: Safety::Unsafe,
        }),
        [] => found.help("remove it, or name the technique that the rule is about today"),
        _ => found,
    }
}

fn unknown(item: &Field<String>, id: &str) -> Diagnostic {
    let message = format!("{id} is no technique of ATT&CK for Enterprise {ATTACK_VERSION}");
    let found = LINT.finding(item.span, message);
    if may_be_newer(id) {
        let found = Diagnostic { level: Level::Note, ..found };
        return found.help("a later version may have it; look the id up at attack.mitre.org");
    }
    match id.split_once('.').and_then(|(parent, _)| Some((parent, technique(parent)?.name?))) {
        Some((parent, name)) => found.help(format!("{parent} ({name}) has no such sub-technique")),
        None => found.help("look the id up at attack.mitre.org"),
    }
}

/// Whether a version of ATT&CK after the one known here may have the id: numbers are given in order, about ten techniques a
/// version, and few sub-techniques to one technique.
fn may_be_newer(id: &str) -> bool {
    const TECHNIQUES: u32 = 50;
    const SUB_TECHNIQUES: u32 = 3;
    let (parent, sub) = id.split_once('.').unwrap_or((id, ""));
    let number = |digits: &str| digits.trim_start_matches('T').parse::<u32>().ok();
    let last = technique_ids().filter_map(|known| number(known.split('.').next()?)).max().unwrap_or(0);
    let is_new = |number: u32| number > last && number <= last + TECHNIQUES;
    if technique(parent).is_none() {
        return number(parent).is_some_and(is_new);
    }
    let known = technique_ids().filter_map(|known| known.split_once('.').filter(|(of, _)| *of == parent));
    let last = known.filter_map(|(_, sub)| number(sub)).max().unwrap_or(0);
    number(sub).is_some_and(|sub| sub > last && sub <= last + SUB_TECHNIQUES)
}
