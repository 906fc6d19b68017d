//! What stays the same for all calls of one query: its clock, its compiled regular expressions, its random numbers.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;

use super::Failure;
use crate::eval::regular_expression;

/// Compiled patterns kept at most; patterns that come from data must not fill the memory.
const MOST_PATTERNS: usize = 256;
/// Bytes that one compiled pattern may take.
const PATTERN_SIZE: usize = 4 << 20;

/// The surroundings of a query's function calls.
#[derive(Debug)]
pub struct Context {
    now: i64,
    random: Cell<u64>,
    patterns: RefCell<HashMap<String, Result<Rc<Regex>, String>>>,
}

impl Context {
    /// A context with the time `now()` gives, in ticks, and the seed of `rand()` and `new_guid()`.
    pub fn new(now: i64, seed: u64) -> Self {
        Self { now, random: Cell::new(seed), patterns: RefCell::default() }
    }

    /// The query's time in ticks.
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// The next random 64 bits (splitmix64).
    pub fn random(&self) -> u64 {
        let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The compiled pattern; an error that says what is wrong when it is no regular expression.
    pub fn regex(&self, pattern: &str) -> Result<Rc<Regex>, Failure> {
        if let Some(known) = self.patterns.borrow().get(pattern) {
            return known.clone().map_err(Failure::Refused);
        }
        let compiled =
            regular_expression::compile_with(pattern, |builder| builder.size_limit(PATTERN_SIZE)).map(Rc::new);
        let mut patterns = self.patterns.borrow_mut();
        if patterns.len() >= MOST_PATTERNS {
            patterns.clear();
        }
        patterns.insert(pattern.to_owned(), compiled.clone());
        compiled.map_err(Failure::Refused)
    }
}
