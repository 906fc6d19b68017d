//! Making a column cell by cell.

use std::sync::Arc;

use super::column::{Cells, Column, Shared};
use super::strings::{Strings, StringsBuilder};
use crate::value::convert;
use crate::value::{Decimal, Dynamic, Type, Value};

/// A value did not have the type of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch {
    /// The column's type.
    pub expected: Type,
    /// The value's type.
    pub found: Type,
}

/// The type of a value; [`Type::Unknown`] for null.
pub fn type_of(value: &Value) -> Type {
    value.value_type().unwrap_or(Type::Unknown)
}

#[derive(Debug)]
enum Data {
    /// Only nulls so far, and the type is not known.
    Undecided(usize),
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    Long(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Decimal(Vec<Option<Decimal>>),
    String(StringsBuilder),
    DateTime(Vec<Option<i64>>),
    TimeSpan(Vec<Option<i64>>),
    Guid(Vec<Option<u128>>),
    Dynamic(Vec<Option<Shared>>),
}

/// Collects the cells of one column.
#[derive(Debug)]
pub struct ColumnBuilder {
    data: Data,
}

impl ColumnBuilder {
    /// A builder for a type. [`Type::Unknown`] takes the type of the first value that is not null.
    pub fn new(ty: Type) -> Self {
        let data = match ty {
            Type::Unknown => Data::Undecided(0),
            Type::Bool => Data::Bool(Vec::new()),
            Type::Int => Data::Int(Vec::new()),
            Type::Long => Data::Long(Vec::new()),
            Type::Real => Data::Real(Vec::new()),
            Type::String => Data::String(StringsBuilder::new()),
            Type::DateTime => Data::DateTime(Vec::new()),
            Type::TimeSpan => Data::TimeSpan(Vec::new()),
            Type::Guid => Data::Guid(Vec::new()),
            Type::Decimal => Data::Decimal(Vec::new()),
            Type::Dynamic => Data::Dynamic(Vec::new()),
        };
        Self { data }
    }

    /// The type, [`Type::Unknown`] while no value has decided it.
    pub fn ty(&self) -> Type {
        match &self.data {
            Data::Undecided(_) => Type::Unknown,
            Data::Bool(_) => Type::Bool,
            Data::Int(_) => Type::Int,
            Data::Long(_) => Type::Long,
            Data::Real(_) => Type::Real,
            Data::Decimal(_) => Type::Decimal,
            Data::String(_) => Type::String,
            Data::DateTime(_) => Type::DateTime,
            Data::TimeSpan(_) => Type::TimeSpan,
            Data::Guid(_) => Type::Guid,
            Data::Dynamic(_) => Type::Dynamic,
        }
    }

    /// Adds a null (`""` to a column of strings).
    pub fn push_null(&mut self) {
        match &mut self.data {
            Data::Undecided(rows) => *rows += 1,
            Data::Bool(cells) => cells.push(None),
            Data::Int(cells) => cells.push(None),
            Data::Long(cells) | Data::DateTime(cells) | Data::TimeSpan(cells) => cells.push(None),
            Data::Real(cells) => cells.push(None),
            Data::Decimal(cells) => cells.push(None),
            Data::String(cells) => cells.push(""),
            Data::Guid(cells) => cells.push(None),
            Data::Dynamic(cells) => cells.push(None),
        }
    }

    /// Adds a value. Numbers widen to the column's type where nothing is lost (a long that fits becomes an int); any value
    /// may stand in a column of dynamics. Fails on a value of another type; the column is then as before.
    pub fn push(&mut self, value: Value) -> Result<(), Mismatch> {
        let mismatch = Mismatch { expected: self.ty(), found: type_of(&value) };
        match (&mut self.data, value) {
            (_, Value::Null | Value::Dynamic(Dynamic::Null)) => self.push_null(),
            (Data::Undecided(rows), value) => {
                let rows = *rows;
                *self = Self::new(mismatch.found);
                (0..rows).for_each(|_| self.push_null());
                return self.push(value);
            }
            (Data::Bool(cells), Value::Bool(value)) => cells.push(Some(value)),
            (Data::Int(cells), Value::Int(value)) => cells.push(Some(value)),
            (Data::Int(cells), Value::Long(value)) => cells.push(Some(i32::try_from(value).map_err(|_| mismatch)?)),
            (Data::Long(cells), Value::Long(value))
            | (Data::DateTime(cells), Value::DateTime(value))
            | (Data::TimeSpan(cells), Value::TimeSpan(value)) => cells.push(Some(value)),
            (Data::Long(cells), Value::Int(value)) => cells.push(Some(value.into())),
            (Data::Real(cells), Value::Real(value)) => cells.push(Some(value)),
            (Data::Real(cells), Value::Int(value)) => cells.push(Some(value.into())),
            #[allow(clippy::cast_precision_loss)] // the service converts long to real the same way
            (Data::Real(cells), Value::Long(value)) => cells.push(Some(value as f64)),
            (Data::Decimal(cells), Value::Decimal(value)) => cells.push(Some(value)),
            (Data::Decimal(cells), value @ (Value::Int(_) | Value::Long(_) | Value::Real(_))) => {
                cells.push(convert::to_decimal(&value));
            }
            (Data::String(cells), Value::String(value)) => cells.push(&value),
            (Data::Guid(cells), Value::Guid(value)) => cells.push(Some(value)),
            (Data::Dynamic(cells), value) => cells.push(Some(Shared(Arc::new(Dynamic::from_value(&value))))),
            _ => return Err(mismatch),
        }
        Ok(())
    }

    /// Adds every row of a column.
    pub fn extend(&mut self, column: &Column) -> Result<(), Mismatch> {
        match (&mut self.data, column) {
            (Data::String(cells), Column::String(strings)) => cells.extend(strings),
            (Data::Long(cells), Column::Long(more))
            | (Data::DateTime(cells), Column::DateTime(more))
            | (Data::TimeSpan(cells), Column::TimeSpan(more)) => cells.extend(more.iter().map(Option::<&_>::copied)),
            (Data::Dynamic(cells), Column::Dynamic(more)) => cells.extend(more.iter().map(Option::<&_>::cloned)),
            _ => {
                for row in 0..column.len() {
                    self.push(column.value(row))?;
                }
            }
        }
        Ok(())
    }

    /// The column. One that no value decided is of dynamic nulls.
    pub fn finish(self) -> Column {
        match self.data {
            Data::Undecided(rows) => Column::nulls(Type::Dynamic, rows),
            Data::Bool(cells) => Column::Bool(cells.into_iter().collect()),
            Data::Int(cells) => Column::Int(cells.into_iter().collect()),
            Data::Long(cells) => Column::Long(cells.into_iter().collect()),
            Data::Real(cells) => Column::Real(cells.into_iter().collect()),
            Data::Decimal(cells) => Column::Decimal(cells.into_iter().collect()),
            Data::String(cells) => Column::String(cells.finish()),
            Data::DateTime(cells) => Column::DateTime(cells.into_iter().collect()),
            Data::TimeSpan(cells) => Column::TimeSpan(cells.into_iter().collect()),
            Data::Guid(cells) => Column::Guid(cells.into_iter().collect()),
            Data::Dynamic(cells) => Column::Dynamic(cells.into_iter().collect()),
        }
    }
}

/// `rows` times the same value, as a column of `ty`.
pub fn repeat(value: &Value, ty: Type, rows: usize) -> Result<Column, Mismatch> {
    if let (Value::String(text), Type::String | Type::Unknown) = (value, ty) {
        return Ok(Column::String(Strings::repeat(text, rows)));
    }
    let mut one = ColumnBuilder::new(ty);
    one.push(value.clone())?;
    Ok(one.finish().gather(&vec![0; rows]))
}

/// The columns one below the other, as a column of `ty`.
pub fn concat<'c>(ty: Type, columns: impl IntoIterator<Item = &'c Column>) -> Result<Column, Mismatch> {
    let columns: Vec<&Column> = columns.into_iter().filter(|column| !column.is_empty()).collect();
    if let [single] = columns.as_slice()
        && (single.ty() == ty || ty == Type::Unknown)
    {
        return Ok((*single).clone());
    }
    if let Some(joined) = joined_longs(ty, &columns) {
        return Ok(joined);
    }
    let mut builder = ColumnBuilder::new(ty);
    columns.into_iter().try_for_each(|column| builder.extend(column))?;
    Ok(builder.finish())
}

/// Columns of longs, datetimes or timespans one below the other; `None` where one is of another type.
fn joined_longs(ty: Type, columns: &[&Column]) -> Option<Column> {
    let cells = |column: &&'_ Column| match (ty, *column) {
        (Type::Long, Column::Long(cells))
        | (Type::DateTime, Column::DateTime(cells))
        | (Type::TimeSpan, Column::TimeSpan(cells)) => Some(cells.clone()),
        _ => None,
    };
    let cells = columns.iter().map(cells).collect::<Option<Vec<_>>>()?;
    let of_type = match ty {
        Type::Long => Column::Long,
        Type::DateTime => Column::DateTime,
        Type::TimeSpan => Column::TimeSpan,
        _ => return None,
    };
    Some(of_type(Cells::joined(&cells.iter().collect::<Vec<_>>())))
}

/// The cells as a column of bools.
pub(crate) fn bools(values: Vec<bool>) -> Column {
    Column::Bool(Cells::new(values))
}
