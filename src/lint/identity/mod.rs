//! What tells one rule of a repository from another, and what must stay when a rule changes: ids, names, file names, queries.

mod changed_id;
mod copied_query;
mod duplicate_file_name;
mod duplicate_id;
mod duplicate_rule_name;
mod file_name_mismatch;
mod index;
mod unraised_version;

pub(super) use index::Identities;

use super::Lint;
use crate::diag::{Diagnostic, Elsewhere};

pub(super) static LINTS: &[&Lint] = &[
    &changed_id::LINT,
    &copied_query::LINT,
    &duplicate_file_name::LINT,
    &duplicate_id::LINT,
    &duplicate_rule_name::LINT,
    &file_name_mismatch::LINT,
    &unraised_version::LINT,
];

/// The most other places that a finding shows.
const MAX_PLACES: usize = 5;

/// The finding with the other places, the first few of them.
fn with_places(mut found: Diagnostic, places: Vec<Elsewhere>) -> Diagnostic {
    let more = places.len().saturating_sub(MAX_PLACES);
    found.elsewhere.extend(places.into_iter().take(MAX_PLACES));
    if more > 0 { found.note(format!("and in {more} more files")) } else { found }
}

/// "another file", or how many.
fn others(count: usize) -> String {
    if count == 1 { "another file".to_owned() } else { format!("{count} other files") }
}
