//! Standard output, and files.

use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::repo::File;
use crate::report::{self, Charset, Color, Finding, Look};

/// Writes `text` to standard output, whole. A reader that has gone away (`sentinelc … | head`) is no failure.
pub(super) fn write(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}").into())
        }
        _ => Ok(()),
    }
}

/// Writes a line or several to standard error. A reader that has gone away is no failure: there is nobody left to tell.
pub(super) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", printable(text));
}

/// Writes findings to standard error, as a person reads them there.
pub(super) fn complain_of(findings: &[Finding<'_>]) {
    let text = report::uncounted(findings, look(&std::io::stderr()));
    let _ = write!(std::io::stderr().lock(), "{}", text.trim_start_matches('\n'));
}

/// Says on standard error that the paths given hold none of the files that a command is for: a wrong folder is a likely
/// mistake, but an empty one is none.
pub(super) fn say_if_none(files: &[File], what: &str) {
    if files.is_empty() {
        complain(&format!("warning: there are no {what} under the paths given"));
    }
}

/// Lines as a terminal can show them: names of files and of rules may hold characters that would change what it shows.
pub(super) fn printable(text: &str) -> String {
    text.split('\n').map(report::harmless).collect::<Vec<_>>().join("\n")
}

/// Whether files that are there already may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// They are.
    Replace,
    /// They make the writing fail.
    Keep,
}

/// Writes files, all or none: every text is written beside its place first, and only when all are there are they renamed
/// into their places. A rename that fails after others (the disk is taken away meanwhile) puts back what was there before.
///
/// Folders are made, links are followed, and the permissions of files that are there already are kept. A file that
/// already holds its text is left alone, so that a run that changes nothing changes no time stamp.
pub(super) fn write_files<'t>(
    files: impl IntoIterator<Item = (&'t Path, &'t str)>,
    existing: Existing,
) -> Result<(), Failure> {
    let mut prepared = Vec::new();
    for (path, text) in files {
        prepared.extend(prepare(path, text, existing)?);
    }
    let mut placed: Vec<Placed> = Vec::new();
    for file in prepared {
        match file.place(existing) {
            Ok(done) => placed.push(done),
            Err(failure) => {
                placed.into_iter().rev().for_each(Placed::undo);
                return Err(failure);
            }
        }
    }
    Ok(())
}

/// A text written beside its place.
struct Prepared {
    path: PathBuf,
    target: PathBuf,
    before: Option<Vec<u8>>,
    file: tempfile::NamedTempFile,
}

/// A file in its place, and what was there before.
struct Placed {
    target: PathBuf,
    before: Option<Vec<u8>>,
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: cannot be written: {error}", path.display()).into()
}

/// `None` where the file holds the text already.
fn prepare(path: &Path, text: &str, existing: Existing) -> Result<Option<Prepared>, Failure> {
    let failed = |error: std::io::Error| cannot_write(path, &error);
    let before = match std::fs::read(path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if before.is_some() && existing == Existing::Keep {
        return Err(format!("{}: is there already; --force replaces it", path.display()).into());
    }
    if before.as_deref() == Some(text.as_bytes()) {
        return Ok(None);
    }
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::Builder::new().prefix(".sentinelc-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    match std::fs::metadata(&target) {
        Ok(old) => file.as_file().set_permissions(old.permissions()).map_err(failed)?,
        Err(_) => share(file.as_file()).map_err(failed)?,
    }
    Ok(Some(Prepared { path: path.to_owned(), target, before, file }))
}

impl Prepared {
    fn place(self, existing: Existing) -> Result<Placed, Failure> {
        let Self { path, target, before, file } = self;
        let persisted = match existing {
            Existing::Replace => file.persist(&target),
            // Someone else may have made the file since it was looked for.
            Existing::Keep => file.persist_noclobber(&target),
        };
        persisted.map_err(|error| cannot_write(&path, &error.error))?;
        Ok(Placed { target, before })
    }
}

impl Placed {
    /// As well as it can be done: the failure that is reported is the one before.
    fn undo(self) {
        let _ = match self.before {
            Some(before) => std::fs::write(&self.target, before),
            None => std::fs::remove_file(&self.target),
        };
    }
}

/// A temporary file is its owner's alone; an output is for everyone to read.
#[cfg(unix)]
fn share(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// How findings are shown on `stream`: colours on a terminal unless `NO_COLOR` is set, line drawing where the locale has it.
pub(super) fn look(stream: &impl IsTerminal) -> Look {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let color = if stream.is_terminal() && !is_set("NO_COLOR") { Color::Always } else { Color::Never };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    let unicode = locale.is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
    Look { color, charset: if unicode { Charset::Unicode } else { Charset::Ascii } }
}
