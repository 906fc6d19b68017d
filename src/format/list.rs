//! Lists: one item a line, the dash indented by two spaces below the key.

use std::collections::BTreeSet;

use super::{line_after, line_end, line_start};
use crate::text::{Edit, Span};
use crate::yaml::{Document, Entry, Kind, Node};

/// The keys whose values are lists of words. Lists under other keys may be long tables that someone laid out by hand.
const LISTS: [&str; 7] = [
    "tactics",
    "relevantTechniques",
    "techniques",
    "dataTypes",
    "groupByEntities",
    "groupByAlertDetails",
    "groupByCustomDetails",
];

/// How far a dash is indented below its key.
const INDENT: usize = 2;

/// The edits that lay the lists of a rule out.
pub(super) fn edits(text: &str, document: &Document) -> Vec<Edit> {
    let Some(root) = &document.root else { return Vec::new() };
    let mut lists = Lists { text, document, edits: Vec::new(), shifted: Vec::new() };
    lists.node(root);
    let mut edits = lists.edits;
    edits.extend(lists.shifted.iter().flat_map(|&lines| shift(text, lines)).collect::<BTreeSet<_>>().into_iter().map(
        |line| Edit::insert(line, " ".repeat(INDENT)),
    ));
    edits
}

struct Lists<'t> {
    text: &'t str,
    document: &'t Document,
    edits: Vec<Edit>,
    /// Lists whose dashes stand below the key's first letter.
    shifted: Vec<Span>,
}

impl Lists<'_> {
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::Mapping(mapping) if !is_flow(self.text, node) => {
                for entry in &mapping.entries {
                    self.entry(entry);
                }
            }
            Kind::Sequence(items) if !is_flow(self.text, node) => items.iter().for_each(|item| self.node(item)),
            _ => {}
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let Some(items) = entry.value.as_sequence() else { return self.node(&entry.value) };
        let key_column = column(self.text, entry.key.span.start);
        if !is_flow(self.text, &entry.value) {
            if column(self.text, entry.value.span.start) == key_column {
                self.shifted.push(entry.value.span);
            }
            return self.node(&entry.value);
        }
        let known = LISTS.iter().any(|key| key.eq_ignore_ascii_case(&entry.key.value));
        if known && !items.is_empty() && items.iter().all(is_line(self.text)) && self.stands_alone(entry) {
            self.edits.push(self.one_a_line(entry, items, key_column));
        }
    }

    /// Whether the list starts right behind its key, and nothing but it and no comment stands on its lines.
    fn stands_alone(&self, entry: &Entry) -> bool {
        let (start, end) = (entry.value.span.start as usize, entry.value.span.end as usize);
        let between = &self.text[entry.key.span.end as usize..start];
        let behind = &self.text[end..line_after(self.text, end)];
        let has_comment = self.document.comments.iter().any(|comment| entry.value.span.contains(*comment));
        between.trim() == ":" && behind.trim().is_empty() && !has_comment
    }

    fn one_a_line(&self, entry: &Entry, items: &[Node], key_column: usize) -> Edit {
        let mut list = String::from(":");
        for item in items {
            list.push_str(line_end(self.text));
            list.push_str(&" ".repeat(key_column + INDENT));
            list.push_str("- ");
            list.push_str(item.span.slice(self.text));
        }
        Edit::replace(Span::new(entry.key.span.end, entry.value.span.end), list)
    }
}

/// Whether a node is a scalar on one line.
fn is_line(text: &str) -> impl Fn(&Node) -> bool {
    move |item| item.as_scalar().is_some() && !item.is_null() && !item.span.slice(text).contains('\n')
}

fn is_flow(text: &str, node: &Node) -> bool {
    node.span.slice(text).starts_with(['[', '{'])
}

/// How many bytes stand before `at` on its line: spaces and dashes, in a file without tabs.
fn column(text: &str, at: u32) -> usize {
    at as usize - line_start(text, at as usize)
}

/// The starts of the lines of `list` that are not blank.
fn shift(text: &str, list: Span) -> Vec<u32> {
    let mut at = line_start(text, list.start as usize);
    let mut lines = Vec::new();
    while at < list.end as usize {
        let end = line_after(text, at);
        if !text[at..end].trim().is_empty() {
            lines.push(Span::from_range(at..end).start);
        }
        at = end;
    }
    lines
}
