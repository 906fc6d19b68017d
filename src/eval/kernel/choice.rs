//! One of two values in each row, as `iff` chooses, in the type that the two have in common.

use crate::eval::builder::{ColumnBuilder, Mismatch};
use crate::eval::column::Cells;
use crate::eval::function::in_type;
use crate::eval::vector::Vector;
use crate::value::Type;

/// `yes` in the rows where the condition is true, `no` in the others, also where it is null.
pub(crate) fn pick(condition: &Cells<bool>, yes: &Vector, no: &Vector, ty: Type) -> Result<Vector, Mismatch> {
    let mut results = ColumnBuilder::new(ty);
    for (row, taken) in condition.iter().enumerate() {
        let value = if taken == Some(&true) { yes.value(row) } else { no.value(row) };
        results.push(in_type(&value, ty))?;
    }
    Ok(Vector::Many(results.finish()))
}

/// The values of the side that every row takes, in the type of the choice.
pub(crate) fn typed(values: Vector, ty: Type) -> Result<Vector, Mismatch> {
    let column = match values {
        Vector::One(value) => return Ok(Vector::One(in_type(&value, ty))),
        Vector::Many(column) if column.ty() == ty || ty == Type::Unknown => return Ok(Vector::Many(column)),
        Vector::Many(column) => column,
    };
    let mut results = ColumnBuilder::new(ty);
    for row in 0..column.len() {
        results.push(in_type(&column.value(row), ty))?;
    }
    Ok(Vector::Many(results.finish()))
}
