//! What a rule could do without: parts that change nothing about what it finds.

mod redundant_value;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&redundant_value::LINT];
