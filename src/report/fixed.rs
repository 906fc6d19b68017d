//! What was mended, for people.

use std::fmt::Write as _;
use std::path::Path;

use super::text::harmless;
use super::{plural, shown};

/// A finding that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The lint that found it.
    pub lint: &'static str,
    /// The line that it stood on, from 1.
    pub line: u32,
    /// What was done, as an instruction.
    pub title: String,
}

/// The files that were mended, each with what was done to it; nothing where none was.
pub fn fixed_text<'f>(files: impl Iterator<Item = (&'f Path, &'f [Fixed])>) -> String {
    let mut out = String::new();
    let (mut count, mut mended) = (0, 0);
    for (path, fixes) in files.filter(|(_, fixes)| !fixes.is_empty()) {
        let _ = writeln!(out, "{}", harmless(&shown(path)));
        for Fixed { lint, line, title } in fixes {
            let _ = writeln!(out, "  line {line}: {} ({lint})", harmless(title));
        }
        count += fixes.len();
        mended += 1;
    }
    if count > 0 {
        let _ = writeln!(out, "mended: {} in {}\n", plural(count, "finding"), plural(mended, "file"));
    }
    out
}
