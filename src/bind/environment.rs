//! What exists besides the query: the tables and functions it may name.

use std::collections::BTreeMap;

use super::ir::Column;
use crate::catalog;
use crate::text::Span;

/// The tables and functions that a query may name: the catalogue's, and those that the caller supplies.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    supplied: BTreeMap<String, SuppliedTable>,
    functions: BTreeMap<String, SuppliedTable>,
    unknown_tables: UnknownTables,
    learned: Vec<(Span, Vec<Column>)>,
    learned_spans: Vec<Span>,
}

/// A table that the caller knows: a fixture, a custom table of the user's workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SuppliedTable {
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// It may have columns that are not listed.
    pub open: bool,
}

/// What the name of a table means that neither the catalogue nor the caller knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownTables {
    /// A mistake, except for custom logs (`…_CL`): those every workspace has of its own.
    #[default]
    Error,
    /// Always a mistake.
    ErrorEvenCustom,
    /// A table with unknown columns.
    Open,
}

impl Environment {
    /// The catalogue alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a table; it stands before a table of this name in the catalogue.
    pub fn supply(&mut self, name: impl Into<String>, table: SuppliedTable) {
        self.supplied.insert(name.into(), table);
    }

    /// Adds a saved function by the table that it gives; it stands before a function of this name in the catalogue.
    pub fn supply_function(&mut self, name: impl Into<String>, result: SuppliedTable) {
        self.functions.insert(name.into(), result);
    }

    /// What the saved function of this very name gives.
    pub fn function(&self, name: &str) -> Option<&SuppliedTable> {
        self.functions.get(name)
    }

    /// Says what columns the plugin at this place of the query gives, which only its rows tell.
    pub fn learn(&mut self, plugin: Span, columns: Vec<Column>) {
        self.learned.push((plugin, columns));
        self.learned_spans.push(plugin);
    }

    /// The columns that were learned for the plugin at this place.
    pub(super) fn learned(&self, plugin: Span) -> Option<&[Column]> {
        self.learned.iter().find(|(span, _)| *span == plugin).map(|(_, columns)| columns.as_slice())
    }

    /// The places of plugins whose columns were learned.
    pub fn learned_spans(&self) -> &[Span] {
        &self.learned_spans
    }

    /// Says what unknown tables are.
    #[must_use]
    pub const fn with_unknown_tables(mut self, unknown_tables: UnknownTables) -> Self {
        self.unknown_tables = unknown_tables;
        self
    }

    /// The table of this very name.
    pub fn table(&self, name: &str) -> Option<SuppliedTable> {
        if let Some(table) = self.supplied.get(name) {
            return Some(table.clone());
        }
        let table = catalog::table(name)?;
        let columns = table.columns().map(|column| Column { name: column.name.to_owned(), ty: column.ty }).collect();
        Some(SuppliedTable { columns, open: table.open })
    }

    /// The names of all tables.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.supplied.keys().map(String::as_str).chain(catalog::table_names().map(|name| -> &str { name }))
    }

    /// The names of the tables that the caller supplied.
    pub fn supplied_names(&self) -> impl Iterator<Item = &str> {
        self.supplied.keys().map(String::as_str)
    }

    /// The names of the tables that a pattern may mean. Where there are no tables but those at hand, they are meant alone.
    pub(super) fn names_for_patterns(&self) -> Vec<&str> {
        match self.unknown_tables {
            UnknownTables::ErrorEvenCustom => self.supplied_names().collect(),
            UnknownTables::Error | UnknownTables::Open => self.table_names().collect(),
        }
    }

    /// Whether a table of this name, which nobody knows, is taken to exist with unknown columns.
    pub(super) fn allows_unknown(&self, name: &str) -> bool {
        match self.unknown_tables {
            UnknownTables::Open => true,
            UnknownTables::ErrorEvenCustom => false,
            UnknownTables::Error => name.ends_with("_CL"),
        }
    }
}
