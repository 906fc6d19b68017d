//! The order in which Microsoft's engine lists the neighbours of a cell. No page says one: the engine keeps their names in
//! a hash set of the C++ library that it is built with, and gives them as the set holds them. That order is the same on
//! every run, so it is followed here: buckets by the `MurmurHash64A` of the name, a new bucket stands first, a new name
//! stands first in its bucket.

/// The sizes that the library's hash sets start with (`std::__detail::_Prime_rehash_policy` of GNU libstdc++).
const BUCKETS: [u64; 6] = [2, 3, 5, 7, 11, 13];

/// The names in the order of a hash set made of them at once; each name once.
pub(super) fn listed(names: Vec<String>) -> Vec<String> {
    let buckets = BUCKETS.into_iter().find(|size| *size >= names.len() as u64).unwrap_or(BUCKETS[5]);
    let mut list: Vec<(u64, String)> = Vec::new();
    for name in names {
        if list.iter().any(|(_, other)| *other == name) {
            continue;
        }
        let bucket = murmur64(name.as_bytes()) % buckets;
        let at = list.iter().position(|(other, _)| *other == bucket).unwrap_or(0);
        list.insert(at, (bucket, name));
    }
    list.into_iter().map(|(_, name)| name).collect()
}

/// `MurmurHash64A` by Austin Appleby with the seed of that library.
fn murmur64(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0xc70f_6907;
    const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;
    let mix = |word: u64| word ^ (word >> 47);
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(FACTOR);
    let mut words = bytes.chunks_exact(8);
    for chunk in &mut words {
        hash = (hash ^ mix(word(chunk).wrapping_mul(FACTOR)).wrapping_mul(FACTOR)).wrapping_mul(FACTOR);
    }
    if !words.remainder().is_empty() {
        hash = (hash ^ word(words.remainder())).wrapping_mul(FACTOR);
    }
    mix(mix(hash).wrapping_mul(FACTOR))
}
