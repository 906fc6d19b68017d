//! Standard output, and files.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use super::Failure;
use crate::report::{Charset, Color, Look};

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

/// Writes a file whole: beside its place first, then renamed into it. Folders are made, a link is followed, and the
/// permissions of a file that is there already are kept. A file that already holds the text is left alone, so that a
/// run that changes nothing changes no time stamp.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::Builder::new().prefix(".sentinelc-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    match std::fs::metadata(&target) {
        Ok(old) => file.as_file().set_permissions(old.permissions()).map_err(failed)?,
        Err(_) => share(file.as_file()).map_err(failed)?,
    }
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
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

/// How findings are shown on standard output: colours on a terminal unless `NO_COLOR` is set, line drawing where the locale
/// has it.
pub(super) fn look() -> Look {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let color = if std::io::stdout().is_terminal() && !is_set("NO_COLOR") { Color::Always } else { Color::Never };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    let unicode = locale.is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
    Look { color, charset: if unicode { Charset::Unicode } else { Charset::Ascii } }
}
