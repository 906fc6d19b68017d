//! Tables and their columns, in four shapes: our own (`tables:`, `functions:` and `watchlists:` with columns by name), the JSON that the
//! Azure-Sentinel repository keeps for custom tables (`Name`, `Properties`), and the export of `TABLE | getschema` as JSON or
//! CSV, whose table is the file's name.

use std::path::Path;

use serde_json::{Map, Value};

use super::{csv, document, extension, stem};
use crate::bind::SuppliedTable;
use crate::bind::ir::{Column, Columns, Name};
use crate::value::Type;

/// Columns that every table of a Log Analytics workspace has (Microsoft: "Standard columns in Azure Monitor Logs").
const STANDARD: [(&str, Type); 10] = [
    ("TimeGenerated", Type::DateTime),
    ("Type", Type::String),
    ("TenantId", Type::String),
    ("SourceSystem", Type::String),
    ("_ResourceId", Type::String),
    ("_SubscriptionId", Type::String),
    ("_ItemId", Type::String),
    ("_IsBillable", Type::String),
    ("_BilledSize", Type::Real),
    ("_TimeReceived", Type::DateTime),
];

/// The keys of our own shape.
const OWN_KEYS: [&str; 3] = ["tables", "functions", "watchlists"];

/// What a file declares.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) tables: Vec<(String, SuppliedTable)>,
    pub(super) functions: Vec<(String, SuppliedTable)>,
    pub(super) watchlists: Vec<(String, SuppliedTable)>,
}

/// Reads one file.
pub(super) fn read(path: &Path, text: &str) -> Result<Declared, String> {
    if extension(path) == "csv" {
        return Ok(exported(path, from_csv(text)?));
    }
    match document::read(path, text)? {
        Value::Array(rows) => {
            let column = |(number, row): (usize, &Value)| {
                let named = |keys: &[&str]| keys.iter().find_map(|key| row.get(*key)).and_then(Value::as_str);
                let at = || format!("element {}", number + 1);
                let name = named(&["ColumnName"]).ok_or_else(|| format!("{} has no ColumnName", at()))?;
                let ty = named(&["ColumnType", "DataType"]).ok_or_else(|| format!("{} has no ColumnType", at()))?;
                column(name, ty)
            };
            let columns = rows.iter().enumerate().map(column).collect::<Result<_, String>>()?;
            Ok(exported(path, columns))
        }
        Value::Object(object) if object.contains_key("Properties") => custom_table(path, &object),
        Value::Object(object) if OWN_KEYS.iter().any(|key| object.contains_key(*key)) => own(&object),
        _ => Err("has none of the shapes that are understood: `tables:` with columns, `Name` with `Properties`, or an export \
                  of getschema with ColumnName and ColumnType"
            .to_owned()),
    }
}

fn exported(path: &Path, columns: Vec<Column>) -> Declared {
    let table = SuppliedTable { columns: columns.into(), open: false };
    Declared { tables: vec![(stem(path), table)], ..Declared::default() }
}

fn custom_table(path: &Path, object: &Map<String, Value>) -> Result<Declared, String> {
    let name = object.get("Name").and_then(Value::as_str).map_or_else(|| stem(path), str::to_owned);
    let properties = object.get("Properties").and_then(Value::as_array).ok_or("`Properties` is no list")?;
    let columns = named_columns(properties).map_err(|error| format!("`Properties` of {name}: {error}"))?;
    let table = SuppliedTable { columns: with_standard(columns), open: false };
    Ok(Declared { tables: vec![(name, table)], ..Declared::default() })
}

/// Columns as a list of `Name` and `Type`.
pub(super) fn named_columns(properties: &[Value]) -> Result<Vec<Column>, String> {
    let column = |property: &Value| {
        let text = |key: &str| property.get(key).and_then(Value::as_str);
        match (text("Name"), text("Type")) {
            (Some(name), Some(ty)) => column(name, ty),
            _ => Err("an entry lacks Name or Type".to_owned()),
        }
    };
    properties.iter().map(column).collect()
}

fn own(object: &Map<String, Value>) -> Result<Declared, String> {
    if let Some(key) = object.keys().find(|key| !OWN_KEYS.contains(&key.as_str())) {
        return Err(format!("`{key}` is not understood; the keys are `tables`, `functions` and `watchlists`"));
    }
    let mut tables = own_entries(object, "tables")?;
    for (_, table) in &mut tables {
        table.columns = with_standard(table.columns.to_vec());
    }
    Ok(Declared {
        tables,
        functions: own_entries(object, "functions")?,
        watchlists: own_entries(object, "watchlists")?,
    })
}

fn own_entries(object: &Map<String, Value>, key: &str) -> Result<Vec<(String, SuppliedTable)>, String> {
    let entries = match object.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(entries)) => entries,
        Some(_) => return Err(format!("`{key}` is no mapping of names")),
    };
    entries.iter().map(|(name, entry)| Ok((name.clone(), own_entry(name, entry)?))).collect()
}

fn own_entry(name: &str, entry: &Value) -> Result<SuppliedTable, String> {
    let entry = match entry {
        // A name alone: it exists, and nothing is known of its columns.
        Value::Null => return Ok(SuppliedTable { columns: Columns::default(), open: true }),
        Value::Object(entry) => entry,
        _ => return Err(format!("`{name}` is no mapping with `columns`")),
    };
    if let Some(key) = entry.keys().find(|key| !["columns", "open"].contains(&key.as_str())) {
        return Err(format!("`{key}` of {name} is not understood; the keys are `columns` and `open`"));
    }
    let columns = match entry.get("columns") {
        None | Some(Value::Null) => None,
        Some(Value::Object(columns)) => Some(columns),
        Some(_) => return Err(format!("`columns` of {name} is no mapping of names to types")),
    };
    let open = match entry.get("open") {
        None | Some(Value::Null) => columns.is_none(),
        Some(value) if *value == Value::Bool(true) || value == "true" => true,
        Some(value) if *value == Value::Bool(false) || value == "false" => false,
        Some(_) => return Err(format!("`open` of {name} is neither true nor false")),
    };
    let column = |(name, ty): (&String, &Value)| column(name, ty.as_str().unwrap_or_default());
    let columns = columns.into_iter().flatten().map(column).collect::<Result<_, String>>()?;
    Ok(SuppliedTable { columns, open })
}

fn with_standard(mut columns: Vec<Column>) -> Columns {
    for (name, ty) in STANDARD {
        if !columns.iter().any(|column| column.name == name) {
            columns.push(Column { name: Name::fixed(name), ty });
        }
    }
    columns.into()
}

fn column(name: &str, ty: &str) -> Result<Column, String> {
    let ty = of_type(ty).ok_or_else(|| format!("`{ty}`, the type of column {name}, is no type of Kusto"))?;
    Ok(Column { name: name.into(), ty })
}

/// A type by its Kusto name in any case, or by the .NET name in `DataType` of getschema.
pub(super) fn of_type(name: &str) -> Option<Type> {
    let lower = name.trim().to_lowercase();
    Type::from_name(match lower.strip_prefix("system.").unwrap_or(&lower) {
        "sbyte" => "bool",
        "object" => "dynamic",
        "data.sqltypes.sqldecimal" => "decimal",
        known => known,
    })
}

/// The rows of getschema as CSV: a header with `ColumnName` and `ColumnType` (or `DataType`).
fn from_csv(text: &str) -> Result<Vec<Column>, String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header: Vec<String> = lines.next().map(|(_, line)| csv::fields(line)).ok_or("is empty")?;
    let place = |name: &str| header.iter().position(|field| field.trim() == name);
    let name_at = place("ColumnName").ok_or("the header has no ColumnName")?;
    let type_at = place("ColumnType").or_else(|| place("DataType")).ok_or("the header has no ColumnType")?;
    let read_line = |(number, line): (usize, &str)| {
        let fields = csv::fields(line);
        match (fields.get(name_at), fields.get(type_at)) {
            (Some(name), Some(ty)) => column(name, ty).map_err(|error| format!("line {}: {error}", number + 1)),
            _ => Err(format!("line {}: has fewer fields than the header", number + 1)),
        }
    };
    lines.map(read_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> String {
        let declared = match read(Path::new(path), text) {
            Ok(declared) => declared,
            Err(error) => return error,
        };
        let own = |column: &&Column| !STANDARD.iter().any(|(name, _)| column.name == *name);
        let line = |(name, table): &(String, SuppliedTable)| {
            let columns: Vec<String> =
                table.columns.iter().filter(own).map(|column| format!("{}:{}", column.name, column.ty)).collect();
            format!("{name}({}){}", columns.join(","), if table.open { "*" } else { "" })
        };
        declared
            .tables
            .iter()
            .chain(&declared.functions)
            .chain(&declared.watchlists)
            .map(line)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn each_shape_is_read() {
        let own = "tables:\n  App_CL:\n    columns:\n      User_s: string\n      n_d: real\n  Free_CL:\nfunctions:\n  F:\n    columns: {a: long}\nwatchlists:\n  W:\n    columns: {b: string}\n";
        assert_eq!(shown("a.yaml", own), "App_CL(User_s:string,n_d:real) Free_CL()* F(a:long) W(b:string)");
        let custom =
            r#"{"Name": "X_CL", "Properties": [{"Name": "a_b", "Type": "Bool"}, {"Name": "t", "Type": "DateTime"}]}"#;
        assert_eq!(shown("y.json", custom), "X_CL(a_b:bool,t:datetime)");
        let export = r#"[{"ColumnName": "a", "ColumnOrdinal": 0, "DataType": "System.SByte", "ColumnType": "bool"}]"#;
        assert_eq!(shown("Mine_CL.json", export), "Mine_CL(a:bool)");
        let csv = "\"ColumnName\",ColumnOrdinal,DataType\r\n\"a, b\",0,System.Object\r\nc,1,System.Int64\r\n";
        assert_eq!(shown("Mine_CL.export.csv", csv), "Mine_CL(a, b:dynamic,c:long)");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(shown("a.json", "{").starts_with("is no JSON: EOF"));
        assert!(shown("a.yaml", "x: 1").starts_with("has none of the shapes"));
        assert_eq!(
            shown("a.yaml", "tables: {T: {colums: {}}}"),
            "`colums` of T is not understood; the keys are `columns` and `open`"
        );
        assert_eq!(
            shown("a.csv", "ColumnName,ColumnType\na,text\n"),
            "line 2: `text`, the type of column a, is no type of Kusto"
        );
    }
}
