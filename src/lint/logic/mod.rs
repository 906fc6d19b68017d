//! Conditions that do not say what they seem to say.

mod always_true_condition;
mod never_true_condition;
mod or_of_negations;

use super::Lint;

pub(super) static LINTS: &[&Lint] =
    &[&always_true_condition::LINT, &never_true_condition::LINT, &or_of_negations::LINT];
