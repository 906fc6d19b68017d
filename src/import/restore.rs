//! Gives a rule its indentation back. The lines of the page are placed by the known keys of the rule format; every
//! value stays as it is written, also where it is a mistake.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Level};
use crate::text::Span;

use super::keys::{Key, RuleKeys, Shape, find, split_key};
use super::page::Line;

/// A rule with its indentation restored.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// The YAML text; ends with a line feed.
    pub yaml: String,
    /// The lines of the page that hold the query inside the rule.
    pub query: Vec<(String, Span)>,
    /// What could not be placed, at its place in the page.
    pub problems: Vec<Diagnostic>,
}

/// Restores the lines of a rule. `outside` is the page's other copy of the query: where the block of the rule starts with it, its
/// end is certain.
pub fn restore(lines: &[Line<'_>], outside: &[Line<'_>], keys: &RuleKeys) -> Restored {
    let mut writer = Writer {
        yaml: String::new(),
        frames: vec![Frame { keys: &keys.root, kind: FrameKind::Mapping, indent: 0, seen: BTreeSet::new() }],
        query: Vec::new(),
        problems: Vec::new(),
    };
    let mut at = 0;
    while at < lines.len() {
        at = writer.line(lines, at, outside, keys);
    }
    Restored { yaml: writer.yaml, query: writer.query, problems: writer.problems }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    /// Keys stand here.
    Mapping,
    /// `- text` lines stand here.
    Texts,
    /// `- key: value` lines stand here; `keys` are those of an item.
    Items,
    /// Keys of the author's choice stand here.
    Map,
}

/// A container that is open at the current line.
struct Frame<'k> {
    keys: &'k [Key],
    kind: FrameKind,
    /// The column its lines start at.
    indent: usize,
    /// The keys given already.
    seen: BTreeSet<String>,
}

struct Writer<'k> {
    yaml: String,
    frames: Vec<Frame<'k>>,
    query: Vec<(String, Span)>,
    problems: Vec<Diagnostic>,
}

impl Writer<'_> {
    /// Places the line `at` and those that belong to its value; gives the next line to place.
    fn line(&mut self, lines: &[Line<'_>], at: usize, outside: &[Line<'_>], keys: &RuleKeys) -> usize {
        let line = lines[at];
        let text = line.text.trim();
        if text.is_empty() {
            return at + 1;
        }
        let (item, content) = match text.strip_prefix('-') {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t']) => (true, rest.trim()),
            _ => (false, text),
        };
        if text.starts_with('#') {
            self.put(0, text);
            return at + 1;
        }
        let Some((name, value)) = split_key(content) else {
            return self.text_line(lines, at, item, content);
        };
        let placed = if item { self.open_item(name) } else { self.open_key(name) };
        if !placed {
            if item {
                return self.text_line(lines, at, item, content);
            }
            self.unplaced(name, line.span);
            if self.frames[0].seen.contains(name) {
                return at + 1;
            }
            self.frames.truncate(1);
        }
        self.value(lines, at, &Entry { name, value, item }, outside, keys)
    }

    /// Writes a key with its value, and opens the container that its shape asks for. The innermost frame is the one it stands in.
    fn value(
        &mut self,
        lines: &[Line<'_>],
        at: usize,
        entry: &Entry<'_>,
        outside: &[Line<'_>],
        keys: &RuleKeys,
    ) -> usize {
        let Entry { name, value, item } = *entry;
        let Some(frame) = self.frames.last_mut() else { return at + 1 };
        frame.seen.insert(name.to_owned());
        let indent = frame.indent;
        let shape = find(frame.keys, name).map(|key| &key.shape);
        let lead = if item { indent - 2 } else { indent };
        let dash = if item { "- " } else { "" };
        if is_block_header(value) {
            let end = self.block_end(lines, at + 1, name, outside, keys);
            self.block(&lines[at + 1..end], &format!("{}{dash}{name}: ", " ".repeat(lead)), value, indent);
            if name == "query" {
                self.query = lines[at + 1..end].iter().map(|line| (line.text.to_owned(), line.span)).collect();
            }
            return end;
        }
        let container = shape.filter(|shape| value.is_empty() && **shape != Shape::Value);
        if let Some(shape) = container {
            self.put(lead, &format!("{dash}{name}:"));
            self.frames.push(Frame::new(shape, indent + 2));
            return at + 1;
        }
        let end = self.continuation_end(lines, at + 1);
        if name == "query" {
            self.query = inline_query(lines, at, end, value);
        }
        let rest: Vec<&str> = lines[at + 1..end].iter().map(|line| line.text.trim()).collect();
        self.put(lead, &format!("{dash}{name}:{}", written(value, &rest, indent + 2)));
        end
    }

    /// A `- text` line of a list of texts, or a line that fits nowhere.
    fn text_line(&mut self, lines: &[Line<'_>], at: usize, item: bool, content: &str) -> usize {
        let list = self.frames.iter().rposition(|frame| frame.kind == FrameKind::Texts);
        let (true, Some(list)) = (item, list) else {
            let problem = Diagnostic::new(
                "page-line-not-placed",
                Level::Warning,
                "this line of the rule belongs to no key of the rule format; it is left out",
                lines[at].span,
            );
            self.problems.push(problem);
            return at + 1;
        };
        self.frames.truncate(list + 1);
        let indent = self.frames[list].indent;
        self.put(indent, &format!("-{}", written(content, &[], indent + 2)));
        at + 1
    }

    /// Closes containers until one is innermost that may hold `name`. Gives false, closing none, where there is none.
    fn open_key(&mut self, name: &str) -> bool {
        let holds = |frame: &Frame<'_>| match frame.kind {
            FrameKind::Mapping => find(frame.keys, name).is_some() && !frame.seen.contains(name),
            FrameKind::Map => true,
            FrameKind::Texts | FrameKind::Items => false,
        };
        let innermost = self.frames.iter().rposition(holds);
        // A map takes every key, so a key of the file itself that is still missing ends it.
        let root = holds(&self.frames[0]);
        let index = match innermost {
            Some(at) if self.frames[at].kind == FrameKind::Map && root => Some(0),
            other => other,
        };
        let Some(index) = index else { return false };
        self.frames.truncate(index + 1);
        true
    }

    /// Opens an item of the innermost list whose items may start with `name`.
    fn open_item(&mut self, name: &str) -> bool {
        let holds = |frame: &Frame<'_>| frame.kind == FrameKind::Items && find(frame.keys, name).is_some();
        let Some(index) = self.frames.iter().rposition(holds) else { return false };
        self.frames.truncate(index + 1);
        let (keys, indent) = (self.frames[index].keys, self.frames[index].indent);
        self.frames.push(Frame { keys, kind: FrameKind::Mapping, indent: indent + 2, seen: BTreeSet::new() });
        true
    }

    fn unplaced(&mut self, name: &str, span: Span) {
        let twice = self.frames[0].seen.contains(name);
        let (lint, message) = if twice {
            ("page-duplicate-key", format!("the rule gives `{name}` a second time; the second is left out"))
        } else {
            ("page-unknown-key", format!("`{name}` is no key of the rule format; it is kept as a key of the rule"))
        };
        self.problems.push(Diagnostic::new(lint, Level::Warning, message, span));
    }

    /// The end of a block scalar: the next key of the file itself that is still missing. The page's other copy of the query
    /// tells more exactly, because a line of KQL may look like a key.
    fn block_end(&self, lines: &[Line<'_>], start: usize, name: &str, outside: &[Line<'_>], keys: &RuleKeys) -> usize {
        let same = |(inside, outside): (&Line<'_>, &Line<'_>)| inside.text.trim() == outside.text.trim();
        let copied = lines[start..].iter().zip(outside).filter(|&pair| same(pair)).count();
        let known = if name == "query" && copied == outside.len() { start + copied } else { start };
        let ends = |line: &Line<'_>| keys.root_key(line.text).is_some_and(|key| !self.frames[0].seen.contains(key));
        let end = lines[known..].iter().position(ends).map_or(lines.len(), |at| known + at);
        let content = lines[start..end].iter().rposition(|line| !line.text.trim().is_empty());
        content.map_or(end, |at| start + at + 1).max(start)
    }

    fn block(&mut self, lines: &[Line<'_>], head: &str, header: &str, indent: usize) {
        let filled = || lines.iter().map(|line| line.text).filter(|text| !text.trim().is_empty());
        let margin = filled().map(|text| text.len() - text.trim_start_matches(' ').len()).min().unwrap_or(0);
        let style: String = header.chars().filter(|c| !c.is_ascii_digit()).collect();
        // A first line that starts with a blank would be taken for deeper indentation, so the indentation is said.
        let said = filled().next().is_some_and(|text| text[margin..].starts_with([' ', '\t']));
        let style = if said { style.replacen(['|', '>'], &format!("{}2", &style[..1]), 1) } else { style };
        self.yaml.push_str(head);
        self.put(0, &style);
        for line in lines {
            let text = line.text.get(margin..).unwrap_or_default();
            if text.trim().is_empty() { self.yaml.push('\n') } else { self.put(indent + 2, text) }
        }
    }

    /// The first line after `start` that starts something of its own.
    fn continuation_end(&self, lines: &[Line<'_>], start: usize) -> usize {
        let goes_on = |line: &Line<'_>| {
            let text = line.text.trim();
            let item = text.starts_with("- ") || text == "-";
            !text.is_empty() && !item && !text.starts_with('#') && !self.is_key_line(text)
        };
        lines[start..].iter().position(|line| !goes_on(line)).map_or(lines.len(), |at| start + at)
    }

    fn is_key_line(&self, text: &str) -> bool {
        let Some((name, _)) = split_key(text) else { return false };
        self.frames.iter().any(|frame| frame.kind == FrameKind::Map || find(frame.keys, name).is_some())
    }

    fn put(&mut self, indent: usize, text: &str) {
        self.yaml.push_str(&" ".repeat(indent));
        self.yaml.push_str(text);
        self.yaml.push('\n');
    }
}

/// A `key: value` line.
struct Entry<'t> {
    name: &'t str,
    value: &'t str,
    /// The line starts with `- `.
    item: bool,
}

impl<'k> Frame<'k> {
    fn new(shape: &'k Shape, indent: usize) -> Self {
        let (kind, keys): (_, &[Key]) = match shape {
            Shape::Value | Shape::Texts => (FrameKind::Texts, &[]),
            Shape::Mappings(keys) => (FrameKind::Items, keys),
            Shape::Mapping(keys) => (FrameKind::Mapping, keys),
            Shape::Map => (FrameKind::Map, &[]),
        };
        Self { keys, kind, indent, seen: BTreeSet::new() }
    }
}

/// `|`, `>`, `|-`, `>+`, `|2`.
fn is_block_header(value: &str) -> bool {
    value.starts_with(['|', '>']) && value[1..].chars().all(|c| matches!(c, '-' | '+' | '1'..='9'))
}

fn inline_query(lines: &[Line<'_>], at: usize, end: usize, value: &str) -> Vec<(String, Span)> {
    let first = Span::new(
        lines[at].span.end - Span::from_range(0..value.len()).end.min(lines[at].span.len()),
        lines[at].span.end,
    );
    let rest = lines[at + 1..end].iter().map(|line| (line.text.trim().to_owned(), line.span));
    std::iter::once((value.to_owned(), first)).chain(rest).collect()
}

/// A value as it stands behind its key: as written where that is YAML, quoted or as a block where it is not.
fn written(value: &str, rest: &[&str], indent: usize) -> String {
    if value.is_empty() && rest.is_empty() {
        return String::new();
    }
    let margin = " ".repeat(indent);
    let mut plain = format!(" {value}");
    for line in rest {
        plain.extend(["\n", &margin, *line]);
    }
    if is_yaml_value(&plain) {
        return plain;
    }
    if rest.is_empty() {
        return format!(" '{}'", value.replace('\'', "''"));
    }
    let lines: Vec<String> = std::iter::once(&value).chain(rest).map(|line| format!("{margin}{line}")).collect();
    format!(" |-\n{}", lines.join("\n"))
}

/// Whether the text stands behind a key as one value. A bare `key: a: b` and a value that starts with `%` do not.
fn is_yaml_value(text: &str) -> bool {
    let parsed: Result<serde_yaml::Value, _> = serde_yaml::from_str(&format!("k:{text}\n"));
    let Ok(serde_yaml::Value::Mapping(mapping)) = parsed else { return false };
    mapping.len() == 1
        && mapping.values().all(|value| !value.is_mapping() || text.trim_start().starts_with('{'))
        && (!text.contains(" #") || text.trim_start().starts_with(['\'', '"']))
}
