//! Arrays as sets. Elements are compared by value, the order is that of first appearance.

use std::collections::HashSet;

use super::arguments::{array, array_of, length};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, number::long_to_real};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("set_union", 1, set_union),
    Function::strict("set_intersect", 1, set_intersect),
    Function::strict("set_difference", 1, set_difference),
    Function::strict("set_has_element", 2, set_has_element),
    Function::strict("set_equals", 2, |args, _| Ok(two(args).map_or(Value::Null, |(a, b)| Value::Bool(a == b)))),
    Function::strict("jaccard_index", 2, jaccard_index),
];

/// What makes two elements the same: their type and value; whole reals are the same as longs.
pub(in crate::eval) fn key(value: &Dynamic) -> String {
    match value {
        Dynamic::Real(v) => crate::value::number::format_real(*v),
        other => other.to_string(),
    }
}

fn keys(items: &[Dynamic]) -> HashSet<String> {
    items.iter().map(key).collect()
}

fn two(args: &[Value]) -> Option<(HashSet<String>, HashSet<String>)> {
    Some((keys(array(args, 0)?), keys(array(args, 1)?)))
}

fn distinct<'a>(items: impl Iterator<Item = &'a Dynamic>) -> Value {
    let mut seen = HashSet::new();
    array_of(items.filter(|item| seen.insert(key(item))).cloned().collect::<Vec<_>>())
}

fn set_union(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let arrays: Option<Vec<&[Dynamic]>> = (0..args.len()).map(|at| array(args, at)).collect();
    Ok(arrays.map_or(Value::Null, |arrays| distinct(arrays.into_iter().flatten())))
}

fn set_intersect(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let others: Option<Vec<HashSet<String>>> = (1..args.len()).map(|at| array(args, at).map(keys)).collect();
    let (Some(first), Some(others)) = (array(args, 0), others) else { return Ok(Value::Null) };
    Ok(distinct(first.iter().filter(|item| others.iter().all(|other| other.contains(&key(item))))))
}

fn set_difference(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let others: Option<Vec<HashSet<String>>> = (1..args.len()).map(|at| array(args, at).map(keys)).collect();
    let (Some(first), Some(others)) = (array(args, 0), others) else { return Ok(Value::Null) };
    Ok(distinct(first.iter().filter(|item| !others.iter().any(|other| other.contains(&key(item))))))
}

fn set_has_element(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let wanted = key(&Dynamic::from_value(&args[1]));
    Ok(Value::Bool(items.iter().any(|item| key(item) == wanted)))
}

fn jaccard_index(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((a, b)) = two(args) else { return Ok(Value::Null) };
    let common = long_to_real(length(a.intersection(&b).count()));
    let all = long_to_real(length(a.union(&b).count()));
    Ok(Value::Real(common / all))
}
