//! The order of a rule's keys.

use super::{Comments, line_after, line_start};
use crate::text::{Edit, Span, line_end};
use crate::yaml::{Document, Entry};

/// The top-level keys in the order in which most rules of Microsoft's Azure-Sentinel repository have them.
const ORDER: [&str; 26] = [
    "id",
    "name",
    "description",
    "severity",
    "enabled",
    "status",
    "requiredDataConnectors",
    "queryFrequency",
    "queryPeriod",
    "triggerOperator",
    "triggerThreshold",
    "tactics",
    "relevantTechniques",
    "techniques",
    "tags",
    "query",
    "entityMappings",
    "sentinelEntitiesMappings",
    "eventGroupingSettings",
    "customDetails",
    "alertDetailsOverride",
    "incidentConfiguration",
    "suppressionEnabled",
    "suppressionDuration",
    "version",
    "kind",
];

/// The edits that put the keys in order; `None` where they cannot be moved. No edits where they are in order.
///
/// A key that is not known stays behind the key that it stands behind. What stands before the first key stays at the top
/// of the file, what stands behind the last value at its end; other comments in the column of the keys, and blank lines,
/// go with the key below them, indented comments with the one above.
pub(super) fn edits(text: &str, document: &Document) -> Option<Vec<Edit>> {
    let Some(rule) = document.root.as_ref().and_then(|root| root.as_mapping()) else { return Some(Vec::new()) };
    let ranks = ranks(&rule.entries);
    if ranks.is_sorted() {
        return Some(Vec::new());
    }
    let blocks = blocks(text, &Comments::of(document), &rule.entries)?;
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|&index| ranks[index]);
    let whole = Span::new(blocks.first()?.start, blocks.last()?.end);
    let end = line_end(text);
    let mut moved = String::with_capacity(whole.len() as usize + end.len());
    for &index in &order {
        let block = blocks[index].slice(text);
        moved.push_str(block);
        if !block.ends_with('\n') {
            moved.push_str(end);
        }
    }
    // The last line of the file ends as it did.
    if !whole.slice(text).ends_with('\n') {
        moved.truncate(moved.trim_end_matches(['\r', '\n']).len());
    }
    Some(vec![Edit::replace(whole, moved)])
}

/// The place of each key in [`ORDER`]; that of the key before it for a key that is not known.
fn ranks(entries: &[Entry]) -> Vec<usize> {
    let mut last = 0;
    let rank = |entry: &Entry| ORDER.iter().position(|key| key.eq_ignore_ascii_case(&entry.key.value));
    entries
        .iter()
        .map(|entry| {
            last = rank(entry).unwrap_or(last);
            last
        })
        .collect()
}

/// The lines of each key: those of its comments, its own and those of its value.
fn blocks(text: &str, comments: &Comments, entries: &[Entry]) -> Option<Vec<Span>> {
    let mut starts = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let key = entry.key.span.start as usize;
        let line = line_start(text, key);
        // Every key must start a line.
        if !text[line..key].trim_start_matches('\u{feff}').trim_matches(' ').is_empty() {
            return None;
        }
        let start = match index.checked_sub(1) {
            Some(above) => between(text, comments, last_byte(&entries[above]), key),
            // What stands before the first key stays there, a byte order mark among it.
            None => line + text[line..key].len() - text[line..key].trim_start_matches('\u{feff}').len(),
        };
        starts.push(start);
    }
    let end = line_after(text, last_byte(entries.last()?));
    starts.push(end);
    Some(starts.windows(2).map(|pair| Span::from_range(pair[0]..pair[1])).collect())
}

/// An offset on the last line of an entry.
fn last_byte(entry: &Entry) -> usize {
    let end = entry.value.span.end.max(entry.key.span.end) as usize;
    end.saturating_sub(1)
}

/// Where, between the value that ends at `above` and the key at `key`, the lines of that key start.
fn between(text: &str, comments: &Comments, above: usize, key: usize) -> usize {
    let line = line_start(text, key);
    let first = line_after(text, above).min(line);
    let is_deeper = |comment: &&Span| {
        let start = comment.start as usize;
        start - line_start(text, start) > key - line
    };
    let deeper = comments.starting_in(first..line).iter().filter(is_deeper);
    deeper.map(|comment| line_after(text, comment.end as usize)).max().unwrap_or(first).min(line)
}
