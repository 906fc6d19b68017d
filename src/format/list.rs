//! Lists: one item a line, the dash indented by two spaces below the key.

use std::collections::BTreeMap;

use super::{Comments, line_after, line_start};
use crate::text::{Edit, Span, line_end};
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
    let mut lists = Lists { text, comments: Comments::of(document), in_brackets: Vec::new(), at_key: Vec::new() };
    lists.node(root);
    // A list in a list moves with it, and by itself.
    let mut moves: BTreeMap<usize, usize> = BTreeMap::new();
    for line in lists.at_key.iter().flat_map(|&list| lines(text, list)) {
        *moves.entry(line).or_default() += INDENT;
    }
    let shift = |at: u32| moves.get(&line_start(text, at as usize)).copied().unwrap_or_default();
    let one_a_line = lists.in_brackets.iter().map(|list| {
        let key = list.key.span.start;
        one_a_line(text, list, column(text, key) + shift(key) + INDENT)
    });
    let mut edits: Vec<Edit> = one_a_line.collect();
    edits.extend(moves.iter().map(|(&line, &width)| {
        let at = Span::from_range(line..line).start;
        Edit::insert(at, " ".repeat(width))
    }));
    edits
}

fn one_a_line(text: &str, list: &Entry, indent: usize) -> Edit {
    let mut lines = String::from(":");
    for item in list.value.as_sequence().unwrap_or_default() {
        lines.push_str(line_end(text));
        lines.push_str(&" ".repeat(indent));
        lines.push_str("- ");
        lines.push_str(item.span.slice(text));
    }
    Edit::replace(Span::new(list.key.span.end, list.value.span.end), lines)
}

/// The lists that are not laid out.
struct Lists<'t> {
    text: &'t str,
    comments: Comments,
    /// Lists of words in brackets.
    in_brackets: Vec<&'t Entry>,
    /// Lists whose dashes stand right below their key.
    at_key: Vec<Span>,
}

impl<'t> Lists<'t> {
    fn node(&mut self, node: &'t Node) {
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

    fn entry(&mut self, entry: &'t Entry) {
        let Some(items) = entry.value.as_sequence() else { return self.node(&entry.value) };
        let key_column = column(self.text, entry.key.span.start);
        if !is_flow(self.text, &entry.value) {
            if dash_column(self.text, items) == Some(key_column) {
                self.at_key.push(entry.value.span);
            }
            return self.node(&entry.value);
        }
        let known = LISTS.iter().any(|key| key.eq_ignore_ascii_case(&entry.key.value));
        if known && !items.is_empty() && items.iter().all(is_line(self.text)) && self.stands_alone(entry) {
            self.in_brackets.push(entry);
        }
    }

    /// Whether the list starts right behind its key, and nothing but it and no comment stands on its lines.
    fn stands_alone(&self, entry: &Entry) -> bool {
        let (start, end) = (entry.value.span.start as usize, entry.value.span.end as usize);
        let between = &self.text[entry.key.span.end as usize..start];
        let behind = &self.text[end..line_after(self.text, end)];
        between.trim() == ":" && behind.trim().is_empty() && self.comments.starting_in(start..end).is_empty()
    }
}

/// Whether a node is a scalar on one line.
fn is_line(text: &str) -> impl Fn(&Node) -> bool {
    move |item| item.as_scalar().is_some() && !item.is_null() && !item.span.slice(text).contains('\n')
}

fn is_flow(text: &str, node: &Node) -> bool {
    node.span.slice(text).starts_with(['[', '{'])
}

/// The column of the dash of the first item, where both stand on one line.
fn dash_column(text: &str, items: &[Node]) -> Option<usize> {
    let start = items.first()?.span.start as usize;
    let line = &text[line_start(text, start)..start];
    let blank = line.len() - line.trim_start_matches(' ').len();
    line[blank..].starts_with('-').then_some(blank)
}

/// How many bytes stand before `at` on its line: spaces and dashes, in a file without tabs.
fn column(text: &str, at: u32) -> usize {
    at as usize - line_start(text, at as usize)
}

/// The starts of the lines of `list` that are not blank.
fn lines(text: &str, list: Span) -> Vec<usize> {
    let mut at = line_start(text, list.start as usize);
    let mut lines = Vec::new();
    while at < list.end as usize {
        let end = line_after(text, at);
        if !text[at..end].trim().is_empty() {
            lines.push(at);
        }
        at = end;
    }
    lines
}
