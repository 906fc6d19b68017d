//! Which Sigma log source a Defender table is, and what its columns are called there. Data: `schemas/catalog/sigma`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::catalog;

const DATA: &str = include_str!("../../../schemas/catalog/sigma/defender_tables.json");

#[derive(Debug, Default, Deserialize)]
struct Catalogue {
    differences: BTreeMap<String, String>,
    tables: BTreeMap<String, Table>,
}

#[derive(Debug, Deserialize)]
struct Table {
    product: String,
    /// The widest first; never empty.
    categories: Vec<Category>,
    fields: BTreeMap<String, String>,
}

/// A log source that holds events of a table.
#[derive(Debug, Deserialize)]
pub(super) struct Category {
    /// `logsource.category`
    pub(super) name: String,
    /// What `SigmaHQ` starts the names of its files with.
    pub(super) file_prefix: String,
    /// Which events it holds, as a noun phrase.
    pub(super) holds: String,
    actions: Vec<String>,
    taxonomy: Vec<String>,
}

impl Category {
    /// Whether `SigmaHQ`'s validators know a field of that name here.
    pub(super) fn knows(&self, field: &str) -> bool {
        self.taxonomy.iter().any(|known| known == field)
    }
}

/// A table that has a log source in Sigma.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogSource {
    name: &'static str,
    table: &'static Table,
}

impl LogSource {
    /// The log source of the table called `name`.
    pub(super) fn of(name: &str) -> Option<Self> {
        catalogue().tables.get_key_value(name).map(|(name, table)| Self { name, table })
    }

    /// The table's name.
    pub(super) const fn table(self) -> &'static str {
        self.name
    }

    /// `logsource.product`
    pub(super) fn product(self) -> &'static str {
        &self.table.product
    }

    /// The Sigma field of a column; `None` for a column that keeps its own name.
    pub(super) fn field(self, column: &str) -> Option<&'static str> {
        self.table.fields.get(column).map(String::as_str)
    }

    /// The category that holds every event a category of the table holds, or comes nearest to it.
    pub(super) fn widest(self) -> &'static Category {
        &self.table.categories[0]
    }

    /// The category that holds the events with these values of `ActionType`, which compare without case.
    pub(super) fn category_of(self, actions: &[String]) -> Option<&'static Category> {
        let holds = |category: &&Category, action: &String| {
            category.actions.iter().any(|known| known.eq_ignore_ascii_case(action))
        };
        let all = |category: &&Category| actions.iter().all(|action| holds(category, action));
        self.table.categories.iter().find(all).filter(|_| !actions.is_empty())
    }

    /// Whether the table has the column. An error is the column's name in other letters, where there is one.
    pub(super) fn has_column(self, column: &str) -> Result<(), Option<&'static str>> {
        let Some(table) = catalog::table(self.name).filter(|table| !table.open) else { return Ok(()) };
        let mut near = None;
        for known in table.columns() {
            if known.name == column {
                return Ok(());
            }
            if known.name.eq_ignore_ascii_case(column) {
                near = Some(known.name);
            }
        }
        Err(near)
    }
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| serde_json::from_str(DATA).unwrap_or_default())
}

/// The tables that have a log source.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    catalogue().tables.keys().map(String::as_str)
}

/// How the values of a Sigma field differ from those of the column it stands for, as a clause.
pub(super) fn difference(field: &str) -> Option<&'static str> {
    catalogue().differences.get(field).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_log_source_is_whole() {
        for name in tables() {
            let source = LogSource::of(name).expect("a log source");
            let columns: Vec<&str> = catalog::table(name).expect(name).columns().map(|column| column.name).collect();
            assert!(!source.table.categories.is_empty(), "{name}");
            for column in source.table.fields.keys() {
                assert!(columns.contains(&column.as_str()), "{name} has no column {column}");
            }
        }
    }

    #[test]
    fn no_field_stands_for_two_columns() {
        assert!(tables().count() > 0, "the data is read");
        for (name, table) in &catalogue().tables {
            let mut seen = std::collections::BTreeSet::new();
            for (column, field) in &table.fields {
                assert!(seen.insert(field), "{name}: {field} stands for {column} and another column");
                assert!(
                    !table.fields.contains_key(field) || field == column,
                    "{name}: {field} is another column's own name"
                );
            }
        }
    }
}
