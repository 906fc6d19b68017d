//! CSV and TSV with a header (RFC 4180): fields in quotes may hold the delimiter, line breaks and doubled quotes.

use std::borrow::Cow;

use super::infer::{Cell, Columns};
use super::{Fault, Schema};

/// Reads the whole text.
pub(super) fn read(text: &str, delimiter: u8, schema: &Schema) -> Result<Columns, Fault> {
    let mut reader = Reader { text, at: 0, line: 1, delimiter };
    let mut columns = Columns::of_text();
    let mut places = Vec::new();
    loop {
        let (name, end) = reader.field()?;
        let place = columns.index(name.trim(), schema);
        if places.contains(&place) {
            return Err(Fault { line: 1, message: format!("two columns are named `{}`", name.trim()) });
        }
        places.push(place);
        if end != End::Delimiter {
            break;
        }
    }
    while reader.at < text.len() {
        if reader.skip_blank_line() {
            continue;
        }
        let line = reader.line;
        let mut width = 0;
        loop {
            let (field, end) = reader.field()?;
            match places.get(width) {
                Some(&place) => columns.set(place, &Cell::Text(&field)),
                None if field.is_empty() => {}
                None => {
                    let message = format!("the row has more than the {} fields of the header", places.len());
                    return Err(Fault { line, message });
                }
            }
            width += 1;
            if end != End::Delimiter {
                break;
            }
        }
        if width < places.len() {
            let message = format!("the row has {width} fields, the header {}", places.len());
            return Err(Fault { line, message });
        }
        columns.end_row();
    }
    Ok(columns)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Delimiter,
    Line,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    delimiter: u8,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn skip_blank_line(&mut self) -> bool {
        let blank = match self.rest() {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return false,
        };
        self.at += blank;
        self.line += 1;
        true
    }

    /// The next field and what ended it.
    fn field(&mut self) -> Result<(Cow<'t, str>, End), Fault> {
        if self.rest().first() == Some(&b'"') {
            return self.quoted();
        }
        let rest = self.rest();
        let length = memchr::memchr2(self.delimiter, b'\n', rest).unwrap_or(rest.len());
        let mut field = self.text.get(self.at..self.at + length).unwrap_or_default();
        let end = self.end_at(self.at + length);
        if end == End::Line {
            field = field.strip_suffix('\r').unwrap_or(field);
        }
        Ok((Cow::Borrowed(field), end))
    }

    fn end_at(&mut self, at: usize) -> End {
        let byte = self.text.as_bytes().get(at).copied();
        self.at = (at + 1).min(self.text.len());
        if byte == Some(self.delimiter) {
            return End::Delimiter;
        }
        self.line += usize::from(byte == Some(b'\n'));
        End::Line
    }

    fn quoted(&mut self) -> Result<(Cow<'t, str>, End), Fault> {
        let opened = self.line;
        let start = self.at + 1;
        let mut owned = String::new();
        let mut from = start;
        loop {
            let rest = self.text.as_bytes().get(from..).unwrap_or_default();
            let Some(length) = memchr::memchr(b'"', rest) else {
                return Err(Fault {
                    line: opened,
                    message: "a field starts with a quote that is never closed".to_owned(),
                });
            };
            let part = self.text.get(from..from + length).unwrap_or_default();
            self.line += memchr::memchr_iter(b'\n', part.as_bytes()).count();
            let after = from + length + 1;
            if self.text.as_bytes().get(after) == Some(&b'"') {
                owned.push_str(part);
                owned.push('"');
                from = after + 1;
                continue;
            }
            let field = if owned.is_empty() { Cow::Borrowed(part) } else { Cow::Owned(owned + part) };
            let after = if self.text.as_bytes().get(after..after + 2) == Some(b"\r\n") { after + 1 } else { after };
            let next = self.text.as_bytes().get(after).copied();
            if next.is_some_and(|byte| byte != self.delimiter && byte != b'\n' && byte != b'\r') {
                return Err(Fault { line: self.line, message: "text follows the closing quote of a field".to_owned() });
            }
            return Ok((field, self.end_at(after)));
        }
    }
}
