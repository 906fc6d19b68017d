//! The entities that a rule's alerts name.

mod mapping;
mod missing_entity_mappings;
mod missing_identifier;
mod unknown_identifier;
mod unmapped_custom_entity;
mod weak_entity;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &missing_entity_mappings::LINT,
    &missing_identifier::LINT,
    &unknown_identifier::LINT,
    &unmapped_custom_entity::LINT,
    &weak_entity::LINT,
];
