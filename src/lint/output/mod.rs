//! What the rest of a rule takes from its query's result: columns of entities, details and texts, and what incidents are
//! grouped by.

mod broken_placeholder;
mod empty_grouping;
mod reference;
mod unknown_output_column;
mod unmapped_grouping;

use super::Lint;

pub(super) static LINTS: &[&Lint] =
    &[&broken_placeholder::LINT, &empty_grouping::LINT, &unknown_output_column::LINT, &unmapped_grouping::LINT];
