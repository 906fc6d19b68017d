//! `sentinelc explain`: the page of a lint, what a function or operator of KQL gives, or the list of all lints.

use std::fmt::Write as _;

use super::{Failure, Outcome, output};
use crate::catalog::{self, Described, TabularOperator};
use crate::lint::{UnknownLint, registry};

/// Explain a lint: what it finds, why that matters, and what to write instead; or a function or operator of KQL: what it gives, and how it is written
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The name of a lint, or of a function, aggregate, plugin or operator of KQL; without it all lints are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Writes the page of a lint, the lines on a function, or the list of all lints by group.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let text = match &args.name {
        Some(name) => page(name).ok_or_else(|| UnknownLint::new(name))?,
        None => list(),
    };
    output::write(&text)?;
    Ok(Outcome::Clean)
}

/// The page of a lint; else what is known of the functions and operators of this name.
fn page(name: &str) -> Option<String> {
    if let Some(lint) = registry::find(name) {
        return Some(lint.page.to_owned());
    }
    let tabular = catalog::tabular_operator(name).map(|of| operator(&of));
    let pages: Vec<_> = tabular.into_iter().chain(catalog::described(name).iter().map(function)).collect();
    (!pages.is_empty()).then(|| pages.join("\n"))
}

fn operator(of: &TabularOperator) -> String {
    let mut text = format!("# {} (tabular operator)\n\n{}\n\n    {}\n", of.name, of.doc, of.form);
    if of.parameters.is_empty() {
        return text;
    }
    text.push_str("\nParameters:\n\n");
    for parameter in &of.parameters {
        let _ = writeln!(text, "- `{}` = {}. {}", parameter.name, parameter.values, parameter.doc);
    }
    text
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
        let space = if of.kind == "operator" { " " } else { "" };
        let _ = writeln!(text, "    {}{space}{signature}", of.name);
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
