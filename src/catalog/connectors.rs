//! Data connectors of Microsoft Sentinel's content hub and the tables that their solutions work with.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use strsim::osa_distance;

use super::lines::SortedLines;

const CONNECTORS: SortedLines = SortedLines(include_str!("../../schemas/catalog/connectors/connectors.txt"));

const OWN_TABLES: &str = include_str!("../../schemas/catalog/connectors/own_tables.txt");

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

/// Whether the service fills a table itself, so that no connector brings it.
pub fn is_own(table: &str) -> bool {
    OWN_TABLES.lines().any(|own| own.eq_ignore_ascii_case(table))
}

/// The connector that is probably meant by an id that none has: one that is spelled nearly so; one that brings the `tables`
/// which the rule lists for it, rather one of a like name; one that is named after the same product.
pub fn meant(written: &str, tables: &[&str]) -> Option<&'static str> {
    let spelled = |id: &&str| osa_distance(&id.to_ascii_lowercase(), &written.to_ascii_lowercase()) <= 2;
    if let Some(id) = connector_ids().find(spelled).filter(|_| written.len() > 4) {
        return Some(id);
    }
    let own = words(written);
    let shared = |id: &str| words(id).iter().filter(|word| own.contains(word)).count();
    // The lists are wide: of a table that many have, the list says nothing.
    let brings = |connector: &&Connector| {
        !tables.is_empty()
            && tables.iter().all(|table| connector.tables().any(|brought| brought.eq_ignore_ascii_case(table)))
    };
    let bringing: Vec<&Connector> = BY_ID.values().filter(brings).collect();
    if (1..=MOST_BRINGING).contains(&bringing.len()) {
        let best =
            bringing.into_iter().min_by_key(|found| (Reverse(shared(found.id)), found.tables().count(), found.id));
        return best.map(|connector| connector.id);
    }
    let [first, rest @ ..] = own.as_slice() else { return None };
    let of_product = |id: &&str| {
        let theirs = words(id);
        let same_two = !rest.is_empty() && theirs.get(1) == rest.first();
        theirs.first() == Some(first) && (same_two || is_rare(first))
    };
    connector_ids().filter(of_product).min_by_key(|id| (Reverse(shared(id)), id.len()))
}

/// So many connectors may bring a table before that tells nothing of the one meant.
const MOST_BRINGING: usize = 4;

/// Whether few connectors start with a word, so that it is the name of a vendor or product.
fn is_rare(word: &str) -> bool {
    const FEW: usize = 8;
    word.len() > 2 && connector_ids().filter(|id| words(id).first().is_some_and(|first| first == word)).count() <= FEW
}

/// The words of an id in small letters: `AWSCloudTrail` is `aws`, `cloud`, `trail`.
fn words(id: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let letters: Vec<char> = id.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let ends_capitals = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts = match before {
            None => true,
            Some(before) if letter.is_uppercase() => !before.is_uppercase() || ends_capitals,
            Some(before) => letter.is_alphabetic() != before.is_alphabetic(),
        };
        if !letter.is_alphanumeric() {
            continue;
        }
        match words.last_mut().filter(|_| !starts) {
            Some(word) => word.extend(letter.to_lowercase()),
            None => words.push(letter.to_lowercase().collect()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connector_meant() {
        assert_eq!(words("AWSCloudTrail_v2"), ["aws", "cloud", "trail", "v", "2"]);
        let table = [
            ("SecurityEvent", &["SecurityEvent"][..], Some("SecurityEvents")),
            ("MicrosoftGraphActivityLogs", &["MicrosoftGraphActivityLogs"], Some("AzureActiveDirectory")),
            (
                "MicrosoftDefenderforEndpoints",
                &["DeviceProcessEvents"],
                Some("MicrosoftDefenderAdvancedThreatProtection"),
            ),
            ("WindowsDnsAma", &["ASimDnsActivityLogs"], Some("ASimDnsActivityLogs")),
            ("Okta", &["Okta_CL"], Some("OktaSSO")),
            ("ZeroNetworksAccessOrchestratorAuditFunction", &[], Some("ZeroNetworksSegmentAuditNativePoller")),
            ("CommonSecurityEvents", &["CommonSecurityLog"], None),
            ("YourConnectorId", &["YourDataType"], None),
            ("x", &[], None),
            ("", &[], None),
        ];
        for (written, tables, wanted) in table {
            assert_eq!(meant(written, tables), wanted, "{written}");
        }
    }

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
