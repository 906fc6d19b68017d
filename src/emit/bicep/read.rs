//! Reads the part of Bicep that templates write: `param` and `resource` statements with literals, arrays and objects.
//! Written from the language's lexer rules (Azure/bicep, `Lexer.cs`), apart from the escaping, so that each checks the other.

use std::iter::Peekable;
use std::str::Chars;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 32;

/// A `resource` statement.
#[derive(Debug, PartialEq)]
pub(super) struct Resource {
    /// `type@version`.
    pub(super) kind: String,
    /// Its properties, in order.
    pub(super) body: Vec<(String, Term)>,
}

/// A value.
#[derive(Debug, PartialEq)]
pub(super) enum Term {
    /// A string without interpolation.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true`, `false`.
    Bool(bool),
    /// A symbol.
    Reference,
    /// `[…]`
    Array(Vec<Term>),
    /// `{…}`
    Object(Vec<(String, Term)>),
}

/// The resources of a file; an error is one sentence with a line number.
pub(super) fn resources(file: &str) -> Result<Vec<Resource>, String> {
    let mut reader = Reader { rest: file.chars().peekable(), line: 1 };
    let mut resources = Vec::new();
    loop {
        reader.skip_blank();
        let Some(&c) = reader.rest.peek() else { return Ok(resources) };
        if c == '@' {
            reader.decorator()?;
            continue;
        }
        match reader.word().as_str() {
            "param" => reader.parameter()?,
            "resource" => resources.push(reader.resource()?),
            other => return Err(reader.error(&format!("a statement starts with `{other}`"))),
        }
    }
}

struct Reader<'f> {
    rest: Peekable<Chars<'f>>,
    line: usize,
}

impl Reader<'_> {
    /// `@description('…')`
    fn decorator(&mut self) -> Result<(), String> {
        self.expect('@')?;
        self.word();
        self.expect('(')?;
        self.term(0)?;
        self.skip_spaces();
        self.expect(')')
    }

    /// `param name type [= default]`
    fn parameter(&mut self) -> Result<(), String> {
        self.skip_spaces();
        self.word();
        self.skip_spaces();
        self.word();
        self.skip_spaces();
        if self.rest.peek() == Some(&'=') {
            self.expect('=')?;
            self.term(0)?;
        }
        self.end_of_line()
    }

    /// `resource symbol 'type@version' [existing] = {…}`
    fn resource(&mut self) -> Result<Resource, String> {
        self.skip_spaces();
        self.word();
        self.skip_spaces();
        let Term::Text(kind) = self.term(0)? else { return Err(self.error("a resource has no type")) };
        self.skip_spaces();
        if self.rest.peek().is_some_and(char::is_ascii_alphabetic) && self.word() != "existing" {
            return Err(self.error("`=` is missing"));
        }
        self.skip_spaces();
        self.expect('=')?;
        let Term::Object(body) = self.term(0)? else { return Err(self.error("a resource has no body")) };
        self.end_of_line()?;
        Ok(Resource { kind, body })
    }

    fn term(&mut self, depth: usize) -> Result<Term, String> {
        self.skip_spaces();
        if depth > MAX_DEPTH {
            return Err(self.error("values are nested too deep"));
        }
        match self.rest.peek() {
            Some('\'') => self.text().map(Term::Text),
            Some('[') => self.array(depth),
            Some('{') => self.object(depth),
            Some(c) if c.is_ascii_digit() || *c == '-' => self.number(),
            Some(c) if c.is_ascii_alphabetic() || *c == '_' => Ok(match self.word().as_str() {
                "true" => Term::Bool(true),
                "false" => Term::Bool(false),
                _ => Term::Reference,
            }),
            Some(&c) => Err(self.error(&format!("a value starts with `{c}`"))),
            None => Err(self.error("the file ends inside a value")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Term, String> {
        self.expect('[')?;
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            if self.rest.peek() == Some(&']') {
                self.expect(']')?;
                return Ok(Term::Array(items));
            }
            items.push(self.term(depth + 1)?);
            self.end_of_item(']')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Term, String> {
        self.expect('{')?;
        let mut slots: Vec<(String, Term)> = Vec::new();
        loop {
            self.skip_blank();
            let key = match self.rest.peek() {
                Some('}') => {
                    self.expect('}')?;
                    return Ok(Term::Object(slots));
                }
                Some('\'') => self.text()?,
                _ => self.word(),
            };
            if slots.iter().any(|(known, _)| *known == key) {
                return Err(self.error(&format!("`{key}` stands twice in one object")));
            }
            self.skip_spaces();
            self.expect(':')?;
            slots.push((key, self.term(depth + 1)?));
            self.end_of_item('}')?;
        }
    }

    fn number(&mut self) -> Result<Term, String> {
        let mut digits = String::new();
        while let Some(c) = self.rest.next_if(|c| c.is_ascii_digit() || *c == '-') {
            digits.push(c);
        }
        digits.parse().map(Term::Number).map_err(|_| self.error("a number is out of range"))
    }

    fn text(&mut self) -> Result<String, String> {
        self.expect('\'')?;
        if self.rest.next_if_eq(&'\'').is_none() {
            return self.one_line();
        }
        if self.rest.next_if_eq(&'\'').is_none() {
            return Ok(String::new());
        }
        self.multi_line()
    }

    /// After `'''`: raw text to the next `'''`; quotes right after the delimiter belong to the text.
    fn multi_line(&mut self) -> Result<String, String> {
        let mut out = String::new();
        loop {
            match self.next() {
                Some('\'') => out.push('\''),
                Some(c) => out.push(c),
                None => return Err(self.error("a multi-line string does not end")),
            }
            if out.ends_with("'''") {
                out.truncate(out.len() - 3);
                while self.rest.next_if_eq(&'\'').is_some() {
                    out.push('\'');
                }
                let first_line_end =
                    if out.starts_with("\r\n") { 2 } else { usize::from(out.starts_with(['\n', '\r'])) };
                return Ok(out.split_off(first_line_end));
            }
        }
    }

    fn one_line(&mut self) -> Result<String, String> {
        let mut out = String::new();
        loop {
            match self.next() {
                Some('\'') => return Ok(out),
                Some('\\') => out.push(self.escaped()?),
                Some('$') if self.rest.peek() == Some(&'{') => return Err(self.error("a string is interpolated")),
                Some('\n' | '\r') | None => return Err(self.error("a string does not end on its line")),
                Some(c) => out.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, String> {
        match self.next() {
            Some(c @ ('\\' | '\'' | '$')) => Ok(c),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => {
                self.expect('{')?;
                let mut digits = String::new();
                while let Some(c) = self.rest.next_if(char::is_ascii_hexdigit) {
                    digits.push(c);
                }
                self.expect('}')?;
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                code.ok_or_else(|| self.error("an escape names no character"))
            }
            _ => Err(self.error("an escape is unknown")),
        }
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            word.push(c);
        }
        word
    }

    /// A line end, a comma or (not consumed) `close`.
    fn end_of_item(&mut self, close: char) -> Result<(), String> {
        self.skip_spaces();
        match self.rest.peek() {
            Some('\n' | '\r' | ',') => {
                self.next();
                Ok(())
            }
            Some(c) if *c == close => Ok(()),
            _ => Err(self.error("something follows a value on its line")),
        }
    }

    fn end_of_line(&mut self) -> Result<(), String> {
        self.skip_spaces();
        match self.next() {
            Some('\n' | '\r') | None => Ok(()),
            Some(_) => Err(self.error("something follows a statement on its line")),
        }
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        match self.next() {
            Some(c) if c == wanted => Ok(()),
            _ => Err(self.error(&format!("`{wanted}` is missing"))),
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next();
        self.line += usize::from(c == Some('\n'));
        c
    }

    fn skip_spaces(&mut self) {
        while self.rest.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
    }

    fn skip_blank(&mut self) {
        while self.rest.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    fn error(&self, message: &str) -> String {
        format!("line {}: {message}", self.line)
    }
}
