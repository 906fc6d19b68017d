//! A name that Microsoft's contributor guide would not have.

use super::is_guided;
use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "off-guide-name",
    group: "guide",
    level: Level::Warning,
    summary: "a name that Microsoft's contributor guide would not have",
    page: include_str!("off_guide_name.md"),
    check: Check::Unit(check),
};

/// The most characters of a name.
const MOST: usize = 100;
/// Words that a name does not start with: they say nothing of what is found.
const EMPTY: [&str; 6] = ["suspicious", "suspect", "bad", "unusual", "anomal", "generic"];
/// So many words that could be small tell whether a name is written as a sentence or as a title.
const FEWEST: usize = 3;

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(field) = cx.rule().name.as_ref().filter(|_| is_guided(cx)) else { return };
    let name = field.value.trim();
    let length = name.chars().count();
    if length > MOST {
        sink.push(LINT.finding(field.span, format!("the name holds {length} characters; the guide allows {MOST}")));
    }
    if name.ends_with('.') {
        sink.push(LINT.finding(field.span, "the name ends with a period").help("write it without"));
    }
    let first = name.split_whitespace().next().unwrap_or_default();
    if EMPTY.iter().any(|word| first.to_lowercase().starts_with(word)) {
        let message = format!("the name starts with `{first}`, which says nothing of what is found");
        sink.push(LINT.finding(field.span, message).help("say what is seen, and on what"));
    }
    if name.contains("Azure Sentinel") {
        sink.push(LINT.finding(field.span, "the product is called Microsoft Sentinel"));
    }
    if is_in_repository(cx) && cx.unit.source.path().extension().is_some_and(|end| end == "yml") {
        let found = LINT.finding(field.span, "the file's name ends in .yml; rules of that repository end in .yaml");
        sink.push(found.help("rename the file"));
    }
    if is_title(name) {
        let found = LINT.finding(field.span, "the words of the name start with capital letters, as in a title");
        let found = Diagnostic { level: Level::Note, ..found };
        sink.push(found.help("write it as a sentence: a capital for the first word and for names of products"));
    }
}

/// Whether the file lies in a folder whose files Microsoft's checks take for analytics rules.
fn is_in_repository(cx: &Context<'_>) -> bool {
    cx.unit
        .source
        .path()
        .components()
        .any(|part| part.as_os_str() == "Detections" || part.as_os_str() == "Analytic Rules")
}

/// Whether every word behind the first starts with a capital letter, where small letters follow it: `RDP` and `DNS` tell nothing.
fn is_title(name: &str) -> bool {
    let plain = |word: &&str| word.chars().count() > 3 && word.chars().skip(1).all(char::is_lowercase);
    let words: Vec<&str> = name.split_whitespace().skip(1).filter(plain).collect();
    words.len() >= FEWEST && words.iter().all(|word| word.starts_with(char::is_uppercase))
}
