//! `sentinelc check --fix`: the safe fixes of a file's findings, made one round after the other.

use crate::diag::{Diagnostic, Safety};
use crate::report::Fixed;
use crate::text::{Edit, Source, apply};
use crate::unit::{self, Unit};

/// A mended part can uncover the next finding; each round must change the text, and rounds are few.
const ROUNDS: usize = 10;

/// Mends a file until nothing is left that can be mended: the file then, what is still found in it, and what was done.
pub(super) fn mend(
    mut unit: Unit,
    mut found: Vec<Diagnostic>,
    check: impl Fn(&Unit) -> Vec<Diagnostic>,
) -> (Unit, Vec<Diagnostic>, Vec<Fixed>) {
    let mut fixes = Vec::new();
    for _ in 0..ROUNDS {
        let Some((text, mut made)) = mended(&unit, &found) else { break };
        fixes.append(&mut made);
        unit = unit::load(Source::new(unit.source.path().to_owned(), text));
        found = check(&unit);
    }
    (unit, found, fixes)
}

/// The text with all safe fixes that do not get in each other's way, and those; `None` when there is nothing to do.
fn mended(unit: &Unit, found: &[Diagnostic]) -> Option<(String, Vec<Fixed>)> {
    let text = unit.source.text();
    let mut edits: Vec<Edit> = Vec::new();
    let mut made = Vec::new();
    for diagnostic in found {
        let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.safety == Safety::Safe) else { continue };
        let together: Vec<Edit> = edits.iter().chain(&fix.edits).cloned().collect();
        if apply(text, &together).is_ok() {
            edits = together;
            let line = unit.source.position(diagnostic.primary.span.start).line;
            made.push(Fixed { lint: diagnostic.lint, line, title: fix.title.clone() });
        }
    }
    let mended = apply(text, &edits).ok()?;
    (mended != text).then_some((mended, made))
}
