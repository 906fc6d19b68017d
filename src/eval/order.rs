//! The order of rows: every value of a sort key becomes a rank, a pair of numbers that orders as the value does.

use std::iter;
use std::ops::Range;

use super::column::{Cells, Column};
use crate::value::Decimal;

/// Where a value stands: nulls, NaN and values apart, then by value.
type Rank = (u8, u64);

/// One key of a sort.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) column: Column,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

/// The rows in the order of the keys; rows that are equal in all keys stay in their order. `None` for keys without order.
pub(crate) fn sorted(keys: &[Key], rows: usize) -> Option<Vec<u32>> {
    let mut order: Vec<u32> = (0..u32::try_from(rows).ok()?).collect();
    let mut equal: Vec<Range<usize>> = iter::once(0..rows).collect();
    for key in keys {
        let ranks = ranks(key)?;
        equal = equal.into_iter().flat_map(|run| sort_run(&mut order, run, &ranks)).collect();
    }
    Some(order)
}

/// Sorts a run of rows that are equal so far, and gives the runs in it that still are.
fn sort_run(order: &mut [u32], run: Range<usize>, ranks: &[Rank]) -> Vec<Range<usize>> {
    let rows = &mut order[run.clone()];
    // Rank and row side by side: a comparison looks nowhere else.
    let mut pairs: Vec<(Rank, u32)> = rows.iter().map(|&row| (ranks[row as usize], row)).collect();
    pairs.sort_unstable();
    rows.iter_mut().zip(&pairs).for_each(|(slot, (_, row))| *slot = *row);
    let mut start = run.start;
    let runs = pairs.chunk_by(|one, other| one.0 == other.0).map(|equal| {
        let begin = start;
        start += equal.len();
        begin..start
    });
    runs.filter(|run| run.len() > 1).collect()
}

fn ranks(key: &Key) -> Option<Vec<Rank>> {
    let cells = match &key.column {
        Column::Bool(cells) => plain(key, cells, |value| Some(u64::from(*value))),
        Column::Int(cells) => plain(key, cells, |value| Some(signed((*value).into()))),
        Column::Long(cells) | Column::DateTime(cells) | Column::TimeSpan(cells) => {
            plain(key, cells, |value| Some(signed(*value)))
        }
        Column::Real(cells) => plain(key, cells, |value| real(*value)),
        Column::String(strings) => {
            let ranks = match strings.dictionary() {
                Some((texts, codes)) => {
                    let ranks = text_ranks(texts.iter());
                    codes.iter().map(|&code| ranks[code as usize]).collect()
                }
                None => text_ranks(strings.iter()),
            };
            ranks.into_iter().map(|rank| (1, direction(key, rank))).collect()
        }
        Column::Decimal(cells) => {
            let mut values: Vec<Decimal> = cells.values().to_vec();
            values.sort_unstable();
            plain(key, cells, |value| Some(values.partition_point(|other| other < value) as u64))
        }
        Column::Guid(cells) => {
            let mut values: Vec<u128> = cells.values().to_vec();
            values.sort_unstable();
            values.dedup();
            plain(key, cells, |value| Some(values.partition_point(|other| other < value) as u64))
        }
        Column::Dynamic(_) => return None,
    };
    Some(cells)
}

fn plain<T: Clone + Default>(key: &Key, cells: &Cells<T>, rank: impl Fn(&T) -> Option<u64>) -> Vec<Rank> {
    let (null, nan, value) = if key.nulls_first { (0, 1, 2) } else { (4, 3, 2) };
    let of = |cell: Option<&T>| match cell.map(&rank) {
        None => (null, 0),
        Some(None) => (nan, 0),
        Some(Some(rank)) => (value, direction(key, rank)),
    };
    cells.iter().map(of).collect()
}

/// The place of each text among all, the same for equal texts.
fn text_ranks<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<u64> {
    let mut sorted: Vec<(u64, &str, usize)> = texts.enumerate().map(|(at, text)| (start(text), text, at)).collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; sorted.len()];
    let mut rank = 0;
    let mut last = None;
    for (_, text, at) in sorted {
        if last.replace(text).is_some_and(|last| last != text) {
            rank += 1;
        }
        ranks[at] = rank;
    }
    ranks
}

/// The first bytes of a text as a number that orders as they do.
fn start(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

fn direction(key: &Key, rank: u64) -> u64 {
    if key.descending { !rank } else { rank }
}

/// A number that orders as the signed one does.
fn signed(value: i64) -> u64 {
    value.cast_unsigned() ^ (1 << 63)
}

/// A number that orders as the real does; `None` for NaN.
fn real(value: f64) -> Option<u64> {
    if value.is_nan() {
        return None;
    }
    let bits = (value + 0.0).to_bits();
    Some(if bits >> 63 == 1 { !bits } else { bits | 1 << 63 })
}
