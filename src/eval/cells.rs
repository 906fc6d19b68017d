//! The cells of a column whose type has nulls: values, and a mask of those that are not null.
//!
//! Catalogue tables have dozens of columns that the data at hand lack. Cells that are all null are only counted; values
//! and mask are made when somebody reads them.

use std::sync::{Arc, OnceLock};

use super::column::ABSENT;

/// The values of a column whose type has nulls.
#[derive(Debug, Clone)]
pub struct Cells<T>(Store<T>);

#[derive(Debug, Clone)]
enum Store<T> {
    Values { values: Arc<Vec<T>>, valid: Option<Arc<Vec<bool>>> },
    Nulls(Arc<Nulls<T>>),
}

#[derive(Debug)]
struct Nulls<T> {
    rows: usize,
    made: OnceLock<(Vec<T>, Arc<Vec<bool>>)>,
}

impl<T: Clone + Default> Nulls<T> {
    fn made(&self) -> &(Vec<T>, Arc<Vec<bool>>) {
        self.made.get_or_init(|| (vec![T::default(); self.rows], Arc::new(vec![false; self.rows])))
    }
}

impl<T: Clone + Default> Cells<T> {
    /// Cells without nulls.
    pub fn new(values: Vec<T>) -> Self {
        Self::with_mask(values, None)
    }

    /// Cells that are null where `valid` is false; both are of one length.
    pub fn with_validity(values: Vec<T>, valid: Vec<bool>) -> Self {
        debug_assert_eq!(values.len(), valid.len());
        let valid = if valid.iter().all(|&set| set) { None } else { Some(Arc::new(valid)) };
        Self::with_mask(values, valid)
    }

    /// Cells with the nulls of a mask that another column has.
    pub fn with_mask(values: Vec<T>, valid: Option<Arc<Vec<bool>>>) -> Self {
        Self(Store::Values { values: Arc::new(values), valid })
    }

    /// `rows` nulls.
    pub fn nulls(rows: usize) -> Self {
        if rows == 0 {
            return Self::new(Vec::new());
        }
        Self(Store::Nulls(Arc::new(Nulls { rows, made: OnceLock::new() })))
    }

    /// The cells of several columns, one below the other.
    pub fn joined(parts: &[&Self]) -> Self {
        if parts.iter().all(|part| part.are_nulls()) {
            return Self::nulls(parts.iter().map(|part| part.len()).sum());
        }
        let values = parts.iter().flat_map(|part| part.values().iter().cloned()).collect();
        if !parts.iter().any(|part| part.has_nulls()) {
            return Self::new(values);
        }
        let valid = parts.iter().flat_map(|part| (0..part.len()).map(|row| part.is_valid(row)));
        Self::with_validity(values, valid.collect())
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Store::Values { values, .. } => values.len(),
            Store::Nulls(nulls) => nulls.rows,
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All values; those of null rows mean nothing.
    pub fn values(&self) -> &[T] {
        match &self.0 {
            Store::Values { values, .. } => values,
            Store::Nulls(nulls) => &nulls.made().0,
        }
    }

    /// The mask of rows that are not null; `None` when no row is.
    pub fn mask(&self) -> Option<&Arc<Vec<bool>>> {
        match &self.0 {
            Store::Values { valid, .. } => valid.as_ref(),
            Store::Nulls(nulls) => Some(&nulls.made().1),
        }
    }

    /// Whether any row is null.
    pub fn has_nulls(&self) -> bool {
        matches!(&self.0, Store::Nulls(_) | Store::Values { valid: Some(_), .. })
    }

    /// Whether the rows are nulls that take no memory until they are read.
    pub fn are_nulls(&self) -> bool {
        matches!(self.0, Store::Nulls(_))
    }

    /// Whether the row is not null.
    pub fn is_valid(&self, row: usize) -> bool {
        match &self.0 {
            Store::Values { valid, .. } => valid.as_ref().is_none_or(|valid| valid[row]),
            Store::Nulls(_) => false,
        }
    }

    /// The row's value, `None` for null.
    pub fn get(&self, row: usize) -> Option<&T> {
        match &self.0 {
            Store::Values { values, .. } if self.is_valid(row) => values.get(row),
            _ => None,
        }
    }

    /// Every row in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&T>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The rows named, in that order; [`ABSENT`] gives null.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Self {
        let Store::Values { values: source, valid } = &self.0 else { return Self::nulls(rows.len()) };
        let pick = |&row: &u32| source.get(row as usize).cloned().unwrap_or_default();
        let values: Vec<T> = rows.iter().map(pick).collect();
        let has_absent = || rows.contains(&ABSENT);
        match valid {
            None if !has_absent() => Self::new(values),
            None => Self::with_validity(values, rows.iter().map(|&row| row != ABSENT).collect()),
            Some(valid) => {
                let kept = rows.iter().map(|&row| valid.get(row as usize).copied().unwrap_or(false)).collect();
                Self::with_validity(values, kept)
            }
        }
    }
}

impl<T: Clone + Default> FromIterator<Option<T>> for Cells<T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(cells: I) -> Self {
        let cells = cells.into_iter();
        let mut values = Vec::with_capacity(cells.size_hint().0);
        let mut valid = Vec::with_capacity(cells.size_hint().0);
        for cell in cells {
            valid.push(cell.is_some());
            values.push(cell.unwrap_or_default());
        }
        Self::with_validity(values, valid)
    }
}
