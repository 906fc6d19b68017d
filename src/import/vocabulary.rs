//! What the words of a page's scenarios mean, read from `schemas/import/scenarios.toml`: which column a field is, which
//! values are placeholders, and the surroundings a tool runs in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// What the words of scenarios mean.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// The moment the tests of an imported page are evaluated at.
    pub now: String,
    /// What every skeleton event holds, by role.
    pub skeleton: BTreeMap<String, String>,
    /// Field names by role.
    fields: BTreeMap<String, Vec<String>>,
    /// Columns by table and role.
    tables: BTreeMap<String, BTreeMap<String, String>>,
    placeholders: Vec<PlaceholderPattern>,
    /// What surrounds a hit: values of columns that the rule does not look at, by role.
    pub surroundings: BTreeMap<String, Vec<String>>,
    known: Known,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceholderPattern {
    #[serde(deserialize_with = "pattern")]
    pattern: Regex,
    means: Stands,
    why: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    processes: Vec<String>,
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stands {
    /// The tool that the rule detects.
    Tool,
    /// Something else, of the reader's own network.
    Other,
}

/// What a field of a page is in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'v> {
    /// The field has a role, and the table a column for it.
    Column {
        /// The role: `process`, `destination`.
        role: &'v str,
        /// The column.
        column: &'v str,
    },
    /// The field has a role, but the table no column for it.
    NoColumn,
    /// Nothing is known of such a field.
    Unknown,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    toml::from_str(include_str!("../../schemas/import/scenarios.toml"))
        .expect("the vocabulary in the binary is well-formed")
});

impl Vocabulary {
    /// The vocabulary that the product knows.
    pub fn known() -> &'static Self {
        &VOCABULARY
    }

    /// What `field` is in `table`. `value` is what it is compared with: a hash's length tells which hash it is, and an
    /// address given for a destination is its IP.
    pub fn meaning(&self, field: &str, table: &str, value: &str) -> Meaning<'_> {
        let name = field.to_ascii_lowercase().replace('_', ".");
        let named = |names: &Vec<String>| names.iter().any(|known| known.replace('_', ".") == name);
        let Some((role, _)) = self.fields.iter().find(|(_, names)| named(names)) else { return Meaning::Unknown };
        let role = match role.as_str() {
            "hash" if value.len() == 64 => "sha256",
            "hash" => "sha1",
            "destination" if is_address(value) => "destination_ip",
            role => role,
        };
        self.role(role, table).unwrap_or(Meaning::NoColumn)
    }

    fn role(&self, role: &str, table: &str) -> Option<Meaning<'_>> {
        let (role, column) = self.tables.get(table)?.get_key_value(role)?;
        Some(Meaning::Column { role, column })
    }

    /// The columns of a table by role.
    pub fn columns(&self, table: &str) -> impl Iterator<Item = (&str, &str)> {
        self.tables.get(table).into_iter().flatten().map(|(role, column)| (role.as_str(), column.as_str()))
    }

    /// The column that has a role in a table.
    pub fn column(&self, table: &str, role: &str) -> Option<&str> {
        self.tables.get(table)?.get(role).map(String::as_str)
    }

    /// What a value stands for and why it is taken for a placeholder.
    pub fn placeholder(&self, value: &str) -> Option<(Stands, &str)> {
        let found = self.placeholders.iter().find(|placeholder| placeholder.pattern.is_match(value))?;
        Some((found.means, &found.why))
    }

    /// Whether a process is one of Windows or of common software.
    pub fn is_common_process(&self, name: &str) -> bool {
        self.known.processes.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Whether a value is an IP address or a range of them (`10.0.0.0/8`).
pub fn is_address(value: &str) -> bool {
    value.split('/').next().is_some_and(|address| address.parse::<std::net::IpAddr>().is_ok())
}

/// Whether a value is a range of IP addresses.
pub fn is_address_range(value: &str) -> bool {
    value.contains('/') && is_address(value)
}

fn pattern<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    let text: String = serde::Deserialize::deserialize(deserializer)?;
    Regex::new(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_is_well_formed_and_its_fields_have_one_role() {
        let vocabulary = Vocabulary::known();
        let mut names: Vec<String> = vocabulary.fields.values().flatten().map(|name| name.replace('_', ".")).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "a field name stands under two roles");
    }

    #[test]
    fn a_field_is_a_column_of_its_table() {
        let vocabulary = Vocabulary::known();
        let column = |field: &str, value: &str| match vocabulary.meaning(field, "DeviceNetworkEvents", value) {
            Meaning::Column { column, .. } => column,
            _ => "",
        };
        assert_eq!(column("process.name", "a.exe"), "InitiatingProcessFileName");
        assert_eq!(column("process.parent_process.name", "a.exe"), "InitiatingProcessParentFileName");
        assert_eq!(column("destination", "10.0.0.0/8"), "RemoteIP");
        assert_eq!(column("destination", "update.microsoft.com"), "RemoteUrl");
        assert_eq!(vocabulary.meaning("event_id", "DeviceNetworkEvents", "1234"), Meaning::NoColumn);
        assert_eq!(vocabulary.meaning("session.context", "DeviceNetworkEvents", ""), Meaning::Unknown);
    }
}
