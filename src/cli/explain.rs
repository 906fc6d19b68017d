//! `sentinelc explain`: the page of a lint, or the list of all.

use std::fmt::Write as _;

use super::{Failure, Outcome, output};
use crate::lint::{UnknownLint, registry};

/// Explain a lint: what it finds, why that matters, and what to write instead
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lint's name; without it all lints are listed
    #[arg(value_name = "LINT")]
    lint: Option<String>,
}

/// Writes the page of a lint, or the list of all lints by group.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let text = match &args.lint {
        Some(name) => registry::find(name).ok_or_else(|| UnknownLint::new(name))?.page.to_owned(),
        None => list(),
    };
    output::write(&text)?;
    Ok(Outcome::Clean)
}

fn list() -> String {
    let mut text = String::new();
    let width = registry::all().map(|lint| lint.name.len()).max().unwrap_or_default();
    let mut group = "";
    for lint in registry::all() {
        if lint.group != group {
            group = lint.group;
            let _ = writeln!(text, "{}{group}", if text.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(text, "  {:width$}  {:7}  {}", lint.name, lint.level.as_str(), lint.summary);
    }
    text
}
