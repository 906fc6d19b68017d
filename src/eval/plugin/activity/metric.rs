//! What is measured of the events of one slice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::bins::{self, Bins};
use crate::value::Value;
use crate::value::number::count_to_real;

/// Someone did something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    /// When: ticks, or a number.
    pub(super) at: i64,
    /// Who.
    pub(super) id: u32,
    /// The id stands in the look-back table.
    pub(super) seen_before: bool,
}

/// One row of a result without its dimensions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The moments, in the type of the timeline.
    pub(super) times: Vec<i64>,
    /// What is measured at them.
    pub(super) measures: Vec<Value>,
}

fn row(bin: i64, measures: impl IntoIterator<Item = Value>) -> Row {
    Row { times: vec![bin], measures: measures.into_iter().collect() }
}

fn long(count: usize) -> Value {
    Value::Long(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A share; NaN of nothing.
fn share(part: usize, whole: usize) -> Value {
    Value::Real(count_to_real(part) / count_to_real(whole))
}

/// The events of the analysis by the bin they lie in.
fn by_bin<'e>(events: &'e [Event], bins: &Bins) -> BTreeMap<i64, Vec<&'e Event>> {
    let mut by_bin: BTreeMap<i64, Vec<&Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| bins.includes(event.at)) {
        by_bin.entry(bins.of(event.at)).or_default().push(event);
    }
    by_bin
}

/// The ids of the analysis by the bin they are seen in.
fn ids_by_bin(events: &[Event], bins: &Bins) -> BTreeMap<i64, HashSet<u32>> {
    let ids = |events: Vec<&Event>| events.iter().map(|event| event.id).collect();
    by_bin(events, bins).into_iter().map(|(bin, events)| (bin, ids(events))).collect()
}

/// Events, ids, ids not seen in a bin before, ids seen so far.
pub(super) fn counts(events: &[Event], bins: &Bins) -> Vec<Row> {
    let mut seen = HashSet::new();
    let bins = by_bin(events, bins).into_iter();
    let counted = bins.map(|(bin, events)| {
        let ids: HashSet<u32> = events.iter().map(|event| event.id).collect();
        let new = ids.iter().filter(|id| seen.insert(**id)).count();
        row(bin, [long(events.len()), long(ids.len()), long(new), long(seen.len())])
    });
    counted.collect()
}

/// Ids; ids that the bin before had not; the shares of the ids of the bin before that came again and that did not. All ids of
/// the first bin count as come again (the engine's answer for Microsoft's page "`activity_metrics` plugin").
pub(super) fn retention(events: &[Event], bins: &Bins) -> Vec<Row> {
    let by_bin = ids_by_bin(events, bins);
    let none = HashSet::new();
    let mut before = &none;
    let mut rows = Vec::new();
    for bin in bins.starts() {
        let ids = by_bin.get(&bin).unwrap_or(&none);
        if !ids.is_empty() {
            let retained = ids.intersection(before).count();
            let lost = before.len() - retained;
            let shares = if bin == bins.of(bins.start) {
                [Value::Real(1.0), Value::Real(0.0)]
            } else {
                [share(retained, before.len()), share(lost, before.len())]
            };
            rows.push(row(bin, [long(ids.len()), long(ids.len() - retained)].into_iter().chain(shares)));
        }
        before = ids;
    }
    rows
}

/// For each cohort (the ids first seen in a bin) and each bin from there on: ids not seen up to the cohort's bin, ids of the
/// cohort that are there and that are not, and their shares.
pub(super) fn cohorts(events: &[Event], bins: &Bins, only: Option<i64>) -> Vec<Row> {
    let by_bin = ids_by_bin(events, bins);
    let mut seen: HashSet<u32> = events.iter().filter(|event| event.seen_before).map(|event| event.id).collect();
    let mut rows = Vec::new();
    let none = HashSet::new();
    for (&from, ids) in &by_bin {
        let cohort: HashSet<u32> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        if only.is_some_and(|only| bins.of(only) != from) || cohort.is_empty() {
            continue;
        }
        for to in bins.starts().skip_while(|bin| *bin < from) {
            let there = by_bin.get(&to).unwrap_or(&none);
            let new = if to == from { cohort.len() } else { there.difference(&seen).count() };
            let retained = there.intersection(&cohort).count();
            let lost = cohort.len() - retained;
            let shares = [share(retained, cohort.len()), share(lost, cohort.len())];
            let measures = [long(new), long(retained), long(lost)].into_iter().chain(shares).collect();
            rows.push(Row { times: vec![from, to], measures });
        }
    }
    rows
}

/// The ids in a window that slides over the bins.
struct Window<'e> {
    /// The bin of each event, in order, with the event's id.
    events: &'e [(i64, u32)],
    first: usize,
    end: usize,
    counts: HashMap<u32, usize>,
}

impl<'e> Window<'e> {
    fn new(events: &'e [(i64, u32)]) -> Self {
        Self { events, first: 0, end: 0, counts: HashMap::new() }
    }

    /// Moves on to the bins after `after`, up to and with `last`.
    fn slide(&mut self, after: i64, last: i64) {
        while let Some((_, id)) = self.events.get(self.end).filter(|(bin, _)| *bin <= last) {
            *self.counts.entry(*id).or_default() += 1;
            self.end += 1;
        }
        while let Some((_, id)) = self.events.get(self.first).filter(|(bin, _)| self.first < self.end && *bin <= after)
        {
            if let Some(count) = self.counts.get_mut(id) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(id);
                }
            }
            self.first += 1;
        }
    }
}

fn binned(events: &[Event], bins: &Bins) -> Vec<(i64, u32)> {
    let up_to_end = events.iter().filter(|event| event.at <= bins.end);
    up_to_end.map(|event| (bins.of(event.at), event.id)).collect()
}

/// Events and ids of the bins that end with this one and are no longer ago than `lookback`.
pub(super) fn sliding(events: &[Event], bins: &Bins, lookback: i64) -> Vec<Row> {
    let events = binned(events, bins);
    let mut window = Window::new(&events);
    let mut rows = Vec::new();
    for bin in bins.starts() {
        window.slide(bin.saturating_sub(lookback), bin);
        if window.end > window.first {
            rows.push(row(bin, [long(window.end - window.first), long(window.counts.len())]));
        }
    }
    rows
}

/// Ids of the bin, ids of the outer window that ends with it, and the first's share of the second.
pub(super) fn engagement(events: &[Event], bins: &Bins, outer: i64) -> Vec<Row> {
    let inner = ids_by_bin(events, bins);
    let events = binned(events, bins);
    let mut window = Window::new(&events);
    let mut rows = Vec::new();
    for (bin, ids) in inner {
        window.slide(bin.saturating_sub(outer), bin);
        let (inner, outer) = (ids.len(), window.counts.len());
        rows.push(row(bin, [long(inner), long(outer), share(inner, outer)]));
    }
    rows
}

/// Ids that were seen in so many periods of the look-back window before and with their appearance.
pub(super) fn active_users(events: &[Event], bins: &Bins, lookback: i64, period: i64, least: i64) -> Vec<Row> {
    let mut seen_in: HashMap<u32, BTreeSet<i64>> = HashMap::new();
    let period_of = |at: i64| bins::floor(at, bins.start, period);
    let mut active: BTreeMap<i64, HashSet<u32>> = BTreeMap::new();
    for event in events {
        let periods = seen_in.entry(event.id).or_default();
        let now = period_of(event.at);
        periods.insert(now);
        let recent = periods.range(now.saturating_sub(lookback.saturating_sub(1))..).count();
        if bins.includes(event.at) && i64::try_from(recent).unwrap_or(i64::MAX) >= least {
            active.entry(bins.of(event.at)).or_default().insert(event.id);
        }
    }
    active.into_iter().map(|(bin, ids)| row(bin, [long(ids.len())])).collect()
}

/// Sessions that begin in each bin: an id that was not seen for less than the look-back begins one. Bins count from zero.
pub(super) fn sessions(events: &[Event], (start, end): (i64, i64), width: i64, lookback: i64) -> Vec<Row> {
    let mut last_seen: HashMap<u32, i64> = HashMap::new();
    let mut begun: BTreeMap<i64, usize> = BTreeMap::new();
    for event in events {
        let before = last_seen.insert(event.id, event.at);
        let continues = before.is_some_and(|before| event.at.saturating_sub(before) < lookback);
        if !continues && (start..=end).contains(&event.at) {
            *begun.entry(bins::floor(event.at, 0, width)).or_default() += 1;
        }
    }
    begun.into_iter().map(|(bin, count)| row(bin, [long(count)])).collect()
}
