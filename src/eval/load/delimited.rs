//! CSV, TSV and their like (RFC 4180): fields in quotes may hold the delimiter, line breaks and doubled quotes.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::cell::{Cell, Names, Place, Places};
use super::scan::{Fault, line_at};

/// Where the names of the columns come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// From the first row. Every row has as many fields.
    InFile,
    /// From elsewhere. Fields that a row lacks are missing, fields beyond the names are left out.
    Given,
    /// From elsewhere, and the first row is left out.
    GivenAndSkipped,
}

/// How fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) delimiter: u8,
    /// Whether fields may stand in quotes.
    pub(super) has_quotes: bool,
}

/// Cuts a text into rows and fields.
#[derive(Debug)]
pub(super) struct Scanner {
    style: Style,
    header: Header,
    /// The columns of the fields; `None` before the header was read.
    columns: Option<Vec<usize>>,
}

/// What follows a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Delimiter,
    Line,
    /// The text ends, so that more of the field may follow.
    Text,
}

/// A field and where the next one starts.
struct Field {
    place: Place,
    next: usize,
    end: End,
}

impl Scanner {
    pub(super) fn new(style: Style, header: Header) -> Self {
        Self { style, header, columns: None }
    }

    /// Reads the rows that end within the text, and the last one too if no text follows; gives where they end.
    pub(super) fn scan(
        &mut self,
        text: &str,
        is_last: bool,
        names: &mut Names,
        places: &mut Places,
    ) -> Result<usize, Fault> {
        let mut done = 0;
        if self.columns.is_none() {
            match self.start(text, is_last, names)? {
                Some(end) => done = end,
                None => return Ok(0),
            }
        }
        let columns = self.columns.as_deref().unwrap_or_default();
        let is_exact = self.header == Header::InFile;
        let bytes = text.as_bytes();
        while done < bytes.len() {
            if let Some(blank) = blank_line(&bytes[done..]) {
                done += blank;
                continue;
            }
            let Some((end, width)) = row(text, done, self.style, is_last, columns, places)? else {
                places.drop_row();
                break;
            };
            if is_exact && width != columns.len() {
                return Err(wrong_width(text, done, width, columns.len()));
            }
            places.end_row();
            done = end;
        }
        Ok(done)
    }

    /// Learns the columns; gives what follows the header.
    fn start(&mut self, text: &str, is_last: bool, names: &mut Names) -> Result<Option<usize>, Fault> {
        if self.header == Header::InFile {
            return self.read_header(text, is_last, names);
        }
        let skipped = match self.header {
            Header::GivenAndSkipped => row(text, 0, self.style, is_last, &[], &mut Places::default())?,
            _ => Some((0, 0)),
        };
        Ok(skipped.map(|(end, _)| {
            self.columns = Some((0..names.all().len()).collect());
            end
        }))
    }

    fn read_header(&mut self, text: &str, is_last: bool, names: &mut Names) -> Result<Option<usize>, Fault> {
        let mut header = Vec::new();
        let mut at = 0;
        loop {
            let Some(field) = field(text, at, self.style, is_last)? else { return Ok(None) };
            if field.end == End::Text && !is_last {
                return Ok(None);
            }
            let name = match read(field.place, text) {
                Cell::Text(name) => name.trim().to_owned(),
                _ => String::new(),
            };
            let column = names.index(&name);
            if header.contains(&column) {
                return Err(Fault { line: 1, message: format!("two columns are named `{name}`") });
            }
            header.push(column);
            at = field.next;
            if field.end != End::Delimiter {
                self.columns = Some(header);
                return Ok(Some(at));
            }
        }
    }
}

fn blank_line(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

fn wrong_width(text: &str, start: usize, width: usize, expected: usize) -> Fault {
    let message = if width > expected {
        format!("the row has more than the {expected} fields of the header")
    } else {
        format!("the row has {width} fields, the header {expected}")
    };
    Fault { line: line_at(text, start), message }
}

/// Reads the row that starts at `start`; gives its end and the number of its fields, without empty ones beyond the
/// columns. `None` where its end is not in the text.
fn row(
    text: &str,
    start: usize,
    style: Style,
    is_last: bool,
    columns: &[usize],
    places: &mut Places,
) -> Result<Option<(usize, usize)>, Fault> {
    let mut at = start;
    let mut width = 0;
    loop {
        let Some(field) = field(text, at, style, is_last)? else { return Ok(None) };
        if field.end == End::Text && !is_last {
            return Ok(None);
        }
        if let Some(&column) = columns.get(width) {
            places.set(column, field.place);
        }
        let is_empty = || field.place.text(text).is_some_and(|(text, _)| text.is_empty());
        if width < columns.len() || !is_empty() {
            width += 1;
        }
        at = field.next;
        if field.end != End::Delimiter {
            return Ok(Some((at, width)));
        }
    }
}

/// The field that starts at `start`; `None` where a quote is closed after the text.
fn field(text: &str, start: usize, style: Style, is_last: bool) -> Result<Option<Field>, Fault> {
    let Style { delimiter, has_quotes } = style;
    let bytes = text.as_bytes();
    if has_quotes && bytes.get(start) == Some(&b'"') {
        return quoted(text, start, delimiter, is_last);
    }
    let rest = &bytes[start..];
    let stop = start + memchr2(delimiter, b'\n', rest).unwrap_or(rest.len());
    let end = end_at(bytes, stop, delimiter);
    let stripped = if end != End::Delimiter && stop > start && bytes[stop - 1] == b'\r' { stop - 1 } else { stop };
    Ok(Some(Field { place: Place::new(start, stripped, false), next: (stop + 1).min(bytes.len()), end }))
}

fn end_at(bytes: &[u8], at: usize, delimiter: u8) -> End {
    match bytes.get(at) {
        None => End::Text,
        Some(&byte) if byte == delimiter => End::Delimiter,
        Some(_) => End::Line,
    }
}

fn quoted(text: &str, start: usize, delimiter: u8, is_last: bool) -> Result<Option<Field>, Fault> {
    let bytes = text.as_bytes();
    let fault = |at: usize, message: &str| Fault { line: line_at(text, at), message: message.to_owned() };
    let mut from = start + 1;
    let mut escaped = false;
    let close = loop {
        match memchr(b'"', &bytes[from..]) {
            None if is_last => return Err(fault(start, "a field starts with a quote that is never closed")),
            None => return Ok(None),
            Some(length) if bytes.get(from + length + 1) == Some(&b'"') => {
                escaped = true;
                from += length + 2;
            }
            Some(length) => break from + length,
        }
    };
    let after = if bytes[close + 1..].starts_with(b"\r\n") { close + 2 } else { close + 1 };
    match bytes.get(after) {
        None if !is_last => return Ok(None),
        Some(&byte) if byte != delimiter && byte != b'\n' && !(byte == b'\r' && after + 1 == bytes.len()) => {
            return Err(fault(close, "text follows the closing quote of a field"));
        }
        _ => {}
    }
    let end = end_at(bytes, after, delimiter);
    Ok(Some(Field { place: Place::new(start + 1, close, escaped), next: (after + 1).min(bytes.len()), end }))
}

/// The field at a place.
pub(super) fn read(place: Place, chunk: &str) -> Cell<'_> {
    match place.text(chunk) {
        None => Cell::Missing,
        Some((text, false)) => Cell::Text(Cow::Borrowed(text)),
        Some((text, true)) => Cell::Text(Cow::Owned(text.replace("\"\"", "\""))),
    }
}
