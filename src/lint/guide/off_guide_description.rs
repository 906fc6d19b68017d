//! A description that Microsoft's contributor guide would not have.

use super::{is_guided, is_hunting};
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "off-guide-description",
    group: "guide",
    level: Level::Warning,
    summary: "a description that Microsoft's contributor guide would not have",
    page: include_str!("off_guide_description.md"),
    check: Check::Unit(check),
};

/// The most characters and sentences of a description.
const CHARACTERS: usize = 255;
const SENTENCES: usize = 5;
/// What the description of an analytics rule starts with.
const STARTS: [&str; 2] = ["This query searches for", "Identifies"];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(field) = cx.rule().description.as_ref().filter(|_| is_guided(cx)) else { return };
    // Microsoft's templates wrap the text in quotes, which their packager takes away.
    let said = field.value.trim().trim_matches(['\'', '"']).trim();
    let mut report = |message: String| sink.push(LINT.finding(field.key, message));
    let characters = said.chars().count();
    if characters > CHARACTERS {
        report(format!("the description holds {characters} characters; the guide allows {CHARACTERS}"));
    }
    let sentences = sentences(said);
    if sentences > SENTENCES {
        report(format!("the description has {sentences} sentences; the guide allows {SENTENCES}"));
    }
    if !is_hunting(cx) && !STARTS.iter().any(|start| said.starts_with(start)) {
        report(format!("the description starts neither with `{}` nor with `{}`", STARTS[0], STARTS[1]));
    }
    let is_name = |name: &str| name.trim().trim_end_matches('.').eq_ignore_ascii_case(said.trim_end_matches('.'));
    if cx.rule().name.as_ref().is_some_and(|name| is_name(&name.value)) {
        report("the description says the name again".to_owned());
    }
}

/// The number of sentences: ends with a blank behind them, and the end of the text.
fn sentences(text: &str) -> usize {
    let ends = text.split_whitespace().filter(|word| word.ends_with(['.', '!', '?'])).count();
    ends + usize::from(!text.is_empty() && !text.ends_with(['.', '!', '?']))
}
