//! Parquet: columns with types; lists, maps and structs become dynamics.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::record::Field;
use parquet::record::reader::RowIter;

use super::LoadError;
use super::cell::Names;
use super::input::Source;
use super::scan::Chunk;
use crate::value::{Decimal, Dynamic, Value, time};

/// Rows of a chunk.
const ROWS: usize = 1 << 14;

/// What a value of a column means beyond what its record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Plain,
    Nanoseconds,
    Guid,
}

/// A file that is being read.
pub(crate) struct Scan {
    path: Arc<Path>,
    rows: RowIter<'static>,
    meanings: Vec<Meaning>,
    names: Names,
    done: usize,
    is_at_end: bool,
}

impl Scan {
    pub(super) fn start(path: &Arc<Path>, source: &Source) -> Result<Self, LoadError> {
        let failed = |error: ParquetError| refused(path, 0, &error);
        let reader: Box<dyn FileReader> = match source {
            Source::File(own) => {
                let file = File::open(own).map_err(|error| LoadError::io(path, error))?;
                Box::new(SerializedFileReader::new(file).map_err(failed)?)
            }
            Source::Memory(bytes) => {
                let bytes = bytes::Bytes::copy_from_slice(bytes);
                Box::new(SerializedFileReader::new(bytes).map_err(failed)?)
            }
        };
        let schema = reader.metadata().file_metadata().schema_descr().root_schema_ptr();
        let mut names = Names::default();
        let mut meanings = Vec::new();
        for field in schema.get_fields() {
            names.index(field.name());
            meanings.push(match field.get_basic_info().logical_type_ref() {
                Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS => Meaning::Nanoseconds,
                Some(LogicalType::Uuid) => Meaning::Guid,
                _ => Meaning::Plain,
            });
        }
        let rows = RowIter::from_file_into(reader);
        Ok(Self { path: Arc::clone(path), rows, meanings, names, done: 0, is_at_end: false })
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// The next rows; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, LoadError> {
        let mut columns: Vec<Vec<Value>> = self.meanings.iter().map(|_| Vec::new()).collect();
        let mut count = 0;
        while count < ROWS {
            let Some(row) = self.rows.next() else {
                self.is_at_end = true;
                break;
            };
            let row = row.map_err(|error| refused(&self.path, self.done + count, &error))?;
            let cells = row.into_columns().into_iter().zip(columns.iter_mut().zip(&self.meanings));
            cells.for_each(|((_, field), (column, meaning))| column.push(value(&field, *meaning)));
            count += 1;
        }
        if count == 0 {
            return Ok(None);
        }
        let chunk = Chunk::of_values(columns, count, self.done);
        self.done += count;
        Ok(Some(chunk))
    }
}

fn refused(path: &Path, rows: usize, error: &ParquetError) -> LoadError {
    let message = format!("is no Parquet that can be read: {error} (after row {rows})");
    LoadError::Refused { path: path.to_owned(), message }
}

fn value(field: &Field, meaning: Meaning) -> Value {
    match (field, meaning) {
        (Field::Long(nanoseconds), Meaning::Nanoseconds) => datetime(nanoseconds.checked_div(100)),
        (Field::Bytes(bytes), Meaning::Guid) => {
            let bytes: Option<[u8; 16]> = bytes.data().try_into().ok();
            bytes.map_or(Value::Null, |bytes| Value::Guid(u128::from_be_bytes(bytes)))
        }
        (Field::Bytes(bytes), _) => {
            std::str::from_utf8(bytes.data()).map_or(Value::Null, |text| Value::String(text.to_owned()))
        }
        (Field::Null, _) => Value::Null,
        (Field::Bool(value), _) => Value::Bool(*value),
        (Field::Byte(value), _) => Value::Int((*value).into()),
        (Field::Short(value), _) => Value::Int((*value).into()),
        (Field::Int(value), _) => Value::Int(*value),
        (Field::UByte(value), _) => Value::Int((*value).into()),
        (Field::UShort(value), _) => Value::Int((*value).into()),
        (Field::UInt(value), _) => Value::Long((*value).into()),
        (Field::Long(value), _) => Value::Long(*value),
        #[allow(clippy::cast_precision_loss)] // beyond long there is only real
        (Field::ULong(value), _) => i64::try_from(*value).map_or(Value::Real(*value as f64), Value::Long),
        (Field::Float16(value), _) => Value::Real(value.to_f64()),
        (Field::Float(value), _) => Value::Real((*value).into()),
        (Field::Double(value), _) => Value::Real(*value),
        (Field::Decimal(_), _) => Decimal::parse(&field.to_string()).map_or(Value::Null, Value::Decimal),
        (Field::Str(text), _) => Value::String(text.clone()),
        (Field::Date(days), _) => datetime(i64::from(*days).checked_mul(time::TICKS_PER_DAY)),
        (Field::TimestampMillis(count), _) => datetime(count.checked_mul(time::TICKS_PER_SECOND / 1000)),
        (Field::TimestampMicros(count), _) => datetime(count.checked_mul(time::TICKS_PER_SECOND / 1_000_000)),
        (Field::TimeMillis(count), _) => Value::TimeSpan(i64::from(*count) * (time::TICKS_PER_SECOND / 1000)),
        (Field::TimeMicros(count), _) => {
            count.checked_mul(time::TICKS_PER_SECOND / 1_000_000).map_or(Value::Null, Value::TimeSpan)
        }
        (Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_), _) => Value::Dynamic(tree(field)),
    }
}

/// The datetime of ticks since 1970; null outside the years 1 to 9999.
fn datetime(since_1970: Option<i64>) -> Value {
    let ticks = since_1970.and_then(|ticks| ticks.checked_add(time::UNIX_EPOCH)).and_then(time::in_range);
    ticks.map_or(Value::Null, Value::DateTime)
}

fn tree(field: &Field) -> Dynamic {
    match field {
        Field::Group(row) => {
            Dynamic::Bag(row.get_column_iter().map(|(name, field)| (name.clone(), tree(field))).collect())
        }
        Field::ListInternal(list) => Dynamic::Array(list.elements().iter().map(tree).collect()),
        Field::MapInternal(map) => {
            let key = |field: &Field| crate::value::convert::to_text(&value(field, Meaning::Plain));
            Dynamic::Bag(map.entries().iter().map(|(name, field)| (key(name), tree(field))).collect())
        }
        field => Dynamic::from_value(&value(field, Meaning::Plain)),
    }
}
