//! Runs the lints over a file and settles which findings count.

use super::{Check, Context, Levels, Repository, names, registry, suppress};
use crate::bind::Environment;
use crate::diag::Diagnostic;
use crate::unit::Unit;

/// Everything there is to say about a file by itself, loading included: sorted by place, suppressed findings left out,
/// levels as the user wants them. Names are resolved against the catalogue alone.
pub fn check(unit: &Unit, levels: &Levels) -> Vec<Diagnostic> {
    check_among(unit, Repository::empty(), &Environment::new(), levels)
}

/// As [`check`], with the other rules of the repository as evidence (the file itself may be one of them), and with the tables
/// and functions of `environment`.
pub fn check_among(
    unit: &Unit,
    repository: &Repository,
    environment: &Environment,
    levels: &Levels,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = unit.diagnostics.clone();
    let cx = Context::new(unit, repository, environment);
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
