//! Where a name stands among the columns of a wide row.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::Column;

/// So many columns are found as fast by looking at each.
const NARROW: usize = 12;

/// The place of each name among columns that are kept elsewhere; of columns of one name that of the first. Every method must
/// be given the same columns, to which more may have been added at the end.
#[derive(Debug, Clone, Default)]
pub(super) struct NameIndex {
    hasher: DefaultHashBuilder,
    /// Empty for narrow rows.
    places: HashTable<u32>,
    covered: usize,
}

impl NameIndex {
    pub(super) fn of(columns: &[Column]) -> Self {
        let mut index = Self::default();
        index.cover(columns);
        index
    }

    /// Takes note of the columns that were added since.
    pub(super) fn cover(&mut self, columns: &[Column]) {
        if columns.len() <= NARROW {
            return;
        }
        self.places
            .reserve(columns.len() - self.covered, |&at| self.hasher.hash_one(columns[at as usize].name.as_str()));
        for at in self.covered..columns.len() {
            self.note(columns, at);
        }
        self.covered = columns.len();
    }

    /// Takes note of the name that the column at this place has now.
    pub(super) fn note(&mut self, columns: &[Column], at: usize) {
        let Ok(place) = u32::try_from(at) else { return };
        if columns.len() <= NARROW {
            return;
        }
        let name = columns[at].name.as_str();
        let hash_of = |&at: &u32| self.hasher.hash_one(columns[at as usize].name.as_str());
        let is_same = |&known: &u32| columns[known as usize].name == *name;
        self.places.entry(self.hasher.hash_one(name), is_same, hash_of).or_insert(place);
    }

    /// Whether every column has a name, and no two the same.
    pub(super) fn is_distinct(&self, columns: &[Column]) -> bool {
        if columns.len() > NARROW {
            return self.places.len() == columns.len() && self.find(columns, "").is_none();
        }
        let is_new = |at: usize| {
            let name = &columns[at].name;
            !name.is_empty() && columns[..at].iter().all(|before| before.name != *name)
        };
        (0..columns.len()).all(is_new)
    }

    pub(super) fn find(&self, columns: &[Column], name: &str) -> Option<usize> {
        if columns.len() <= NARROW {
            return columns.iter().position(|column| column.name == *name);
        }
        let place = self.places.find(self.hasher.hash_one(name), |&at| columns[at as usize].name == *name);
        place.map(|&at| at as usize)
    }
}
