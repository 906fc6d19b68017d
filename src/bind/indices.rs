//! Sets of indices of columns.

/// A set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Indices(Vec<u64>);

const BITS: usize = u64::BITS as usize;

impl Indices {
    /// All indices below this one.
    pub(super) fn below(end: usize) -> Self {
        let mut words = vec![u64::MAX; end / BITS];
        words.push((1 << (end % BITS)) - 1);
        Self(words)
    }

    pub(super) fn insert(&mut self, index: usize) {
        let word = index / BITS;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (index % BITS);
    }

    pub(super) fn contains(&self, index: usize) -> bool {
        self.0.get(index / BITS).is_some_and(|word| word >> (index % BITS) & 1 == 1)
    }
}

impl FromIterator<usize> for Indices {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut set = Self::default();
        for index in indices {
            set.insert(index);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::Indices;

    #[test]
    fn a_set_has_what_was_put_in() {
        for end in [0, 1, 63, 64, 65, 130] {
            let set = Indices::below(end);
            assert!((0..end).all(|index| set.contains(index)) && !set.contains(end) && !set.contains(end + 64));
        }
        let set: Indices = [3, 200].into_iter().collect();
        assert!(set.contains(3) && set.contains(200) && !set.contains(4) && !set.contains(201));
    }
}
