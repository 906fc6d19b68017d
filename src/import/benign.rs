//! The events of a benign scenario, made from its filter: the values that the filter names, in the columns that its fields are.
//!
//! An `OR` of plain conditions gives one event for each value. An `OR` that holds negations is read as what its author meant,
//! the event in which every value is equal at once.

use std::collections::BTreeMap;

use super::filter::{Compare, Filter};
use super::vocabulary::{Meaning, Vocabulary, is_address_range};

/// The most events that are made for one scenario.
const MAX_EVENTS: usize = 16;

/// A skeleton event: texts by column.
pub(super) type Skeleton = BTreeMap<String, String>;

/// The events that a filter describes, on `table`. Empty where it names no value of a column.
pub(super) fn events(filter: &Filter, table: &str, vocabulary: &Vocabulary) -> Vec<Skeleton> {
    let mut events = alternatives(filter, table, vocabulary);
    events.retain(|event| !event.is_empty());
    events.dedup();
    events.truncate(MAX_EVENTS);
    events
}

fn alternatives(filter: &Filter, table: &str, vocabulary: &Vocabulary) -> Vec<Skeleton> {
    match filter {
        Filter::Compare(compare) => of_comparison(compare, table, vocabulary),
        Filter::Not(inner) => alternatives(inner, table, vocabulary),
        Filter::And(parts) => together(parts, table, vocabulary),
        Filter::Or(parts) if super::verdict::holds_negation(filter) => together(parts, table, vocabulary),
        Filter::Or(parts) => {
            parts.iter().flat_map(|part| alternatives(part, table, vocabulary)).take(MAX_EVENTS).collect()
        }
        Filter::Missing => Vec::new(),
    }
}

fn of_comparison(compare: &Compare, table: &str, vocabulary: &Vocabulary) -> Vec<Skeleton> {
    let values = compare.values.iter().filter(|value| !value.hole);
    let cells = values.filter_map(|value| {
        let text = if is_address_range(&value.text) { first_host(&value.text) } else { value.text.clone() };
        match vocabulary.meaning(&compare.field.value, table, &value.text) {
            Meaning::Column { column, .. } => Some(Skeleton::from([(column.to_owned(), text)])),
            Meaning::NoColumn | Meaning::Unknown => None,
        }
    });
    cells.take(MAX_EVENTS).collect()
}

/// Events in which every part holds.
fn together(parts: &[Filter], table: &str, vocabulary: &Vocabulary) -> Vec<Skeleton> {
    let mut events = vec![Skeleton::new()];
    for part in parts {
        let cells = alternatives(part, table, vocabulary);
        if cells.is_empty() {
            continue;
        }
        let merged = events.iter().flat_map(|event| cells.iter().map(move |cell| merge(event, cell)));
        events = merged.take(MAX_EVENTS).collect();
    }
    events
}

fn merge(event: &Skeleton, cell: &Skeleton) -> Skeleton {
    let mut merged = event.clone();
    merged.extend(cell.iter().map(|(column, text)| (column.clone(), text.clone())));
    merged
}

/// The first host of a range: `10.0.0.0/8` gives `10.0.0.1`.
fn first_host(range: &str) -> String {
    let base = range.split('/').next().unwrap_or_default();
    match base.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => std::net::Ipv4Addr::from(u32::from(address).saturating_add(1)).to_string(),
        Ok(std::net::IpAddr::V6(address)) => {
            std::net::Ipv6Addr::from(u128::from(address).saturating_add(1)).to_string()
        }
        Err(_) => base.to_owned(),
    }
}
