//! A custom detection over tables of the workspace with what only Defender's own tables allow.
//!
//! Source: Microsoft's page "Custom detection rules", on rules over Microsoft Sentinel data.

use crate::catalog;
use crate::diag::{Diagnostic, Level};
use crate::lint::sources;
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;
use crate::yaml::{self, Mapping};

pub(super) static LINT: Lint = Lint {
    name: "unsupported-over-workspace",
    group: "detection",
    level: Level::Warning,
    summary: "a custom detection over workspace tables has what only Defender's tables allow",
    page: include_str!("unsupported_over_workspace.md"),
    check: Check::Unit(check),
};

/// The keys of the actions, now and in the old shape.
const ACTIONS: [&str; 2] = ["automatedActions", "responseActions"];
/// A schedule without pauses, now and in the old shape.
const CONTINUOUS: [(&str, &str); 2] = [("frequency", "PT0S"), ("period", "0")];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let is_detection = cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::CustomDetection);
    let Some(query) = cx.query().filter(|query| is_detection && query.syntax.problems.is_empty()) else { return };
    let read = sources::of(&query.syntax.query, &query.syntax.text);
    let tables: Vec<&str> = read.tables.keys().copied().collect();
    let of_workspace = |table: &&str| catalog::table(table).is_some_and(|table| !table.worlds.xdr);
    if !read.is_all || tables.is_empty() || !tables.iter().all(of_workspace) {
        return;
    }
    let document = yaml::read(cx.unit.source.text());
    let Some(rule) = document.root.as_ref().and_then(|root| root.as_mapping()) else { return };
    let inside = |key: &str| rule.get(key).and_then(|entry| entry.value.as_mapping());
    let note = format!("the query reads {}, which Microsoft Sentinel brings", tables.join(", "));
    if let Some(action) = inside("detectionAction") {
        let given = |key: &&str| action.get(key).filter(|entry| !entry.value.is_null());
        for entry in ACTIONS.iter().filter_map(given) {
            let message = "actions can be taken on what Defender's own tables find, not on rows of the workspace";
            sink.push(
                LINT.finding(entry.key.span, message)
                    .note(note.clone())
                    .help("leave the actions to an automation rule"),
            );
        }
    }
    if let Some(entry) = inside("schedule").and_then(continuous) {
        let message = "a detection over tables of the workspace cannot run continuously";
        sink.push(LINT.finding(entry.value.span, message).note(note).help("write a frequency, such as `PT1H`"));
    }
}

fn continuous(schedule: &Mapping) -> Option<&yaml::Entry> {
    CONTINUOUS.iter().find_map(|(key, none)| {
        schedule.get(key).filter(|entry| entry.value.as_scalar().is_some_and(|written| written.value == *none))
    })
}
