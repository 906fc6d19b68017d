//! Standard output.

use std::io::Write as _;

use super::Failure;

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
