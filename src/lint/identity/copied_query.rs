//! A query that another rule of the repository runs too, under another name.

use super::with_places;
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "copied-query",
    group: "identity",
    level: Level::Warning,
    summary: "two rules of different names have the same query",
    page: include_str!("copied_query.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let (Some(query), Some(field), Some(kind)) = (cx.query(), &rule.query, &rule.kind) else { return };
    let name = rule.name.as_ref().map_or("", |name| name.value.trim());
    let same = cx.surroundings.repository.identities().with_query(&query.syntax, cx.unit.source.path());
    let same: Vec<_> = same.into_iter().filter(|other| !other.name.eq_ignore_ascii_case(name)).collect();
    let Some(first) = same.first() else { return };
    let message = match same.len() {
        1 => format!("this query is also that of the rule `{}`", first.name),
        count => format!("this query is also that of {count} other rules, `{}` among them", first.name),
    };
    // The same query on a schedule, near real time and by hand is three ways to run one detection.
    let is_twin = same.iter().all(|other| other.kind != kind.value);
    let mut found = LINT.finding(field.key, message);
    if is_twin {
        found.level = Level::Note;
    }
    let places = same.iter().map(|other| other.at_query()).collect();
    sink.push(with_places(found, places).help("keep one rule, or save the query as a function that both call"));
}
