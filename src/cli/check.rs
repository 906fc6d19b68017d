//! `sentinelc check`: what is wrong with rules, and with `--fix` less of it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use super::mend::mend;
use super::output::{self, Existing, look};
use super::{Failure, Outcome, parallel};
use crate::bind::ir::{Bound, BoundResult};
use crate::bind::{self, Environment};
use crate::diag::{Diagnostic, Level};
use crate::lint::{self, Levels, Repository, Surroundings};
use crate::repo::{self, Discovery, File, Origin, Since, Wanted};
use crate::report::{self, Columns, Finding, Fixed, Tally};
use crate::text::{ReadError, Source};
use crate::unit::{self, Unit};

/// Report what is wrong with rules.
///
/// Exit code: 0 when nothing is found at or above the level of --fail-on, 1 when something is, 2 when the check could not run.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
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
    /// Leave out what sentinelc.toml leaves out, and what is no rule, even where it is named here
    #[arg(long)]
    force_exclude: bool,
    /// Read no sentinelc.toml
    #[arg(long, conflicts_with = "force_exclude")]
    isolated: bool,
    /// The lowest level that fails the check [default: warning, or fail-on of sentinelc.toml]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// Show the columns of each query's result too, with their types (formats text, json, jsonl). JSON becomes an object:
    /// `findings` as without it, and `queries` with `path`, `columns` as a list of [name, type], and `open`
    #[arg(long)]
    show_columns: bool,
    /// Check only what changed since this commit or branch, as git has it, and compare it with what it was: the id of a rule
    /// must stay, and its version must rise when its query changes. The other rules are read as evidence
    #[arg(long, value_name = "REF")]
    since: Option<String>,
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

/// What a configuration wants, and what it says that queries may name.
struct World {
    levels: Levels,
    environment: Environment,
}

/// How many files are not reported on, and why.
#[derive(Clone, Copy)]
struct PassedOver {
    no_rules: usize,
    unchanged: usize,
}

/// A file that could be read.
struct Loaded<'f> {
    unit: Unit,
    file: &'f File,
}

/// A file that was checked, and what is found in it.
struct Checked {
    unit: Unit,
    found: Vec<Diagnostic>,
    /// What was mended in it.
    fixes: Vec<Fixed>,
    fail_on: Level,
    /// Its query with names and types resolved, where its columns are to be shown.
    bound: Option<Bound>,
}

/// Checks the files and writes the report. Files that cannot be read do not keep the others from being reported.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    // A name that is no lint is a mistake even where there is nothing to check.
    chosen(Levels::new([])?, args)?;
    if args.show_columns && matches!(args.format, Format::Sarif | Format::Github) {
        return Err("--show-columns goes with --format text, json or jsonl".to_owned().into());
    }
    let discovery = match (args.isolated, args.force_exclude) {
        (true, _) => Discovery::Isolated,
        (_, true) => Discovery::Forced,
        _ => Discovery::Configured,
    };
    let files = repo::files(&args.paths, Wanted::Rules, discovery)?;
    if !args.force_exclude {
        output::say_if_none(&files, "rules (.yaml, .yml, .kql)");
    }
    let mut loaded = Vec::new();
    let mut unreadable = Vec::new();
    for file in parallel::map(files.iter().collect(), load) {
        match file {
            Ok(file) => loaded.push(file),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    let (rules, others): (Vec<_>, Vec<_>) = loaded.into_iter().partition(|loaded| is_checked(loaded, args));
    let walked_past = others.iter().filter(|other| other.file.origin == Origin::Walked).count();
    let repository = repository(&rules, &files)?;
    // Every configuration is read before the first rule is checked: a mistake in the last one must not cost the work.
    let worlds = worlds(&rules, args)?;
    let since = args.since.as_deref().map(|since| Since::new(since, beside(args))).transpose()?;
    let is_unchanged = |rule: &Loaded<'_>| since.as_ref().is_some_and(|since| since.is_unchanged(&rule.file.path));
    let (unchanged, rules): (Vec<_>, Vec<_>) = rules.into_iter().partition(is_unchanged);
    let passed_over = PassedOver { no_rules: walked_past, unchanged: unchanged.len() };
    let rules = with_past(rules, since)?;
    let checked = parallel::map(rules, |(rule, before): (Loaded<'_>, Option<Unit>)| {
        let World { levels, environment } = &worlds[&rule.file.config.path.as_deref()];
        let surroundings = Surroundings { repository: &repository, environment, before: before.as_ref() };
        check(rule, surroundings, levels, args)
    });
    if args.fix {
        let mended = checked.iter().map(|file| (file.unit.source.path(), file.unit.source.text()));
        output::write_files(mended, Existing::Replace)?;
    }
    if !checked.is_empty() || unreadable.is_empty() || args.format != Format::Text {
        output::write(&report(&checked, passed_over, args))?;
    }
    if !unreadable.is_empty() {
        return Err(unreadable.join("\nerror: ").into());
    }
    let fails =
        |file: &Checked| file.fail_on != Level::Off && file.found.iter().any(|found| found.level >= file.fail_on);
    Ok(if checked.iter().any(fails) { Outcome::Findings } else { Outcome::Clean })
}

fn load(file: &File) -> Result<Loaded<'_>, ReadError> {
    Source::read(&file.path).map(|source| Loaded { unit: unit::load(source), file })
}

/// A path in the repository whose past is asked for.
fn beside(args: &Args) -> &Path {
    args.paths.first().map_or(Path::new("."), PathBuf::as_path)
}

/// Each rule with what it was, where that is asked for and it was another.
fn with_past<'f>(rules: Vec<Loaded<'f>>, mut since: Option<Since>) -> Result<Vec<(Loaded<'f>, Option<Unit>)>, Failure> {
    let with_past = |rule: Loaded<'f>| {
        let before = since.as_mut().map(|since| since.before(&rule.file.path)).transpose()?.flatten();
        Ok((rule, before.map(unit::load_as_evidence)))
    };
    rules.into_iter().map(with_past).collect()
}

/// A YAML file that is no rule is only looked at where the user means that very file.
fn is_checked(loaded: &Loaded<'_>, args: &Args) -> bool {
    loaded.unit.is_rule || (loaded.file.origin == Origin::Named && !args.force_exclude)
}

/// What the rules say about one another. Those of the repository that are not checked are evidence too, so that a file
/// checked by itself is judged as it is in a check of all.
fn repository(rules: &[Loaded<'_>], files: &[File]) -> Result<Repository, Failure> {
    // A neighbour that cannot be read is no evidence; who checks it is told why.
    let neighbours = repo::neighbours(files)?;
    let neighbours = parallel::map(neighbours, |path| Source::read(&path).ok().map(unit::load_as_evidence));
    let neighbours: Vec<Unit> = neighbours.into_iter().flatten().collect();
    Ok(Repository::of(rules.iter().map(|rule| &rule.unit).chain(&neighbours)))
}

/// What each configuration says, by its path.
fn worlds<'f>(rules: &[Loaded<'f>], args: &Args) -> Result<HashMap<Option<&'f Path>, World>, Failure> {
    let mut worlds = HashMap::new();
    for file in rules.iter().map(|rule| rule.file) {
        let path = file.config.path.as_deref();
        if let Entry::Vacant(entry) = worlds.entry(path) {
            entry.insert(World { levels: levels(file, args)?, environment: repo::environment(&file.config)? });
        }
    }
    Ok(worlds)
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

fn check(rule: Loaded<'_>, surroundings: Surroundings<'_>, levels: &Levels, args: &Args) -> Checked {
    let Loaded { mut unit, file } = rule;
    let mut found = lint::check_in(&unit, surroundings, levels);
    let mut fixes = Vec::new();
    if args.fix && !unit.is_template {
        (unit, found, fixes) = mend(unit, found, |unit| lint::check_in(unit, surroundings, levels));
    }
    let fail_on = args.fail_on.map(FailOn::level).or(file.config.config.fail_on).unwrap_or(Level::Warning);
    let query = unit.query.as_ref().filter(|_| args.show_columns);
    let bound = query.map(|query| bind::bind(&query.syntax, surroundings.environment));
    Checked { unit, found, fixes, fail_on, bound }
}

fn report(checked: &[Checked], passed_over: PassedOver, args: &Args) -> String {
    let findings: Vec<Finding<'_>> = checked.iter().flat_map(findings).collect();
    let queries: Vec<Columns<'_>> = checked.iter().flat_map(columns).collect();
    match args.format {
        Format::Text => {
            let PassedOver { no_rules, unchanged } = passed_over;
            let tally = Tally { no_rules, unchanged, ..Tally::of(&findings, checked.len()) };
            let fixed = report::fixed_text(checked.iter().map(|file| (file.unit.source.path(), file.fixes.as_slice())));
            fixed + &report::text(&findings, tally, look(&std::io::stdout())) + &report::columns_text(&queries)
        }
        Format::Json if args.show_columns => report::json_with_columns(&findings, &queries),
        Format::Json => report::json(&findings),
        Format::Jsonl => report::jsonl(&findings) + &report::columns_jsonl(&queries),
        Format::Sarif => report::sarif(&findings),
        Format::Github => report::github(&findings),
    }
}

fn findings(file: &Checked) -> impl Iterator<Item = Finding<'_>> {
    file.found.iter().map(|diagnostic| Finding { source: &file.unit.source, diagnostic })
}

/// The columns of each table that a file's query gives.
fn columns(file: &Checked) -> impl Iterator<Item = Columns<'_>> {
    file.bound.iter().flat_map(|bound| &bound.results).filter_map(|result| {
        let BoundResult::Table(table) = result else { return None };
        let columns = table.columns.iter().map(|column| (column.name.as_str(), column.ty.to_string())).collect();
        Some(Columns { source: &file.unit.source, columns, open: table.open })
    })
}
