//! Cells of a file: where their texts stand, and what they say.

use std::borrow::Cow;

use crate::value::Value;

/// What a cell says.
#[derive(Debug, Clone)]
pub(super) enum Cell<'t> {
    /// Nothing.
    Missing,
    /// Text; in a file of text alone, of any type.
    Text(Cow<'t, str>),
    /// A value whose type the file says.
    Value(Value),
}

impl Cell<'_> {
    /// Whether there is something that could fail to be converted.
    pub(super) fn is_content(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Text(text) => !text.is_empty(),
            Self::Value(value) => !value.is_null(),
        }
    }

    /// The cell as a value, its text as a string.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Missing => Value::Null,
            Self::Text(text) => Value::String(text.as_ref().to_owned()),
            Self::Value(value) => value.clone(),
        }
    }
}

/// Where the text of a cell stands in its chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    start: u32,
    /// The length in bytes; the highest bit says that the text must be unescaped.
    length: u32,
}

const ESCAPED: u32 = 1 << 31;

impl Place {
    /// A cell that is not there.
    pub(super) const MISSING: Self = Self { start: 0, length: u32::MAX };

    /// The bytes from `start` to `end` of a text shorter than 2 GiB.
    pub(super) fn new(start: usize, end: usize, escaped: bool) -> Self {
        let number = |at: usize| u32::try_from(at).unwrap_or(0);
        Self { start: number(start), length: number(end - start) | if escaped { ESCAPED } else { 0 } }
    }

    /// The text, and whether it must be unescaped; `None` for a missing cell.
    pub(super) fn text(self, chunk: &str) -> Option<(&str, bool)> {
        if self.length == u32::MAX {
            return None;
        }
        let start = self.start as usize;
        let text = chunk.get(start..start + (self.length & !ESCAPED) as usize);
        Some((text.unwrap_or_default(), self.length & ESCAPED != 0))
    }
}

/// The places of all cells of some rows.
#[derive(Debug, Default)]
pub(super) struct Places {
    columns: Vec<Vec<Place>>,
    rows: usize,
}

impl Places {
    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.columns.iter_mut().for_each(Vec::clear);
        self.rows = 0;
    }

    /// The number of rows that ended.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Sets a cell of the current row. The first of several for one column counts.
    pub(super) fn set(&mut self, column: usize, place: Place) {
        if column >= self.columns.len() {
            self.columns.resize_with(column + 1, Vec::new);
        }
        if let Some(cells) = self.columns.get_mut(column)
            && cells.len() <= self.rows
        {
            cells.resize(self.rows, Place::MISSING);
            cells.push(place);
        }
    }

    /// Ends the current row.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
    }

    /// Forgets what was set in the current row.
    pub(super) fn drop_row(&mut self) {
        for cells in &mut self.columns {
            cells.truncate(self.rows);
        }
    }

    /// The cell at a row and a column.
    pub(super) fn get(&self, row: usize, column: usize) -> Place {
        self.columns.get(column).and_then(|cells| cells.get(row)).copied().unwrap_or(Place::MISSING)
    }

    /// The bytes that the places take.
    pub(super) fn bytes(&self) -> usize {
        self.columns.iter().map(|cells| cells.capacity() * size_of::<Place>()).sum()
    }
}

/// The names of a file's columns, in order of first appearance.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    all: Vec<String>,
    /// The names that hold a quote or a backslash.
    escaped: Vec<usize>,
    places: hashbrown::HashMap<String, usize>,
}

impl Names {
    /// The column of a name, new if there was none.
    pub(super) fn index(&mut self, name: &str) -> usize {
        if let Some(&at) = self.places.get(name) {
            return at;
        }
        if name.contains(['"', '\\']) {
            self.escaped.push(self.all.len());
        }
        self.all.push(name.to_owned());
        self.places.insert(name.to_owned(), self.all.len() - 1);
        self.all.len() - 1
    }

    /// The name of a column, if it stands in JSON as it is.
    pub(super) fn unescaped(&self, at: usize) -> Option<&str> {
        self.all.get(at).filter(|_| !self.escaped.contains(&at)).map(String::as_str)
    }

    /// The column of a name, if there is one.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// All names in order.
    pub(super) fn all(&self) -> &[String] {
        &self.all
    }
}
