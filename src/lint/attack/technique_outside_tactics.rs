//! A technique that serves none of the tactics listed.

use std::collections::BTreeSet;

use crate::catalog::attack::{Technique, technique};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "technique-outside-tactics",
    group: "attack",
    level: Level::Warning,
    summary: "a technique serves none of the rule's tactics",
    page: include_str!("technique_outside_tactics.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let (Some(tactics), Some(techniques)) = (&cx.rule().tactics, &cx.rule().techniques) else { return };
    let listed: BTreeSet<String> = tactics.value.iter().map(|tactic| plain(&tactic.value)).collect();
    // Before 2020 reconnaissance and resource development were a matrix of their own.
    let is_listed = |tactic: &str| {
        listed.contains(&plain(tactic))
            || (listed.contains("preattack") && ["Reconnaissance", "ResourceDevelopment"].contains(&tactic))
    };
    if listed.is_empty() {
        return;
    }
    for item in &techniques.value {
        let id = item.value.trim();
        let Some(found) = technique(id) else { continue };
        let of_parent = id.split_once('.').and_then(|(parent, _)| technique(parent));
        let serves = || found.tactics().chain(of_parent.iter().flat_map(Technique::tactics));
        if serves().any(&is_listed) {
            continue;
        }
        let name = found.name.map(|name| format!(" ({name})")).unwrap_or_default();
        let tactics_of: Vec<&str> = found.tactics().collect();
        let message = format!("{id}{name} serves {}, which `tactics` does not list", in_words(&tactics_of));
        let diagnostic = LINT.finding(item.span, message).related(tactics.key, "the tactics listed");
        let which = match tactics_of.as_slice() {
            [only] => format!("`{only}`"),
            _ => "the one that fits".to_owned(),
        };
        sink.push(diagnostic.help(format!("add {which} to `tactics`, or take {id} out")));
    }
}

/// A tactic without case and blanks: `Initial access` is `InitialAccess`.
fn plain(tactic: &str) -> String {
    tactic.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn in_words(tactics: &[&str]) -> String {
    match tactics {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        all => all.join(", "),
    }
}
