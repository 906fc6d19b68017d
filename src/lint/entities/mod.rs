//! The entities that a rule's alerts name.

mod missing_entity_mappings;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&missing_entity_mappings::LINT];
