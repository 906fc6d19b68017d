//! Which files the paths of a command line mean. Folders are walked as git sees them; a file named by the user is taken
//! as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::config::{Located, find_config};
use super::read::ReadError;

/// Whether configuration files are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discovery {
    /// The nearest `sentinelc.toml` above each path holds.
    Configured,
    /// As configured, and what the configuration leaves out, or what is by its name no rule, is left out even where the
    /// user names it: what a tool that lists changed files wants.
    Forced,
    /// No configuration file is read.
    Isolated,
}

/// Which files of a folder are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Rules and bare queries: `*.yaml`, `*.yml` and `*.kql`, without tests.
    Rules,
    /// Tests of rules: `*.test.yaml` and `*.test.yml`.
    Tests,
}

/// A file to read and the configuration that holds for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path as the user would write it.
    pub path: PathBuf,
    /// The configuration.
    pub config: Arc<Located>,
    /// How it came to be read.
    pub origin: Origin,
}

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The user named it.
    Named,
    /// It lies in a folder that the user named.
    Walked,
}

/// Why the files of a path could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The user named a path that is not there.
    #[error("{}: no such file or folder", .0.display())]
    Missing(PathBuf),
    /// A configuration file is wrong.
    #[error(transparent)]
    Config(#[from] ReadError),
    /// A pattern of a configuration file is wrong.
    #[error("{}: `{pattern}` is no pattern: {error}", config.display())]
    Pattern {
        /// The configuration file.
        config: PathBuf,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        error: ignore::Error,
    },
    /// A folder could not be read.
    #[error("cannot list files: {0}")]
    Folder(ignore::Error),
}

/// The wanted files under `paths`, each once, sorted by path.
pub fn files(paths: &[PathBuf], wanted: Wanted, discovery: Discovery) -> Result<Vec<File>, WalkError> {
    let mut found = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|_| WalkError::Missing(path.clone()))?;
        let config = Arc::new(match discovery {
            Discovery::Configured | Discovery::Forced => find_config(path)?,
            Discovery::Isolated => Located::default(),
        });
        if metadata.is_dir() {
            let named = (discovery != Discovery::Forced).then_some(path.as_path());
            walk(path, wanted, &config, &Patterns::new(&config, named)?, &mut found)?;
        } else if discovery != Discovery::Forced
            || (is_wanted(path, wanted) && Patterns::new(&config, None)?.let_pass(path))
        {
            found.push(File { path: plain(path), config, origin: Origin::Named });
        }
    }
    // A file that is named and lies in a named folder too is a named one.
    found.sort_by(|a, b| (&a.path, a.origin).cmp(&(&b.path, b.origin)));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

fn walk(
    folder: &Path,
    wanted: Wanted,
    config: &Arc<Located>,
    patterns: &Patterns,
    found: &mut Vec<File>,
) -> Result<(), WalkError> {
    for entry in entries(folder) {
        let entry = entry.map_err(WalkError::Folder)?;
        if is_file(&entry) && is_wanted(entry.path(), wanted) && patterns.let_pass(entry.path()) {
            found.push(File { path: plain(entry.path()), config: Arc::clone(config), origin: Origin::Walked });
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> ignore::Walk {
    // A folder without a .git above it still means what its .gitignore says.
    ignore::WalkBuilder::new(folder).require_git(false).build()
}

fn is_file(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

/// The most rules of a repository that are read beside those asked for.
pub const MOST_NEIGHBOURS: usize = 2_500;
/// The most entries of folders that are looked at to find them.
const MOST_ENTRIES: usize = 50_000;

/// The other rules of the repositories that `files` lie in, as their configuration files mark them: paths relative to
/// the working folder where they lie in it, sorted. None where a file has no configuration, and none of a repository
/// of more than [`MOST_NEIGHBOURS`] rules, which would take longer than the check itself.
pub fn neighbours(files: &[File]) -> Result<Vec<PathBuf>, WalkError> {
    let named: BTreeSet<PathBuf> = files.iter().filter_map(|file| absolute(&file.path)).collect();
    let configs: BTreeMap<&Path, &Located> =
        files.iter().filter_map(|file| Some((file.config.root()?, file.config.as_ref()))).collect();
    let here = std::env::current_dir().unwrap_or_default();
    let mut found = Vec::new();
    for (root, config) in configs {
        let patterns = Patterns::new(config, None)?;
        // A folder that cannot be read holds no evidence.
        let entries = entries(root).take(MOST_ENTRIES).flatten().filter(is_file);
        let rules = entries.map(ignore::DirEntry::into_path);
        let rules = rules.filter(|path| is_wanted(path, Wanted::Rules) && patterns.let_pass(path));
        let rules: Vec<PathBuf> = rules.take(MOST_NEIGHBOURS + 1).collect();
        if rules.len() <= MOST_NEIGHBOURS {
            found.extend(rules.into_iter().filter(|path| !named.contains(path)));
        }
    }
    let mut found: Vec<PathBuf> =
        found.into_iter().map(|path| path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// The path from the root, without `.` in it.
fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok().map(|path| path.components().collect())
}

fn is_wanted(path: &Path, wanted: Wanted) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_test = name.ends_with(".test.yaml") || name.ends_with(".test.yml");
    match wanted {
        Wanted::Tests => is_test,
        Wanted::Rules => !is_test && [".yaml", ".yml", ".kql"].iter().any(|ending| name.ends_with(ending)),
    }
}

/// `./a/b` as `a/b`.
fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").map_or_else(|_| path.to_owned(), Path::to_owned)
}

/// The patterns of a configuration that apply below the folder the user named.
struct Patterns {
    root: PathBuf,
    include: Option<Gitignore>,
    exclude: Option<Gitignore>,
}

impl Patterns {
    fn new(config: &Located, named: Option<&Path>) -> Result<Self, WalkError> {
        let Some(root) = config.root().map(Path::to_owned) else {
            return Ok(Self { root: PathBuf::new(), include: None, exclude: None });
        };
        let include = matcher(config, &root, &config.config.include)?;
        let mut exclude = config.config.exclude.clone();
        let mut unreadable = None;
        // Naming a folder that is left out means it: the patterns that leave it out do not hold for it.
        exclude.retain(|pattern| match matcher(config, &root, std::slice::from_ref(pattern)) {
            Ok(one) => !named.is_some_and(|named| one.is_some_and(|one| leaves_out(&one, &root, named))),
            Err(error) => {
                unreadable.get_or_insert(error);
                false
            }
        });
        if let Some(error) = unreadable {
            return Err(error);
        }
        let exclude = matcher(config, &root, &exclude)?;
        Ok(Self { root, include, exclude })
    }

    fn let_pass(&self, path: &Path) -> bool {
        let matches = |patterns: &Gitignore| {
            let relative = relative(&self.root, path);
            relative.is_some_and(|path| patterns.matched_path_or_any_parents(path, false).is_ignore())
        };
        self.include.as_ref().is_none_or(matches) && !self.exclude.as_ref().is_some_and(matches)
    }
}

fn leaves_out(patterns: &Gitignore, root: &Path, named: &Path) -> bool {
    let Some(named) = relative(root, named).filter(|named| !named.as_os_str().is_empty()) else { return false };
    // `folder/**` matches what lies in the folder, not the folder.
    patterns.matched_path_or_any_parents(&named, true).is_ignore()
        || patterns.matched_path_or_any_parents(named.join("any"), false).is_ignore()
}

fn relative(root: &Path, path: &Path) -> Option<PathBuf> {
    absolute(path)?.strip_prefix(root).ok().map(Path::to_owned)
}

fn matcher(config: &Located, root: &Path, patterns: &[String]) -> Result<Option<Gitignore>, WalkError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut builder = GitignoreBuilder::new(root);
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| bad_pattern(config, pattern, error))?;
    }
    builder.build().map(Some).map_err(|error| bad_pattern(config, &patterns.join(" "), error))
}

fn bad_pattern(config: &Located, pattern: &str, error: ignore::Error) -> WalkError {
    WalkError::Pattern { config: config.path.clone().unwrap_or_default(), pattern: pattern.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            std::fs::write(path, text).expect("a file");
        }
        folder
    }

    fn list(folder: &tempfile::TempDir, path: &str, wanted: Wanted, discovery: Discovery) -> Vec<String> {
        let named = folder.path().join(path);
        let found = files(&[named], wanted, discovery).expect("files");
        let relative = |file: &File| file.path.strip_prefix(folder.path()).expect("inside").display().to_string();
        found.iter().map(relative).collect()
    }

    #[test]
    fn a_folder_is_walked_as_git_and_the_configuration_see_it() {
        let folder = lay(&[
            ("sentinelc.toml", "exclude = ['old/', 'drafts/**']\n"),
            (".gitignore", "ignored.yaml\n"),
            ("a.yaml", ""),
            ("a.test.yaml", ""),
            ("b.kql", ""),
            ("ignored.yaml", ""),
            ("notes.md", ""),
            ("old/c.yaml", ""),
            ("drafts/d.yaml", ""),
        ]);
        assert_eq!(list(&folder, "", Wanted::Rules, Discovery::Configured), ["a.yaml", "b.kql"]);
        assert_eq!(list(&folder, "", Wanted::Tests, Discovery::Configured), ["a.test.yaml"]);
        assert_eq!(list(&folder, "old", Wanted::Rules, Discovery::Configured), ["old/c.yaml"]);
        assert_eq!(list(&folder, "drafts", Wanted::Rules, Discovery::Configured), ["drafts/d.yaml"]);
        assert_eq!(list(&folder, "old/c.yaml", Wanted::Rules, Discovery::Configured), ["old/c.yaml"]);
        let isolated = list(&folder, "", Wanted::Rules, Discovery::Isolated);
        assert_eq!(isolated, ["a.yaml", "b.kql", "drafts/d.yaml", "old/c.yaml"]);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let error = files(&["no/such".into()], Wanted::Rules, Discovery::Configured).expect_err("nothing there");
        assert_eq!(error.to_string(), "no/such: no such file or folder");
    }
}
