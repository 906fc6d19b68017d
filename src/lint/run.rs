//! Runs the lints over a file and settles which findings count.

use super::{Check, Context, Levels, names, registry, suppress};
use crate::bind::Environment;
use crate::diag::Diagnostic;
use crate::unit::Unit;

/// Everything there is to say about a file, loading included: sorted by place, suppressed findings left out, levels as
/// the user wants them.
///
/// Names are resolved against the catalogue alone; [`check_in`] knows a workspace.
pub fn check(unit: &Unit, levels: &Levels) -> Vec<Diagnostic> {
    check_in(unit, levels, &Environment::new())
}

/// The same, with names resolved against the catalogue and the tables and functions of `environment`.
pub fn check_in(unit: &Unit, levels: &Levels, environment: &Environment) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = unit.diagnostics.clone();
    let cx = Context::new(unit, environment);
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
