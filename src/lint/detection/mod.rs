//! Custom detections of Defender XDR, and summary rules: what the service asks of their queries, and the shape it has left
//! behind.

mod forbidden_in_summary_rule;
mod missing_detection_column;
mod old_detection_shape;
mod replacement;
mod unsupported_over_workspace;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &forbidden_in_summary_rule::LINT,
    &missing_detection_column::LINT,
    &old_detection_shape::LINT,
    &unsupported_over_workspace::LINT,
];
