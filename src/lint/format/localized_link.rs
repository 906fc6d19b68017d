//! A link to Microsoft's documentation in one language.

use std::sync::LazyLock;

use regex::Regex;

use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::{Check, Context, Lint};
use crate::text::{Edit, Span};

pub(super) static LINT: Lint = Lint {
    name: "localized-link",
    group: "format",
    level: Level::Note,
    summary: "a link to Microsoft's documentation names a language",
    page: include_str!("localized_link.md"),
    check: Check::Unit(check),
};

/// A page of Microsoft's documentation; the group is the language in its address.
static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"https?://(?:docs|learn|azure)\.microsoft\.com(/[a-z]{2}-[a-z]{2})(?:[/?#]|\b)").ok());

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let Some(link) = LINK.as_ref() else { return };
    for language in link.captures_iter(cx.unit.source.text()).filter_map(|found| found.get(1)) {
        let span = Span::from_range(language.range());
        let message = format!("the link names a language, `{}`", language.as_str().trim_start_matches('/'));
        sink.push(LINT.finding(span, message).fix(Fix {
            title: "leave the language out: readers get their own".to_owned(),
            edits: vec![Edit::replace(span, "")],
            safety: Safety::Safe,
        }));
    }
}
