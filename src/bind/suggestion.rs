//! Did you mean: the known name that a name was probably meant to be.

use std::sync::LazyLock;

use super::environment::Environment;
use super::scope::Binder;
use crate::catalog;

/// A name that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suggestion {
    pub(super) name: String,
    /// It differs by letter case only.
    pub(super) certain: bool,
    /// How many letters differ.
    pub(super) distance: usize,
}

/// A known name and the set of its letters, by which most names are told apart without comparing them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'n> {
    name: &'n str,
    letters: u64,
}

impl<'n> Candidate<'n> {
    pub(super) fn new(name: &'n str) -> Self {
        Self { name, letters: letters(name) }
    }

    /// Whether more letters than allowed must be changed to make one name of the other, as far as counting them tells.
    fn is_farther(self, other: Self, allowed: usize) -> bool {
        if self.letters == 0 || other.letters == 0 {
            return false;
        }
        let missing = |of: u64, from: u64| (of & !from).count_ones() as usize;
        if missing(self.letters, other.letters).max(missing(other.letters, self.letters)) > allowed {
            return true;
        }
        let mut unmet = [0_u32; 64];
        self.name.bytes().for_each(|letter| unmet[slot(letter)] += 1);
        let mut shared = 0;
        for letter in other.name.bytes() {
            let count = &mut unmet[slot(letter)];
            shared += usize::from(*count > 0);
            *count = count.saturating_sub(1);
        }
        self.name.len().max(other.name.len()) - shared > allowed
    }
}

/// The letters of a name as bits, without regard to case. Where it is not plain, no bits: nothing is known of it.
fn letters(name: &str) -> u64 {
    if !name.is_ascii() {
        return 0;
    }
    name.bytes().fold(0, |set, letter| set | 1 << slot(letter))
}

/// A number below 64 for a letter, the same for both cases.
const fn slot(letter: u8) -> usize {
    (letter.to_ascii_lowercase() % 64) as usize
}

/// All names of one kind that the catalogue has.
pub(super) struct Known(LazyLock<Vec<Candidate<'static>>>);

impl Known {
    const fn new(names: fn() -> Vec<Candidate<'static>>) -> Self {
        Self(LazyLock::new(names))
    }

    fn iter<'n>(&'static self) -> impl Iterator<Item = Candidate<'n>> {
        self.0.iter().copied()
    }
}

static TABLES: Known = Known::new(|| catalog::table_names().map(Candidate::new).collect());
static FUNCTIONS: Known = Known::new(|| catalog::workspace_function_names().map(Candidate::new).collect());
static SCALARS: Known = Known::new(|| catalog::scalar_function_names().map(Candidate::new).collect());

impl Environment {
    /// The names of all tables, as candidates.
    fn table_candidates(&self) -> impl Iterator<Item = Candidate<'_>> {
        self.supplied_names().map(Candidate::new).chain(TABLES.iter())
    }

    /// The names of all functions of the workspace, as candidates.
    fn function_candidates(&self) -> impl Iterator<Item = Candidate<'_>> {
        self.supplied_function_names().map(Candidate::new).chain(FUNCTIONS.iter())
    }
}

impl Binder<'_> {
    /// The table that was probably meant. Nothing is looked for where nothing is reported; so it is with all suggestions.
    pub(super) fn suggested_table(&self, name: &str) -> Option<Suggestion> {
        if self.is_silent() { None } else { nearest(name, self.environment.table_candidates()) }
    }

    /// The function of the workspace that was probably meant.
    pub(super) fn suggested_function(&self, name: &str) -> Option<Suggestion> {
        if self.is_silent() { None } else { nearest(name, self.environment.function_candidates()) }
    }

    /// The function that was probably meant, of the workspace or built in.
    pub(super) fn suggested_call(&self, name: &str) -> Option<Suggestion> {
        let known = || self.environment.function_candidates().chain(SCALARS.iter());
        if self.is_silent() { None } else { nearest(name, known()) }
    }

    /// The one of these names that was probably meant.
    pub(super) fn suggested_of<'n>(&self, name: &str, names: impl Iterator<Item = &'n str>) -> Option<Suggestion> {
        if self.is_silent() { None } else { nearest(name, names.map(Candidate::new)) }
    }
}

/// The candidate nearest to `name`: one that differs by case only, else the least edits if they are few. It is certain where it is
/// the only one that differs by case.
fn nearest<'n>(name: &str, candidates: impl Iterator<Item = Candidate<'n>>) -> Option<Suggestion> {
    let mut cased: Option<Suggestion> = None;
    let mut allowed = (name.chars().count() / 3).min(4);
    let sought = Candidate::new(name);
    let lower = name.to_lowercase();
    let mut best: Option<Suggestion> = None;
    for candidate in candidates {
        let known = candidate.name;
        if known.eq_ignore_ascii_case(name) {
            let certain = cased.is_none();
            let first = cased.map_or_else(|| known.to_owned(), |known| known.name);
            cased = Some(Suggestion { name: first, certain, distance: 0 });
            continue;
        }
        if allowed == 0 || known.len().abs_diff(name.len()) > allowed {
            continue;
        }
        if sought.is_farther(candidate, allowed) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&lower, &known.to_lowercase());
        if distance <= allowed {
            best = Some(Suggestion { name: known.to_owned(), certain: false, distance });
            // Of several that are as near, the first one is taken.
            allowed = distance - 1;
        }
    }
    cased.or(best)
}
