//! Functions that fill gaps of series. A gap is null, or the value that the placeholder argument names.

use super::arguments::{array, array_of, length};
use super::series::number;
use super::{Call, Failure, Function};
use crate::value::number::{long_to_real, real_to_long};
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::seeing_nulls("series_fill_const", 2, fill_const),
    Function::seeing_nulls("series_fill_forward", 1, fill_forward),
    Function::seeing_nulls("series_fill_backward", 1, fill_backward),
    Function::seeing_nulls("series_fill_linear", 1, fill_linear),
];

/// Whether an element is a gap.
fn gap(item: &Dynamic, placeholder: Option<&Value>) -> bool {
    match (item, placeholder) {
        (Dynamic::Null, _) => true,
        (_, None | Some(Value::Null)) => false,
        (item, Some(placeholder)) => match (number(item), convert::to_real(placeholder)) {
            (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
            _ => *item == Dynamic::from_value(placeholder),
        },
    }
}

/// A placeholder takes the place of null: then null elements are no gaps.
fn gaps(items: &[Dynamic], placeholder: Option<&Value>) -> Vec<bool> {
    let given = placeholder.filter(|value| !value.is_null());
    items.iter().map(|item| gap(item, given) && (given.is_none() || *item != Dynamic::Null)).collect()
}

fn fill_const(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let constant = Dynamic::from_value(&args[1]);
    let gaps = gaps(items, args.get(2));
    Ok(array_of(items.iter().zip(gaps).map(|(item, gap)| if gap { constant.clone() } else { item.clone() })))
}

fn carried<'a>(items: impl Iterator<Item = (&'a Dynamic, bool)>) -> Vec<Dynamic> {
    let mut last: Option<&Dynamic> = None;
    items
        .map(|(item, gap)| {
            if !gap {
                last = Some(item);
            }
            last.unwrap_or(item).clone()
        })
        .collect()
}

fn fill_forward(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    Ok(array_of(carried(items.iter().zip(gaps(items, args.get(1))))))
}

fn fill_backward(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let gaps = gaps(items, args.get(1));
    let mut filled = carried(items.iter().zip(gaps).rev());
    filled.reverse();
    Ok(array_of(filled))
}

/// `series_fill_linear(series, placeholder, fill_edges = true, constant = 0)`: the constant fills series of gaps only, and
/// leaves them when it is null. The values between whole numbers are whole, cut towards zero.
fn fill_linear(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let gaps = gaps(items, args.get(1));
    let edges = args.get(2).and_then(convert::to_bool).unwrap_or(true);
    let known: Vec<usize> = (0..items.len()).filter(|at| !gaps[*at]).collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else {
        let constant = args.get(3).map_or(Some(0.0), convert::to_real).map(Dynamic::Real);
        return Ok(array_of(items.iter().map(|item| constant.clone().unwrap_or_else(|| item.clone()))));
    };
    let whole = known.iter().all(|at| matches!(items[*at], Dynamic::Long(_)));
    let mut filled = items.to_vec();
    for pair in known.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (Some(low), Some(high)) = (number(&items[from]), number(&items[to])) else { continue };
        let step = (high - low) / long_to_real(length(to - from));
        for (distance, cell) in filled[from..to].iter_mut().enumerate().skip(1) {
            let value = low + step * long_to_real(length(distance));
            *cell = match real_to_long(value) {
                Some(value) if whole => Dynamic::Long(value),
                _ => Dynamic::Real(value),
            };
        }
    }
    if edges {
        filled[..first].fill(items[first].clone());
        filled[last..].fill(items[last].clone());
    }
    Ok(array_of(filled))
}
