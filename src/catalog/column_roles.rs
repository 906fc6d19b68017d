//! What kind of value a column holds: the vendor of a file, a product, a host, a file name. Read from
//! `schemas/catalog/columns/roles.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

static TEXT: &str = include_str!("../../schemas/catalog/columns/roles.txt");
static ROLES: LazyLock<HashMap<String, Role>> = LazyLock::new(|| read(TEXT));

/// The kind of value a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The company that made or signed a file.
    Vendor,
    /// The product a file belongs to.
    Product,
    /// A host name or an address with one.
    Domain,
    /// The name of a file.
    File,
}

impl Role {
    /// The role of a column by its name, compared without case; `None` for columns of no known role.
    pub fn of_column(name: &str) -> Option<Self> {
        ROLES.get(&name.to_ascii_lowercase()).copied()
    }
}

fn read(text: &str) -> HashMap<String, Role> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter_map(|(role, columns)| Some((parse(role)?, columns)))
        .flat_map(|(role, columns)| columns.split_whitespace().map(move |column| (column.to_ascii_lowercase(), role)))
        .collect()
}

fn parse(role: &str) -> Option<Role> {
    match role {
        "vendor" => Some(Role::Vendor),
        "product" => Some(Role::Product),
        "domain" => Some(Role::Domain),
        "file" => Some(Role::File),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_read() {
        for line in TEXT.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let role = line.split(':').next().unwrap_or_default();
            assert!(parse(role).is_some(), "{line}");
        }
        assert_eq!(Role::of_column("initiatingprocessversioninfocompanyname"), Some(Role::Vendor));
        assert_eq!(Role::of_column("DeviceName"), None);
    }
}
