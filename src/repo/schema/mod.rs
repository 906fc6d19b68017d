//! The user's own world: the tables, saved functions and watchlists that `[schema]` in `sentinelc.toml` declares, read from
//! files in the shapes that people have at hand (docs/schema.md). [`environment`] makes of them what queries may name.

mod csv;
mod document;
mod function;
mod list;
mod table;
mod watchlist;

use std::path::{Path, PathBuf};

use super::config::Located;
use super::read::{self, ReadError};
use crate::bind::{Environment, FunctionResult, WorkspaceFunction};

/// Why what `[schema]` declares could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// An entry means no file.
    #[error("{}: `{entry}` under [schema] is no file, no folder with such files, and matches none", config.display())]
    Missing {
        /// The configuration file.
        config: PathBuf,
        /// The entry.
        entry: String,
    },
    /// A file cannot be read, or has none of the shapes that are understood.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What queries may name: the catalogue, and what `[schema]` declares. What is declared twice is what the later declaration
/// says.
pub fn environment(config: &Located) -> Result<Environment, SchemaError> {
    let mut environment = Environment::new();
    let schema = &config.config.schema;
    for path in list::files(config, "tables", schema.tables.as_deref(), &["json", "yaml", "yml", "csv"])? {
        declare(read_with(&path, table::read)?, &mut environment);
    }
    for path in list::files(config, "watchlists", schema.watchlists.as_deref(), &["json", "csv"])? {
        for (alias, watchlist) in read_with(&path, watchlist::read)? {
            environment.supply_watchlist(alias, watchlist);
        }
    }
    let mut saved = Vec::new();
    for path in list::files(config, "functions", schema.functions.as_deref(), &["kql", "csl", "yaml", "yml", "json"])? {
        saved.push(read_with(&path, function::read)?);
    }
    function::supply(&saved, &mut environment);
    Ok(environment)
}

fn declare(declared: table::Declared, environment: &mut Environment) {
    for (name, table) in declared.tables {
        environment.supply(name, table);
    }
    for (name, table) in declared.functions {
        let result = FunctionResult::Table(table);
        environment.supply_function(name, WorkspaceFunction { result, ..WorkspaceFunction::default() });
    }
    for (alias, watchlist) in declared.watchlists {
        environment.supply_watchlist(alias, watchlist);
    }
}

/// Reads a file in the shape that `reader` understands.
fn read_with<T>(path: &Path, reader: impl Fn(&Path, &str) -> Result<T, String>) -> Result<T, ReadError> {
    let text = read::text(path)?;
    reader(path, &text).map_err(|message| ReadError::Invalid { path: path.to_owned(), message })
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
