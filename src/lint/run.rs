//! Runs the lints over a file and settles which findings count.

use super::{Check, Context, Levels, Repository, names, registry, suppress};
use crate::diag::Diagnostic;
use crate::unit::Unit;

/// Everything there is to say about a file by itself, loading included: sorted by place, suppressed findings left out,
/// levels as the user wants them.
pub fn check(unit: &Unit, levels: &Levels) -> Vec<Diagnostic> {
    check_among(unit, Repository::empty(), levels)
}

/// As [`check`], with the other rules of the repository as evidence. The file itself may be one of them.
pub fn check_among(unit: &Unit, repository: &Repository, levels: &Levels) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = unit.diagnostics.clone();
    let cx = Context::among(unit, repository);
    for lint in registry::all().filter(|lint| levels.wants(lint.name)) {
        if let Check::Unit(look) = lint.check {
            look(&cx, &mut found);
        }
    }
    found.extend(names::problems(&cx));
    let mut kept = suppress::apply(unit, found, levels);
    kept.retain(|diagnostic| levels.wants(diagnostic.lint));
    for diagnostic in &mut kept {
        levels.apply(diagnostic);
    }
    kept.sort_by(|a, b| (a.primary.span, a.lint, &a.message).cmp(&(b.primary.span, b.lint, &b.message)));
    kept.dedup();
    kept
}
