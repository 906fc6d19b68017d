//! Comments that accept findings.

pub(super) mod unused_suppression;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&unused_suppression::LINT];
