//! Runs the lints over a file and settles which findings count.

use super::{Check, Context, Levels, Repository, names, registry, suppress};
use crate::bind::Environment;
use crate::diag::Diagnostic;
use crate::unit::Unit;

/// What a file is checked against beside itself.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'s> {
    /// The other rules of the repository: evidence. The file itself may be one of them.
    pub repository: &'s Repository,
    /// The tables and functions that its query may name.
    pub environment: &'s Environment,
    /// The file as it was before, where that is asked about.
    pub before: Option<&'s Unit>,
}

/// Everything there is to say about a file by itself, loading included: sorted by place, suppressed findings left out,
/// levels as the user wants them. Names are resolved against the catalogue alone.
pub fn check(unit: &Unit, levels: &Levels) -> Vec<Diagnostic> {
    let alone = Surroundings { repository: Repository::empty(), environment: &Environment::new(), before: None };
    check_in(unit, alone, levels)
}

/// As [`check`], among the rules and in the workspace of its repository.
pub fn check_in(unit: &Unit, surroundings: Surroundings<'_>, levels: &Levels) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = unit.diagnostics.clone();
    let cx = Context::new(unit, surroundings);
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
