//! One file's text, with what is needed to show a place in it to a person.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Span;

/// The largest file that is read as text, in bytes. Rule files are a few kilobytes; the limit keeps a
/// wrong argument (a disk image, a log) from exhausting the machine.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why a file could not become a [`Source`].
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error("{}: cannot be read: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: std::io::Error,
    },
    /// The file is larger than [`MAX_BYTES`].
    #[error("{}: is larger than {} MiB, the most sentinelc reads as text", path.display(), MAX_BYTES / 1024 / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are no UTF-8.
    #[error("{}:{line}:{column}: is not UTF-8 text (byte 0x{byte:02X} at offset {offset}); save the file as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// 1-based line of the first bad byte.
        line: usize,
        /// 1-based column, in characters, of the first bad byte.
        column: usize,
        /// The first bad byte.
        byte: u8,
        /// Its offset.
        offset: usize,
    },
}

/// A 1-based line and column; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters (Unicode scalar values). A byte order mark at the start of the file has no column.
    pub column: u32,
}

/// The text of one file as it is on disk: line endings and a byte order mark are kept.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    text: String,
    line_starts: Vec<u32>,
}

impl Source {
    /// A source from text already in memory.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| offset(at + 1))).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// Reads a file. Fails on files that cannot be read, are larger than [`MAX_BYTES`] or hold bytes that are no UTF-8.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let io = |error| ReadError::Io { path: path.to_owned(), error };
        let file = std::fs::File::open(path).map_err(io)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ReadError::TooLarge { path: path.to_owned() });
        }
        Self::from_bytes(path, bytes)
    }

    /// A source from bytes already in memory; fails where they are no UTF-8.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))?;
        Ok(Self::new(path, text))
    }

    /// The path as the user gave it or as the walk found it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; offsets past the end give the end.
    pub fn position(&self, at: u32) -> Position {
        let at = at.min(offset(self.text.len()));
        let line = self.line_starts.partition_point(|&start| start <= at) - 1;
        let start = self.line_starts[line] as usize;
        let before = self.text.get(start..at as usize).unwrap_or_default();
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        Position { line: offset(line + 1), column: offset(column) }
    }

    /// The span of a 1-based line, without its line ending; the empty span at the end for lines past the last.
    pub fn line_span(&self, line: u32) -> Span {
        let end = offset(self.text.len());
        let Some(&start) = self.line_starts.get(line.saturating_sub(1) as usize) else {
            return Span::at(end);
        };
        let next = self.line_starts.get(line as usize).copied().unwrap_or(end);
        let text = &self.text[start as usize..next as usize];
        Span::new(start, start + offset(text.trim_end_matches(['\r', '\n']).len()))
    }

    /// The text under `span`.
    pub fn slice(&self, span: Span) -> &str {
        span.slice(&self.text)
    }
}

/// The line end of a text: `\r\n` where most of its lines end so, else `\n`.
pub fn line_end(text: &str) -> &'static str {
    let bytes = text.as_bytes();
    let (mut lines, mut pairs) = (0_usize, 0_usize);
    for at in memchr::memchr_iter(b'\n', bytes) {
        lines += 1;
        pairs += usize::from(at > 0 && bytes[at - 1] == b'\r');
    }
    if pairs * 2 > lines { "\r\n" } else { "\n" }
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ReadError {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let before = String::from_utf8_lossy(&bytes[..at]);
    ReadError::NotUtf8 {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
        byte: bytes[at],
        offset: at,
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
