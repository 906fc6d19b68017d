//! Reading a file chunk by chunk: each chunk is a text with the places of its cells, or cells of a format that has types.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::cell::{Cell, Names, Place, Places};
use super::convert::Converter;
use super::delimited::{Header, Style};
use super::input::Source;
use super::{Format, Layout, LoadError, delimited, json};

/// Bytes of text that are read at once.
const BLOCK: usize = 1 << 19;
/// The longest row, in bytes: places of cells have 31 bits.
const LONGEST_ROW: usize = 1 << 28;

/// What is wrong with a content, and in which 1-based line.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) message: String,
}

/// The 1-based line of a byte of a text.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    memchr::memchr_iter(b'\n', before).count() + 1
}

/// Some rows of a file.
#[derive(Debug)]
pub(crate) struct Chunk {
    content: Content,
    /// The number of rows of the file before these.
    pub(super) first_row: usize,
}

#[derive(Debug)]
enum Content {
    Text {
        text: String,
        places: Places,
        read: fn(Place, &str) -> Cell<'_>,
    },
    #[cfg(feature = "parquet")]
    Values {
        columns: Vec<Vec<crate::value::Value>>,
        rows: usize,
    },
}

impl Chunk {
    /// A chunk of a format that has types.
    #[cfg(feature = "parquet")]
    pub(super) fn of_values(columns: Vec<Vec<crate::value::Value>>, rows: usize, first_row: usize) -> Self {
        Self { content: Content::Values { columns, rows }, first_row }
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        match &self.content {
            Content::Text { places, .. } => places.rows(),
            #[cfg(feature = "parquet")]
            Content::Values { rows, .. } => *rows,
        }
    }

    /// The cell at a row of the chunk and a column.
    pub(super) fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match &self.content {
            Content::Text { text, places, read } => read(places.get(row, column), text),
            #[cfg(feature = "parquet")]
            Content::Values { columns, .. } => {
                let value = columns.get(column).and_then(|cells| cells.get(row));
                value.map_or(Cell::Missing, |value| Cell::Value(value.clone()))
            }
        }
    }

    /// Adds the cell at a row of the chunk and a column to a column.
    pub(super) fn convert(&self, row: usize, column: usize, converter: &mut Converter) {
        converter.push(self.first_row + row, &self.cell(row, column));
    }

    /// About how many bytes the chunk takes.
    pub(super) fn bytes(&self) -> usize {
        match &self.content {
            Content::Text { text, places, .. } => text.capacity() + places.bytes(),
            #[cfg(feature = "parquet")]
            Content::Values { columns, rows } => rows * columns.len() * size_of::<crate::value::Value>(),
        }
    }
}

/// A file that is being read.
pub(crate) enum Scan {
    /// Text of some format.
    Text(Box<TextScan>),
    /// A format with types.
    #[cfg(feature = "parquet")]
    Parquet(Box<super::parquet::Scan>),
}

impl Scan {
    /// Starts to read a file. `names` are the columns known before.
    pub(super) fn start(
        path: &Arc<Path>,
        source: &Source,
        layout: Layout,
        names: Names,
        read: &Arc<AtomicU64>,
    ) -> Result<Self, LoadError> {
        let header = layout.header;
        match layout.format {
            #[cfg(feature = "parquet")]
            Some(Format::Parquet) => super::parquet::Scan::start(path, source).map(Box::new).map(Self::Parquet),
            #[cfg(not(feature = "parquet"))]
            Some(Format::Parquet) => {
                let message = "is Parquet, which this build does not read; build it with `--features parquet`";
                Err(LoadError::Refused { path: path.to_path_buf(), message: message.to_owned() })
            }
            Some(Format::Json) => TextScan::start(path, source, Some(Scanner::json()), names, read),
            Some(Format::Delimited(delimiter)) => {
                TextScan::start(path, source, Some(Scanner::delimited(delimiter, header)), names, read)
            }
            Some(Format::Lines) => TextScan::start(path, source, Some(Scanner::lines(header)), names, read),
            None => TextScan::start(path, source, None, names, read),
        }
    }

    /// The same with rows as long as the memory that is allowed lets them be: each is held in several forms on its way.
    pub(super) fn within(mut self, bytes: usize) -> Self {
        match &mut self {
            Self::Text(scan) => scan.longest_row = (bytes / 4).clamp(BLOCK, LONGEST_ROW),
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => {}
        }
        self
    }

    /// The next rows; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, LoadError> {
        match self {
            Self::Text(scan) => scan.next(),
            #[cfg(feature = "parquet")]
            Self::Parquet(scan) => scan.next(),
        }
    }

    /// Takes back the memory of a chunk that is no longer needed.
    pub(super) fn recycle(&mut self, chunk: Chunk) {
        match (self, chunk.content) {
            (Self::Text(scan), Content::Text { text, mut places, .. }) => {
                places.clear();
                scan.spare = (text.into_bytes(), places);
            }
            #[cfg(feature = "parquet")]
            _ => {}
        }
    }

    /// The names of the columns so far.
    pub(super) fn names(&self) -> &Names {
        match self {
            Self::Text(scan) => &scan.names,
            #[cfg(feature = "parquet")]
            Self::Parquet(scan) => scan.names(),
        }
    }

    /// Whether the columns are all known from the start.
    pub(super) fn has_fixed_columns(&self) -> bool {
        match self {
            Self::Text(scan) => matches!(scan.scanner, Some(Scanner::Delimited(_))),
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => true,
        }
    }

    /// Whether a cell says by its form whether it is text.
    pub(super) fn has_typed_cells(&self) -> bool {
        match self {
            Self::Text(scan) => matches!(scan.scanner, Some(Scanner::Json(_))),
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => true,
        }
    }

    /// Whether all of the file was read.
    pub(super) fn is_at_end(&self) -> bool {
        match self {
            Self::Text(scan) => scan.is_at_end && scan.carry.is_empty(),
            #[cfg(feature = "parquet")]
            Self::Parquet(scan) => scan.is_at_end(),
        }
    }
}

/// Reads until the buffer is full or the input ends; gives the number of bytes.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Cuts texts of one format into rows.
#[derive(Debug)]
enum Scanner {
    Json(json::Scanner),
    Delimited(delimited::Scanner),
}

impl Scanner {
    fn json() -> Self {
        Self::Json(json::Scanner::default())
    }

    fn delimited(delimiter: u8, header: Header) -> Self {
        Self::Delimited(delimited::Scanner::new(Style { delimiter, has_quotes: true }, header))
    }

    /// Every line is one field: text holds no NUL.
    fn lines(header: Header) -> Self {
        Self::Delimited(delimited::Scanner::new(Style { delimiter: 0, has_quotes: false }, header))
    }

    /// The scanner of a text whose name does not say its format.
    fn guess(text: &str) -> Self {
        if text.trim_start().starts_with(['[', '{']) { Self::json() } else { Self::delimited(b',', Header::InFile) }
    }
}

/// A text file that is being read.
pub(crate) struct TextScan {
    path: Arc<Path>,
    input: Box<dyn Read + Send>,
    scanner: Option<Scanner>,
    /// What is behind the last whole row.
    carry: Vec<u8>,
    /// Memory of a chunk that is no longer needed.
    spare: (Vec<u8>, Places),
    is_at_end: bool,
    lines_before: usize,
    rows_before: usize,
    longest_row: usize,
    names: Names,
}

impl TextScan {
    fn start(
        path: &Arc<Path>,
        source: &Source,
        scanner: Option<Scanner>,
        names: Names,
        read: &Arc<AtomicU64>,
    ) -> Result<Scan, LoadError> {
        let input = source.open(read).map_err(|error| LoadError::io(path, error))?;
        Ok(Scan::Text(Box::new(Self {
            path: Arc::clone(path),
            input,
            scanner,
            carry: Vec::new(),
            spare: (Vec::new(), Places::default()),
            is_at_end: false,
            lines_before: 0,
            rows_before: 0,
            longest_row: LONGEST_ROW,
            names,
        })))
    }

    fn next(&mut self) -> Result<Option<Chunk>, LoadError> {
        let mut block = BLOCK;
        while !(self.is_at_end && self.carry.is_empty()) {
            let (mut text, tail) = self.text(block)?;
            let scanner = self.scanner.get_or_insert_with(|| Scanner::guess(&text));
            let mut places = std::mem::take(&mut self.spare.1);
            let used = match scanner {
                Scanner::Json(scanner) => scanner.scan(&text, self.is_at_end, &mut self.names, &mut places),
                Scanner::Delimited(scanner) => scanner.scan(&text, self.is_at_end, &mut self.names, &mut places),
            };
            let used = used.map_err(|fault| self.fault(fault))?;
            let read: fn(Place, &str) -> Cell<'_> = match self.scanner {
                Some(Scanner::Json(_)) => json::read,
                _ => delimited::read,
            };
            self.carry.clear();
            self.carry.extend_from_slice(text.as_bytes().get(used..).unwrap_or_default());
            self.carry.extend(tail);
            text.truncate(used);
            self.lines_before += line_at(&text, used) - 1;
            if places.rows() > 0 {
                let first_row = self.rows_before;
                self.rows_before += places.rows();
                return Ok(Some(Chunk { content: Content::Text { text, places, read }, first_row }));
            }
            if self.carry.len() > self.longest_row {
                let message = format!("a row is longer than {} MiB", self.longest_row >> 20);
                return Err(self.fault(Fault { line: 1, message }));
            }
            if self.is_at_end {
                break;
            }
            block = self.carry.len().max(BLOCK);
        }
        Ok(None)
    }

    fn fault(&self, fault: Fault) -> LoadError {
        LoadError::Content {
            path: self.path.to_path_buf(),
            line: self.lines_before + fault.line,
            message: fault.message,
        }
    }

    /// What was left over and `block` bytes more as text, and the start of a letter that is cut at the end.
    fn text(&mut self, block: usize) -> Result<(String, Vec<u8>), LoadError> {
        let mut bytes = std::mem::take(&mut self.spare.0);
        let known = self.carry.len();
        bytes.resize(known + block, 0);
        bytes[..known].copy_from_slice(&self.carry);
        let end =
            known + fill(&mut self.input, &mut bytes[known..]).map_err(|error| LoadError::io(&self.path, error))?;
        self.is_at_end = end < bytes.len();
        bytes.truncate(end);
        if self.lines_before == 0 && self.rows_before == 0 && bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(.."\u{feff}".len());
        }
        let new = bytes.get(known.min(bytes.len())..).unwrap_or_default();
        let nul = memchr::memchr(0, new).map(|at| at + known.min(bytes.len()));
        let (text, tail) = match String::from_utf8(bytes) {
            Ok(text) => (text, Vec::new()),
            Err(error) => {
                let (good, cut) = (error.utf8_error().valid_up_to(), error.utf8_error().error_len().is_none());
                let mut bytes = error.into_bytes();
                let tail = bytes.split_off(good);
                let text = String::from_utf8(bytes).unwrap_or_default();
                if !cut || self.is_at_end {
                    let message = "is not UTF-8 text; save the file as UTF-8".to_owned();
                    return Err(self.fault(Fault { line: line_at(&text, good), message }));
                }
                (text, tail)
            }
        };
        match nul {
            None => Ok((text, tail)),
            Some(at) => {
                let message = "holds a NUL byte, so it is no text in UTF-8; save the file as UTF-8".to_owned();
                Err(self.fault(Fault { line: line_at(&text, at), message }))
            }
        }
    }
}
