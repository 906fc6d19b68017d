//! When a rule runs, how far it looks back, and what stretch its query asks for.

mod fixed_window_end;
mod gap_between_runs;
mod hard_coded_window;
mod invalid_schedule;
mod look_back_beyond_period;
mod look_back_beyond_run;
mod moment;
mod overlapping_runs;
mod schedule;
pub(super) mod window;

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &fixed_window_end::LINT,
    &gap_between_runs::LINT,
    &hard_coded_window::LINT,
    &invalid_schedule::LINT,
    &look_back_beyond_period::LINT,
    &look_back_beyond_run::LINT,
    &overlapping_runs::LINT,
];
