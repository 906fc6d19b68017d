//! JSON: an array of objects, or objects one after another (JSON Lines). Cells go straight into their columns; no tree is
//! built for scalars.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;

use super::infer::{Cell, Columns};
use super::{Fault, Schema};
use crate::value::Dynamic;
use crate::value::json::from_json;

/// Reads the whole text.
pub(super) fn read(text: &str, schema: &Schema) -> Result<Columns, Fault> {
    let mut columns = Columns::default();
    if text.trim_start().starts_with('[') {
        let mut reader = Deserializer::from_str(text);
        let rows = reader.deserialize_seq(Rows { columns: &mut columns, schema });
        rows.and_then(|()| reader.end()).map_err(|error| fault(&error, 0))?;
        return Ok(columns);
    }
    if let Some(lines) = by_line(text, schema)? {
        return Ok(lines);
    }
    let mut reader = Deserializer::from_str(text);
    while !rest_is_blank(&mut reader) {
        let mut order = 0;
        Row { columns: &mut columns, schema, order: &mut order }
            .deserialize(&mut reader)
            .map_err(|error| fault(&error, 0))?;
        columns.end_row();
    }
    Ok(columns)
}

/// Reads one object a line; `None` where an object goes on over several lines.
fn by_line(text: &str, schema: &Schema) -> Result<Option<Columns>, Fault> {
    let mut columns = Columns::default();
    for (index, line) in text.split('\n').enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let mut reader = Deserializer::from_str(line);
        let mut order = 0;
        let row = Row { columns: &mut columns, schema, order: &mut order }.deserialize(&mut reader);
        match row.and_then(|()| reader.end()) {
            Ok(()) => columns.end_row(),
            Err(error) if error.is_eof() && index == first_line(text) => return Ok(None),
            Err(error) => return Err(fault(&error, index)),
        }
    }
    Ok(Some(columns))
}

fn first_line(text: &str) -> usize {
    text.split('\n').position(|line| !line.trim().is_empty()).unwrap_or(0)
}

fn rest_is_blank(reader: &mut Deserializer<serde_json::de::StrRead<'_>>) -> bool {
    reader.end().is_ok()
}

fn fault(error: &serde_json::Error, lines_before: usize) -> Fault {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or_default();
    let lead = if error.is_data() { "" } else { "is no JSON: " };
    let message = format!("{lead}{message} (column {})", error.column());
    Fault { line: lines_before + error.line().max(1), message }
}

struct Rows<'c> {
    columns: &'c mut Columns,
    schema: &'c Schema,
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let mut order = 0;
        while rows.next_element_seed(Row { columns: self.columns, schema: self.schema, order: &mut order })?.is_some() {
            self.columns.end_row();
            order = 0;
        }
        Ok(())
    }
}

struct Row<'c> {
    columns: &'c mut Columns,
    schema: &'c Schema,
    /// The place the next key had in the row before, most likely.
    order: &'c mut usize,
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object with a value for each column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(place) =
            map.next_key_seed(Key { columns: self.columns, schema: self.schema, order: self.order })?
        {
            map.next_value_seed(CellInto { columns: self.columns, place })?;
        }
        Ok(())
    }
}

struct Key<'c> {
    columns: &'c mut Columns,
    schema: &'c Schema,
    order: &'c mut usize,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = usize;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a column's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<usize, E> {
        let guess = *self.order;
        *self.order += 1;
        if self.columns.name(guess) == Some(name) {
            return Ok(guess);
        }
        let place = self.columns.index(name, self.schema);
        *self.order = place + 1;
        Ok(place)
    }
}

struct CellInto<'c> {
    columns: &'c mut Columns,
    place: usize,
}

impl<'de> DeserializeSeed<'de> for CellInto<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl CellInto<'_> {
    fn put(self, cell: &Cell) {
        self.columns.set(self.place, cell);
    }
}

impl<'de> Visitor<'de> for CellInto<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.put(&Cell::Missing);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.put(&Cell::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put(&Cell::Long(value));
        Ok(())
    }

    #[allow(clippy::cast_precision_loss)] // beyond long there is only real
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.put(&i64::try_from(value).map_or(Cell::Real(value as f64), Cell::Long));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put(&Cell::Real(value));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.put(&Cell::Text(value));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let tree = array(seq)?;
        self.put(&Cell::Tree(tree));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let tree = bag(map)?;
        self.put(&Cell::Tree(tree));
        Ok(())
    }
}

/// An array below a cell.
fn array<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Dynamic, A::Error> {
    let mut items = Vec::new();
    while let Some(item) = seq.next_element::<serde_json::Value>()? {
        items.push(from_json(&item));
    }
    Ok(Dynamic::Array(items))
}

/// An object below a cell; the last of several slots with one key counts.
fn bag<'de, A: MapAccess<'de>>(mut map: A) -> Result<Dynamic, A::Error> {
    let mut object = serde_json::Map::new();
    while let Some((key, item)) = map.next_entry::<String, serde_json::Value>()? {
        object.insert(key, item);
    }
    Ok(from_json(&serde_json::Value::Object(object)))
}
