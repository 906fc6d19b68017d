//! Functions on property bags, and paths into dynamics.

use std::collections::HashSet;

use super::arguments::{array, array_of, bag, dynamic, or_null, strings, text, texts};
use super::jsonpath::{self, Step};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::seeing_nulls("bag_pack", 0, bag_pack),
    Function::seeing_nulls("pack", 0, bag_pack),
    Function::seeing_nulls("pack_dictionary", 0, bag_pack),
    Function::seeing_nulls("pack_all", 1, pack_all),
    Function::strict("bag_keys", 1, |args, _| {
        Ok(or_null(bag(args, 0), |slots| strings(slots.iter().map(|(key, _)| key.clone()))))
    }),
    Function::seeing_nulls("bag_merge", 1, bag_merge),
    Function::strict("bag_has_key", 2, bag_has_key),
    Function::strict("bag_remove_keys", 2, bag_remove_keys),
    Function::seeing_nulls("bag_set_key", 3, bag_set_key),
    Function::seeing_nulls("bag_zip", 2, bag_zip),
    Function::strict("extract_json", 2, extract_json),
    Function::strict("extractjson", 2, extract_json),
    Function::strict("treepath", 1, treepath),
];

/// Puts a slot into a bag; an older slot of that key is replaced where it stands.
fn put(slots: &mut Vec<(String, Dynamic)>, key: String, value: Dynamic) {
    match slots.iter_mut().find(|(name, _)| *name == key) {
        Some(slot) => slot.1 = value,
        None => slots.push((key, value)),
    }
}

fn bag_pack(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let mut slots = Vec::with_capacity(args.len() / 2);
    for pair in args.chunks_exact(2) {
        put(&mut slots, convert::to_text(&pair[0]), Dynamic::from_value(&pair[1]));
    }
    Ok(Value::Dynamic(Dynamic::Bag(slots)))
}

/// The binder writes the names and columns behind the first argument, which says whether to leave out nulls and `""`.
fn pack_all(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let leaves_out = args.first().and_then(convert::to_bool) == Some(true);
    let mut slots = Vec::with_capacity(args.len() / 2);
    for pair in args[1..].chunks_exact(2) {
        let empty = pair[1].is_null() || matches!(&pair[1], Value::String(text) if text.is_empty());
        if !leaves_out || !empty {
            put(&mut slots, convert::to_text(&pair[0]), Dynamic::from_value(&pair[1]));
        }
    }
    Ok(Value::Dynamic(Dynamic::Bag(slots)))
}

/// Of several slots with one key the first counts; arguments that are no bags are left out.
fn bag_merge(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let mut slots: Vec<(String, Dynamic)> = Vec::new();
    let mut any = false;
    for at in 0..args.len() {
        let Some(more) = bag(args, at) else { continue };
        any = true;
        for (key, value) in more {
            if !slots.iter().any(|(name, _)| name == key) {
                slots.push((key.clone(), value.clone()));
            }
        }
    }
    Ok(if any { Value::Dynamic(Dynamic::Bag(slots)) } else { Value::Null })
}

/// A key, or a path that starts with `$`. What the service does with the root or with an index of an array is not
/// documented (Microsoft: "`bag_set_key()`").
fn steps(key: &str) -> Result<Vec<Step>, Failure> {
    let path = if key.starts_with('$') { jsonpath::parse(key) } else { None };
    let Some(path) = path else { return Ok(vec![Step::Key(key.to_owned())]) };
    if path.is_empty() || path.iter().any(|step| matches!(step, Step::Index(_))) {
        return Err(Failure::Unsupported(format!("the path {key} into a bag")));
    }
    Ok(path)
}

fn bag_has_key(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Value::Dynamic(value @ Dynamic::Bag(_)) = &args[0] else { return Ok(Value::Null) };
    Ok(Value::Bool(jsonpath::walk(value, &steps(&text(args, 1))?).is_some()))
}

fn bag_remove_keys(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Value::Dynamic(value @ Dynamic::Bag(_)), Some(keys)) = (&args[0], array(args, 1)) else {
        return Ok(Value::Null);
    };
    let mut value = value.clone();
    for key in texts(keys) {
        remove(&mut value, &steps(&key)?);
    }
    Ok(Value::Dynamic(value))
}

fn remove(value: &mut Dynamic, steps: &[Step]) {
    let (Dynamic::Bag(slots), Some((Step::Key(key), rest))) = (value, steps.split_first()) else { return };
    if rest.is_empty() {
        slots.retain(|(name, _)| name != key);
    } else if let Some((_, inner)) = slots.iter_mut().find(|(name, _)| name == key) {
        remove(inner, rest);
    }
}

fn bag_set_key(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Value::Dynamic(value @ Dynamic::Bag(_)) = &args[0] else { return Ok(Value::Null) };
    let mut value = value.clone();
    set(&mut value, &steps(&text(args, 1))?, Dynamic::from_value(&args[2]));
    Ok(Value::Dynamic(value))
}

fn set(value: &mut Dynamic, steps: &[Step], new: Dynamic) {
    let (Dynamic::Bag(slots), Some((Step::Key(key), rest))) = (value, steps.split_first()) else { return };
    if rest.is_empty() {
        put(slots, key.clone(), new);
        return;
    }
    if !slots.iter().any(|(name, _)| name == key) {
        slots.push((key.clone(), Dynamic::Bag(Vec::new())));
    }
    if let Some((_, inner)) = slots.iter_mut().find(|(name, _)| name == key) {
        set(inner, rest, new);
    }
}

/// Keys that are no strings are left out with their values; missing values are null.
fn bag_zip(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(keys) = array(args, 0) else { return Ok(Value::Null) };
    let values = array(args, 1).unwrap_or_default();
    let mut slots = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        if let Dynamic::String(key) = key {
            put(&mut slots, key.clone(), values.get(at).cloned().unwrap_or(Dynamic::Null));
        }
    }
    Ok(Value::Dynamic(Dynamic::Bag(slots)))
}

fn extract_json(args: &[Value], call: &Call) -> Result<Value, Failure> {
    let none = || Ok(Value::null_of(call.result));
    let Some(path) = jsonpath::parse(&text(args, 0)) else { return none() };
    let Some(json) = Dynamic::parse_strict(&text(args, 1)) else { return none() };
    let Some(found) = jsonpath::walk(&json, &path) else { return none() };
    Ok(convert::convert(&dynamic(found.clone()), call.result))
}

/// The paths of all inner values, arrays as `[0]`.
/// The elements of an array share the path `[0]`, each path comes once (Microsoft: "`treepath()`").
fn treepath(args: &[Value], _: &Call) -> Result<Value, Failure> {
    fn visit(value: &Dynamic, path: &str, seen: &mut HashSet<String>, paths: &mut Vec<String>) {
        let inner: Vec<(String, &Dynamic)> = match value {
            Dynamic::Bag(slots) => slots.iter().map(|(key, value)| (format!("{path}['{key}']"), value)).collect(),
            Dynamic::Array(items) => items.iter().map(|item| (format!("{path}[0]"), item)).collect(),
            _ => return,
        };
        for (path, value) in inner {
            if seen.insert(path.clone()) {
                paths.push(path.clone());
            }
            visit(value, &path, seen, paths);
        }
    }
    let Value::Dynamic(value) = &args[0] else { return Ok(Value::Null) };
    let mut paths = Vec::new();
    visit(value, "", &mut HashSet::new(), &mut paths);
    Ok(array_of(paths.into_iter().map(Dynamic::String)))
}
