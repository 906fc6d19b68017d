//! The fields of a rule file beside its query.

mod connector_table_mismatch;
mod missing_version;
mod repeated_item;
mod sources;
mod unknown_connector;
mod unknown_data_type;
mod unread_data_type;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &connector_table_mismatch::LINT,
    &missing_version::LINT,
    &repeated_item::LINT,
    &unknown_connector::LINT,
    &unknown_data_type::LINT,
    &unread_data_type::LINT,
];
