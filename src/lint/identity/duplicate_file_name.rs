//! A file name that another rule of the repository has too.

use super::index::{Family, family};
use super::{others, with_places};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-file-name",
    group: "identity",
    level: Level::Note,
    summary: "two rules of the repository lie in files of the same name",
    page: include_str!("duplicate_file_name.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let path = cx.unit.source.path();
    let Some(kind) = &cx.rule().kind else { return };
    let is_analytics = |kind| family(kind) == Family::Analytics;
    let same = cx.surroundings.repository.identities().with_file_name(path);
    let same: Vec<_> = same.into_iter().filter(|other| is_analytics(other.kind)).collect();
    if same.is_empty() || !is_analytics(kind.value) {
        return;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let found = LINT.finding(cx.head(), format!("{} is called `{name}` too", others(same.len())));
    let places = same.iter().map(|other| other.at_name()).collect();
    let help = "rename one of them: what is built of both would be written to one file";
    sink.push(with_places(found, places).help(help));
}
