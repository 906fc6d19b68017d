//! Row types: the columns of a table, shared by all stages that do not change them.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;

use super::Name;
use super::name_index::NameIndex;
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
#[derive(Clone)]
pub struct Columns(Arc<Row>);

struct Row {
    columns: Vec<Column>,
    index: OnceLock<NameIndex>,
}

impl Columns {
    /// The index of the first column of this name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.index().find(&self.0.columns, name)
    }

    /// The column of this name.
    pub fn named(&self, name: &str) -> Option<&Column> {
        self.index_of(name).map(|at| &self[at])
    }

    /// Whether both are the very same row type, without looking at the columns.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether every column has a name, and no two the same.
    pub(crate) fn have_distinct_names(&self) -> bool {
        self.index().is_distinct(self)
    }

    /// No columns.
    pub(crate) fn none() -> &'static Self {
        static NONE: OnceLock<Columns> = OnceLock::new();
        NONE.get_or_init(|| Self(Arc::new(Row { columns: Vec::new(), index: OnceLock::new() })))
    }

    fn index(&self) -> &NameIndex {
        self.0.index.get_or_init(|| NameIndex::of(&self.0.columns))
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self::none().clone()
    }
}

impl Deref for Columns {
    type Target = [Column];

    fn deref(&self) -> &[Column] {
        &self.0.columns
    }
}

impl From<Vec<Column>> for Columns {
    fn from(columns: Vec<Column>) -> Self {
        if columns.is_empty() { Self::default() } else { Self(Arc::new(Row { columns, index: OnceLock::new() })) }
    }
}

impl<const N: usize> From<[Column; N]> for Columns {
    fn from(columns: [Column; N]) -> Self {
        Vec::from(columns).into()
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

impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self[..] == other[..]
    }
}

impl Eq for Columns {}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self[..].fmt(f)
    }
}

/// Columns while they are put together. What is known of the names of the row they begin with is not found out again.
#[derive(Debug, Default)]
pub(crate) struct ColumnsBuilder {
    columns: Vec<Column>,
    index: NameIndex,
}

impl ColumnsBuilder {
    /// Begins with nothing; so many columns will be added.
    pub(crate) fn of(count: usize) -> Self {
        Self { columns: Vec::with_capacity(count), index: NameIndex::default() }
    }

    /// Begins with the columns of a row; `more` will be added.
    pub(crate) fn starting_with(row: &Columns, more: usize) -> Self {
        let mut columns = Vec::with_capacity(row.len() + more);
        columns.extend_from_slice(row);
        Self { columns, index: row.index().clone() }
    }

    /// The index of the first column of this name.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.index.find(&self.columns, name)
    }

    pub(crate) fn push(&mut self, column: Column) {
        self.columns.push(column);
        self.index.cover(&self.columns);
    }

    /// Gives the column at this index another type.
    pub(crate) fn set_type(&mut self, at: usize, ty: Type) {
        if let Some(column) = self.columns.get_mut(at) {
            column.ty = ty;
        }
    }

    /// Gives the columns of these indices, which are not the first of their names, a number: `x1`, `x2`.
    pub(crate) fn number(&mut self, clashing: Vec<usize>) {
        let mut numbers: HashMap<Name, usize> = HashMap::new();
        for at in clashing {
            let name = self.columns[at].name.clone();
            let last = numbers.entry(name.clone()).or_default();
            let free = loop {
                *last += 1;
                let candidate = format!("{name}{last}");
                if self.index_of(&candidate).is_none() {
                    break candidate;
                }
            };
            self.columns[at].name = free.into();
            self.index.note(&self.columns, at);
        }
    }

    pub(crate) fn finish(self) -> Columns {
        Columns(Arc::new(Row { columns: self.columns, index: self.index.into() }))
    }
}

impl Deref for ColumnsBuilder {
    type Target = [Column];

    fn deref(&self) -> &[Column] {
        &self.columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(count: usize) -> Columns {
        (0..count).map(|at| Column { name: format!("c{at}").into(), ty: Type::Long }).collect()
    }

    #[test]
    fn narrow_and_wide_rows_find_the_first_column_of_a_name() {
        for count in [0, 1, 12, 13, 40] {
            let mut builder = ColumnsBuilder::starting_with(&row(count), 2);
            for name in ["new", "c0", "new"] {
                builder.push(Column { name: name.into(), ty: Type::String });
            }
            let columns = builder.finish();
            let linear = |name: &str| columns.iter().position(|column| column.name == *name);
            for name in ["c0", "c11", "c12", "c39", "new", "", "C0"] {
                assert_eq!(columns.index_of(name), linear(name), "{name} of {count}");
            }
            assert!(row(count).have_distinct_names() && !columns.have_distinct_names());
        }
    }

    #[test]
    fn columns_that_clash_get_the_next_free_number() {
        for count in [2, 30] {
            let mut builder = ColumnsBuilder::starting_with(&row(count), 3);
            for name in ["c1", "c12", "c1"] {
                builder.push(Column { name: name.into(), ty: Type::String });
            }
            let clashing = if count == 2 { vec![2, 4] } else { vec![30, 31, 32] };
            builder.number(clashing);
            let names: Vec<&str> = builder[count..].iter().map(|column| column.name.as_str()).collect();
            let expected = if count == 2 { ["c11", "c12", "c13"] } else { ["c110", "c121", "c111"] };
            // c11 to c19 are taken in the wide row.
            assert_eq!(names, expected);
            assert!(builder.finish().have_distinct_names());
        }
    }
}
