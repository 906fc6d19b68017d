//! `sentinelc explain`: the page of a lint, what a function of KQL gives, or the list of all lints.

use std::fmt::Write as _;

use super::{Failure, Outcome, output};
use crate::catalog::{self, Described};
use crate::lint::{UnknownLint, registry};

/// Explain a lint: what it finds, why that matters, and what to write instead; or a function: what it gives, and how it is called
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The name of a lint, or of a function, aggregate or plugin of KQL; without it all lints are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Writes the page of a lint, the lines on a function, or the list of all lints by group.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let text = match &args.name {
        Some(name) => match (registry::find(name), catalog::described(name).as_slice()) {
            (Some(lint), _) => lint.page.to_owned(),
            (None, []) => return Err(UnknownLint::new(name).into()),
            (None, functions) => functions.iter().map(function).collect::<Vec<_>>().join("\n"),
        },
        None => list(),
    };
    output::write(&text)?;
    Ok(Outcome::Clean)
}

fn function(of: &Described) -> String {
    let kind = if of.kind == "scalar" { "scalar function" } else { of.kind };
    let mut text = format!("# {} ({kind})\n\n", of.name);
    if let Some(instead) = of.instead {
        let _ = writeln!(text, "Out of date: write `{}`.", instead.replace(" or ", "` or `"));
    }
    text.extend(of.doc.map(|doc| format!("{doc}\n")));
    text.push('\n');
    for signature in of.signatures() {
        let _ = writeln!(text, "    {}{signature}", of.name);
    }
    text
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
        let on_request = if registry::is_on_request(lint.name) { " (on request)" } else { "" };
        let _ = writeln!(text, "  {:width$}  {:7}  {}{on_request}", lint.name, lint.level.as_str(), lint.summary);
    }
    text
}
