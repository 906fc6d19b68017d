//! The tree of a YAML file: mappings, sequences and scalars with their places.

use crate::diag::Diagnostic;
use crate::text::{Span, Spanned};

/// A YAML file, read.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The file's one node; `None` for an empty file and for a file of which no part could be read.
    pub root: Option<Node>,
    /// What is wrong, by place: lints `yaml-syntax` and `duplicate-key`.
    pub problems: Vec<Diagnostic>,
    /// Every comment, from its `#` to the end of its line; those of broken parts, and those before the first key of a
    /// file with broken parts, are missing.
    pub comments: Vec<Span>,
    /// The parts of the file that are no YAML. Their content may be missing from the tree, or be read as a fix would
    /// make it.
    pub broken: Vec<Span>,
    /// Whether the file is a template: a placeholder such as `%%GUID%%` stands where YAML allows none.
    pub is_template: bool,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it stands, in the file's offsets: quotes, brackets and block headers (`|`) included, comments and trailing
    /// blank lines not. The empty span after the key for a value that is not written.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `key: value` pairs.
    Mapping(Mapping),
    /// A list.
    Sequence(Vec<Node>),
    /// A text.
    Scalar(Scalar),
}

/// `key: value` pairs in the order of the file; a key given twice is here twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// The pairs.
    pub entries: Vec<Entry>,
}

/// One `key: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, decoded, and where it is written.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// A text and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text: quotes, escapes and block indentation removed, nothing interpreted (`1.10` stays `1.10`, line breaks are
    /// `\n`).
    pub value: String,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// A block with its line breaks kept: `|`.
    Literal,
    /// A block with its lines joined: `>`.
    Folded,
}

impl Node {
    /// The mapping, if it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The elements, if it is a sequence.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Whether nothing is written, or a plain `~` or `null` (YAML 1.2, core schema).
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| {
            scalar.style == Style::Plain && matches!(scalar.value.as_str(), "" | "~" | "null" | "Null" | "NULL")
        })
    }

    /// What it is, in words for a person: "a list", "text", "a mapping (`key: value`)", "empty".
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Mapping(_) => "a mapping (`key: value`)",
            Kind::Sequence(_) => "a list",
            Kind::Scalar(_) if self.is_null() => "empty",
            Kind::Scalar(_) => "text",
        }
    }

    /// How many nodes the tree below holds, itself included.
    pub(super) fn size(&self) -> usize {
        1 + match &self.kind {
            Kind::Mapping(mapping) => mapping.entries.iter().map(|entry| 1 + entry.value.size()).sum(),
            Kind::Sequence(items) => items.iter().map(Node::size).sum(),
            Kind::Scalar(_) => 0,
        }
    }

    /// The same tree with every offset changed by `map`.
    pub(super) fn map_spans(&mut self, map: &impl Fn(u32) -> u32) {
        let mapped = |span: Span| Span::new(map(span.start), map(span.end));
        self.span = mapped(self.span);
        match &mut self.kind {
            Kind::Mapping(mapping) => {
                for entry in &mut mapping.entries {
                    entry.key.span = mapped(entry.key.span);
                    entry.value.map_spans(map);
                }
            }
            Kind::Sequence(items) => items.iter_mut().for_each(|item| item.map_spans(map)),
            Kind::Scalar(_) => {}
        }
    }
}

impl Mapping {
    /// The first entry with exactly this key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }
}
