//! Keys of a join: the rows of one side are numbered by their key, and those of the other side are looked up.
//!
//! The smaller side is numbered, so a large table that meets a small one is only read through, and no key of the large
//! side is stored.

use std::hash::Hash;

use hashbrown::{DefaultHashBuilder, HashMap};

use super::column::{ABSENT, Cells, Column};
use super::grouping::{DIRECT, DynamicKey, real_key};
use super::strings::{Strings, Texts};

/// The key of each row of both sides: equal keys are equal numbers below `count`. [`ABSENT`] stands for null, and for a
/// key that only its own side has where that side was not the one numbered.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) left: Vec<u32>,
    pub(crate) right: Vec<u32>,
    pub(crate) count: usize,
}

impl Keys {
    /// The keys of two sides, each a list of columns of its rows; columns at one place have one type.
    pub(crate) fn of(left: (&[Column], usize), right: (&[Column], usize)) -> Self {
        let is_left_smaller = left.1 < right.1;
        let ((known, known_rows), (asked, asked_rows)) = if is_left_smaller { (left, right) } else { (right, left) };
        let sides = Sides::all(known, asked).unwrap_or_else(|| Sides::one_key(known_rows, asked_rows));
        let (left, right) = if is_left_smaller { (sides.known, sides.asked) } else { (sides.asked, sides.known) };
        Self { left, right, count: sides.count }
    }
}

/// Rows of two sides by number: those of `known` have made the numbers, those of `asked` were looked up.
struct Sides {
    known: Vec<u32>,
    asked: Vec<u32>,
    count: usize,
}

impl Sides {
    /// Numbers of the rows by all columns; `None` of no columns.
    fn all(known: &[Column], asked: &[Column]) -> Option<Self> {
        let mut columns = known.iter().zip(asked).map(|(known, asked)| Self::of(known, asked));
        let first = columns.next()?;
        Some(columns.fold(first, |sides, next| sides.and(&next)))
    }

    fn one_key(known: usize, asked: usize) -> Self {
        Self { known: vec![0; known], asked: vec![0; asked], count: 1 }
    }

    fn of(known: &Column, asked: &Column) -> Self {
        match (known, asked) {
            (Column::Bool(known), Column::Bool(asked)) => Self::cells(known, asked, |value| *value),
            (Column::Int(known), Column::Int(asked)) => Self::integers(known, asked),
            (Column::Long(known), Column::Long(asked))
            | (Column::DateTime(known), Column::DateTime(asked))
            | (Column::TimeSpan(known), Column::TimeSpan(asked)) => Self::integers(known, asked),
            (Column::Real(known), Column::Real(asked)) => Self::cells(known, asked, |value| real_key(*value)),
            (Column::Decimal(known), Column::Decimal(asked)) => Self::cells(known, asked, |value| *value),
            (Column::Guid(known), Column::Guid(asked)) => Self::cells(known, asked, |value| *value),
            (Column::String(known), Column::String(asked)) => Self::strings(known, asked),
            (Column::Dynamic(known), Column::Dynamic(asked)) => {
                let hasher = DefaultHashBuilder::default();
                Self::cells(known, asked, |shared| DynamicKey::new(&shared.0, &hasher))
            }
            // Values of two types are never equal.
            _ => Self { known: vec![ABSENT; known.len()], asked: vec![ABSENT; asked.len()], count: 0 },
        }
    }

    fn looked_up<K: Hash + Eq>(known: impl Iterator<Item = Option<K>>, asked: impl Iterator<Item = Option<K>>) -> Self {
        let mut numbers: HashMap<K, u32> = HashMap::new();
        let known = known.map(|key| {
            let next = number(numbers.len());
            key.map_or(ABSENT, |key| *numbers.entry(key).or_insert(next))
        });
        let known = known.collect();
        let asked = asked.map(|key| key.and_then(|key| numbers.get(&key).copied()).unwrap_or(ABSENT)).collect();
        Self { known, asked, count: numbers.len() }
    }

    fn cells<'c, T: Clone + Default, K: Hash + Eq>(
        known: &'c Cells<T>,
        asked: &'c Cells<T>,
        key: impl Fn(&'c T) -> K,
    ) -> Self {
        Self::looked_up(known.iter().map(|cell| cell.map(&key)), asked.iter().map(|cell| cell.map(&key)))
    }

    /// Whole numbers that lie close together are numbered by their distance to the least, which costs no look-up.
    fn integers<T: Copy + Default + Into<i64> + Hash + Eq>(known: &Cells<T>, asked: &Cells<T>) -> Self {
        let values = || known.iter().flatten().map(|&value| value.into());
        let (least, most) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
        let most_direct = most_direct(known.len() + asked.len());
        let Some(count) = usize::try_from(most.abs_diff(least)).ok().filter(|&span| span < most_direct) else {
            return Self::cells(known, asked, |value| *value);
        };
        let count = count + 1;
        let code = |value: T| {
            let distance = usize::try_from(value.into().wrapping_sub(least)).unwrap_or(usize::MAX);
            if distance < count { number(distance) } else { ABSENT }
        };
        Self { known: each(known, code), asked: each(asked, code), count }
    }

    fn strings(known: &Strings, asked: &Strings) -> Self {
        let most_direct = most_direct(known.len() + asked.len());
        if let Some((texts, known, asked)) = known.same_texts(asked).filter(|(texts, ..)| texts.len() < most_direct) {
            return Self { known: known.to_vec(), asked: asked.to_vec(), count: texts.len() };
        }
        let (known, asked) = (Coded::of(known), Coded::of(asked));
        let texts = Self::looked_up(known.texts(), asked.texts());
        Self { known: known.spread(texts.known), asked: asked.spread(texts.asked), count: texts.count }
    }

    /// Numbers of the rows by what both have numbered.
    fn and(self, next: &Self) -> Self {
        let pairs = |a: &[u32], b: &[u32]| -> Vec<Option<u64>> {
            a.iter().zip(b).map(|(&a, &b)| pair(a, b, next.count)).collect()
        };
        let (known, asked) = (pairs(&self.known, &next.known), pairs(&self.asked, &next.asked));
        let most_direct = most_direct(known.len() + asked.len());
        match self.count.checked_mul(next.count).filter(|&count| count < most_direct) {
            Some(count) => Self { known: direct(&known), asked: direct(&asked), count },
            None => Self::looked_up(known.into_iter(), asked.into_iter()),
        }
    }
}

/// A column of strings as texts to look up and each row's place among them.
struct Coded<'s> {
    strings: &'s Strings,
    dictionary: Option<(&'s Texts, &'s [u32])>,
}

impl<'s> Coded<'s> {
    fn of(strings: &'s Strings) -> Self {
        Self { strings, dictionary: strings.dictionary() }
    }

    fn texts(&self) -> Box<dyn Iterator<Item = Option<&'s str>> + 's> {
        match self.dictionary {
            Some((texts, _)) => Box::new(texts.iter().map(Some)),
            None => Box::new(self.strings.iter().map(Some)),
        }
    }

    /// A number for each row, of a number for each text.
    fn spread(&self, numbers: Vec<u32>) -> Vec<u32> {
        match self.dictionary {
            Some((_, codes)) => codes.iter().map(|&code| numbers[code as usize]).collect(),
            None => numbers,
        }
    }
}

/// The most numbers of so many rows for which a table of them all is not too large.
fn most_direct(rows: usize) -> usize {
    usize::try_from((rows as u64).saturating_mul(DIRECT)).unwrap_or(usize::MAX)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(ABSENT)
}

fn each<T: Copy + Default>(cells: &Cells<T>, code: impl Fn(T) -> u32) -> Vec<u32> {
    match cells.mask() {
        None => cells.values().iter().map(|&value| code(value)).collect(),
        Some(_) => cells.iter().map(|cell| cell.map_or(ABSENT, |&value| code(value))).collect(),
    }
}

/// The two numbers as one; `None` where a row has no number.
fn pair(first: u32, second: u32, seconds: usize) -> Option<u64> {
    let known = first != ABSENT && second != ABSENT;
    known.then(|| u64::from(first) * seconds as u64 + u64::from(second))
}

fn direct(pairs: &[Option<u64>]) -> Vec<u32> {
    pairs.iter().map(|pair| pair.map_or(ABSENT, |pair| u32::try_from(pair).unwrap_or(ABSENT))).collect()
}
