//! What an expression gives: one value for all rows, or a column. The lifts [`map1`] and [`map2`] take a function on plain
//! values over either and hold the null rule: null in, null out.

use super::builder::{self, Mismatch};
use super::column::{Cells, Column};
use crate::value::{Type, Value};

/// The value of an expression for every row.
#[derive(Debug, Clone)]
pub(crate) enum Vector {
    /// The same for all rows.
    One(Value),
    /// One for each row.
    Many(Column),
}

impl Vector {
    pub(crate) fn null() -> Self {
        Self::One(Value::Null)
    }

    /// The row's value.
    pub(crate) fn value(&self, row: usize) -> Value {
        match self {
            Self::One(value) => value.clone(),
            Self::Many(column) => column.value(row),
        }
    }

    /// A column of `ty` with `rows` rows.
    pub(crate) fn into_column(self, ty: Type, rows: usize) -> Result<Column, Mismatch> {
        match self {
            Self::One(value) => builder::repeat(&value, ty, rows),
            Self::Many(column) if column.ty() == ty || ty == Type::Unknown => Ok(column),
            Self::Many(column) => builder::concat(ty, [&column]),
        }
    }

    /// The type of the values at hand; `declared` for a null that says nothing.
    pub(crate) fn ty(&self, declared: Type) -> Type {
        match self {
            Self::One(Value::Null) => declared,
            Self::One(value) => builder::type_of(value),
            Self::Many(column) => column.ty(),
        }
    }
}

/// A [`Vector`] seen as plain values of one kind.
#[derive(Debug, Clone)]
pub(crate) enum Operand<T> {
    /// The same for all rows.
    One(Option<T>),
    /// One for each row.
    Many(Cells<T>),
}

/// `f` of every value that is not null.
pub(crate) fn map1<A, R>(a: &Operand<A>, f: impl Fn(A) -> Option<R>) -> Operand<R>
where
    A: Clone + Default,
    R: Clone + Default,
{
    match a {
        Operand::One(a) => Operand::One(a.clone().and_then(f)),
        Operand::Many(cells) => Operand::Many(cells.iter().map(|a| a.cloned().and_then(&f)).collect()),
    }
}

/// `f` of every pair of values of which neither is null. `f` must give a value for any input, also those behind nulls.
pub(crate) fn map2<A, B, R>(a: &Operand<A>, b: &Operand<B>, f: impl Fn(A, B) -> R) -> Operand<R>
where
    A: Copy + Default,
    B: Copy + Default,
    R: Clone + Default,
{
    match (a, b) {
        (Operand::One(a), Operand::One(b)) => Operand::One(a.zip(*b).map(|(a, b)| f(a, b))),
        (Operand::One(None), Operand::Many(cells)) => Operand::Many(Cells::nulls(cells.len())),
        (Operand::Many(cells), Operand::One(None)) => Operand::Many(Cells::nulls(cells.len())),
        (Operand::One(Some(a)), Operand::Many(b)) => {
            Operand::Many(Cells::with_mask(b.values().iter().map(|&b| f(*a, b)).collect(), b.mask().cloned()))
        }
        (Operand::Many(a), Operand::One(Some(b))) => {
            Operand::Many(Cells::with_mask(a.values().iter().map(|&a| f(a, *b)).collect(), a.mask().cloned()))
        }
        (Operand::Many(a), Operand::Many(b)) => {
            let values: Vec<R> = a.values().iter().zip(b.values()).map(|(&a, &b)| f(a, b)).collect();
            match (a.mask(), b.mask()) {
                (None, None) => Operand::Many(Cells::new(values)),
                (Some(mask), None) | (None, Some(mask)) => Operand::Many(Cells::with_mask(values, Some(mask.clone()))),
                (Some(left), Some(right)) => {
                    let valid = left.iter().zip(right.iter()).map(|(&left, &right)| left && right).collect();
                    Operand::Many(Cells::with_validity(values, valid))
                }
            }
        }
    }
}

/// Like [`map2`], for functions that may give null themselves.
pub(crate) fn map2_partial<A, B, R>(a: &Operand<A>, b: &Operand<B>, f: impl Fn(A, B) -> Option<R>) -> Operand<R>
where
    A: Copy + Default,
    B: Copy + Default,
    R: Clone + Default,
{
    match map2(a, b, f) {
        Operand::One(result) => Operand::One(result.flatten()),
        Operand::Many(cells) => Operand::Many(cells.iter().map(|cell| cell.cloned().flatten()).collect()),
    }
}

macro_rules! operand {
    ($name:ident, $type:ty, $variant:ident) => {
        impl Operand<$type> {
            /// The values of this type; `None` where the vector holds another type.
            pub(crate) fn $name(vector: &Vector) -> Option<Self> {
                match vector {
                    Vector::One(Value::Null) => Some(Self::One(None)),
                    Vector::One(Value::$variant(value)) => Some(Self::One(Some(*value))),
                    Vector::Many(Column::$variant(cells)) => Some(Self::Many(cells.clone())),
                    _ => None,
                }
            }
        }
    };
}

operand!(bools, bool, Bool);
operand!(datetimes, i64, DateTime);
operand!(timespans, i64, TimeSpan);
operand!(guids, u128, Guid);

impl Operand<i64> {
    /// The values of an int or long.
    pub(crate) fn longs(vector: &Vector) -> Option<Self> {
        match vector {
            Vector::One(Value::Null) => Some(Self::One(None)),
            Vector::One(Value::Long(value)) => Some(Self::One(Some(*value))),
            Vector::One(Value::Int(value)) => Some(Self::One(Some((*value).into()))),
            Vector::Many(Column::Long(cells)) => Some(Self::Many(cells.clone())),
            Vector::Many(Column::Int(cells)) => {
                let values = cells.values().iter().map(|&value| value.into()).collect();
                Some(Self::Many(Cells::with_mask(values, cells.mask().cloned())))
            }
            _ => None,
        }
    }
}

impl Operand<f64> {
    /// The values of an int, long or real.
    #[allow(clippy::cast_precision_loss)] // the service converts long to real the same way
    pub(crate) fn reals(vector: &Vector) -> Option<Self> {
        match vector {
            Vector::One(Value::Real(value)) => Some(Self::One(Some(*value))),
            Vector::Many(Column::Real(cells)) => Some(Self::Many(cells.clone())),
            _ => Some(match Operand::longs(vector)? {
                Operand::One(value) => Self::One(value.map(|value| value as f64)),
                Operand::Many(cells) => {
                    let values = cells.values().iter().map(|&value| value as f64).collect();
                    Self::Many(Cells::with_mask(values, cells.mask().cloned()))
                }
            }),
        }
    }
}

macro_rules! into_vector {
    ($name:ident, $type:ty, $variant:ident) => {
        impl Operand<$type> {
            pub(crate) fn $name(self) -> Vector {
                match self {
                    Self::One(value) => Vector::One(value.map_or(Value::Null, Value::$variant)),
                    Self::Many(cells) => Vector::Many(Column::$variant(cells)),
                }
            }
        }
    };
}

into_vector!(into_bool, bool, Bool);
into_vector!(into_long, i64, Long);
into_vector!(into_datetime, i64, DateTime);
into_vector!(into_timespan, i64, TimeSpan);
into_vector!(into_real, f64, Real);
