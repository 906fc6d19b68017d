//! Reading the files that a repository's owner writes for us, whole and as text.

use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 20_000_000;

/// Why a file could not be read as what it is.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error("{}: cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        error: std::io::Error,
    },
    /// It says what is not understood.
    #[error("{}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
}

impl ReadError {
    /// What the operating system said about a path.
    pub(super) fn io(path: &Path, error: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }
}

/// The text of a file without its byte order mark.
pub(super) fn text(path: &Path) -> Result<String, ReadError> {
    let io = |error| ReadError::io(path, error);
    if std::fs::metadata(path).map_err(io)?.len() > MAX_BYTES {
        let message = format!("is larger than {MAX_BYTES} bytes");
        return Err(ReadError::Invalid { path: path.to_owned(), message });
    }
    let text = std::fs::read_to_string(path).map_err(io)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
