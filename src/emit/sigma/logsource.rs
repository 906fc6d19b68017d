//! Which Sigma log source a Defender table is, and what its columns are called there. Data: `schemas/catalog/sigma`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

const DATA: &str = include_str!("../../../schemas/catalog/sigma/defender_tables.json");

#[derive(Debug, Default, Deserialize)]
struct Catalogue {
    differences: BTreeMap<String, String>,
    tables: BTreeMap<String, Table>,
}

/// One table as a log source.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    /// `logsource.category`
    pub(super) category: String,
    /// `logsource.product`
    pub(super) product: String,
    /// What `SigmaHQ` starts the names of its files with.
    pub(super) file_prefix: String,
    fields: BTreeMap<String, String>,
}

impl Table {
    /// The Sigma field of a column; `None` for a column that keeps its own name.
    pub(super) fn field(&self, column: &str) -> Option<&str> {
        self.fields.get(column).map(String::as_str)
    }
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| serde_json::from_str(DATA).unwrap_or_default())
}

/// The table called `name`, if it has a log source in Sigma.
pub(super) fn table(name: &str) -> Option<&'static Table> {
    catalogue().tables.get(name)
}

/// The tables that have one.
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
