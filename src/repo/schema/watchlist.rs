//! Watchlists in two shapes: the CSV file that is uploaded, whose name is the alias, and the JSON of their Azure resources, in
//! which the same text is `rawContent`. The columns are those of the header; the service keeps every value as a string.

use std::path::Path;

use serde_json::Value;

use super::{csv, document, extension, stem};
use crate::bind::SuppliedTable;
use crate::bind::ir::Column;
use crate::value::Type;

/// Reads one file: the aliases and their columns.
pub(super) fn read(path: &Path, text: &str) -> Result<Vec<(String, SuppliedTable)>, String> {
    if extension(path) == "csv" {
        return Ok(vec![(stem(path), columns(text, 0)?)]);
    }
    let document = document::read(path, text)?;
    let resources = document.get("resources").and_then(Value::as_array).map(Vec::as_slice);
    let mut found = Vec::new();
    for resource in resources.unwrap_or(std::slice::from_ref(&document)) {
        let property = |key: &str| resource.get("properties").and_then(|properties| properties.get(key));
        let Some(content) = property("rawContent").and_then(Value::as_str) else { continue };
        let skipped = property("numberOfLinesToSkip").and_then(Value::as_u64).unwrap_or(0);
        // An expression such as `[parameters('alias')]` is no alias.
        let alias = property("watchlistAlias").and_then(Value::as_str).filter(|alias| !alias.starts_with('['));
        let alias = alias.map_or_else(|| stem(path), str::to_owned);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let columns = columns(content, skipped).map_err(|error| format!("`rawContent` of {alias}: {error}"))?;
        found.push((alias, columns));
    }
    if found.is_empty() {
        return Err("is no watchlist: resources with `properties` that have `rawContent` are expected".to_owned());
    }
    Ok(found)
}

/// The columns of a watchlist by its content, whose header stands behind `skipped` lines.
fn columns(content: &str, skipped: usize) -> Result<SuppliedTable, String> {
    let header = content.lines().nth(skipped).filter(|line| !line.trim().is_empty()).ok_or("has no header")?;
    let names = csv::fields(header).into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let columns = names.map(|name| Column { name: name.into(), ty: Type::String }).collect();
    Ok(SuppliedTable { columns, open: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> String {
        let lists = match read(Path::new(path), text) {
            Ok(lists) => lists,
            Err(error) => return error,
        };
        let line = |(alias, list): &(String, SuppliedTable)| {
            let columns: Vec<String> =
                list.columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
            format!("{alias}({})", columns.join(","))
        };
        lists.iter().map(line).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn both_shapes_are_read() {
        assert_eq!(
            shown("Admins.csv", "User,\"Since, when\"\r\na@b.c,2020\r\n"),
            "Admins(User:string,Since, when:string)"
        );
        let resource = r#"{"resources": [{"type": "x/Watchlists", "properties":
            {"watchlistAlias": "VIPs", "rawContent": "comment\nUPN,Tier\n", "numberOfLinesToSkip": 1}}]}"#;
        assert_eq!(shown("w.json", resource), "VIPs(UPN:string,Tier:string)");
        let expression = r#"{"properties": {"watchlistAlias": "[parameters('a')]", "rawContent": "UPN"}}"#;
        assert_eq!(shown("w.json", expression), "w(UPN:string)");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(shown("w.csv", "\n"), "has no header");
        assert!(shown("w.json", "{}").starts_with("is no watchlist"), "{}", shown("w.json", "{}"));
    }
}
