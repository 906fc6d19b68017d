//! Diagnostics as people and programs read them. Every writer is a plain function from findings to text; the same
//! findings give the same bytes. Only here do byte offsets become lines and columns.

mod columns;
mod excerpt;
mod fixed;
mod github;
mod json;
mod sarif;
mod text;

pub use columns::{Columns, columns_jsonl, columns_text, json_with_columns};
pub use fixed::{Fixed, fixed_text};
pub use github::github;
pub use json::{json, jsonl};
pub use sarif::sarif;
pub use text::{Charset, Color, Look, harmless, text, uncounted};

use std::path::Path;

use crate::diag::{Diagnostic, Level};
use crate::text::Source;

/// A finding and the file it is about.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'f> {
    /// The file.
    pub source: &'f Source,
    /// What is said about it.
    pub diagnostic: &'f Diagnostic,
}

/// How many findings there are of each level, and how many files were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Files, with findings or without.
    pub files: usize,
    /// Files of the folders that were left out because they are no rules.
    pub no_rules: usize,
    /// Files that are as they were at the commit asked about, and so were not checked.
    pub unchanged: usize,
}

impl Tally {
    /// The tally of findings in `files` files.
    pub fn of(findings: &[Finding<'_>], files: usize) -> Self {
        let count = |level| findings.iter().filter(|finding| finding.diagnostic.level == level).count();
        Self {
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            notes: count(Level::Note),
            files,
            no_rules: 0,
            unchanged: 0,
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let parts: Vec<String> =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| plural(count, word)).collect();
        let files = plural(self.files, "file");
        match parts.as_slice() {
            [] if self.files == 0 && self.unchanged > 0 => f.write_str("no file changed")?,
            [] if self.files == 0 => f.write_str("no files to check")?,
            [] => write!(f, "{files} checked, nothing found")?,
            _ => write!(f, "{} in {files}", parts.join(", "))?,
        }
        match self.unchanged {
            0 => {}
            1 => f.write_str("; 1 file is unchanged")?,
            count => write!(f, "; {count} files are unchanged")?,
        }
        match self.no_rules {
            0 => Ok(()),
            1 => f.write_str("; 1 file is no rule"),
            count => write!(f, "; {count} files are no rules"),
        }
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// A path as it is written in reports: with `/` on every system.
fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path.into_owned() }
}
