//! Tables, and the tables a query can read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::column::Column;
use super::load::TableFile;
use crate::value::{Type, Value};

/// Named columns of one length.
#[derive(Debug, Clone, Default)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Column>,
    rows: usize,
}

impl Table {
    /// A table of columns that all have `rows` rows.
    pub fn new(names: Vec<String>, columns: Vec<Column>, rows: usize) -> Self {
        debug_assert_eq!(names.len(), columns.len());
        debug_assert!(columns.iter().all(|column| column.len() == rows));
        Self { names, columns, rows }
    }

    /// A table without rows.
    pub fn empty(schema: impl IntoIterator<Item = (String, Type)>) -> Self {
        let (names, columns) = schema.into_iter().map(|(name, ty)| (name, Column::nulls(ty, 0))).unzip();
        Self { names, columns, rows: 0 }
    }

    /// The columns' names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns' names and types, in order.
    pub fn schema(&self) -> impl Iterator<Item = (&str, Type)> {
        self.names.iter().map(String::as_str).zip(self.columns.iter().map(Column::ty))
    }

    /// The column of this name; case matters.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.names.iter().position(|own| own == name).and_then(|at| self.columns.get(at))
    }

    /// The cell at a row and a column; null outside the table.
    pub fn value(&self, row: usize, column: usize) -> Value {
        self.columns.get(column).filter(|_| row < self.rows).map_or(Value::Null, |column| column.value(row))
    }

    /// The rows named, in that order.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Self {
        let columns = self.columns.iter().map(|column| column.gather(rows)).collect();
        Self { names: self.names.clone(), columns, rows: rows.len() }
    }

    /// About how many bytes the rows take.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(Column::bytes).sum()
    }
}

/// Where the rows of a table are.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Table(Table),
    File(Arc<TableFile>),
}

/// The tables a query can read, by name; and the answers of functions whose rows only the outside knows.
#[derive(Debug, Clone, Default)]
pub struct Database {
    tables: BTreeMap<String, Source>,
    has_files: bool,
    externals: BTreeMap<String, PathBuf>,
    functions: BTreeMap<String, Table>,
}

impl Database {
    /// A database without tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a table.
    pub fn insert(&mut self, name: impl Into<String>, table: Table) {
        self.tables.insert(name.into(), Source::Table(table));
    }

    /// Adds or replaces a table whose rows stand in a file. They are read when a query asks for them.
    pub fn insert_file(&mut self, name: impl Into<String>, file: Arc<TableFile>) {
        self.tables.insert(name.into(), Source::File(file));
        self.has_files = true;
    }

    /// Adds or replaces the answer of a call, written as in a query without white space: `_GetWatchlist('Admins')`, with
    /// single quotes. The name alone stands for every call of the function that has no answer of its own.
    pub fn insert_function(&mut self, call: impl Into<String>, table: Table) {
        self.functions.insert(call.into(), table);
    }

    /// Adds or replaces the file that has the content of an address for `externaldata`.
    pub fn insert_external(&mut self, url: impl Into<String>, path: impl Into<PathBuf>) {
        self.externals.insert(url.into(), path.into());
    }

    /// The file that has the content of an address.
    pub(crate) fn external(&self, url: &str) -> Option<&Path> {
        self.externals.get(url).map(PathBuf::as_path)
    }

    /// Where the rows of the table of this name are; case matters.
    pub(crate) fn source(&self, name: &str) -> Option<&Source> {
        self.tables.get(name)
    }

    /// Whether the rows of some table stand in a file.
    pub(crate) fn has_files(&self) -> bool {
        self.has_files
    }

    /// The answer of this call: its own, else that of the function.
    pub fn function(&self, call: &str) -> Option<&Table> {
        let name = call.split('(').next().unwrap_or_default();
        self.functions.get(call).or_else(|| self.functions.get(name))
    }
}
