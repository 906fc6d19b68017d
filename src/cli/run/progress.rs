//! A line on the terminal that says how far the files are read, once that takes longer than a second.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::eval::load::Progress;

/// Nothing is shown for so long.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(200);
/// The width of the line that is cleared, in characters.
const WIDTH: usize = 79;

/// A file that is read.
#[derive(Debug)]
struct Watched {
    name: String,
    size: u64,
    progress: Progress,
}

/// Shows the line until it is dropped. Without a terminal as standard error nothing is shown.
#[derive(Debug)]
pub(super) struct Bar {
    files: Arc<Mutex<Vec<Watched>>>,
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    /// Starts to watch.
    pub(super) fn start() -> Self {
        let files: Arc<Mutex<Vec<Watched>>> = Arc::default();
        let drawing = std::io::stderr().is_terminal().then(|| {
            let (stop, stopped) = channel();
            let files = Arc::clone(&files);
            let draw = move || {
                let mut wait = PATIENCE;
                let mut drawn = false;
                while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                    if let Some(line) = line(&files.lock().unwrap_or_else(PoisonError::into_inner)) {
                        show(&line);
                        drawn = true;
                    }
                    wait = PERIOD;
                }
                if drawn {
                    show("");
                }
            };
            (stop, std::thread::spawn(draw))
        });
        Self { files, drawing }
    }

    /// What a file that is read now counts its bytes in.
    pub(super) fn watch(&self, path: &Path) -> Progress {
        let progress = Progress::default();
        let size = std::fs::metadata(path).map_or(0, |about| about.len());
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let file = Watched { name, size, progress: progress.clone() };
        self.files.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        progress
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.drawing.take() {
            // The thread may have ended by itself only by a panic, which was reported.
            let _ = stop.send(());
            drop(thread.join());
        }
    }
}

/// The line for the file that is read now: the last one that is not at its end.
fn line(files: &[Watched]) -> Option<String> {
    let file = files.iter().rev().find(|file| (1..file.size).contains(&file.progress.bytes()))?;
    let (read, size) = (file.progress.bytes(), file.size.max(1));
    let name = crate::report::harmless(&file.name);
    Some(format!("reading {name}: {} % ({} of {} MiB)", read * 100 / size, read >> 20, size >> 20))
}

/// Replaces the line; what cannot be shown is left out.
fn show(line: &str) {
    let line: String = line.chars().take(WIDTH).collect();
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "\r{line:WIDTH$}\r").and_then(|()| err.flush());
}
