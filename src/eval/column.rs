//! A column: the values of one type in a row each, with a mask of those that are not null.
//!
//! Columns are cheap to clone (their values are shared) and never change once made. `string` has no null, so its column
//! has no mask ([`Strings`]).

use std::sync::{Arc, LazyLock};

pub use super::cells::Cells;
use super::strings::Strings;
use crate::value::{Decimal, Dynamic, Type, Value};

/// Marks a row of a [`Column::gather`] that has no source: the cell is null (`""` for strings).
pub const ABSENT: u32 = u32::MAX;

/// A dynamic as a cell: shared, so that moving rows copies no tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared(pub Arc<Dynamic>);

impl Default for Shared {
    fn default() -> Self {
        static NULL: LazyLock<Arc<Dynamic>> = LazyLock::new(|| Arc::new(Dynamic::Null));
        Self(Arc::clone(&NULL))
    }
}

/// A column of any type.
#[derive(Debug, Clone)]
pub enum Column {
    /// `bool`
    Bool(Cells<bool>),
    /// `int`
    Int(Cells<i32>),
    /// `long`
    Long(Cells<i64>),
    /// `real`
    Real(Cells<f64>),
    /// `decimal`
    Decimal(Cells<Decimal>),
    /// `string`
    String(Strings),
    /// `datetime`, ticks since 0001-01-01
    DateTime(Cells<i64>),
    /// `timespan`, ticks
    TimeSpan(Cells<i64>),
    /// `guid`
    Guid(Cells<u128>),
    /// `dynamic`; null is never a value but always a cleared bit of the mask
    Dynamic(Cells<Shared>),
}

/// Runs `$body` with `$cells` bound to the cells of any variant but strings, `$strings` for those.
macro_rules! by_variant {
    ($column:expr, $cells:ident => $body:expr, $strings:ident => $other:expr) => {
        match $column {
            Column::Bool($cells) => $body,
            Column::Int($cells) => $body,
            Column::Long($cells) | Column::DateTime($cells) | Column::TimeSpan($cells) => $body,
            Column::Real($cells) => $body,
            Column::Decimal($cells) => $body,
            Column::Guid($cells) => $body,
            Column::Dynamic($cells) => $body,
            Column::String($strings) => $other,
        }
    };
}

impl Column {
    /// `rows` nulls of a type (`""` for strings). A type that is not known gives dynamic nulls.
    pub fn nulls(ty: Type, rows: usize) -> Self {
        match ty {
            Type::Bool => Self::Bool(Cells::nulls(rows)),
            Type::Int => Self::Int(Cells::nulls(rows)),
            Type::Long => Self::Long(Cells::nulls(rows)),
            Type::Real => Self::Real(Cells::nulls(rows)),
            Type::String => Self::String(Strings::repeat("", rows)),
            Type::DateTime => Self::DateTime(Cells::nulls(rows)),
            Type::TimeSpan => Self::TimeSpan(Cells::nulls(rows)),
            Type::Guid => Self::Guid(Cells::nulls(rows)),
            Type::Decimal => Self::Decimal(Cells::nulls(rows)),
            Type::Dynamic | Type::Unknown => Self::Dynamic(Cells::nulls(rows)),
        }
    }

    /// The type of the values.
    pub fn ty(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Long(_) => Type::Long,
            Self::Real(_) => Type::Real,
            Self::Decimal(_) => Type::Decimal,
            Self::String(_) => Type::String,
            Self::DateTime(_) => Type::DateTime,
            Self::TimeSpan(_) => Type::TimeSpan,
            Self::Guid(_) => Type::Guid,
            Self::Dynamic(_) => Type::Dynamic,
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        by_variant!(self, cells => cells.len(), strings => strings.len())
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the row is null; strings never are.
    pub fn is_null(&self, row: usize) -> bool {
        by_variant!(self, cells => !cells.is_valid(row), _strings => false)
    }

    /// Whether any row is null.
    pub fn has_nulls(&self) -> bool {
        by_variant!(self, cells => cells.has_nulls(), _strings => false)
    }

    /// The row's value, copied.
    pub fn value(&self, row: usize) -> Value {
        let value = match self {
            Self::Bool(cells) => cells.get(row).copied().map(Value::Bool),
            Self::Int(cells) => cells.get(row).copied().map(Value::Int),
            Self::Long(cells) => cells.get(row).copied().map(Value::Long),
            Self::Real(cells) => cells.get(row).copied().map(Value::Real),
            Self::Decimal(cells) => cells.get(row).copied().map(Value::Decimal),
            Self::String(strings) => Some(Value::String(strings.get(row).to_owned())),
            Self::DateTime(cells) => cells.get(row).copied().map(Value::DateTime),
            Self::TimeSpan(cells) => cells.get(row).copied().map(Value::TimeSpan),
            Self::Guid(cells) => cells.get(row).copied().map(Value::Guid),
            Self::Dynamic(cells) => cells.get(row).map(|shared| Value::Dynamic(Dynamic::clone(&shared.0))),
        };
        value.unwrap_or(Value::Null)
    }

    /// The rows named, in that order; [`ABSENT`] gives null (`""` for strings).
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Self {
        match self {
            Self::Bool(cells) => Self::Bool(cells.gather(rows)),
            Self::Int(cells) => Self::Int(cells.gather(rows)),
            Self::Long(cells) => Self::Long(cells.gather(rows)),
            Self::Real(cells) => Self::Real(cells.gather(rows)),
            Self::Decimal(cells) => Self::Decimal(cells.gather(rows)),
            Self::String(strings) => Self::String(strings.gather(rows)),
            Self::DateTime(cells) => Self::DateTime(cells.gather(rows)),
            Self::TimeSpan(cells) => Self::TimeSpan(cells.gather(rows)),
            Self::Guid(cells) => Self::Guid(cells.gather(rows)),
            Self::Dynamic(cells) => Self::Dynamic(cells.gather(rows)),
        }
    }

    /// About how many bytes the column's rows take, shared values included; none where all are null and nobody reads them.
    pub fn bytes(&self) -> usize {
        if by_variant!(self, cells => cells.are_nulls(), _strings => false) {
            return 0;
        }
        let rows = self.len();
        match self {
            Self::Bool(_) => rows,
            Self::Int(_) => rows * 4,
            Self::Guid(_) => rows * 16,
            Self::Decimal(_) => rows * size_of::<Decimal>(),
            Self::Long(_) | Self::Real(_) | Self::DateTime(_) | Self::TimeSpan(_) => rows * 8,
            Self::String(strings) => strings.bytes(),
            Self::Dynamic(cells) => {
                let sample = cells.values().iter().take(SAMPLE);
                let bytes: usize = sample.map(|shared| 16 + dynamic_bytes(&shared.0)).sum();
                bytes.saturating_mul(rows.div_ceil(SAMPLE).max(1))
            }
        }
    }
}

/// Dynamics whose size is looked at to estimate that of a column.
const SAMPLE: usize = 1000;

/// About how many bytes a dynamic takes.
pub(crate) fn dynamic_bytes(value: &Dynamic) -> usize {
    let own = size_of::<Dynamic>();
    match value {
        Dynamic::String(text) => own + text.len(),
        Dynamic::Array(items) => own + items.iter().map(dynamic_bytes).sum::<usize>(),
        Dynamic::Bag(slots) => {
            own + slots.iter().map(|(key, item)| size_of::<String>() + key.len() + dynamic_bytes(item)).sum::<usize>()
        }
        _ => own,
    }
}
