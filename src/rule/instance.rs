//! A rule file as the JSON value that its schema is checked against, with the way back from each value to its place.
//!
//! The value is what Microsoft's reader makes of the file: every scalar is text, keys are found in any case, a key
//! without a value is absent. What that reader forgives or silently drops (another case, an unknown key) and what can be
//! read on after (text for a list) is reported on the way, so that the schema itself finds only what is left.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::model::Kind;
use super::schema::{Compiled, compiled};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::text::{Edit, Span};
use crate::yaml::{Entry, Kind as Shape, Mapping, Node};

/// Where a value of the instance stands, and what it should be.
pub(super) struct Place<'a> {
    /// The place of the key; of the value where it stands in a list.
    pub(super) key: Span,
    pub(super) node: &'a Node,
    pub(super) schema: &'static Value,
    /// Whether it is a part of a text that stands where a list should, so that an edit of its own would be wrong.
    pub(super) is_part: bool,
}

/// The instance of one file.
pub(super) struct Instance<'a> {
    pub(super) value: Value,
    /// By JSON pointer, with the keys as the schema writes them.
    pub(super) places: HashMap<String, Place<'a>>,
    pub(super) findings: Vec<Diagnostic>,
}

/// Makes the instance of a rule of `kind`; `text` is the file.
pub(super) fn instance<'a>(text: &'a str, kind: Kind, compiled: &'static Compiled, root: &'a Node) -> Instance<'a> {
    let mut reading = Reading { text, kind, compiled, places: HashMap::new(), findings: Vec::new() };
    let value = reading.node(root, &compiled.schema, &Path { pointer: String::new(), key: root.span, name: "" });
    Instance { value, places: reading.places, findings: reading.findings }
}

struct Reading<'a> {
    text: &'a str,
    kind: Kind,
    compiled: &'static Compiled,
    places: HashMap<String, Place<'a>>,
    findings: Vec<Diagnostic>,
}

struct Path<'a> {
    pointer: String,
    key: Span,
    /// The last key on the way.
    name: &'a str,
}

impl<'a> Reading<'a> {
    fn node(&mut self, node: &'a Node, schema: &'static Value, path: &Path<'_>) -> Value {
        let schema = self.compiled.resolve(schema);
        self.places.insert(path.pointer.clone(), Place { key: path.key, node, schema, is_part: false });
        let wanted = schema.get("type").and_then(Value::as_str);
        match &node.kind {
            Shape::Mapping(mapping) => self.mapping(mapping, schema, path),
            Shape::Sequence(items) => self.items(items.iter(), schema, path),
            Shape::Scalar(_) if node.is_null() => Value::Null,
            Shape::Scalar(scalar) if wanted == Some("array") && self.items_are_text(schema) => {
                self.findings.push(text_for_list(self.text, node, &scalar.value, path.name));
                self.parts(node, &scalar.value, schema, path)
            }
            Shape::Scalar(scalar) => Value::String(scalar.value.clone()),
        }
    }

    fn items_are_text(&self, schema: &'static Value) -> bool {
        let items = schema.get("items").map(|items| self.compiled.resolve(items));
        items.and_then(|items| items.get("type")).is_some_and(|name| name == "string")
    }

    fn items(&mut self, items: impl Iterator<Item = &'a Node>, schema: &'static Value, path: &Path<'_>) -> Value {
        let inner = schema.get("items").unwrap_or(&Value::Bool(true));
        let one = |(index, item): (usize, &'a Node)| {
            let pointer = format!("{}/{index}", path.pointer);
            self.node(item, inner, &Path { pointer, key: item.span, name: path.name })
        };
        Value::Array(items.enumerate().map(one).collect())
    }

    /// The list that a text between commas was meant to be.
    fn parts(&mut self, node: &'a Node, text: &str, schema: &'static Value, path: &Path<'_>) -> Value {
        let inner = self.compiled.resolve(schema.get("items").unwrap_or(&Value::Bool(true)));
        for index in 0..parts(text).count() {
            let place = Place { key: path.key, node, schema: inner, is_part: true };
            self.places.insert(format!("{}/{index}", path.pointer), place);
        }
        Value::Array(parts(text).map(Value::from).collect())
    }

    fn mapping(&mut self, mapping: &'a Mapping, schema: &'static Value, path: &Path<'_>) -> Value {
        let mut object = Map::new();
        let mut first: HashMap<&str, &Entry> = HashMap::new();
        let known = schema.get("properties").and_then(Value::as_object);
        let free = schema.get("additionalProperties").unwrap_or(&Value::Bool(true));
        for entry in &mapping.entries {
            let written = entry.key.value.as_str();
            let right = known.and_then(|known| known.keys().find(|key| key.eq_ignore_ascii_case(written)));
            let (name, inner) = match (right, known) {
                (Some(name), Some(known)) => (name.as_str(), &known[name]),
                (None, Some(known)) => {
                    self.findings.push(self.unknown_key(entry, mapping, known, path.name));
                    continue;
                }
                (_, None) => (written, free),
            };
            match first.insert(name, entry) {
                Some(earlier) if earlier.key.value != written => {
                    self.findings.push(same_key(entry, earlier));
                    continue;
                }
                _ if name != written => {
                    let same = |other: &&Entry| other.key.value.eq_ignore_ascii_case(name);
                    let alone = mapping.entries.iter().filter(same).count() == 1;
                    self.findings.push(if alone {
                        other_case(entry, name).fix(rename(entry, name))
                    } else {
                        other_case(entry, name)
                    });
                }
                _ => {}
            }
            if entry.value.is_null() && known.is_some() {
                continue;
            }
            let pointer = format!("{}/{}", path.pointer, name.replace('~', "~0").replace('/', "~1"));
            let value = self.node(&entry.value, inner, &Path { pointer, key: entry.key.span, name });
            object.entry(name).or_insert(value);
        }
        Value::Object(object)
    }

    fn unknown_key(&self, entry: &Entry, among: &Mapping, known: &Map<String, Value>, inside: &str) -> Diagnostic {
        let written = entry.key.value.as_str();
        let place = if inside.is_empty() { self.kind.describe().to_owned() } else { format!("`{inside}`") };
        if inside.is_empty()
            && let Some(owner) = self.other_owner(written)
        {
            let message = format!("`{written}` belongs to {owner}; in {place} it has no effect");
            return Diagnostic::new("unknown-key", Level::Warning, message, entry.key.span).help("remove the key");
        }
        if inside.is_empty()
            && let Some((owner, key)) = self.nested_owner(known, written)
        {
            let message =
                format!("`{key}` belongs inside `{owner}`, but stands in the first column, where it is ignored");
            let help = format!("indent `{key}` and what belongs to it, so that it stands inside `{owner}`");
            return Diagnostic::new("unknown-key", Level::Warning, message, entry.key.span).help(help);
        }
        let message = format!("`{written}` is no key of {place}; it is ignored");
        let found = Diagnostic::new("unknown-key", Level::Warning, message, entry.key.span);
        let is_there = |key: &str| among.entries.iter().any(|other| other.key.value.eq_ignore_ascii_case(key));
        match nearest(written, known.keys().map(String::as_str)) {
            Some(near) if is_there(near) => found.help(format!("remove it; `{near}` is there already")),
            Some(near) => found.label(format!("did you mean `{near}`?")).fix(Fix {
                title: format!("write `{near}`"),
                edits: vec![Edit::replace(entry.key.span, near)],
                safety: Safety::Unsafe,
            }),
            None => found.help(format!("the keys are: {}", known.keys().cloned().collect::<Vec<_>>().join(", "))),
        }
    }

    /// The top-level key whose value, or whose items, have the key `written`, and the key as it is written there.
    fn nested_owner<'k>(&self, known: &'k Map<String, Value>, written: &str) -> Option<(&'k str, String)> {
        known.iter().find_map(|(owner, schema)| {
            let schema = self.compiled.resolve(schema);
            let inner = schema.get("items").map_or(schema, |items| self.compiled.resolve(items));
            let keys = inner.get("properties")?.as_object()?.keys();
            let key = keys.into_iter().find(|key| key.eq_ignore_ascii_case(written))?;
            Some((owner.as_str(), key.clone()))
        })
    }

    /// The kind of rule that knows a key which this kind does not.
    fn other_owner(&self, key: &str) -> Option<&'static str> {
        let has = |kind: Kind| {
            let properties = compiled(kind).and_then(|compiled| compiled.schema.get("properties")?.as_object());
            properties.is_some_and(|properties| properties.keys().any(|known| known.eq_ignore_ascii_case(key)))
        };
        match self.kind {
            Kind::Nrt => has(Kind::Scheduled).then_some("scheduled rules"),
            Kind::Hunting => has(Kind::Scheduled).then_some("analytics rules"),
            _ => None,
        }
    }
}

fn same_key(entry: &Entry, earlier: &Entry) -> Diagnostic {
    let (this, that) = (&entry.key.value, &earlier.key.value);
    let message = format!("`{this}` and `{that}` are the same key to Microsoft's reader, which ignores their case");
    Diagnostic::new("duplicate-key", Level::Error, message, entry.key.span)
        .label("given again here")
        .related(earlier.key.span, "first given here")
        .help("keep one of the two")
}

fn other_case(entry: &Entry, right: &str) -> Diagnostic {
    let message =
        format!("the key is written `{right}`, not `{}`; not every reader forgives another case", entry.key.value);
    Diagnostic::new("unknown-key", Level::Warning, message, entry.key.span)
}

fn rename(entry: &Entry, right: &str) -> Fix {
    Fix { title: format!("write `{right}`"), edits: vec![Edit::replace(entry.key.span, right)], safety: Safety::Safe }
}

/// The known word that `written` is likeliest a slip of: at most a third of its letters differ, or it leaves letters of
/// that one word out.
pub(super) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    let plain = |word: &str| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let wanted = plain(written);
    let most = (wanted.len() / 3).min(4);
    let near = known
        .clone()
        .map(|word| (strsim::osa_distance(&plain(word), &wanted), word))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, word)| word);
    let shortened = |word: &&str| wanted.len() * 2 > word.len() && leaves_out(&plain(word), &wanted);
    let mut longer = known.filter(shortened);
    near.or_else(|| longer.next().filter(|_| longer.next().is_none()))
}

/// Whether `short` is `long` with letters left out.
fn leaves_out(long: &str, short: &str) -> bool {
    let mut letters = long.chars();
    short.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// `tactics: CommandAndControl`, or the same with commas.
fn text_for_list(text: &str, node: &Node, value: &str, name: &str) -> Diagnostic {
    let lenient = matches!(name, "tactics" | "relevantTechniques" | "techniques");
    let level = if lenient { Level::Warning } else { Level::Error };
    let message = format!("`{name}` must be a list, but is text");
    let found = Diagnostic::new("rule-schema", level, message, node.span)
        .help(format!("write each value of `{name}` on a line of its own, after a dash"));
    match block_list(text, node, value) {
        Some(edit) => {
            found.fix(Fix { title: format!("write `{name}` as a list"), edits: vec![edit], safety: Safety::Safe })
        }
        None => found,
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// The edit that turns the value of a `key: value` line into a block list below the key: one item for each part between
/// commas. `None` where the value is not a plain or quoted text on the line of its key.
fn block_list(text: &str, node: &Node, value: &str) -> Option<Edit> {
    let start = node.span.start as usize;
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..start]).map_or(0, |at| at + 1);
    let before = text.get(line_start..start)?;
    let written = node.span.slice(text);
    if written.starts_with(['|', '>']) || written.contains('\n') || !before.trim_end().ends_with(':') {
        return None;
    }
    let parts: Vec<&str> = parts(value).collect();
    let plain = |part: &&str| part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ' '));
    if parts.is_empty() || !parts.iter().all(plain) {
        return None;
    }
    let rest = &text[node.span.end as usize..];
    let line_end = rest.find('\n');
    let crlf = line_end.is_some_and(|at| rest[..at].ends_with('\r'));
    let feed = if crlf || (line_end.is_none() && text.contains("\r\n")) { "\r\n" } else { "\n" };
    let key = before.trim_start_matches('\u{feff}');
    let indent = key.len() - key.trim_start_matches([' ', '-']).len() + 2;
    let start_of_item = format!("{feed}{}- ", " ".repeat(indent));
    let lines: String = parts.iter().flat_map(|part| [start_of_item.as_str(), part]).collect();
    let blanks = before.len() - before.trim_end().len();
    let from = u32::try_from(start - blanks).ok()?;
    Some(Edit::replace(Span::new(from, node.span.end), lines))
}
