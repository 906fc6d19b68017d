//! A file whose name says nothing of the rule in it.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "file-name-mismatch",
    group: "identity",
    level: Level::Note,
    summary: "the file's name has no word of the rule's name",
    page: include_str!("file_name_mismatch.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let (Some(name), Some(_)) = (&rule.name, &rule.kind) else { return };
    if cx.unit.is_template {
        return;
    }
    let stem = cx.unit.source.path().file_stem().unwrap_or_default().to_string_lossy();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let (file, said) = (letters(&stem), letters(&name.value));
    // A number or a GUID is a name of its own.
    let speaks = file.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !is_guid(&stem);
    let shares = words(&stem).any(|word| said.contains(&word))
        || words(&name.value).any(|word| file.contains(&word))
        || file.contains(&initials(&name.value));
    if speaks && !said.is_empty() && !shares {
        let message = format!("the file is called `{stem}`, which has no word of the rule's name");
        sink.push(LINT.finding(name.span, message).help("name the file after the rule, so that people find it"));
    }
}

/// The words of a name, lower case: parts of at least three letters between signs and at capital letters, cut to what
/// endings leave alone (`Downloads`, `Download`).
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = Vec::new();
    let mut after_lower = false;
    for c in name.chars() {
        let starts = !after_lower || !c.is_alphabetic() || c.is_uppercase();
        let is_letter = c.is_alphanumeric();
        if words.is_empty() || !is_letter || (starts && after_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| is_letter) {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    words.into_iter().filter(|word| word.chars().count() >= 3).map(|word| word.chars().take(6).collect())
}

/// The first letters of the words of a name; too few of them are told by chance, so then a text that no name has.
fn initials(name: &str) -> String {
    let first: String = name.split_whitespace().filter_map(|word| word.chars().next()).collect();
    if first.chars().count() >= 3 { first.to_lowercase() } else { "\0".to_owned() }
}

fn is_guid(stem: &str) -> bool {
    stem.len() == 36 && stem.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}
