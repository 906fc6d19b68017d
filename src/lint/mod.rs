//! Lints: what is probably wrong with a rule that loads. One lint is two small neighbours, `<group>/<name>.rs` with a
//! [`Lint`] and a function that reports, and `<group>/<name>.md`, its page: what it finds, why it matters, and examples
//! that are at the same time its tests. Findings made while a file is loaded (YAML, schema, syntax) have pages here too.
//!
//! [`check`] runs the lints over one unit, [`check_in`] among the rules and in the workspace of its repository;
//! [`registry::all`] lists them; [`Levels`] holds what the user wants of them.

mod attack;
mod condition;
mod context;
mod detection;
mod entities;
mod filters;
mod format;
mod guide;
mod identity;
mod levels;
mod logic;
mod names;
mod output;
mod ownership;
mod redundant;
pub mod registry;
mod repository;
mod run;
mod schema;
mod sources;
mod suppress;
mod suppression;
mod syntax;
mod time;

pub use context::Context;
pub use levels::{Levels, UnknownLint};
pub use repository::Repository;
pub use run::{Surroundings, check, check_in};

use crate::diag::{Diagnostic, Level};
use crate::text::Span;

/// A lint: what it is called, how much it matters, and how it looks for what it finds.
#[derive(Debug)]
pub struct Lint {
    /// Its kebab-case name, its only identity. It names the bad pattern and reads well after "allow".
    pub name: &'static str,
    /// The folder it lives in: what it is about.
    pub group: &'static str,
    /// The level of its findings where the user sets none. A finding may be of a lower level, never of a higher one.
    pub level: Level,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// How it looks.
    pub check: Check,
}

impl Lint {
    /// A lint that does not look itself: see [`Check::Elsewhere`].
    const fn found_elsewhere(
        group: &'static str,
        name: &'static str,
        level: Level,
        summary: &'static str,
        page: &'static str,
    ) -> Self {
        Self { name, group, level, summary, page, check: Check::Elsewhere }
    }

    /// A finding of this lint at a place of the file.
    fn finding(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.name, self.level, message, span)
    }
}

/// How a lint looks for what it finds.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// At one file.
    Unit(fn(&Context<'_>, &mut Vec<Diagnostic>)),
    /// It does not: the finding is made while the file is loaded, while names and types are resolved, or by the runner.
    Elsewhere,
}
