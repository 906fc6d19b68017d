//! What a query may use: rows, memory, time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::error::Error;
use crate::text::Span;

/// The most a query may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of any table on the way.
    pub rows: usize,
    /// Bytes of any table on the way, estimated.
    pub bytes: usize,
    /// Bytes of memory that the process may come to hold meanwhile, as the system counts them; checked some hundred times a
    /// second, where the system tells.
    pub resident: usize,
    /// Time from start to end.
    pub time: Duration,
}

impl Default for Limits {
    /// 50 million rows, 4 GiB a table and 8 GiB in all, 4 minutes (the service's own time limit for queries; Microsoft:
    /// "Query limits").
    fn default() -> Self {
        Self { rows: 50_000_000, bytes: 4 << 30, resident: 8 << 30, time: Duration::from_mins(4) }
    }
}

/// Rows between two checks.
pub(crate) const ROWS_PER_CHECK: usize = 4096;

/// Time between two questions to the system about the memory of the process. A query that is over sooner asks none.
const MEMORY_INTERVAL: Duration = Duration::from_millis(5);

/// The limits of one run with its start.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    start: Instant,
    /// When the memory of the process is looked at next: nanoseconds after the start.
    next_look: AtomicU64,
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, start: Instant::now(), next_look: AtomicU64::new(nanoseconds(MEMORY_INTERVAL)) }
    }

    /// Whether the time is up.
    pub(crate) fn is_late(&self) -> bool {
        self.start.elapsed() > self.limits.time
    }

    /// Fails once the time is up, or the process holds too much memory.
    pub(crate) fn check(&self, span: Span) -> Result<(), Error> {
        let elapsed = self.start.elapsed();
        if elapsed > self.limits.time {
            let seconds = self.limits.time.as_secs_f64();
            let message = format!("the query runs longer than {seconds} s; raise --timeout to let it");
            return Err(Error::LimitExceeded { message, span });
        }
        if nanoseconds(elapsed) < self.next_look.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.next_look.store(nanoseconds(elapsed.saturating_add(MEMORY_INTERVAL)), Ordering::Relaxed);
        self.resident(span)
    }

    /// Fails where the process holds more memory than allowed.
    fn resident(&self, span: Span) -> Result<(), Error> {
        let held = memory_stats::memory_stats().map_or(0, |memory| memory.physical_mem);
        if held <= self.limits.resident {
            return Ok(());
        }
        let mib = self.limits.resident >> 20;
        let message = format!("all tables together need more than {mib} MiB; raise --max-memory to let them");
        Err(Error::LimitExceeded { message, span })
    }

    /// [`Self::check`] at every [`ROWS_PER_CHECK`]th row.
    pub(crate) fn row(&self, row: usize, span: Span) -> Result<(), Error> {
        if row % ROWS_PER_CHECK == ROWS_PER_CHECK - 1 { self.check(span) } else { Ok(()) }
    }

    /// Fails where a table would have more rows than allowed.
    pub(crate) fn rows(&self, rows: usize, span: Span) -> Result<(), Error> {
        if rows <= self.limits.rows {
            return Ok(());
        }
        let message = format!("more than {} rows; raise --max-rows to let it", self.limits.rows);
        Err(Error::LimitExceeded { message, span })
    }

    /// Fails where a table would take more memory than allowed.
    pub(crate) fn bytes(&self, bytes: usize, span: Span) -> Result<(), Error> {
        if bytes <= self.limits.bytes {
            return Ok(());
        }
        let mib = self.limits.bytes >> 20;
        let message = format!("a table needs more than {mib} MiB; raise --max-memory to let it");
        Err(Error::LimitExceeded { message, span })
    }
}
