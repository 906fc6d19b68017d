//! Functions on dynamic arrays.

use std::cmp::Ordering;

use super::arguments::{array, array_of, dynamic, length, long, or_null};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Type, Value, compare, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("array_length", 1, array_length),
    Function::strict("arraylength", 1, array_length),
    Function::strict("array_concat", 1, array_concat),
    Function::strict("array_slice", 3, array_slice),
    Function::strict("array_split", 2, array_split),
    Function::strict("array_reverse", 1, |args, _| {
        Ok(or_null(array(args, 0), |items| array_of(items.iter().rev().cloned())))
    }),
    Function::strict("array_rotate_left", 2, |args, _| Ok(rotate(args, 1))),
    Function::strict("array_rotate_right", 2, |args, _| Ok(rotate(args, -1))),
    Function::seeing_nulls("array_shift_left", 2, |args, _| Ok(shift(args, 1))),
    Function::seeing_nulls("array_shift_right", 2, |args, _| Ok(shift(args, -1))),
    Function::strict("array_sum", 1, array_sum),
    Function::strict("array_index_of", 2, array_index_of),
    Function::seeing_nulls("array_iff", 3, array_iff),
    Function::seeing_nulls("array_iif", 3, array_iff),
    Function::strict("array_sort_asc", 1, |args, _| Ok(sort(args, false))),
    Function::strict("array_sort_desc", 1, |args, _| Ok(sort(args, true))),
    Function::seeing_nulls("pack_array", 0, |args, _| Ok(array_of(args.iter().map(Dynamic::from_value)))),
    Function::seeing_nulls("repeat", 2, repeat),
    Function::strict("range", 2, range),
    Function::strict("zip", 2, zip),
];

/// The service's limit for the elements that `range` makes.
const MOST_ELEMENTS: usize = 1_048_576;

fn array_length(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(array(args, 0).map_or(Value::Null, |items| Value::Long(length(items.len()))))
}

/// Arguments that are no arrays are left out.
fn array_concat(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let parts: Vec<&[Dynamic]> = (0..args.len()).filter_map(|at| array(args, at)).collect();
    Ok(if parts.is_empty() { Value::Null } else { array_of(parts.concat()) })
}

/// An index from the front: negative ones count from the end.
fn position(index: i64, size: usize) -> i64 {
    if index < 0 { index.saturating_add(length(size)) } else { index }
}

fn clamp(index: i64, size: usize) -> usize {
    usize::try_from(index.max(0)).unwrap_or(usize::MAX).min(size)
}

/// Both ends are included.
fn array_slice(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(items), Some(start), Some(end)) = (array(args, 0), long(args, 1), long(args, 2)) else {
        return Ok(Value::Null);
    };
    let from = clamp(position(start, items.len()), items.len());
    let to = clamp(position(end, items.len()).saturating_add(1), items.len());
    Ok(array_of(items.get(from..to).unwrap_or_default().iter().cloned()))
}

fn array_split(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let indices: Vec<i64> = match array(args, 1) {
        Some(list) => list.iter().filter_map(|index| convert::to_long(&index.to_value())).collect(),
        None => long(args, 1).into_iter().collect(),
    };
    let mut parts = Vec::new();
    let mut from = 0;
    for index in indices {
        let to = clamp(position(index, items.len()), items.len()).max(from);
        parts.push(Dynamic::Array(items[from..to].to_vec()));
        from = to;
    }
    parts.push(Dynamic::Array(items[from..].to_vec()));
    Ok(array_of(parts))
}

fn rotate(args: &[Value], direction: i64) -> Value {
    let (Some(items), Some(by)) = (array(args, 0), long(args, 1)) else { return Value::Null };
    let mut items = items.to_vec();
    if !items.is_empty() {
        let by = (by.wrapping_mul(direction)).rem_euclid(length(items.len()));
        items.rotate_left(usize::try_from(by).unwrap_or(0));
    }
    array_of(items)
}

fn shift(args: &[Value], direction: i64) -> Value {
    let (Some(items), Some(by)) = (array(args, 0), long(args, 1)) else { return Value::Null };
    let filler = args.get(2).map_or_else(
        || {
            if matches!(items.first(), Some(Dynamic::String(_))) {
                Dynamic::String(String::new())
            } else {
                Dynamic::Null
            }
        },
        Dynamic::from_value,
    );
    let by = by.saturating_mul(direction);
    let at = |index: usize| {
        let from = length(index).saturating_add(by);
        usize::try_from(from).ok().and_then(|from| items.get(from)).cloned().unwrap_or_else(|| filler.clone())
    };
    array_of((0..items.len()).map(at))
}

fn array_sum(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let mut sum = 0.0;
    for item in items {
        match item {
            Dynamic::Long(_) | Dynamic::Real(_) => {
                sum += convert::to_real(&item.to_value()).unwrap_or(0.0);
            }
            Dynamic::Null => {}
            _ => return Ok(Value::Null),
        }
    }
    Ok(Value::Real(sum))
}

fn array_index_of(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let wanted = Dynamic::from_value(&args[1]);
    let start = clamp(position(long(args, 2).unwrap_or(0), items.len()), items.len());
    let count = long(args, 3).unwrap_or(-1);
    let occurrence = long(args, 4).unwrap_or(1);
    if occurrence < 1 || count < -1 {
        return Ok(Value::Null);
    }
    let end = if count < 0 { items.len() } else { start.saturating_add(clamp(count, items.len())).min(items.len()) };
    let mut found = (start..end).filter(|at| compare::equal_dynamic(&items[*at], &wanted));
    let nth = usize::try_from(occurrence - 1).unwrap_or(usize::MAX);
    Ok(Value::Long(found.nth(nth).map_or(-1, length)))
}

fn array_iff(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(conditions) = array(args, 0) else { return Ok(Value::Null) };
    let pick = |side: usize, at: usize| match &args[side] {
        Value::Dynamic(Dynamic::Array(items)) => items.get(at).cloned().unwrap_or(Dynamic::Null),
        value => Dynamic::from_value(value),
    };
    Ok(array_of(conditions.iter().enumerate().map(|(at, condition)| match condition {
        Dynamic::Bool(_) | Dynamic::Long(_) | Dynamic::Real(_) => {
            pick(if convert::to_bool(&condition.to_value()) == Some(true) { 1 } else { 2 }, at)
        }
        _ => Dynamic::Null,
    })))
}

/// The place of an element's type when elements of different types are sorted (Microsoft: "`array_sort_asc()`").
fn kind(item: &Dynamic) -> u8 {
    match item {
        Dynamic::Long(_) | Dynamic::Real(_) | Dynamic::DateTime(_) | Dynamic::TimeSpan(_) => 0,
        Dynamic::String(_) => 1,
        Dynamic::Guid(_) => 2,
        Dynamic::Null | Dynamic::Bool(_) | Dynamic::Array(_) | Dynamic::Bag(_) => 3,
    }
}

/// Sorts the first array and the others by its order; arrays of another length become null. Nulls come last unless the
/// last argument is false.
fn sort(args: &[Value], descending: bool) -> Value {
    let Some(first) = array(args, 0) else { return Value::Null };
    let nulls_last = !matches!(args.last(), Some(Value::Bool(false)));
    let mut order: Vec<usize> = (0..first.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&first[*a], &first[*b]);
        match (a == &Dynamic::Null, b == &Dynamic::Null) {
            (true, true) => Ordering::Equal,
            (true, false) => {
                if nulls_last {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (false, true) => {
                if nulls_last {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, false) => {
                let order = kind(a).cmp(&kind(b));
                let order = order.then_with(|| compare::sort_order(&a.to_value(), &b.to_value()));
                if descending { order.reverse() } else { order }
            }
        }
    });
    let arrays: Vec<Dynamic> = args
        .iter()
        .filter(|arg| !matches!(arg, Value::Bool(_)))
        .enumerate()
        .map(|(at, _)| match array(args, at) {
            Some(items) if items.len() == first.len() => {
                Dynamic::Array(order.iter().map(|at| items[*at].clone()).collect())
            }
            _ => Dynamic::Null,
        })
        .collect();
    if arrays.len() == 1 { arrays.into_iter().next().map_or(Value::Null, dynamic) } else { array_of(arrays) }
}

fn repeat(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(count) = long(args, 1).and_then(|count| usize::try_from(count).ok()) else { return Ok(Value::Null) };
    let value = Dynamic::from_value(&args[0]);
    Ok(array_of(std::iter::repeat_n(value, count.min(MOST_ELEMENTS))))
}

/// Both ends are included; without a step it is 1, an hour for timespans and a day for datetimes.
fn range(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let kinds: Vec<Option<Type>> = args.iter().map(Value::value_type).collect();
    if kinds.contains(&Some(Type::Real)) || kinds.contains(&Some(Type::Decimal)) {
        return Ok(real_range(args));
    }
    let wrap: fn(i64) -> Dynamic = match kinds[0] {
        Some(Type::DateTime) => Dynamic::DateTime,
        Some(Type::TimeSpan) => Dynamic::TimeSpan,
        _ => Dynamic::Long,
    };
    let default = match kinds[0] {
        Some(Type::DateTime | Type::TimeSpan) => crate::value::time::TICKS_PER_HOUR,
        _ => 1,
    };
    let (Some(first), Some(last)) = (long(args, 0), long(args, 1)) else { return Ok(Value::Null) };
    let step = if args.len() > 2 { long(args, 2) } else { Some(default) };
    let Some(step) = step.filter(|step| *step != 0) else { return Ok(Value::Null) };
    let inside = |value: &i64| if step > 0 { *value <= last } else { *value >= last };
    let values = std::iter::successors(Some(first), |value| value.checked_add(step)).take_while(inside);
    Ok(array_of(values.take(MOST_ELEMENTS).map(wrap)))
}

fn real_range(args: &[Value]) -> Value {
    let number = |at| super::arguments::real(args, at).filter(|v: &f64| v.is_finite());
    let (Some(first), Some(last)) = (number(0), number(1)) else { return Value::Null };
    let step = if args.len() > 2 { number(2) } else { Some(1.0) };
    let Some(step) = step.filter(|step| *step != 0.0) else { return Value::Null };
    let inside = |value: &f64| if step > 0.0 { *value <= last } else { *value >= last };
    let values = std::iter::successors(Some(first), |value| Some(value + step)).take_while(inside);
    array_of(values.take(MOST_ELEMENTS).map(Dynamic::Real))
}

fn zip(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let arrays: Vec<&[Dynamic]> = (0..args.len()).map(|at| array(args, at).unwrap_or_default()).collect();
    let most = arrays.iter().map(|items| items.len()).max().unwrap_or(0);
    let row = |at: usize| {
        Dynamic::Array(arrays.iter().map(|items| items.get(at).cloned().unwrap_or(Dynamic::Null)).collect())
    };
    Ok(array_of((0..most).map(row)))
}
