//! Tables from files: JSON, JSON Lines, CSV, TSV and, as a feature, Parquet; also packed with gzip or zstd.
//!
//! The format follows the file's name; a file whose name says nothing is JSON if it starts with `[` or `{`, else CSV. How a
//! file is packed, and whether it is Parquet, say its first bytes. Columns that the schema names have its types; what cannot
//! be converted is null and counted. The types of other columns are inferred from all their values.

mod cell;
mod convert;
mod delimited;
mod file;
mod infer;
mod input;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod scan;

use std::path::{Path, PathBuf};

pub use delimited::Header;
pub use file::{Progress, TableFile};
pub(crate) use scan::Chunk;

use super::limits::Limits;
use super::table::Table;
use crate::value::Type;

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
    /// The file as a whole cannot be read.
    #[error("{}: {message}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The file asks for more than is allowed.
    #[error("{}: {message}", path.display())]
    Limit {
        /// The file.
        path: PathBuf,
        /// Which limit, and what would raise it.
        message: String,
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

impl LoadError {
    fn io(path: &Path, error: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }
}

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON: an array of objects, or one object a line, or objects one after another.
    Json,
    /// Fields with this byte between them: CSV, TSV.
    Delimited(u8),
    /// Every line is one field.
    Lines,
    /// Apache Parquet.
    Parquet,
}

/// How a file is written, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The format; `None` where the content says it.
    pub format: Option<Format>,
    /// Where the names of columns of a format without names come from.
    pub header: Header,
}

impl Format {
    /// Comma-separated values.
    pub const CSV: Self = Self::Delimited(b',');
    /// Tab-separated values.
    pub const TSV: Self = Self::Delimited(b'\t');

    /// The format of this name, as `externaldata` has them (Microsoft: "Data formats supported for ingestion").
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csv" => Self::CSV,
            "tsv" | "tsve" => Self::TSV,
            "psv" => Self::Delimited(b'|'),
            "scsv" => Self::Delimited(b';'),
            "sohsv" => Self::Delimited(1),
            "txt" | "raw" => Self::Lines,
            "json" | "multijson" | "singlejson" => Self::Json,
            "parquet" => Self::Parquet,
            _ => return None,
        })
    }

    /// The format that a file's name says; an ending that says how it is packed does not count.
    pub fn from_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = [".gz", ".zst", ".zstd"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "csv" => Some(Self::CSV),
            "tsv" | "tab" => Some(Self::TSV),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Loads a file whole. `schema` may be empty.
pub fn load(path: &Path, schema: &Schema) -> Result<Loaded, LoadError> {
    whole(&TableFile::open(path, schema, Limits::default(), Progress::default())?)
}

/// Loads a table from the bytes of a file; `path` is for messages alone.
pub fn parse(path: &Path, bytes: &[u8], format: Option<Format>, schema: &Schema) -> Result<Loaded, LoadError> {
    whole(&TableFile::from_bytes(path, bytes, format, schema)?)
}

fn whole(file: &TableFile) -> Result<Loaded, LoadError> {
    let table = file.table()?.clone();
    Ok(Loaded { table, problems: file.problems() })
}
