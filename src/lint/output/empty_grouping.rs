//! Incidents are grouped by what is selected, and nothing is.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::Field;

pub(super) static LINT: Lint = Lint {
    name: "empty-grouping",
    group: "output",
    level: Level::Error,
    summary: "incidents are grouped by selected fields, and none is selected",
    page: include_str!("empty_grouping.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let incidents = cx.rule().incident_configuration.as_ref();
    let Some(grouping) = incidents.and_then(|incidents| incidents.value.grouping.as_ref()) else { return };
    let grouping = &grouping.value;
    let is = |field: &Option<Field<String>>, word: &str| {
        field.as_ref().is_some_and(|field| field.value.trim().eq_ignore_ascii_case(word))
    };
    let lists = [&grouping.group_by_entities, &grouping.group_by_alert_details, &grouping.group_by_custom_details];
    let Some(method) = grouping.matching_method.as_ref().filter(|_| is(&grouping.matching_method, "Selected")) else {
        return;
    };
    if is(&grouping.enabled, "false") || lists.iter().any(|list| !list.is_empty()) {
        return;
    }
    let found = LINT.finding(method.span, "incidents are grouped by what is selected, but nothing is");
    let help = "list entities, alert details or custom details to group by, or choose AllEntities or AnyAlert";
    sink.push(found.help(help));
}
