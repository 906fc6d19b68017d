//! Row types: the columns of a table, shared by all stages that do not change them.

use std::ops::Deref;
use std::sync::Arc;

use super::Name;
use crate::value::Type;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name; case matters.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}

/// The columns of a table, in order. Cloning them copies a pointer.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Columns(Arc<[Column]>);

impl Deref for Columns {
    type Target = [Column];

    fn deref(&self) -> &[Column] {
        &self.0
    }
}

impl From<Vec<Column>> for Columns {
    fn from(columns: Vec<Column>) -> Self {
        if columns.is_empty() { Self::default() } else { Self(columns.into()) }
    }
}

impl<const N: usize> From<[Column; N]> for Columns {
    fn from(columns: [Column; N]) -> Self {
        Self(columns.into())
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<I: IntoIterator<Item = Column>>(columns: I) -> Self {
        columns.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'c> IntoIterator for &'c Columns {
    type Item = &'c Column;
    type IntoIter = std::slice::Iter<'c, Column>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
