//! The stretch of time a rule looks at.

mod hard_coded_window;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&hard_coded_window::LINT];
