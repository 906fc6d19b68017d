//! How a run is set up.

use super::limits::Limits;

/// What a table is that the query names and the database has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingTables {
    /// A table without rows, if its columns are known.
    #[default]
    Empty,
    /// A mistake.
    Error,
}

/// How a run is set up. The same settings, query and data give the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The clock, fixed for the run: ticks since 0001-01-01.
    pub now: i64,
    /// Where `rand()` and `new_guid()` start.
    pub seed: u64,
    /// The most the run may use.
    pub limits: Limits,
    /// What a table is that the database has not.
    pub missing_tables: MissingTables,
}

impl Settings {
    /// Settings with a clock and defaults for the rest.
    pub fn at(now: i64) -> Self {
        Self { now, seed: 0, limits: Limits::default(), missing_tables: MissingTables::default() }
    }
}
