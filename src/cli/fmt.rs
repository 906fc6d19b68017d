//! `sentinelc fmt`: rules and queries in one layout.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::output::{self, Existing};
use super::{Failure, Outcome};
use crate::format::{self, Formatted};
use crate::repo::{self, Discovery, File, Origin, Wanted};
use crate::rule::dialect::Dialect;
use crate::text::Source;
use crate::unit;

/// Lay rules and queries out in one way, changing nothing of what they mean
///
/// Only white space between the words of a query changes; in rule files also the order of the top-level keys, the style
/// of lists and the block that holds the query. Files with broken YAML and queries with syntax errors are left as they
/// are. Exit code: 0 done, or nothing to do; 1 with --check or --diff when a file would change; 2 could not run.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rule files (.yaml, .yml), queries (.kql) and folders; `-` reads a query from standard input and writes it to
    /// standard output
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write no file; list those that would change
    #[arg(long, conflicts_with = "diff")]
    check: bool,
    /// Write no file; show what would change as a unified diff
    #[arg(long)]
    diff: bool,
    /// Write durations and techniques as Microsoft's templates do (upstream: 5m, relevantTechniques) or as the deployment
    /// API does (iso: PT5M, techniques in hunting queries), and change nothing else
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    /// Read no sentinelc.toml
    #[arg(long)]
    isolated: bool,
}

/// What is done with a file that is not in its layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Write,
    List,
    Diff,
}

impl Args {
    fn action(&self) -> Action {
        match (self.check, self.diff) {
            (true, _) => Action::List,
            (_, true) => Action::Diff,
            _ => Action::Write,
        }
    }
}

/// Lays the files out. Files that cannot be read do not keep the others from being laid out.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    if args.paths == [Path::new("-")] {
        if args.dialect.is_some() {
            return Err("--dialect is for rule files; `-` reads a query".to_owned().into());
        }
        return standard_input(args.action());
    }
    let discovery = if args.isolated { Discovery::Isolated } else { Discovery::Configured };
    let files = repo::files(&args.paths, Wanted::Rules, discovery)?;
    let mut failed = Vec::new();
    let mut report = String::new();
    let mut changed = 0_usize;
    for file in files.iter().filter(|file| !is_test(file)) {
        let source = match Source::read(&file.path) {
            Ok(source) => source,
            Err(error) => {
                failed.push(error.to_string());
                continue;
            }
        };
        let unit = unit::load(source);
        if !unit.is_rule && file.origin == Origin::Walked {
            continue;
        }
        let formatted = match args.dialect {
            Some(dialect) => format::in_dialect(&unit, dialect),
            None => format::format(&unit),
        };
        say_what_is_left(&file.path, &formatted);
        if formatted.text == unit.source.text() {
            continue;
        }
        changed += 1;
        if let Err(error) = settle(args.action(), &file.path, unit.source.text(), &formatted, &mut report) {
            failed.push(error.to_string());
        }
    }
    output::write(&report)?;
    if !failed.is_empty() {
        return Err(failed.join("\nerror: ").into());
    }
    Ok(outcome(args.action(), changed))
}

/// A query from standard input.
fn standard_input(action: Action) -> Result<Outcome, Failure> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)
        .map_err(|error| format!("standard input cannot be read: {error}"))?;
    // The name tells that it is a bare query.
    let unit = unit::load(Source::from_bytes(Path::new("<stdin>.kql"), bytes)?);
    let name = Path::new("<stdin>");
    let formatted = format::format(&unit);
    let changed = formatted.text != unit.source.text();
    if action == Action::Write {
        output::write(&formatted.text)?;
    } else if changed {
        let mut report = String::new();
        settle(action, name, unit.source.text(), &formatted, &mut report)?;
        output::write(&report)?;
    }
    say_what_is_left(name, &formatted);
    Ok(outcome(action, usize::from(changed)))
}

fn outcome(action: Action, changed: usize) -> Outcome {
    if action != Action::Write && changed > 0 { Outcome::Findings } else { Outcome::Clean }
}

/// Tests of rules are no rules, even where the user names one.
fn is_test(file: &File) -> bool {
    let name = file.path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    name.ends_with(".test.yaml") || name.ends_with(".test.yml")
}

fn say_what_is_left(path: &Path, formatted: &Formatted) {
    for left in &formatted.left {
        eprintln!("note: {}: {left}", path.display());
    }
}

fn settle(action: Action, path: &Path, old: &str, formatted: &Formatted, report: &mut String) -> Result<(), Failure> {
    match action {
        Action::Write => output::write_files([(path, formatted.text.as_str())], Existing::Replace)?,
        Action::List => drop(writeln!(report, "{}", path.display())),
        Action::Diff => report.push_str(&diff(path, old, &formatted.text)),
    }
    Ok(())
}

fn diff(path: &Path, old: &str, new: &str) -> String {
    let name = path.display().to_string();
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(&name, &name).to_string()
}
