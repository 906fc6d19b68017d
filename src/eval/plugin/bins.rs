//! The bins of a timeline: even ones that count from the start of the analysis, or weeks, months, years.

use crate::value::calendar::{self, Civil};
use crate::value::time::TICKS_PER_DAY;

/// How wide a bin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// So many ticks or numbers.
    Even(i64),
    Week,
    Month,
    Year,
}

impl Width {
    /// The width that a word means.
    pub(super) fn of_calendar(word: &str) -> Option<Self> {
        Some(match word {
            "week" => Self::Week,
            "month" => Self::Month,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

/// The bins from `start` to `end`, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bins {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) width: Width,
}

impl Bins {
    /// Whether a moment belongs to the analysis.
    pub(super) fn includes(&self, at: i64) -> bool {
        (self.start..=self.end).contains(&at)
    }

    /// The start of the bin that a moment lies in.
    pub(super) fn of(&self, at: i64) -> i64 {
        let day = floor(at, 0, TICKS_PER_DAY);
        match self.width {
            Width::Even(width) => floor(at, self.start, width),
            Width::Week => day.saturating_sub(calendar::day_of_week(day) * TICKS_PER_DAY),
            Width::Month => {
                let date = Civil::from_ticks(at);
                Civil::midnight(date.year, date.month, 1).unwrap_or(day)
            }
            Width::Year => Civil::midnight(Civil::from_ticks(at).year, 1, 1).unwrap_or(day),
        }
    }

    /// The start of the bin that follows the one that starts at `bin`.
    fn next(&self, bin: i64) -> Option<i64> {
        match self.width {
            Width::Even(width) => bin.checked_add(width),
            Width::Week => bin.checked_add(7 * TICKS_PER_DAY),
            Width::Month => calendar::add_months(bin, 1),
            Width::Year => calendar::add_months(bin, 12),
        }
    }

    /// The starts of all bins.
    pub(super) fn starts(&self) -> impl Iterator<Item = i64> + use<> {
        let bins = *self;
        std::iter::successors(Some(bins.of(bins.start)), move |bin| bins.next(*bin))
            .take_while(move |bin| *bin <= bins.end)
    }

    /// About how many bins there are.
    pub(super) fn count(&self) -> usize {
        let width = match self.width {
            Width::Even(width) => width,
            Width::Week | Width::Month | Width::Year => 7 * TICKS_PER_DAY,
        };
        usize::try_from(self.end.saturating_sub(self.start) / width.max(1)).unwrap_or(0)
    }
}

/// The start of the bin of this width that a moment lies in, where one of the bins begins at `start`. The bin that
/// begins before all numbers begins at the least one.
pub(super) fn floor(at: i64, start: i64, width: i64) -> i64 {
    let (wide, start) = (i128::from(at), i128::from(start));
    let begin = wide - (wide - start).rem_euclid(i128::from(width.max(1)));
    i64::try_from(begin).unwrap_or(i64::MIN)
}
