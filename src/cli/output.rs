//! Standard output.

use std::io::{IsTerminal as _, Write as _};

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
