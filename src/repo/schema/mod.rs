//! The user's own world: tables, saved functions and their columns that `[schema]` in `sentinelc.toml` declares, read from
//! files in the shapes that people have at hand (docs/schema.md). [`environment`] makes of them what queries may name.

mod document;
mod function;
mod list;
mod table;

use std::path::{Path, PathBuf};

use super::config::Located;
use crate::bind::Environment;

/// The largest schema file that is read, in bytes.
const MAX_BYTES: u64 = 20_000_000;

/// Why the declared tables and functions could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// An entry of `tables` or `functions` means no file.
    #[error("{}: `{entry}` under [schema] is no file, no folder with such files, and matches none", config.display())]
    Missing {
        /// The configuration file.
        config: PathBuf,
        /// The entry.
        entry: String,
    },
    /// The operating system refused.
    #[error("{}: cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        error: std::io::Error,
    },
    /// A file has none of the shapes that are understood.
    #[error("{}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
}

/// What queries may name: the catalogue, and what `[schema]` declares. A table or function declared twice is the later one.
pub fn environment(config: &Located) -> Result<Environment, SchemaError> {
    let mut environment = Environment::new();
    let schema = &config.config.schema;
    for path in list::files(config, &schema.tables, &["json", "yaml", "yml", "csv"])? {
        let text = read(&path)?;
        let declared = table::read(&path, &text).map_err(|message| SchemaError::Invalid { path, message })?;
        for (name, table) in declared.tables {
            environment.supply(name, table);
        }
        for (name, function) in declared.functions {
            environment.supply_function(name, function);
        }
    }
    let mut saved = Vec::new();
    for path in list::files(config, &schema.functions, &["kql", "csl", "yaml", "yml"])? {
        let text = read(&path)?;
        saved.push(function::read(&path, &text).map_err(|message| SchemaError::Invalid { path, message })?);
    }
    function::supply(&saved, &mut environment);
    Ok(environment)
}

fn read(path: &Path) -> Result<String, SchemaError> {
    let io = |error| SchemaError::Io { path: path.to_owned(), error };
    if std::fs::metadata(path).map_err(io)?.len() > MAX_BYTES {
        let message = format!("is larger than {MAX_BYTES} bytes");
        return Err(SchemaError::Invalid { path: path.to_owned(), message });
    }
    let text = std::fs::read_to_string(path).map_err(io)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The name of a file up to its first dot: what a table or function is called whose file does not say.
fn stem(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The ending of a file's name in small letters.
fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}
