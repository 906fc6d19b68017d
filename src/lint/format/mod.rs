//! The fields of a rule file beside its query.

mod connector_table_mismatch;
mod localized_link;
mod missing_version;
mod mixed_dialects;
mod non_ascii_character;
mod repeated_item;
mod unknown_connector;
mod unknown_data_type;
mod unread_data_type;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &connector_table_mismatch::LINT,
    &localized_link::LINT,
    &missing_version::LINT,
    &mixed_dialects::LINT,
    &non_ascii_character::LINT,
    &repeated_item::LINT,
    &unknown_connector::LINT,
    &unknown_data_type::LINT,
    &unread_data_type::LINT,
];
