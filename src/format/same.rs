//! Whether two texts of a rule say the same.

use crate::kql;
use crate::yaml::{Document, Entry, Kind, Node, Style};

/// Whether `after` has the data of `before`, the order of the top-level keys and the layout of the query aside, and as
/// many comments.
pub(super) fn is_same_rule(text: &str, before: &Document, after_text: &str, after: &Document) -> bool {
    let (Some(old), Some(new)) = (entries(before), entries(after)) else { return false };
    after.problems.is_empty()
        && comments(text, before) == comments(after_text, after)
        && old.len() == new.len()
        && old.iter().zip(&new).all(|(old, new)| old.key.value == new.key.value && is_same_entry(old, new))
}

/// The top-level entries, sorted by key.
fn entries(document: &Document) -> Option<Vec<&Entry>> {
    let rule = document.root.as_ref()?.as_mapping()?;
    let mut entries: Vec<&Entry> = rule.entries.iter().collect();
    entries.sort_by_key(|entry| &entry.key.value);
    Some(entries)
}

/// The texts of the comments, sorted.
fn comments<'t>(text: &'t str, document: &Document) -> Vec<&'t str> {
    let mut comments: Vec<&str> = document.comments.iter().map(|comment| comment.slice(text).trim_end()).collect();
    comments.sort_unstable();
    comments
}

fn is_same_entry(old: &Entry, new: &Entry) -> bool {
    is_same(&old.value, &new.value)
        || old.key.value.eq_ignore_ascii_case("query") && is_same_query(&old.value, &new.value)
}

/// Whether both are texts with the same tokens.
fn is_same_query(old: &Node, new: &Node) -> bool {
    let (Some(old), Some(new)) = (old.as_scalar(), new.as_scalar()) else { return false };
    let (old, new) = (kql::parse(&old.value), kql::parse(&new.value));
    let old = old.written().map(|token| token.span.slice(&old.text).trim_end());
    old.eq(new.written().map(|token| token.span.slice(&new.text).trim_end()))
}

/// Whether both are the same data. A text without quotes may be a number to some readers, so quotes count.
fn is_same(old: &Node, new: &Node) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Scalar(old), Kind::Scalar(new)) => {
            old.value == new.value && (old.style == Style::Plain) == (new.style == Style::Plain)
        }
        (Kind::Sequence(old), Kind::Sequence(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_same(old, new))
        }
        (Kind::Mapping(old), Kind::Mapping(new)) => {
            old.entries.len() == new.entries.len()
                && old
                    .entries
                    .iter()
                    .zip(&new.entries)
                    .all(|(old, new)| old.key.value == new.key.value && is_same(&old.value, &new.value))
        }
        _ => false,
    }
}
