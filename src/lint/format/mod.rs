//! The fields of a rule file beside its query.

mod connector_table_mismatch;
mod missing_version;
mod mixed_dialects;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&connector_table_mismatch::LINT, &missing_version::LINT, &mixed_dialects::LINT];
