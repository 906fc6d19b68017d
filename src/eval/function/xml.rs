//! `parse_xml`: XML as a dynamic. Attributes become slots named `@name`, text beside them `#text`, children of one name
//! an array, in the order of the XML; an element with text alone is that text. Blanks around a text are cut off
//! (Microsoft: "`parse_xml()`").

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::arguments::text;
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value};

pub(super) const FUNCTIONS: &[Function] =
    &[Function::strict("parse_xml", 1, |args: &[Value], _: &Call| -> Result<Value, Failure> {
        let xml = text(args, 0);
        let read = if xml.len() > MOST_BYTES { None } else { parse(&xml) };
        Ok(read.map_or(Value::Null, Value::Dynamic))
    })];

/// The longest text that the service reads.
const MOST_BYTES: usize = 1 << 20;

/// The deepest nesting that is read.
const MOST_DEEP: usize = 100;

#[derive(Default)]
struct Element {
    name: String,
    slots: Vec<(String, Dynamic)>,
    text: String,
    /// How many slots stand before the first text.
    text_at: Option<usize>,
}

impl Element {
    fn open(start: &BytesStart<'_>) -> Option<Self> {
        let mut element = Self { name: start.name().as_ref().to_owned(), ..Self::default() };
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let name = attribute.key.as_ref().to_owned();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
            element.slots.push((format!("@{name}"), Dynamic::String(value)));
        }
        Some(element)
    }

    fn close(mut self) -> (String, Dynamic) {
        let text = self.text.trim().to_owned();
        let value = match (self.slots.is_empty(), text.is_empty()) {
            (true, true) => Dynamic::Null,
            (true, false) => Dynamic::String(text),
            (false, true) => Dynamic::Bag(self.slots),
            (false, false) => {
                let at = self.text_at.unwrap_or(self.slots.len());
                self.slots.insert(at, ("#text".to_owned(), Dynamic::String(text)));
                Dynamic::Bag(self.slots)
            }
        };
        (self.name, value)
    }

    fn write(&mut self, text: &str) {
        if self.text_at.is_none() && !text.trim().is_empty() {
            self.text_at = Some(self.slots.len());
        }
        self.text.push_str(text);
    }

    /// Adds a child; the second of a name makes an array of them.
    fn put(&mut self, name: String, value: Dynamic) {
        match self.slots.iter_mut().find(|(known, _)| *known == name) {
            None => self.slots.push((name, value)),
            Some((_, Dynamic::Array(items))) => items.push(value),
            Some((_, first)) => {
                let items = vec![std::mem::replace(first, Dynamic::Null), value];
                *first = Dynamic::Array(items);
            }
        }
    }
}

/// None when the text is not well-formed XML with one root.
fn parse(xml: &str) -> Option<Dynamic> {
    let mut reader = Reader::from_str(xml.trim());
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<(String, Dynamic)> = None;
    loop {
        let closed = match reader.read_event().ok()? {
            Event::Start(start) => {
                if open.len() == MOST_DEEP || open.is_empty() && root.is_some() {
                    return None;
                }
                open.push(Element::open(&start)?);
                continue;
            }
            Event::Empty(start) => Element::open(&start)?.close(),
            Event::End(_) => open.pop()?.close(),
            Event::Text(content) => {
                let content: &str = &content;
                match open.last_mut() {
                    Some(element) => element.write(content),
                    None if content.trim().is_empty() => {}
                    None => return None,
                }
                continue;
            }
            Event::CData(content) => {
                open.last_mut()?.write(&content);
                continue;
            }
            Event::GeneralRef(entity) => {
                let resolved = match entity.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_xml_entity(&entity)?.to_owned(),
                };
                open.last_mut()?.write(&resolved);
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.put(closed.0, closed.1),
            None if root.is_none() => root = Some(closed),
            None => return None,
        }
    }
    if !open.is_empty() {
        return None;
    }
    root.map(|root| Dynamic::Bag(vec![root]))
}
