//! `sentinelc.toml`: found by walking up from a path, read strictly (an unknown key is an error that names the key meant).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::read::{self, ReadError};
use crate::diag::Level;
use crate::text::nearest;

/// The name of the configuration file.
pub const FILE_NAME: &str = "sentinelc.toml";

/// What `sentinelc.toml` may say. Every key may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Files that are rules, as patterns in the manner of .gitignore, relative to this file. Without it every .yaml, .yml
    /// and .kql file that git does not ignore is one.
    pub include: Vec<String>,
    /// Files and folders left out, as patterns in the manner of .gitignore, relative to this file. A path named on the
    /// command line is read even if it is left out here.
    pub exclude: Vec<String>,
    /// The lowest level that makes `sentinelc check` fail.
    pub fail_on: Option<Level>,
    /// The level of each lint by name; `off` silences it.
    pub lint: BTreeMap<String, Level>,
    /// The tables, saved functions and watchlists of your workspace, which the catalogue does not have.
    pub schema: Schema,
}

/// Files that declare tables, functions and watchlists. An entry is a file, a folder (its files, not those of its folders), or
/// has one `*` in its last part; it is relative to this file. A key that is left out means the folder of its name below
/// `schemas` beside this file, where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Schema {
    /// Tables and their columns: .yaml or .json with `tables`, .json of a custom table (`Name`, `Properties`), .json or .csv as
    /// `TABLE | getschema` exports them.
    pub tables: Option<Vec<String>>,
    /// Saved functions: .kql files named like the function, .yaml files of parsers, and .json of a function's result columns.
    pub functions: Option<Vec<String>>,
    /// Watchlists: their .csv files named like the alias, and .json of their resources.
    pub watchlists: Option<Vec<String>>,
}

/// A configuration and where it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// What it says; the default where there is no file.
    pub config: Config,
    /// The file it was read from.
    pub path: Option<PathBuf>,
}

impl Located {
    /// The folder that the patterns are relative to: the file's. `None` without a file.
    pub fn root(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }
}

/// The configuration that holds for `path` (a file or a folder): that of the nearest folder above it that has one.
pub fn find_config(path: &Path) -> Result<Located, ReadError> {
    let absolute = std::path::absolute(path).map_err(|error| ReadError::io(path, error))?;
    for folder in absolute.ancestors() {
        let candidate = folder.join(FILE_NAME);
        if candidate.is_file() {
            return Ok(Located { config: read(&candidate)?, path: Some(candidate) });
        }
    }
    Ok(Located::default())
}

/// The JSON Schema of `sentinelc.toml`; `schemas/config.json` holds the same text.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "sentinelc.toml".into());
    // Plain data: serializing it cannot fail.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn read(path: &Path) -> Result<Config, ReadError> {
    let text = read::text(path)?;
    parse(&text).map_err(|message| ReadError::Invalid { path: path.to_owned(), message })
}

fn parse(text: &str) -> Result<Config, String> {
    toml::from_str(text).map_err(|error| {
        let message = narrow(&error.to_string());
        match meant(error.message()) {
            Some(name) => format!("{}\ndid you mean `{name}`?", message.trim_end()),
            None => message.trim_end().to_owned(),
        }
    })
}

/// The most characters of a line of a message; it holds the line that is wrong, however long that is.
const WIDEST: usize = 120;

/// A message with its lines cut.
fn narrow(message: &str) -> String {
    let cut = |line: &str| match line.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    message.lines().map(cut).collect::<Vec<_>>().join("\n")
}

/// Which of the expected names an unknown one was probably meant to be. serde's message holds the unknown name first and
/// the expected ones after it, each in backticks.
fn meant(message: &str) -> Option<&str> {
    if !message.starts_with("unknown ") {
        return None;
    }
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    nearest(unknown, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_names_the_key_meant() {
        let error = parse("exlude = ['a']\n").expect_err("exlude is no key");
        assert!(error.contains("line 1"), "{error}");
        assert!(error.ends_with("did you mean `exclude`?"), "{error}");
        let error = parse("[lint]\nforeign-vendor = 'warn'\n").expect_err("warn is no level");
        assert!(error.ends_with("did you mean `warning`?"), "{error}");
    }

    #[test]
    fn levels_and_patterns_are_read() {
        let config = parse("exclude = ['a/']\nfail-on = 'error'\n[lint]\nx = 'off'\n").expect("a good file");
        assert_eq!(config.exclude, ["a/"]);
        assert_eq!(config.fail_on, Some(Level::Error));
        assert_eq!(config.lint["x"], Level::Off);
    }
}
