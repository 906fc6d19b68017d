//! Data connectors of Microsoft Sentinel's content hub and the tables that their solutions work with.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::lines::SortedLines;

const CONNECTORS: SortedLines = SortedLines(include_str!("../../schemas/catalog/connectors/connectors.txt"));

/// By their ids in lower case: of two that differ in case only, one.
static BY_ID: LazyLock<HashMap<String, Connector>> = LazyLock::new(|| {
    let connector = |(id, tables)| Connector { id, tables };
    CONNECTORS.entries().map(connector).map(|connector| (connector.id.to_ascii_lowercase(), connector)).collect()
});

/// A data connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connector {
    /// Its id, as `connectorId` has it.
    pub id: &'static str,
    tables: &'static str,
}

impl Connector {
    /// The tables that its solution works with, its own among them; empty where none is known.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.tables.split(',').filter(|table| *table != "?")
    }
}

/// The connector of this id, in whatever case.
pub fn connector(id: &str) -> Option<Connector> {
    BY_ID.get(&id.to_ascii_lowercase()).copied()
}

/// The ids of all connectors, sorted.
pub fn connector_ids() -> impl Iterator<Item = &'static str> + Clone {
    CONNECTORS.names()
}

/// Whether any connector is known to bring a table of this name, in whatever case.
pub fn is_brought(table: &str) -> bool {
    static TABLES: LazyLock<HashSet<String>> =
        LazyLock::new(|| BY_ID.values().flat_map(Connector::tables).map(str::to_ascii_lowercase).collect());
    TABLES.contains(&table.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connector_is_found() {
        assert!(connector_ids().all(|id| connector(id).is_some()));
        assert!(
            connector("azureactivedirectory").is_some_and(|found| found.tables().any(|table| table == "SigninLogs"))
        );
        assert_eq!(connector("WAF").map(|found| found.tables().count() > 1), Some(true));
        assert!(is_brought("AWSCloudTrail") && !is_brought("?"));
    }
}
