//! The fields of a rule file beside its query.

mod missing_version;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&missing_version::LINT];
