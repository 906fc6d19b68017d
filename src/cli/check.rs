//! `sentinelc check`: what is wrong with rules, and with `--fix` less of it.

use std::path::PathBuf;

use super::output::{self, Existing, look};
use super::{Failure, Outcome};
use crate::diag::{Diagnostic, Level, Safety};
use crate::lint::{self, Levels};
use crate::repo::{self, Discovery, File, Wanted};
use crate::report::{self, Finding, Tally};
use crate::text::{Edit, Source, apply};
use crate::unit::{self, Unit};

/// Report what is wrong with rules.
///
/// Exit code: 0 when nothing is found at or above the level of --fail-on, 1 when something is, 2 when the check could not run.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rule files (.yaml, .yml), queries (.kql) and folders. A path named here is checked even if sentinelc.toml leaves it out
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Report findings of these lints only (names, separated by commas)
    #[arg(long, value_name = "LINTS", value_delimiter = ',')]
    select: Vec<String>,
    /// Report no findings of these lints
    #[arg(long, value_name = "LINTS", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Read no sentinelc.toml
    #[arg(long)]
    isolated: bool,
    /// The lowest level that fails the check [default: warning, or fail-on of sentinelc.toml]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// Mend what can be mended without changing what a rule means; report the rest
    #[arg(long)]
    fix: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Jsonl,
    Sarif,
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Off,
}

impl FailOn {
    fn level(self) -> Level {
        match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Note => Level::Note,
            Self::Off => Level::Off,
        }
    }
}

/// A file that could be read, and what is found in it.
struct Checked {
    unit: Unit,
    found: Vec<Diagnostic>,
    fail_on: Level,
}

/// Checks the files and writes the report. Files that cannot be read do not keep the others from being reported.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    // A name that is no lint is a mistake even where there is nothing to check.
    chosen(Levels::new([])?, args)?;
    let discovery = if args.isolated { Discovery::Isolated } else { Discovery::Configured };
    let files = repo::files(&args.paths, Wanted::Rules, discovery)?;
    output::say_if_none(&files, "rules (.yaml, .yml, .kql)");
    let mut checked = Vec::new();
    let mut unreadable = Vec::new();
    // Every configuration is read before the first file: a mistake in the last one must not cost the work.
    let levels = files.iter().map(|file| levels(file, args)).collect::<Result<Vec<_>, _>>()?;
    for (file, levels) in files.iter().zip(&levels) {
        match Source::read(&file.path) {
            Ok(source) => checked.push(check(source, file, levels, args)),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    if args.fix {
        let mended = checked.iter().map(|file| (file.unit.source.path(), file.unit.source.text()));
        output::write_files(mended, Existing::Replace)?;
    }
    if !checked.is_empty() || unreadable.is_empty() || args.format != Format::Text {
        output::write(&report(&checked, args.format))?;
    }
    if !unreadable.is_empty() {
        return Err(unreadable.join("\nerror: ").into());
    }
    let fails =
        |file: &Checked| file.fail_on != Level::Off && file.found.iter().any(|found| found.level >= file.fail_on);
    Ok(if checked.iter().any(fails) { Outcome::Findings } else { Outcome::Clean })
}

fn levels(file: &File, args: &Args) -> Result<Levels, Failure> {
    let configured = file.config.config.lint.iter().map(|(name, level)| (name.as_str(), *level));
    let place = || file.config.path.as_deref().map(|path| format!("{}: ", path.display())).unwrap_or_default();
    let levels = Levels::new(configured).map_err(|error| format!("{}{error}", place()))?;
    chosen(levels, args)
}

/// The levels as --select and --ignore change them.
fn chosen(levels: Levels, args: &Args) -> Result<Levels, Failure> {
    let levels = levels.select(args.select.iter().map(String::as_str))?;
    Ok(levels.ignore(args.ignore.iter().map(String::as_str))?)
}

fn check(source: Source, file: &File, levels: &Levels, args: &Args) -> Checked {
    let mut unit = unit::load(source);
    let mut found = lint::check(&unit, levels);
    if args.fix {
        // A mended part can uncover the next finding; each round must change the text, and rounds are few.
        for _ in 0..10 {
            let Some(text) = mend(&unit, &found) else { break };
            unit = unit::load(Source::new(file.path.clone(), text));
            found = lint::check(&unit, levels);
        }
    }
    let fail_on = args.fail_on.map(FailOn::level).or(file.config.config.fail_on).unwrap_or(Level::Warning);
    Checked { unit, found, fail_on }
}

/// The text with all safe fixes that do not get in each other's way; `None` when there is nothing to do.
fn mend(unit: &Unit, found: &[Diagnostic]) -> Option<String> {
    let text = unit.source.text();
    let mut edits: Vec<Edit> = Vec::new();
    for fix in found.iter().filter_map(|found| found.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe) {
        let together: Vec<Edit> = edits.iter().chain(&fix.edits).cloned().collect();
        if apply(text, &together).is_ok() {
            edits = together;
        }
    }
    let mended = apply(text, &edits).ok()?;
    (mended != text).then_some(mended)
}

fn report(checked: &[Checked], format: Format) -> String {
    let findings: Vec<Finding<'_>> = checked.iter().flat_map(findings).collect();
    match format {
        Format::Text => report::text(&findings, Tally::of(&findings, checked.len()), look()),
        Format::Json => report::json(&findings),
        Format::Jsonl => report::jsonl(&findings),
        Format::Sarif => report::sarif(&findings),
        Format::Github => report::github(&findings),
    }
}

fn findings(file: &Checked) -> impl Iterator<Item = Finding<'_>> {
    file.found.iter().map(|diagnostic| Finding { source: &file.unit.source, diagnostic })
}
