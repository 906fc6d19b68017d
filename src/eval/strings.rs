//! Columns of strings: one buffer of text with offsets, and rows that point into it.
//!
//! A row is an index (its code) into the texts of the buffer, so filtering and joining move 4 bytes a row, and a
//! predicate on a column with few distinct texts is asked once for each of them.

use std::hash::BuildHasher as _;
use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::column::ABSENT;

/// Texts, one after another in one buffer.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of this index; `""` past the end.
    pub fn get(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..end]
    }

    /// Every text in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// These texts and one more behind them.
    fn with(&self, text: &str) -> Self {
        let mut texts = self.clone();
        texts.push(text);
        texts
    }
}

/// Each row's index into the texts of a column.
#[derive(Debug, Clone)]
enum Codes {
    /// Row and index are the same.
    Rows,
    Each(Arc<Vec<u32>>),
    /// All rows have the first text.
    First(Arc<Firsts>),
}

/// Zeros that are only counted until somebody reads them.
#[derive(Debug)]
struct Firsts {
    rows: usize,
    made: OnceLock<Vec<u32>>,
}

impl Codes {
    fn first(rows: usize) -> Self {
        Self::First(Arc::new(Firsts { rows, made: OnceLock::new() }))
    }

    /// The index of each row where that is not the row.
    fn slice(&self) -> Option<&[u32]> {
        match self {
            Self::Rows => None,
            Self::Each(codes) => Some(codes),
            Self::First(firsts) => Some(firsts.made.get_or_init(|| vec![0; firsts.rows])),
        }
    }
}

/// A column of strings.
#[derive(Debug, Clone)]
pub struct Strings {
    texts: Arc<Texts>,
    codes: Codes,
    /// No text stands in the buffer twice, so equal codes and equal texts are the same thing.
    distinct: bool,
}

impl Strings {
    /// `rows` times the same text.
    pub fn repeat(text: &str, rows: usize) -> Self {
        let mut texts = Texts::default();
        texts.push(text);
        Self { texts: Arc::new(texts), codes: Codes::first(rows), distinct: true }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match &self.codes {
            Codes::Rows => self.texts.len(),
            Codes::Each(codes) => codes.len(),
            Codes::First(firsts) => firsts.rows,
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row's text.
    pub fn get(&self, row: usize) -> &str {
        match &self.codes {
            Codes::Rows => self.texts.get(row),
            Codes::Each(codes) => codes.get(row).map_or("", |&code| self.texts.get(code as usize)),
            Codes::First(firsts) => {
                if row < firsts.rows {
                    self.texts.get(0)
                } else {
                    ""
                }
            }
        }
    }

    /// Every row's text in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The buffer's texts with each row's index into them, where asking each text once is cheaper than asking each row.
    pub fn dictionary(&self) -> Option<(&Texts, &[u32])> {
        let codes = self.codes.slice().filter(|codes| self.texts.len() < codes.len())?;
        Some((&self.texts, codes))
    }

    /// Like [`Strings::dictionary`], and equal texts have equal codes.
    pub fn distinct_codes(&self) -> Option<(&Texts, &[u32])> {
        if self.distinct { self.dictionary() } else { None }
    }

    /// The texts that two columns share with the index of each row of both, where both point into one buffer and equal
    /// texts have equal indexes.
    pub fn same_texts<'s>(&'s self, other: &'s Self) -> Option<(&'s Texts, &'s [u32], &'s [u32])> {
        let is_one = self.distinct && Arc::ptr_eq(&self.texts, &other.texts);
        let codes = if is_one { self.codes.slice().zip(other.codes.slice()) } else { None };
        codes.map(|(own, others)| (self.texts.as_ref(), own, others))
    }

    /// The rows named, in that order; [`ABSENT`] gives `""`.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Self {
        if rows.contains(&ABSENT) {
            return self.gather_present(rows);
        }
        let codes = match &self.codes {
            Codes::Rows => Codes::Each(Arc::new(rows.to_vec())),
            Codes::Each(codes) => Codes::Each(Arc::new(rows.iter().map(|&row| codes[row as usize]).collect())),
            Codes::First(_) => Codes::first(rows.len()),
        };
        Self { texts: Arc::clone(&self.texts), codes, distinct: self.distinct }
    }

    fn gather_present(&self, rows: &[u32]) -> Self {
        let Some((texts, codes)) = self.dictionary() else {
            return rows.iter().map(|&row| if row == ABSENT { "" } else { self.get(row as usize) }).collect();
        };
        let (texts, empty) = match texts.iter().position(str::is_empty) {
            Some(empty) => (Arc::clone(&self.texts), empty),
            None => (Arc::new(texts.with("")), texts.len()),
        };
        let empty = u32::try_from(empty).unwrap_or(ABSENT);
        let codes = rows.iter().map(|&row| codes.get(row as usize).copied().unwrap_or(empty)).collect();
        Self { texts, codes: Codes::Each(Arc::new(codes)), distinct: self.distinct }
    }

    /// A value for each row, computed once for each text where that is cheaper.
    pub fn map<T: Clone>(&self, f: impl FnMut(&str) -> T) -> Vec<T> {
        match self.dictionary() {
            Some((texts, codes)) => {
                let answers: Vec<T> = texts.iter().map(f).collect();
                codes.iter().map(|&code| answers[code as usize].clone()).collect()
            }
            None => self.iter().map(f).collect(),
        }
    }

    /// About how many bytes the rows take: their codes and, by share, the texts.
    pub fn bytes(&self) -> usize {
        let codes = if let Codes::Each(codes) = &self.codes { codes.len() * 4 } else { 0 };
        let whole = self.texts.text.len() + self.texts.ends.len() * 8;
        codes + if self.len() >= self.texts.len() { whole } else { 0 }
    }
}

impl<'t> FromIterator<&'t str> for Strings {
    fn from_iter<I: IntoIterator<Item = &'t str>>(rows: I) -> Self {
        let mut texts = Texts::default();
        for row in rows {
            texts.push(row);
        }
        Self { texts: Arc::new(texts), codes: Codes::Rows, distinct: false }
    }
}

impl FromIterator<String> for Strings {
    fn from_iter<I: IntoIterator<Item = String>>(rows: I) -> Self {
        let mut texts = Texts::default();
        for row in rows {
            texts.push(&row);
        }
        Self { texts: Arc::new(texts), codes: Codes::Rows, distinct: false }
    }
}

/// Rows after which a column is asked whether its texts repeat.
const TRIAL_ROWS: usize = 1 << 14;

/// Collects a column of strings, keeping each text once as long as texts repeat.
#[derive(Debug, Default)]
pub struct StringsBuilder {
    texts: Texts,
    codes: Vec<u32>,
    index: Option<HashTable<u32>>,
    hasher: DefaultHashBuilder,
    plain: bool,
}

impl StringsBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self { index: Some(HashTable::new()), ..Self::default() }
    }

    /// The number of rows so far.
    pub fn len(&self) -> usize {
        if self.plain { self.texts.len() } else { self.codes.len() }
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// About how many bytes the rows take so far.
    pub fn bytes(&self) -> usize {
        self.texts.text.len() + self.texts.ends.len() * 8 + self.codes.len() * 4
    }

    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        if self.plain {
            self.texts.push(text);
            return;
        }
        let Some(index) = &mut self.index else { return };
        if self.codes.len() == TRIAL_ROWS && self.texts.len() > TRIAL_ROWS / 2 {
            self.give_up_dictionary();
            self.texts.push(text);
            return;
        }
        let hash = self.hasher.hash_one(text);
        let texts = &mut self.texts;
        if let Some(&code) = index.find(hash, |&code| texts.get(code as usize) == text) {
            self.codes.push(code);
            return;
        }
        let code = u32::try_from(texts.len()).unwrap_or(ABSENT);
        texts.push(text);
        let hasher = &self.hasher;
        index.insert_unique(hash, code, |&code| hasher.hash_one(texts.get(code as usize)));
        self.codes.push(code);
    }

    /// Adds every row of a column, looking up each of its texts once where they repeat.
    pub fn extend(&mut self, column: &Strings) {
        let Some((texts, codes)) = column.dictionary().filter(|_| !self.plain) else {
            column.iter().for_each(|text| self.push(text));
            return;
        };
        let mut known: Vec<u32> = vec![ABSENT; texts.len()];
        for &code in codes {
            match known.get(code as usize) {
                Some(&own) if own != ABSENT && !self.plain => self.codes.push(own),
                _ => {
                    self.push(texts.get(code as usize));
                    if let (Some(slot), Some(&own)) = (known.get_mut(code as usize), self.codes.last()) {
                        *slot = own;
                    }
                }
            }
        }
    }

    fn give_up_dictionary(&mut self) {
        let mut plain = Texts::default();
        for &code in &self.codes {
            plain.push(self.texts.get(code as usize));
        }
        self.texts = plain;
        self.codes = Vec::new();
        self.index = None;
        self.plain = true;
    }

    /// The column.
    pub fn finish(self) -> Strings {
        if self.plain {
            return Strings { texts: Arc::new(self.texts), codes: Codes::Rows, distinct: false };
        }
        Strings { texts: Arc::new(self.texts), codes: Codes::Each(Arc::new(self.codes)), distinct: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_and_unique_texts_come_back_in_order() {
        for distinct in [3, 1 << 15] {
            let rows: Vec<String> = (0..1 << 15).map(|row| format!("t{}", row % distinct)).collect();
            let mut builder = StringsBuilder::new();
            for row in &rows {
                builder.push(row);
            }
            let column = builder.finish();
            assert!(column.iter().eq(rows.iter().map(String::as_str)));
            assert_eq!(column.dictionary().is_some(), distinct == 3);
            let mut twice = StringsBuilder::new();
            twice.extend(&column);
            twice.extend(&column);
            assert!(twice.finish().iter().eq(rows.iter().chain(&rows).map(String::as_str)));
            let picked = column.gather(&[5, ABSENT, 0]);
            assert_eq!(picked.iter().collect::<Vec<_>>(), [rows[5].as_str(), "", rows[0].as_str()]);
        }
    }
}
