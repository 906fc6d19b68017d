//! What exists besides the query: the tables and functions it may name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ir::{Column, Columns, Name};
use super::known;
use crate::catalog;
use crate::text::Span;
use crate::value::Type;

/// The tables, functions and watchlists that a query may name: the catalogue's, and those that the caller supplies.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    supplied: BTreeMap<String, SuppliedTable>,
    functions: BTreeMap<String, Arc<WorkspaceFunction>>,
    parameters: Vec<(String, Option<Type>)>,
    watchlists: BTreeMap<String, SuppliedTable>,
    pub(super) answers: BTreeMap<String, SuppliedTable>,
    unknown_tables: UnknownTables,
    learned: Vec<(Span, Columns)>,
    learned_spans: Vec<Span>,
}

/// A table that the caller knows: a fixture, a custom table of the user's workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SuppliedTable {
    /// Its columns in order.
    pub columns: Columns,
    /// It may have columns that are not listed.
    pub open: bool,
}

/// A function that is saved in the workspace: an ASIM parser, `_GetWatchlist`, one of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceFunction {
    /// Its parameters in order. Where there are none, nothing is known of them: calls may have any arguments.
    pub parameters: Vec<FunctionParameter>,
    /// What it gives.
    pub result: FunctionResult,
}

/// A parameter of a function of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionParameter {
    /// Its name.
    pub name: Name,
    /// Its type; `None` for a table.
    pub ty: Option<Type>,
    /// It may be left out.
    pub optional: bool,
}

/// What a function of the workspace gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FunctionResult {
    /// A table.
    Table(SuppliedTable),
    /// The rows it is invoked on and these columns (`invoke FileProfile(SHA1)`).
    Added(Vec<Column>),
    /// A scalar.
    Scalar(Type),
    /// Not known, not even whether it is a table.
    #[default]
    Unknown,
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

    /// Adds a saved function; it stands before a table or function of this name in the catalogue.
    pub fn supply_function(&mut self, name: impl Into<String>, function: WorkspaceFunction) {
        self.functions.insert(name.into(), Arc::new(function));
    }

    /// Adds a watchlist by its alias: the columns that `_GetWatchlist('alias')` gives beside those of every watchlist.
    pub fn supply_watchlist(&mut self, alias: impl Into<String>, watchlist: SuppliedTable) {
        self.watchlists.insert(alias.into(), watchlist);
    }

    /// The function of the workspace of this very name. A table that was supplied stands before one of the catalogue.
    pub fn function(&self, name: &str) -> Option<Arc<WorkspaceFunction>> {
        match self.functions.get(name) {
            Some(function) => Some(Arc::clone(function)),
            None if self.supplied.contains_key(name) => None,
            None => known::function(name),
        }
    }

    /// The saved function of this very name that the caller supplied.
    pub fn supplied_function(&self, name: &str) -> Option<&Arc<WorkspaceFunction>> {
        self.functions.get(name)
    }

    /// Adds a scalar that the query is given by its caller: a parameter of a saved function. `None` is a parameter that may be
    /// anything, a table among others.
    pub fn give(&mut self, name: impl Into<String>, ty: Option<Type>) {
        self.parameters.push((name.into(), ty));
    }

    /// What the caller gives the query.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&str, Option<Type>)> {
        self.parameters.iter().map(|(name, ty)| (name.as_str(), *ty))
    }

    /// The names of the saved functions that the caller supplied.
    pub fn supplied_function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// The watchlist of this alias that the caller supplied.
    pub fn watchlist(&self, alias: &str) -> Option<&SuppliedTable> {
        self.watchlists.get(alias)
    }

    /// Says what columns the plugin at this place of the query gives, which only its rows tell.
    pub fn learn(&mut self, plugin: Span, columns: Vec<Column>) {
        self.learned.push((plugin, columns.into()));
        self.learned_spans.push(plugin);
    }

    /// The columns that were learned for the plugin at this place.
    pub(super) fn learned(&self, plugin: Span) -> Option<&Columns> {
        self.learned.iter().find(|(span, _)| *span == plugin).map(|(_, columns)| columns)
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
        self.supplied.get(name).cloned().or_else(|| known::table(name))
    }

    /// The names of all tables.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.supplied.keys().map(String::as_str).chain(catalog::table_names().map(|name| -> &str { name }))
    }

    /// Whether these columns are those of a custom log (`…_CL`) among the tables, all of them: the log may have more. What the
    /// catalogue knows of custom logs is what one version of a connector sends; what the caller supplies holds.
    pub fn may_lack_columns(&self, tables: &[String], columns: &[Column]) -> bool {
        let is_catalogues_own = |name: &&String| name.ends_with("_CL") && !self.supplied.contains_key(*name);
        let has = |name: &str| columns.iter().any(|column| column.name == name);
        let custom = tables.iter().filter(is_catalogues_own).filter_map(|name| catalog::table(name));
        custom.into_iter().any(|table| table.columns().all(|column| has(column.name)))
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
