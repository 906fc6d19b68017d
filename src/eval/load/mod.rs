//! Tables from files: a JSON array, JSON Lines, CSV, TSV.
//!
//! The format follows the file's name; a file whose name says nothing is JSON if it starts with `[` or `{`, else CSV.
//! Columns that the schema names have its types; what cannot be converted is null and counted in [`Loaded::problems`]. The
//! types of other columns are inferred from all their values.

mod delimited;
mod infer;
mod json;

use std::path::{Path, PathBuf};

use super::table::Table;
use crate::value::Type;

/// The largest file that is loaded, in bytes.
const MAX_BYTES: u64 = 8 << 30;

/// The columns a table is known to have, by name.
pub type Schema = [(String, Type)];

/// A loaded table.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The rows. Columns that the schema names and the file lacks are not in it.
    pub table: Table,
    /// What could not be converted to its column's type, one sentence a column.
    pub problems: Vec<String>,
}

/// Why a file gave no table.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The operating system refused.
    #[error("{}: cannot be read: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: std::io::Error,
    },
    /// The file is larger than can be loaded.
    #[error("{}: is larger than {} GiB", path.display(), MAX_BYTES >> 30)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The content is not what the format asks for.
    #[error("{}:{line}: {message}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}

/// What is wrong with a content, and in which 1-based line.
#[derive(Debug)]
struct Fault {
    line: usize,
    message: String,
}

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON: an array of objects, or one object a line, or objects one after another.
    Json,
    /// Comma-separated with a header.
    Csv,
    /// Tab-separated with a header.
    Tsv,
}

impl Format {
    /// The format that a file's name says.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            _ => None,
        }
    }
}

/// Loads a file. `schema` may be empty.
pub fn load(path: &Path, schema: &Schema) -> Result<Loaded, LoadError> {
    let io = |error| LoadError::Io { path: path.to_owned(), error };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MAX_BYTES {
        return Err(LoadError::TooLarge { path: path.to_owned() });
    }
    let bytes = std::fs::read(path).map_err(io)?;
    parse(path, &bytes, Format::from_path(path), schema)
}

/// Loads a table from the bytes of a file; `path` is for messages alone.
pub fn parse(path: &Path, bytes: &[u8], format: Option<Format>, schema: &Schema) -> Result<Loaded, LoadError> {
    let content = |fault: Fault| LoadError::Content { path: path.to_owned(), line: fault.line, message: fault.message };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', good).count() + 1;
        content(Fault { line, message: "is not UTF-8 text; save the file as UTF-8".to_owned() })
    })?;
    if let Some(at) = memchr::memchr(0, bytes) {
        let line = memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() + 1;
        let message = "holds a NUL byte, so it is no text in UTF-8; save the file as UTF-8".to_owned();
        return Err(content(Fault { line, message }));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let format =
        format.unwrap_or_else(|| if text.trim_start().starts_with(['[', '{']) { Format::Json } else { Format::Csv });
    let columns = match format {
        Format::Json => json::read(text, schema),
        Format::Csv => delimited::read(text, b',', schema),
        Format::Tsv => delimited::read(text, b'\t', schema),
    };
    Ok(columns.map_err(content)?.finish())
}
