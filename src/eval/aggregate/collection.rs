//! `make_list`, `make_set`, `make_bag`.

use std::collections::HashSet;

use super::{Accumulator, Setup, boxed};
use crate::eval::column::dynamic_bytes;
use crate::eval::function::{Failure, element_key};
use crate::value::{Dynamic, Value, convert};

/// The largest and default size (Microsoft: "`make_set()` (aggregation function)").
const MOST: usize = 1_048_576;
/// The default size under the old names.
const MOST_OLD: usize = 128;

/// Where nulls go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Skipped,
    Kept,
}

fn limit(setup: &Setup, default: usize) -> usize {
    let wanted = setup.constant(1).and_then(convert::to_long).filter(|size| *size > 0);
    wanted.and_then(|size| usize::try_from(size).ok()).unwrap_or(default).min(MOST)
}

/// Values in the order of the rows; arrays give their elements.
#[derive(Debug)]
struct List {
    items: Vec<Dynamic>,
    most: usize,
    nulls: Nulls,
}

impl Accumulator for List {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let Some(value) = args.first() else { return Ok(()) };
        let room = self.most.saturating_sub(self.items.len());
        match (value, self.nulls) {
            (Value::Dynamic(Dynamic::Array(elements)), Nulls::Skipped) => {
                self.items.extend(elements.iter().take(room).cloned());
            }
            (Value::Dynamic(Dynamic::Array(_)), Nulls::Kept) => {
                return Err(Failure::Unsupported("make_list_with_nulls() of arrays".to_owned()));
            }
            (value, Nulls::Skipped) if value.is_null() => {}
            (value, _) if room > 0 => self.items.push(Dynamic::from_value(value)),
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![Value::Dynamic(Dynamic::Array(std::mem::take(&mut self.items)))]
    }

    fn bytes(&self) -> usize {
        self.items.iter().map(dynamic_bytes).sum()
    }
}

pub(super) fn list(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(List { items: Vec::new(), most: limit(setup, MOST), nulls: Nulls::Skipped }))
}

pub(super) fn list_old(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(List { items: Vec::new(), most: limit(setup, MOST_OLD), nulls: Nulls::Skipped }))
}

pub(super) fn list_with_nulls(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(List { items: Vec::new(), most: MOST, nulls: Nulls::Kept }))
}

/// Distinct values in the order of their first appearance; arrays give their elements.
#[derive(Debug)]
struct Set {
    items: Vec<Dynamic>,
    seen: HashSet<String>,
    most: usize,
}

impl Set {
    fn put(&mut self, item: &Dynamic) {
        if self.items.len() < self.most && item != &Dynamic::Null && self.seen.insert(element_key(item)) {
            self.items.push(item.clone());
        }
    }
}

impl Accumulator for Set {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        match args.first() {
            Some(Value::Dynamic(Dynamic::Array(items))) => items.iter().for_each(|item| self.put(item)),
            Some(value) => self.put(&Dynamic::from_value(value)),
            None => {}
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![Value::Dynamic(Dynamic::Array(std::mem::take(&mut self.items)))]
    }

    fn bytes(&self) -> usize {
        2 * self.items.iter().map(dynamic_bytes).sum::<usize>()
    }
}

pub(super) fn set(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Set { items: Vec::new(), seen: HashSet::new(), most: limit(setup, MOST) }))
}

pub(super) fn set_old(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Set { items: Vec::new(), seen: HashSet::new(), most: limit(setup, MOST_OLD) }))
}

/// One bag of all slots; of several with one key the first counts. What is no bag is skipped; where there is none at all
/// the page of `summarize` gives an empty array.
#[derive(Debug)]
struct Bag {
    slots: Option<Vec<(String, Dynamic)>>,
    keys: HashSet<String>,
    most: usize,
}

impl Accumulator for Bag {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        let Some(Value::Dynamic(Dynamic::Bag(slots))) = args.first() else { return Ok(()) };
        let all = self.slots.get_or_insert_default();
        for (key, value) in slots {
            if all.len() < self.most && self.keys.insert(key.clone()) {
                all.push((key.clone(), value.clone()));
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![Value::Dynamic(self.slots.take().map_or(Dynamic::Array(Vec::new()), Dynamic::Bag))]
    }

    fn bytes(&self) -> usize {
        self.slots.iter().flatten().map(|(key, value)| 2 * key.len() + dynamic_bytes(value)).sum()
    }
}

pub(super) fn bag(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Bag { slots: None, keys: HashSet::new(), most: limit(setup, MOST) }))
}

pub(super) fn bag_old(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Bag { slots: None, keys: HashSet::new(), most: limit(setup, MOST_OLD) }))
}
