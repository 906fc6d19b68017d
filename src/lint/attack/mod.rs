//! The MITRE ATT&CK tactics and techniques that a rule is filed under.

mod missing_tactics;
mod technique_outside_tactics;
mod unknown_technique;

use super::Lint;

pub(super) static LINTS: &[&Lint] =
    &[&missing_tactics::LINT, &technique_outside_tactics::LINT, &unknown_technique::LINT];
