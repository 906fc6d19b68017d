//! Which files the entries under `[schema]` mean: a file, the files of a folder, or those that a `*` in the last part matches.

use std::path::{Path, PathBuf};

use super::{SchemaError, extension};
use crate::repo::config::Located;
use crate::repo::read::ReadError;

/// The files, those of one entry sorted by path. Entries are relative to the folder of the configuration file; where it names
/// none, the folder `schemas/KEY` beside it counts if it is there.
pub(super) fn files(
    config: &Located,
    key: &str,
    entries: Option<&[String]>,
    endings: &[&str],
) -> Result<Vec<PathBuf>, SchemaError> {
    let Some(root) = config.root() else { return Ok(Vec::new()) };
    let Some(entries) = entries else {
        let usual = root.join("schemas").join(key);
        return if usual.is_dir() { Ok(of_entry(&usual, endings)?) } else { Ok(Vec::new()) };
    };
    let mut all = Vec::new();
    for entry in entries {
        let found = of_entry(&root.join(entry), endings)?;
        if found.is_empty() {
            let config = config.path.clone().unwrap_or_default();
            return Err(SchemaError::Missing { config, entry: entry.clone() });
        }
        all.extend(found);
    }
    Ok(all)
}

fn of_entry(path: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, ReadError> {
    if path.is_dir() {
        let has_ending = |name: &str| endings.contains(&extension(Path::new(name)).as_str());
        return of_folder(path, has_ending);
    }
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let pattern = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((start, end)) = pattern.split_once('*') else { return Ok(Vec::new()) };
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let long_enough = start.len() + end.len();
    of_folder(folder, |name| name.len() >= long_enough && name.starts_with(start) && name.ends_with(end))
}

fn of_folder(folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, ReadError> {
    let io = |error| ReadError::io(folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && is_wanted(&name) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
