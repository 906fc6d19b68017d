//! A column of one type from the cells of a file.

use super::cell::Cell;
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{Cells, Column, dynamic_bytes};
use crate::eval::strings::StringsBuilder;
use crate::value::{Dynamic, Type, Value, convert, time};

/// What a column of a file is made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The type is asked for: a text in a column of dynamics is parsed.
    Declared(Type),
    /// The type was found to fit all cells.
    Inferred(Type),
}

impl Target {
    pub(super) fn ty(self) -> Type {
        match self {
            Self::Declared(ty) | Self::Inferred(ty) => ty,
        }
    }
}

/// Cells that could not be converted.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures {
    pub(super) count: usize,
    /// The first of them: its row and what it said.
    pub(super) first: Option<(usize, String)>,
}

/// The most characters of a cell that are shown.
const EXAMPLE: usize = 40;

#[derive(Debug)]
enum Data {
    Texts(StringsBuilder),
    Times(Vec<i64>, Vec<bool>),
    Longs(Vec<i64>, Vec<bool>),
    Other(ColumnBuilder),
}

/// A column that is being converted.
#[derive(Debug)]
pub(super) struct Converter {
    target: Target,
    data: Data,
    failures: Failures,
    /// About how many bytes [`Data::Other`] takes.
    other: usize,
}

impl Converter {
    pub(super) fn new(target: Target) -> Self {
        let data = match target.ty() {
            Type::String => Data::Texts(StringsBuilder::new()),
            Type::DateTime => Data::Times(Vec::new(), Vec::new()),
            Type::Long => Data::Longs(Vec::new(), Vec::new()),
            ty => Data::Other(ColumnBuilder::new(ty)),
        };
        Self { target, data, failures: Failures::default(), other: 0 }
    }

    /// Adds the cell of a row; the row's number is for the report of failures alone.
    pub(super) fn push(&mut self, row: usize, cell: &Cell) {
        let converted = match &mut self.data {
            Data::Texts(texts) => {
                match cell {
                    Cell::Text(text) => texts.push(text),
                    Cell::Missing => texts.push(""),
                    Cell::Value(value) => texts.push(&convert::to_text(value)),
                }
                true
            }
            Data::Times(values, valid) => {
                let ticks = match cell {
                    Cell::Missing => None,
                    Cell::Text(text) => fast_datetime(text).or_else(|| time::parse_datetime(text)),
                    Cell::Value(value) => convert::to_datetime(value),
                };
                push(values, valid, ticks)
            }
            Data::Longs(values, valid) => {
                let value = match cell {
                    Cell::Missing => None,
                    Cell::Value(Value::Long(value)) => Some(*value),
                    Cell::Text(text) => text.parse().ok().or_else(|| convert::to_long(&cell.to_value())),
                    Cell::Value(value) => convert::to_long(value),
                };
                push(values, valid, value)
            }
            Data::Other(builder) => {
                let value = match (self.target, cell) {
                    (Target::Declared(Type::Dynamic), Cell::Text(text)) => Value::Dynamic(Dynamic::parse(text)),
                    (Target::Inferred(Type::Dynamic), cell) => cell.to_value(),
                    (target, cell) => convert::convert(&cell.to_value(), target.ty()),
                };
                let converted = !value.is_null();
                self.other += value_bytes(&value);
                if builder.push(value).is_err() {
                    builder.push_null();
                }
                converted
            }
        };
        if !converted && cell.is_content() {
            self.failures.count += 1;
            let text = || convert::to_text(&cell.to_value()).chars().take(EXAMPLE).collect();
            self.failures.first.get_or_insert_with(|| (row, text()));
        }
    }

    /// About how many bytes the column takes so far.
    pub(super) fn bytes(&self) -> usize {
        match &self.data {
            Data::Texts(texts) => texts.bytes(),
            Data::Times(values, _) | Data::Longs(values, _) => values.len() * 9,
            Data::Other(_) => self.other,
        }
    }

    /// The column and what could not be converted.
    pub(super) fn finish(self) -> (Column, Failures) {
        let column = match self.data {
            Data::Texts(texts) => Column::String(texts.finish()),
            Data::Times(values, valid) => Column::DateTime(Cells::with_validity(values, valid)),
            Data::Longs(values, valid) => Column::Long(Cells::with_validity(values, valid)),
            Data::Other(builder) => builder.finish(),
        };
        (column, self.failures)
    }
}

/// About how many bytes a value takes in a column.
fn value_bytes(value: &Value) -> usize {
    size_of::<Value>() + if let Value::Dynamic(tree) = value { dynamic_bytes(tree) } else { 0 }
}

fn push(values: &mut Vec<i64>, valid: &mut Vec<bool>, value: Option<i64>) -> bool {
    values.push(value.unwrap_or_default());
    valid.push(value.is_some());
    value.is_some()
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
