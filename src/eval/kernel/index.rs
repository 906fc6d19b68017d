//! `d.name`, `d["name"]`, `d[0]`: parts of dynamic values. What is not there is null; a negative index counts from the end.

use std::sync::Arc;

use crate::eval::column::{Column, Shared};
use crate::eval::vector::Vector;
use crate::value::{Dynamic, Value};

/// The part of each row's dynamic that `key` names.
pub(crate) fn index(base: &Vector, key: &Vector, rows: usize) -> Vector {
    match base {
        Vector::One(base) => match key {
            Vector::One(key) => Vector::One(of_value(base, key).map_or(Value::Null, Value::Dynamic)),
            Vector::Many(_) => collect((0..rows).map(|row| of_value(base, &key.value(row)))),
        },
        Vector::Many(Column::Dynamic(cells)) => collect((0..rows).map(|row| {
            let key = key.value(row);
            cells.get(row).and_then(|base| part(&base.0, &key)).cloned()
        })),
        Vector::Many(column) => collect((0..rows).map(|row| of_value(&column.value(row), &key.value(row)))),
    }
}

fn collect(cells: impl Iterator<Item = Option<Dynamic>>) -> Vector {
    let shared = cells.map(|cell| cell.filter(|cell| *cell != Dynamic::Null).map(|cell| Shared(Arc::new(cell))));
    Vector::Many(Column::Dynamic(shared.collect()))
}

fn of_value(base: &Value, key: &Value) -> Option<Dynamic> {
    match base {
        Value::Dynamic(base) => part(base, key).cloned(),
        _ => None,
    }
}

fn part<'d>(base: &'d Dynamic, key: &Value) -> Option<&'d Dynamic> {
    match (base, key) {
        (Dynamic::Bag(slots), Value::String(name) | Value::Dynamic(Dynamic::String(name))) => {
            slots.iter().find(|(slot, _)| slot == name).map(|(_, value)| value)
        }
        (Dynamic::Array(items), key) => {
            let at = match key {
                Value::Int(at) => i64::from(*at),
                Value::Long(at) | Value::Dynamic(Dynamic::Long(at)) => *at,
                _ => return None,
            };
            let length = i64::try_from(items.len()).ok()?;
            let at = if at < 0 { at.checked_add(length)? } else { at };
            items.get(usize::try_from(at).ok()?)
        }
        _ => None,
    }
}
