//! The keys of the rule format and how they nest, read from `schemas/import/rule_keys.txt`.

use std::sync::LazyLock;

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A text or a number.
    Value,
    /// A list of texts.
    Texts,
    /// A list of mappings with these keys.
    Mappings(Vec<Key>),
    /// A mapping with these keys.
    Mapping(Vec<Key>),
    /// A mapping with keys of the author's choice.
    Map,
}

/// A key of the rule format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key as written.
    pub name: String,
    /// What stands under it.
    pub shape: Shape,
}

/// The keys of the rule format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleKeys {
    /// The keys of the file itself.
    pub root: Vec<Key>,
}

static RULE_KEYS: LazyLock<RuleKeys> =
    LazyLock::new(|| RuleKeys { root: read_keys(&mut entries(include_str!("../../schemas/import/rule_keys.txt")), 0) });

impl RuleKeys {
    /// The keys that the product knows.
    pub fn known() -> &'static Self {
        &RULE_KEYS
    }

    /// The key of the file itself that a line starts with. A line that starts with blanks starts with no key.
    pub fn root_key(&self, line: &str) -> Option<&str> {
        let (name, _) = split_key(line)?;
        find(&self.root, name).map(|key| key.name.as_str())
    }
}

/// The key `name` among `keys`.
pub fn find<'k>(keys: &'k [Key], name: &str) -> Option<&'k Key> {
    keys.iter().find(|key| key.name == name)
}

/// `key: value` taken apart; the value is trimmed and may be empty. `None` for lines of another form.
pub fn split_key(text: &str) -> Option<(&str, &str)> {
    let colon = text.find(':')?;
    let (name, rest) = (&text[..colon], &text[colon + 1..]);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (is_name && (rest.is_empty() || rest.starts_with([' ', '\t']))).then(|| (name, rest.trim()))
}

type Entries<'t> = std::iter::Peekable<std::vec::IntoIter<(usize, &'t str)>>;

fn entries(text: &str) -> Entries<'_> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let entries: Vec<(usize, &str)> = lines.map(|line| (line.len() - line.trim_start().len(), line.trim())).collect();
    entries.into_iter().peekable()
}

fn read_keys(entries: &mut Entries<'_>, indent: usize) -> Vec<Key> {
    let mut keys = Vec::new();
    while let Some(&(at, text)) = entries.peek() {
        if at < indent {
            break;
        }
        entries.next();
        let below =
            if entries.peek().is_some_and(|&(next, _)| next > at) { read_keys(entries, at + 2) } else { Vec::new() };
        keys.push(key(text, below));
    }
    keys
}

fn key(text: &str, below: Vec<Key>) -> Key {
    let name = text.trim_end_matches(['[', ']', '{', '}', '.']).to_owned();
    let shape = match &text[name.len()..] {
        "[]" if below.is_empty() => Shape::Texts,
        "[]" => Shape::Mappings(below),
        "." => Shape::Mapping(below),
        "{}" => Shape::Map,
        _ => Shape::Value,
    };
    Key { name, shape }
}
