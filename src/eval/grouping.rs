//! Equal rows: numbers each row by its group, groups in order of first appearance. Null is a group of its own.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::HashMap;

use super::column::{Cells, Column};
use crate::value::{Dynamic, Value};

/// Numbers are looked up in a table of all that there may be where that has no more than so many places a row.
pub(crate) const DIRECT: u64 = 4;
/// Groups for which room is made before any is met.
const MOST_FORESEEN: usize = 1 << 20;

/// Rows by group.
#[derive(Debug)]
pub(crate) struct Groups {
    /// Each row's group.
    pub(crate) ids: Vec<u32>,
    /// Each group's first row.
    pub(crate) firsts: Vec<u32>,
}

impl Groups {
    /// One group of all rows.
    pub(crate) fn single(rows: usize) -> Self {
        Self { ids: vec![0; rows], firsts: vec![0] }
    }

    /// Groups of rows that are equal in all columns.
    pub(crate) fn of(columns: &[Column], rows: usize) -> Self {
        match Packed::all(columns) {
            Some(keys) => keys.groups(),
            None if rows == 0 => Self { ids: Vec::new(), firsts: Vec::new() },
            None => Self::single(rows),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.firsts.len()
    }

    /// The rows of each group, in order.
    pub(crate) fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.len()];
        for (row, &id) in self.ids.iter().enumerate() {
            members[id as usize].push(u32::try_from(row).unwrap_or(u32::MAX));
        }
        members
    }
}

/// The codes of several columns side by side in one number a row.
struct Packed {
    keys: Vec<u64>,
    bits: u32,
}

impl Packed {
    /// The codes of all columns; `None` of no columns.
    fn all(columns: &[Column]) -> Option<Self> {
        let (first, rest) = columns.split_first()?;
        let mut keys = Self::of(&codes(first));
        for column in rest {
            keys.add(&codes(column));
        }
        Some(keys)
    }

    fn of(codes: &[u32]) -> Self {
        Self { keys: codes.iter().map(|&code| code.into()).collect(), bits: width(codes) }
    }

    fn add(&mut self, codes: &[u32]) {
        let bits = width(codes);
        if self.bits + bits > u64::BITS {
            *self = Self::of(&number(self.keys.iter().copied()));
        }
        for (key, &code) in self.keys.iter_mut().zip(codes) {
            *key = *key << bits | u64::from(code);
        }
        self.bits += bits;
    }

    /// How many keys there may be, where a table of them all is not too large.
    fn direct(&self) -> Option<usize> {
        let most = (self.keys.len() as u64).saturating_mul(DIRECT);
        1_usize.checked_shl(self.bits).filter(|&keys| keys as u64 <= most)
    }

    /// Groups of equal keys.
    fn groups(&self) -> Groups {
        let Some(keys) = self.direct() else {
            let mut known: HashMap<u64, u32> = HashMap::with_capacity(self.keys.len().min(MOST_FORESEEN));
            return self.numbered(|key, next| *known.entry(key).or_insert(next));
        };
        let mut known = vec![u32::MAX; keys];
        self.numbered(|key, next| {
            let id = &mut known[usize::try_from(key).unwrap_or(0)];
            if *id == u32::MAX {
                *id = next;
            }
            *id
        })
    }

    /// `id` gives the number of a key: that it has, or `next` where it is new.
    fn numbered(&self, mut id: impl FnMut(u64, u32) -> u32) -> Groups {
        let mut firsts = Vec::new();
        let ids = self.keys.iter().enumerate().map(|(row, &key)| {
            let next = u32::try_from(firsts.len()).unwrap_or(u32::MAX);
            let id = id(key, next);
            if id == next {
                firsts.push(u32::try_from(row).unwrap_or(u32::MAX));
            }
            id
        });
        let ids = ids.collect();
        Groups { ids, firsts }
    }
}

/// The bits that the largest of the codes takes.
fn width(codes: &[u32]) -> u32 {
    u32::BITS - codes.iter().copied().max().unwrap_or(0).leading_zeros()
}

fn number<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<u32> {
    let mut seen: HashMap<K, u32> = HashMap::new();
    keys.map(|key| {
        let next = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        *seen.entry(key).or_insert(next)
    })
    .collect()
}

/// Codes of whole numbers: where they lie close together each is its own code, which costs no look-up.
fn integers<T: Copy + Default + Into<i64> + Hash + Eq>(values: &Cells<T>) -> Vec<u32> {
    let numbers = || values.iter().flatten().map(|&value| value.into());
    let (Some(least), Some(most)) = (numbers().min(), numbers().max()) else { return vec![0; values.len()] };
    let span = most.abs_diff(least);
    if span >= (values.len() as u64).saturating_mul(DIRECT) || span >= u64::from(u32::MAX) {
        return cells(values, |value| *value);
    }
    // Null is 0, the least number 1. The span was found to fit.
    let code = |value: i64| u32::try_from(value.abs_diff(least)).unwrap_or(0) + 1;
    values.iter().map(|cell| cell.map_or(0, |&value| code(value.into()))).collect()
}

fn cells<T: Clone + Default, K: Hash + Eq>(cells: &Cells<T>, key: impl Fn(&T) -> K) -> Vec<u32> {
    number(cells.iter().map(|cell| cell.map(&key)))
}

/// A number for each row: the same for equal values, another for others.
pub(crate) fn codes(column: &Column) -> Vec<u32> {
    match column {
        Column::Bool(values) => cells(values, |value| *value),
        Column::Int(values) => integers(values),
        Column::Long(values) | Column::DateTime(values) | Column::TimeSpan(values) => integers(values),
        Column::Real(values) => cells(values, |value| real_key(*value)),
        Column::Decimal(values) => cells(values, |value| *value),
        Column::Guid(values) => cells(values, |value| *value),
        Column::String(strings) => match strings.distinct_codes() {
            Some((_, codes)) => codes.to_vec(),
            None => number(strings.iter()),
        },
        Column::Dynamic(values) => {
            let hasher = hashbrown::DefaultHashBuilder::default();
            number(values.iter().map(|cell| cell.map(|shared| DynamicKey::new(&shared.0, &hasher))))
        }
    }
}

/// Bits that are equal for equal reals; all NaN are one, and so are both zeros.
pub(crate) fn real_key(value: f64) -> u64 {
    if value.is_nan() {
        return f64::NAN.to_bits();
    }
    (value + 0.0).to_bits()
}

/// Adds a value to a key: the same bytes for values that are one group, others for others.
pub(crate) fn key_of(value: &Value, key: &mut Vec<u8>) {
    let text = match value {
        Value::Null => return key.push(0),
        Value::Real(value) => return key.extend([1].into_iter().chain(real_key(*value).to_le_bytes())),
        Value::String(text) => text.clone(),
        other => format!("{other:?}"),
    };
    key.push(2);
    key.extend(text.len().to_le_bytes());
    key.extend(text.as_bytes());
}

/// A dynamic that can be looked up.
#[derive(Debug, PartialEq)]
pub(crate) struct DynamicKey<'d> {
    value: &'d Dynamic,
    hash: u64,
}

impl<'d> DynamicKey<'d> {
    pub(crate) fn new(value: &'d Dynamic, hasher: &impl BuildHasher) -> Self {
        let mut state = hasher.build_hasher();
        hash_dynamic(value, &mut state);
        Self { value, hash: state.finish() }
    }
}

impl Eq for DynamicKey<'_> {}

impl Hash for DynamicKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

fn hash_dynamic(value: &Dynamic, state: &mut impl Hasher) {
    std::mem::discriminant(value).hash(state);
    match value {
        Dynamic::Null => {}
        Dynamic::Bool(value) => value.hash(state),
        Dynamic::Long(value) | Dynamic::DateTime(value) | Dynamic::TimeSpan(value) => value.hash(state),
        Dynamic::Real(value) => real_key(*value).hash(state),
        Dynamic::String(value) => value.hash(state),
        Dynamic::Guid(value) => value.hash(state),
        Dynamic::Array(items) => items.iter().for_each(|item| hash_dynamic(item, state)),
        Dynamic::Bag(slots) => slots.iter().for_each(|(key, item)| {
            key.hash(state);
            hash_dynamic(item, state);
        }),
    }
}
