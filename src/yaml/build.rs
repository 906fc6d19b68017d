//! From the parser's events to a tree. The builder keeps its own stack, so nesting cannot exhaust the thread's.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle};

use super::tree::{Entry, Kind, Mapping, Node, Scalar, Style};
use super::{MAX_ALIAS_NODES, MAX_DEPTH, MAX_NODES};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::text::{Edit, Span, Spanned};

/// The most nodes that are kept aside for aliases, however many anchors there are.
const MAX_ANCHOR_NODES: usize = 1_000_000;

/// What one text parses to.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) root: Option<Node>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) comments: Vec<Span>,
}

/// Why a text does not parse.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) cause: Cause,
    /// Offset in the parsed text.
    pub(super) at: usize,
}

/// What the parser, or the builder, refused.
#[derive(Debug)]
pub(super) enum Cause {
    Scan(ErrorKind),
    /// A second document starts; the first one is given.
    SecondDocument(Box<Built>),
    AliasBudget,
    /// More than [`MAX_NODES`] values.
    TooLarge,
}

/// Parses `text`, the part of a file that starts at offset `base`; every span of the result is in the file's offsets.
pub(super) fn build(text: &str, base: u32) -> Result<Built, Failure> {
    let mut builder = Builder { text, base, ..Builder::default() };
    let mut parser = Parser::new_from_str_with_options(
        text,
        granit_parser::options! {
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
            max_buffered_comment_events: 100_000,
        },
    );
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| Failure {
            at: error.marker().byte_offset().unwrap_or(0).min(text.len()),
            cause: Cause::Scan(error.kind().clone()),
        })?;
        let range = span.byte_range().unwrap_or(text.len()..text.len());
        if matches!(event, Event::DocumentStart(..)) {
            builder.documents += 1;
            if builder.documents == 2 {
                return Err(Failure { cause: Cause::SecondDocument(Box::new(builder.done)), at: range.start });
            }
        }
        builder.event(event, range)?;
    }
    Ok(builder.done)
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    base: u32,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    anchor_nodes: usize,
    alias_nodes: usize,
    nodes: usize,
    documents: usize,
    /// Offset in `text` after the last thing seen: where the next block header is looked for.
    last_end: usize,
    done: Built,
}

enum Anchored {
    Node(Box<Node>),
    TooLarge,
}

struct Frame {
    anchor: usize,
    start: usize,
    flow: bool,
    /// Whether a key of this mapping was no text.
    bad_key: bool,
    content: Content,
}

enum Content {
    Mapping { entries: Vec<Entry>, key: Option<Node> },
    Sequence(Vec<Node>),
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) -> Result<(), Failure> {
        let end = range.end;
        self.nodes += usize::from(event.is_node());
        if self.nodes > MAX_NODES {
            return Err(Failure { cause: Cause::TooLarge, at: range.start });
        }
        match event {
            Event::Scalar(value, style, anchor, _) => {
                let node = self.scalar(value, style, range);
                self.finish(node, anchor);
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(range.start, style, anchor, Content::Mapping { entries: Vec::new(), key: None });
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(range.start, style, anchor, Content::Sequence(Vec::new()));
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(end),
            Event::Alias(id) => {
                let node = self.alias(id, range.start)?;
                self.finish(node, 0);
            }
            Event::Comment(..) => self.done.comments.push(self.span(range)),
            _ => return Ok(()),
        }
        self.last_end = end;
        Ok(())
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::from_range(range).shifted(self.base)
    }

    fn scalar(&self, value: Cow<'_, str>, style: ScalarStyle, range: std::ops::Range<usize>) -> Node {
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            ScalarStyle::Plain => Style::Plain,
        };
        let block = matches!(style, Style::Literal | Style::Folded);
        // The parser gives a value that is not written as `~`, which a file may also hold as text.
        let missing = style == Style::Plain && range.is_empty();
        let value = if missing { String::new() } else { value.into_owned() };
        let range = if block { self.block_range(&range) } else { range };
        Node { span: self.span(range), kind: Kind::Scalar(Scalar { value, style }) }
    }

    /// From the block's header to the end of its last line that is not blank; the parser gives the lines alone.
    fn block_range(&self, content: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        let before = self.text.get(self.last_end..content.start).unwrap_or_default();
        let mut after_blank = true;
        let header = before.char_indices().find(|&(_, c)| {
            let found = after_blank && matches!(c, '|' | '>');
            after_blank = c.is_whitespace();
            found
        });
        let start = header.map_or(content.start, |(at, _)| self.last_end + at);
        let lines = self.text.get(start..content.end).unwrap_or_default();
        start..start + lines.trim_end().len()
    }

    fn open(&mut self, start: usize, style: StructureStyle, anchor: usize, content: Content) {
        self.stack.push(Frame { anchor, start, flow: style == StructureStyle::Flow, bad_key: false, content });
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.stack.pop() else { return };
        let (last, kind) = match frame.content {
            Content::Mapping { entries, .. } => {
                self.done.problems.extend(duplicate_keys(&entries, self.text, self.base));
                let last = entries.last().map(|entry| entry.value.span.end.max(entry.key.span.end));
                (last, Kind::Mapping(Mapping { entries }))
            }
            Content::Sequence(items) => (items.last().map(|item| item.span.end), Kind::Sequence(items)),
        };
        let mut span = self.span(frame.start..end);
        if !frame.flow {
            // The parser ends a block collection at the next token, lines later.
            span.end = last.unwrap_or(span.start).max(span.start);
        }
        if frame.bad_key {
            let written = self.text.get(frame.start..end).unwrap_or_default();
            self.done.problems.push(bad_key(span, if frame.flow { written } else { "" }));
        }
        self.finish(Node { span, kind }, frame.anchor);
    }

    /// A node is complete: it goes to the collection that holds it, or is the document.
    fn finish(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.keep_anchor(anchor, &node);
        }
        let Some(frame) = self.stack.last_mut() else {
            self.done.root = Some(node);
            return;
        };
        match &mut frame.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, key } => match key.take() {
                None => *key = Some(node),
                Some(Node { span, kind: Kind::Scalar(scalar) }) => {
                    entries.push(Entry { key: Spanned::new(scalar.value, span), value: node });
                }
                Some(_) => frame.bad_key = true,
            },
        }
    }

    fn keep_anchor(&mut self, anchor: usize, node: &Node) {
        let size = node.size();
        self.anchor_nodes += size;
        let kept = if size > MAX_ALIAS_NODES || self.anchor_nodes > MAX_ANCHOR_NODES {
            Anchored::TooLarge
        } else {
            Anchored::Node(Box::new(node.clone()))
        };
        self.anchors.insert(anchor, kept);
    }

    /// What an alias stands for, with the places of the text it repeats.
    fn alias(&mut self, id: usize, at: usize) -> Result<Node, Failure> {
        match self.anchors.get(&id) {
            Some(Anchored::Node(node)) => {
                self.alias_nodes += node.size();
                if self.alias_nodes > MAX_ALIAS_NODES {
                    return Err(Failure { cause: Cause::AliasBudget, at });
                }
                Ok((**node).clone())
            }
            Some(Anchored::TooLarge) => Err(Failure { cause: Cause::AliasBudget, at }),
            // The alias stands inside the very node that it names.
            None => Err(Failure { cause: Cause::Scan(ErrorKind::UnknownAnchor), at }),
        }
    }
}

/// A mapping with a key that is no text: nearly always a `{{placeholder}}` without quotes. `written` is the mapping as
/// it stands in the file where it is written in braces.
fn bad_key(span: Span, written: &str) -> Diagnostic {
    let placeholder = written.starts_with("{{") && written.ends_with("}}") && !written.contains(['\n', '\'']);
    if !placeholder {
        let message = "a key of this mapping is no text but a list or a mapping of its own";
        return Diagnostic::new("yaml-syntax", Level::Error, message, span)
            .help("write each key as text, or quote the value");
    }
    let message = "this value must be quoted: YAML reads `{{` as the start of a nested mapping";
    Diagnostic::new("yaml-syntax", Level::Error, message, span).help("write the value between single quotes").fix(Fix {
        title: "quote the value".to_owned(),
        edits: vec![Edit::replace(span, format!("'{written}'"))],
        safety: Safety::Safe,
    })
}

/// The most repeated keys of one mapping that are reported.
const MAX_DUPLICATES: usize = 20;

/// One finding for each key that repeats an earlier one of the same mapping; where it repeats the value too, with a fix that
/// removes it. `text` stands at `base` in the file.
pub(super) fn duplicate_keys(entries: &[Entry], text: &str, base: u32) -> Vec<Diagnostic> {
    let mut seen: HashMap<&str, &Entry> = HashMap::with_capacity(entries.len());
    let mut found = Vec::new();
    for entry in entries {
        let Some(&first) = seen.get(entry.key.value.as_str()) else {
            seen.insert(&entry.key.value, entry);
            continue;
        };
        if found.len() == MAX_DUPLICATES {
            break;
        }
        let message = format!("the key `{}` is given twice", entry.key.value);
        let report = Diagnostic::new("duplicate-key", Level::Error, message, entry.key.span)
            .label("given again here")
            .related(first.key.span, "first given here")
            .help("keep one of the two; YAML readers refuse the file or silently keep only one");
        let lines = whole_lines(entry, text, base).filter(|_| says_same(&first.value, &entry.value));
        found.push(match lines {
            Some(lines) => report.fix(Fix {
                title: "remove the repetition".to_owned(),
                edits: vec![Edit::delete(lines)],
                safety: Safety::Safe,
            }),
            None => report,
        });
    }
    found
}

/// The lines of an entry, where nothing else stands on them.
fn whole_lines(entry: &Entry, text: &str, base: u32) -> Option<Span> {
    let start = entry.key.span.start.checked_sub(base)? as usize;
    let end = entry.value.span.end.max(entry.key.span.end).checked_sub(base)? as usize;
    let line = memchr::memrchr(b'\n', text.as_bytes().get(..start)?).map_or(0, |feed| feed + 1);
    let rest = text.get(end..)?;
    let after = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |feed| feed + 1);
    // Between the key and a value that is not written stands the colon.
    let behind = rest.get(..after)?.trim().trim_start_matches(':');
    let alone = text.get(line..start)?.trim_matches(' ').is_empty() && behind.is_empty();
    alone.then(|| Span::from_range(line..end + after).shifted(base))
}

/// Whether two values are the same, wherever and however they are written.
fn says_same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Scalar(a), Kind::Scalar(b)) => {
            a.value == b.value && (a.style == Style::Plain) == (b.style == Style::Plain)
        }
        (Kind::Sequence(a), Kind::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| says_same(a, b)),
        (Kind::Mapping(a), Kind::Mapping(b)) => {
            let same = |(a, b): (&Entry, &Entry)| a.key.value == b.key.value && says_same(&a.value, &b.value);
            a.entries.len() == b.entries.len() && a.entries.iter().zip(&b.entries).all(same)
        }
        _ => false,
    }
}
