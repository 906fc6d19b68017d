//! The tables of Log Analytics (Sentinel) and of Defender XDR advanced hunting, and their columns.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::lines::SortedLines;
use crate::value::Type;

const TABLES: SortedLines = SortedLines(include_str!("../../schemas/catalog/tables/tables.txt"));

/// Where a table exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worlds {
    /// In a Log Analytics workspace, so in Sentinel's analytics rules.
    pub sentinel: bool,
    /// In Defender XDR's advanced hunting.
    pub xdr: bool,
}

/// A column of a catalogue table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnType {
    /// Its name; case matters.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
}

/// A table of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name; case matters.
    pub name: &'static str,
    /// Where it exists.
    pub worlds: Worlds,
    /// It may have columns that are not listed (`AzureDiagnostics`).
    pub open: bool,
    columns: &'static str,
}

impl Table {
    /// The columns, in the catalogue's order.
    pub fn columns(&self) -> impl Iterator<Item = ColumnType> + use<> {
        columns(self.columns)
    }
}

/// The table of this very name.
pub fn table(name: &str) -> Option<Table> {
    let (name, line) = TABLES.entry(name)?;
    read(name, line)
}

fn read(name: &'static str, line: &'static str) -> Option<Table> {
    let (worlds, columns) = line.split_once('\t')?;
    let worlds_of = Worlds { sentinel: worlds.contains('L'), xdr: worlds.contains('X') };
    Some(Table { name, worlds: worlds_of, open: worlds.ends_with('*'), columns })
}

/// The names of all tables, sorted.
pub fn table_names() -> impl Iterator<Item = &'static str> {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| TABLES.names().collect());
    NAMES.iter().copied()
}

/// The tables that have a column of this very name, sorted by name.
pub fn tables_with_column(column: &str) -> impl Iterator<Item = Table> {
    static TABLES_OF: LazyLock<HashMap<&'static str, Vec<Table>>> = LazyLock::new(tables_of_columns);
    TABLES_OF.get(column).into_iter().flatten().copied()
}

fn tables_of_columns() -> HashMap<&'static str, Vec<Table>> {
    let mut tables_of: HashMap<_, Vec<Table>> = HashMap::new();
    for table in TABLES.entries().filter_map(|(name, line)| read(name, line)) {
        for column in table.columns() {
            tables_of.entry(column.name).or_default().push(table);
        }
    }
    tables_of
}

/// Reads `a:s,b:t`.
pub(super) fn columns(text: &'static str) -> impl Iterator<Item = ColumnType> + use<> {
    text.split(',').filter_map(|column| {
        let (name, letter) = column.rsplit_once(':')?;
        Some(ColumnType { name, ty: type_of_letter(letter)? })
    })
}

fn type_of_letter(letter: &str) -> Option<Type> {
    Some(match letter {
        "b" => Type::Bool,
        "i" => Type::Int,
        "l" => Type::Long,
        "r" => Type::Real,
        "m" => Type::Decimal,
        "s" => Type::String,
        "t" => Type::DateTime,
        "p" => Type::TimeSpan,
        "g" => Type::Guid,
        "d" => Type::Dynamic,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_catalogue_is_found_and_whole() {
        for name in table_names() {
            let table = table(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(table.name, name);
            assert_eq!(table.columns().count(), table.columns.split(',').count(), "{name}: a column could not be read");
            assert!(table.worlds.sentinel || table.worlds.xdr, "{name}");
        }
    }

    #[test]
    fn a_column_is_found_in_its_tables() {
        let names: Vec<&str> = tables_with_column("TeamsMessageId").map(|table| table.name).collect();
        assert_eq!(names, ["MessageEvents", "MessagePostDeliveryEvents", "MessageUrlInfo"]);
        assert_eq!(tables_with_column("MessageId:").count(), 0);
    }

    #[test]
    fn a_table_has_its_columns_and_worlds() {
        let table = table("DeviceNetworkEvents").expect("in the catalogue");
        assert_eq!(table.worlds, Worlds { sentinel: true, xdr: true });
        let port = table.columns().find(|column| column.name == "RemotePort").expect("a column");
        assert_eq!(port.ty, Type::Int);
        assert!(super::table("devicenetworkevents").is_none());
    }
}
