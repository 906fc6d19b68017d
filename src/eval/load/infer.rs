//! Columns on their way from text to values: typed at once where the schema knows the type, else kept as they come until
//! the last row has shown what all values are.

use hashbrown::HashMap;

use super::{Loaded, Schema};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{Cells, Column};
use crate::eval::strings::{Strings, StringsBuilder};
use crate::eval::table::Table;
use crate::value::{Dynamic, Type, Value, convert, time};

/// What a cell of a file is.
#[derive(Debug, Clone)]
pub(super) enum Cell<'t> {
    Missing,
    /// Text; in a file of text alone, of any type.
    Text(&'t str),
    Bool(bool),
    Long(i64),
    Real(f64),
    /// An array or a bag.
    Tree(Dynamic),
}

#[derive(Debug)]
enum Data {
    /// The type is known and the cells are collected as texts or times.
    Text(StringsBuilder),
    Times(Vec<i64>, Vec<bool>),
    Longs(Vec<i64>, Vec<bool>),
    /// The type is known.
    Typed(ColumnBuilder, Type),
    /// The type is not known: texts, or values of several kinds.
    Mixed(ColumnBuilder, Kinds),
}

/// The kinds of cells seen in a column without a known type.
#[allow(clippy::struct_excessive_bools)] // five facts that do not depend on each other
#[derive(Debug, Clone, Copy, Default)]
struct Kinds {
    text: bool,
    bool: bool,
    long: bool,
    real: bool,
    tree: bool,
}

#[derive(Debug)]
struct Growing {
    name: String,
    data: Data,
    rows: usize,
    failures: usize,
    example: String,
    ty: Type,
}

/// The columns of a table that is being read.
#[derive(Debug, Default)]
pub(super) struct Columns {
    growing: Vec<Growing>,
    places: HashMap<String, usize>,
    rows: usize,
    /// Every cell is text, so texts without a schema may stand for other types.
    text_only: bool,
}

impl Columns {
    /// Columns of a format whose cells are all text.
    pub(super) fn of_text() -> Self {
        Self { text_only: true, ..Self::default() }
    }

    /// The column of a name, made if it is new.
    pub(super) fn index(&mut self, name: &str, schema: &Schema) -> usize {
        if let Some(&at) = self.places.get(name) {
            return at;
        }
        let ty = schema.iter().find(|(known, _)| known == name).map_or(Type::Unknown, |(_, ty)| *ty);
        let data = match ty {
            Type::Unknown => Data::Mixed(ColumnBuilder::new(Type::Dynamic), Kinds::default()),
            Type::String => Data::Text(StringsBuilder::new()),
            Type::DateTime => Data::Times(Vec::new(), Vec::new()),
            Type::Long => Data::Longs(Vec::new(), Vec::new()),
            ty => Data::Typed(ColumnBuilder::new(ty), ty),
        };
        let mut column = Growing { name: name.to_owned(), data, rows: 0, failures: 0, example: String::new(), ty };
        (0..self.rows).for_each(|_| column.push(&Cell::Missing));
        self.growing.push(column);
        self.places.insert(name.to_owned(), self.growing.len() - 1);
        self.growing.len() - 1
    }

    /// The name of the column at an index.
    pub(super) fn name(&self, at: usize) -> Option<&str> {
        self.growing.get(at).map(|column| column.name.as_str())
    }

    /// Sets a cell of the current row. The first of several for one column counts.
    pub(super) fn set(&mut self, at: usize, cell: &Cell) {
        if let Some(column) = self.growing.get_mut(at)
            && column.rows == self.rows
        {
            column.push(cell);
        }
    }

    /// Ends the current row: columns that were not set have no value in it.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
        for column in &mut self.growing {
            if column.rows < self.rows {
                column.push(&Cell::Missing);
            }
        }
    }

    /// The table, of the columns that the file has.
    pub(super) fn finish(self) -> Loaded {
        let rows = self.rows;
        let mut problems = Vec::new();
        let mut names = Vec::with_capacity(self.growing.len());
        let mut columns = Vec::with_capacity(self.growing.len());
        for column in self.growing {
            if column.failures > 0 {
                let Growing { name, failures, example, ty, .. } = &column;
                problems
                    .push(format!("{name}: {failures} values are no {ty} and became null, the first is `{example}`"));
            }
            let (name, data) = (column.name, column.data);
            names.push(name);
            columns.push(finish_data(data, self.text_only, rows));
        }
        Loaded { table: Table::new(names, columns, rows), problems }
    }
}

impl Growing {
    fn push(&mut self, cell: &Cell) {
        self.rows += 1;
        let failed = match &mut self.data {
            Data::Text(texts) => {
                match cell {
                    Cell::Text(text) => texts.push(text),
                    cell => texts.push(&convert::to_text(&value_of(cell))),
                }
                false
            }
            Data::Times(values, valid) => {
                let ticks = match cell {
                    Cell::Text(text) => fast_datetime(text).or_else(|| time::parse_datetime(text)),
                    cell => convert::to_datetime(&value_of(cell)),
                };
                values.push(ticks.unwrap_or_default());
                valid.push(ticks.is_some());
                ticks.is_none() && is_content(cell)
            }
            Data::Longs(values, valid) => {
                let value = match cell {
                    Cell::Long(value) => Some(*value),
                    Cell::Text(text) => text.parse().ok().or_else(|| convert::to_long(&value_of(cell))),
                    cell => convert::to_long(&value_of(cell)),
                };
                values.push(value.unwrap_or_default());
                valid.push(value.is_some());
                value.is_none() && is_content(cell)
            }
            Data::Typed(builder, ty) => {
                let value = match (&*ty, cell) {
                    (Type::Dynamic, Cell::Text(text)) => Value::Dynamic(Dynamic::parse(text)),
                    _ => convert::convert(&value_of(cell), *ty),
                };
                let failed = value.is_null() && is_content(cell);
                if builder.push(value).is_err() {
                    builder.push_null();
                }
                failed
            }
            Data::Mixed(builder, kinds) => {
                match cell {
                    Cell::Missing => {}
                    Cell::Text(_) => kinds.text = true,
                    Cell::Bool(_) => kinds.bool = true,
                    Cell::Long(_) => kinds.long = true,
                    Cell::Real(_) => kinds.real = true,
                    Cell::Tree(_) => kinds.tree = true,
                }
                // A column of dynamics takes any value.
                let _ = builder.push(value_of(cell));
                false
            }
        };
        if failed {
            self.failures += 1;
            if self.example.is_empty() {
                self.example = convert::to_text(&value_of(cell)).chars().take(40).collect();
            }
        }
    }
}

fn is_content(cell: &Cell) -> bool {
    !matches!(cell, Cell::Missing | Cell::Text(""))
}

fn value_of(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) => Value::String((*text).to_owned()),
        Cell::Bool(value) => Value::Bool(*value),
        Cell::Long(value) => Value::Long(*value),
        Cell::Real(value) => Value::Real(*value),
        Cell::Tree(tree) => Value::Dynamic(tree.clone()),
    }
}

fn finish_data(data: Data, text_only: bool, rows: usize) -> Column {
    match data {
        Data::Text(texts) => Column::String(texts.finish()),
        Data::Times(values, valid) => Column::DateTime(Cells::with_validity(values, valid)),
        Data::Longs(values, valid) => Column::Long(Cells::with_validity(values, valid)),
        Data::Typed(builder, _) => builder.finish(),
        Data::Mixed(builder, kinds) => {
            let column = builder.finish();
            let ty = inferred(&column, kinds, text_only, rows);
            if ty == Type::Dynamic { column } else { typed(&column, ty, rows) }
        }
    }
}

/// The type of a column of which only the values are known.
fn inferred(column: &Column, kinds: Kinds, text_only: bool, rows: usize) -> Type {
    match kinds {
        Kinds { tree: true, .. } => Type::Dynamic,
        Kinds { text: false, bool: true, long: false, real: false, .. } => Type::Bool,
        Kinds { text: false, bool: false, long: true, real: false, .. } => Type::Long,
        Kinds { text: false, bool: false, real: true, .. } => Type::Real,
        Kinds { text: false, bool: false, long: false, real: false, .. } => Type::String,
        Kinds { text: true, bool: false, long: false, real: false, .. } => {
            let candidates: &[Type] =
                if text_only { &[Type::Bool, Type::Long, Type::Real, Type::DateTime] } else { &[Type::DateTime] };
            candidates.iter().copied().find(|&ty| all_are(column, ty, rows)).unwrap_or(Type::String)
        }
        _ => Type::Dynamic,
    }
}

/// Whether every text that is not empty stands for a value of `ty`, and there is one.
fn all_are(column: &Column, ty: Type, rows: usize) -> bool {
    let mut any = false;
    for row in 0..rows {
        if let Value::Dynamic(Dynamic::String(text)) = column.value(row) {
            if text.is_empty() {
                continue;
            }
            let fits = match ty {
                Type::DateTime => is_iso_datetime(&text),
                Type::Bool => matches!(text.as_str(), "true" | "false" | "True" | "False"),
                Type::Long => text.parse::<i64>().is_ok(),
                Type::Real => {
                    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
                        && text.parse::<f64>().is_ok()
                }
                _ => false,
            };
            if !fits {
                return false;
            }
            any = true;
        }
    }
    any
}

/// Only the form that cannot be meant as anything else.
fn is_iso_datetime(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19
        && bytes.get(4) == Some(&b'-')
        && matches!(bytes.get(10), Some(b'T' | b' '))
        && time::parse_datetime(text).is_some()
}

fn typed(column: &Column, ty: Type, rows: usize) -> Column {
    let texts = |row: usize| convert::to_text(&column.value(row));
    if ty == Type::String {
        return Column::String((0..rows).map(texts).collect::<Strings>());
    }
    let mut builder = ColumnBuilder::new(ty);
    for row in 0..rows {
        if builder.push(convert::convert(&column.value(row), ty)).is_err() {
            builder.push_null();
        }
    }
    builder.finish()
}

/// Ticks of `2024-06-08T00:00:00[.fffffff]Z`, the form logs have; `None` for anything else.
fn fast_datetime(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (Some(b'Z'), Some(b'-'), Some(b'-'), Some(b'T'), Some(b':'), Some(b':')) =
        (bytes.last(), bytes.get(4), bytes.get(7), bytes.get(10), bytes.get(13), bytes.get(16))
    else {
        return None;
    };
    let number = |from: usize, to: usize| {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let fraction = match bytes.get(19) {
        Some(b'Z') if bytes.len() == 20 => 0,
        Some(b'.') if (21..=28).contains(&bytes.len()) => {
            let digits = bytes.len() - 21;
            number(20, bytes.len() - 1)? * 10_i64.pow(7_u32.checked_sub(u32::try_from(digits).ok()?)?)
        }
        _ => return None,
    };
    let civil = crate::value::calendar::Civil {
        year: number(0, 4)?,
        month: number(5, 7)?,
        day: number(8, 10)?,
        hour: number(11, 13)?,
        minute: number(14, 16)?,
        second: number(17, 19)?,
        fraction,
    };
    civil.ticks()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_way_reads_what_the_slow_way_reads() {
        for text in [
            "2024-06-08T01:02:03Z",
            "2024-02-29T23:59:59.9999999Z",
            "0001-01-01T00:00:00.5Z",
            "2024-06-08T01:02:03.123Z",
        ] {
            assert_eq!(fast_datetime(text), time::parse_datetime(text), "{text}");
            assert!(fast_datetime(text).is_some(), "{text}");
        }
        for text in ["2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-06-08", "2024-06-08T01:02:03.12345678Z", ""]
        {
            assert_eq!(fast_datetime(text), None, "{text}");
        }
    }
}
