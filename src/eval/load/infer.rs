//! The type of a column of which only the cells are known: the narrowest that fits all of them.

use super::cell::Cell;
use crate::value::{Type, Value, time};

/// Types that a text may stand for, narrowest first, in a file of text alone.
const OF_TEXT: [Type; 4] = [Type::Bool, Type::Long, Type::Real, Type::DateTime];

/// What the cells of a column were so far.
#[derive(Debug, Clone)]
pub(super) struct Inference {
    /// Types of the values that were not text.
    values: Vec<Type>,
    has_text: bool,
    /// There was a text that is not empty.
    has_words: bool,
    /// Types that every text so far stands for.
    candidates: Vec<Type>,
}

impl Inference {
    /// Nothing seen yet. In a file of text alone a text may stand for a value of another type, elsewhere for a datetime.
    pub(super) fn new(text_only: bool) -> Self {
        let candidates = if text_only { OF_TEXT.to_vec() } else { vec![Type::DateTime] };
        Self { values: Vec::new(), has_text: false, has_words: false, candidates }
    }

    /// Takes a cell into account.
    pub(super) fn see(&mut self, cell: &Cell) {
        match cell {
            Cell::Missing | Cell::Value(Value::Null) => {}
            Cell::Text(text) if text.is_empty() => self.has_text = true,
            Cell::Text(text) => {
                self.has_text = true;
                self.has_words = true;
                self.candidates.retain(|&ty| stands_for(text, ty));
            }
            Cell::Value(value) => {
                let ty = crate::eval::builder::type_of(value);
                if !self.values.contains(&ty) {
                    self.values.push(ty);
                }
            }
        }
    }

    /// The type; a column without values is of strings.
    pub(super) fn ty(&self) -> Type {
        match (self.has_text, self.values.as_slice()) {
            (false, []) => Type::String,
            (false, [ty]) => *ty,
            (false, [Type::Long, Type::Real] | [Type::Real, Type::Long]) => Type::Real,
            (true, []) if !self.has_words => Type::String,
            (true, []) => self.candidates.first().copied().unwrap_or(Type::String),
            _ => Type::Dynamic,
        }
    }
}

fn stands_for(text: &str, ty: Type) -> bool {
    match ty {
        Type::DateTime => is_iso_datetime(text),
        Type::Bool => matches!(text, "true" | "false" | "True" | "False"),
        Type::Long => text.parse::<i64>().is_ok(),
        Type::Real => {
            text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && text.parse::<f64>().is_ok()
        }
        _ => false,
    }
}

/// Only the form that cannot be meant as anything else.
fn is_iso_datetime(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19
        && bytes.iter().take(4).all(u8::is_ascii_digit)
        && bytes.get(4) == Some(&b'-')
        && matches!(bytes.get(10), Some(b'T' | b' '))
        && time::parse_datetime(text).is_some()
}
