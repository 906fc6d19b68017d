//! `sentinelc test`: runs the tests of rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::output::{self, look};
use super::world::Worlds;
use super::{Failure, Outcome};
use crate::bind::Environment;
use crate::repo::{self, Discovery, Wanted};
use crate::report::{self, Finding};
use crate::testing::report::{CaseReport, Counts, FileReport, Outcome as CaseOutcome};
use crate::testing::{self, file::TestFile};
use crate::text::Source;
use crate::unit;

/// Run the tests of rules: events through a rule, and the expectation compared with what came out.
///
/// The tests of `rule.yaml` stand beside it in `rule.test.yaml`. What the evaluator does not support is skipped with its
/// reason and counted, never passed.
///
/// Exit code: 0 when no case failed, 1 when one did or could not be run, 2 when the files could not be read.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Test files (.test.yaml), rules that have one, and folders
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Read no sentinelc.toml
    #[arg(long)]
    isolated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A test file that was run.
struct Ran {
    tests: Source,
    rule: Source,
    report: FileReport,
}

/// Runs the tests and writes the report.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let discovery = if args.isolated { Discovery::Isolated } else { Discovery::Configured };
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| test_file_of(path)).collect();
    let files = repo::files(&paths, Wanted::Tests, discovery)?;
    output::say_if_none(&files, "tests (.test.yaml, .test.yml)");
    let mut worlds = Worlds::default();
    let mut ran = Vec::new();
    for file in &files {
        ran.push(run_file(&file.path, worlds.of(&file.config)?)?);
    }
    let untested = untested(&paths, discovery, &ran)?;
    let text = match args.format {
        Format::Text => text(&ran, untested),
        Format::Json => json(&ran),
    };
    output::write(&text)?;
    let counts = total(&ran);
    Ok(if counts.failed + counts.broken > 0 { Outcome::Findings } else { Outcome::Clean })
}

/// The test file of a rule that was named instead of it.
fn test_file_of(path: &Path) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if path.is_file() && !name.contains(".test.") { path.with_extension("test.yaml") } else { path.to_owned() }
}

fn run_file(path: &Path, environment: &Environment) -> Result<Ran, Failure> {
    let tests = Source::read(path)?;
    let file = testing::read(&tests);
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let rule_path = rule_path(path, &file);
    let rule = Source::read(&rule_path)
        .map_err(|error| format!("{}: the rule of these tests is not there: {error}", path.display()))?;
    let unit = unit::load(rule);
    let report = testing::run(&unit, &file, &folder, environment);
    Ok(Ran { tests, rule: unit.source, report })
}

/// The rule of a test file: the one it names, else `x.yaml`, `x.yml` or `x.kql` beside `x.test.yaml`.
fn rule_path(path: &Path, file: &TestFile) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(rule) = &file.rule {
        return folder.join(&rule.value);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.trim_end_matches(".yaml").trim_end_matches(".yml").trim_end_matches(".test").to_owned();
    let beside = |extension: &str| folder.join(format!("{stem}.{extension}"));
    ["yaml", "yml", "kql"].into_iter().map(beside).find(|path| path.is_file()).unwrap_or_else(|| beside("yaml"))
}

/// How many rules under the paths have no tests.
fn untested(paths: &[PathBuf], discovery: Discovery, ran: &[Ran]) -> Result<usize, Failure> {
    let folders: Vec<PathBuf> = paths.iter().filter(|path| path.is_dir()).cloned().collect();
    let rules = repo::files(&folders, Wanted::Rules, discovery)?;
    let tested: BTreeSet<PathBuf> = ran.iter().filter_map(|ran| ran.rule.path().canonicalize().ok()).collect();
    let untested = rules.iter().filter(|rule| rule.path.canonicalize().is_ok_and(|path| !tested.contains(&path)));
    Ok(untested.filter(|file| is_testable(&file.path)).count())
}

/// Whether a file is a rule with a query: there is nothing to test in other YAML. One that cannot be read counts.
fn is_testable(path: &Path) -> bool {
    Source::read(path).map(unit::load).map_or(true, |unit| unit.is_rule && unit.query.is_some())
}

fn total(ran: &[Ran]) -> Counts {
    ran.iter().map(|ran| ran.report.counts()).fold(Counts::default(), Counts::and)
}

fn text(ran: &[Ran], untested: usize) -> String {
    let mut out = String::new();
    let problems = ran.iter().flat_map(|ran| {
        let in_tests = ran.report.problems.iter().map(|diagnostic| Finding { source: &ran.tests, diagnostic });
        in_tests.chain(ran.report.rule_problems.iter().map(|diagnostic| Finding { source: &ran.rule, diagnostic }))
    });
    let problems: Vec<Finding<'_>> = problems.collect();
    if !problems.is_empty() {
        out.push_str(&report::text(&problems, report::Tally::of(&problems, ran.len()), look(&std::io::stdout())));
        out.push('\n');
    }
    let mut results = String::new();
    for ran in ran {
        failures(&mut results, ran);
    }
    for ran in ran {
        file_line(&mut results, ran);
    }
    out.push_str(&output::printable(&results));
    let counts = total(ran);
    let _ = writeln!(
        out,
        "{} passed, {} failed, {} skipped in {}",
        counts.passed,
        counts.failed,
        counts.skipped,
        plural(ran.len(), "test file")
    );
    if counts.broken > 0 {
        let _ = writeln!(out, "{} could not be run", plural(counts.broken, "test file"));
    }
    if untested > 0 {
        let verb = if untested == 1 { "has" } else { "have" };
        let _ = writeln!(out, "note: {} {verb} no tests", plural(untested, "rule"));
    }
    out
}

/// The failed cases of a file, with the rows expected and found.
fn failures(out: &mut String, ran: &Ran) {
    for case in &ran.report.cases {
        let CaseOutcome::Failed { message, help, diff, span } = &case.outcome else { continue };
        let at = ran.tests.position(span.start);
        let _ = writeln!(out, "failed {}:{}:{}: '{}'", ran.tests.path().display(), at.line, at.column, case.name);
        let _ = writeln!(out, "  {message}");
        for line in diff.iter().flat_map(|diff| diff.lines()) {
            let _ = writeln!(out, "    {line}");
        }
        if let Some(help) = help {
            let _ = writeln!(out, "  help: {help}");
        }
        out.push('\n');
    }
}

fn file_line(out: &mut String, ran: &Ran) {
    let counts = ran.report.counts();
    let path = ran.tests.path().display();
    let word = if counts.broken > 0 {
        "could not be run".to_owned()
    } else {
        format!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped)
    };
    let _ = writeln!(out, "{path}: {word}");
    for (reason, names) in skipped(&ran.report) {
        let cases = if let [name] = names.as_slice() { format!("'{name}'") } else { format!("{} cases", names.len()) };
        let _ = writeln!(out, "  skipped {cases}: {reason}");
    }
}

/// The reasons for which cases were skipped, and the cases.
fn skipped(report: &FileReport) -> BTreeMap<&str, Vec<&str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in &report.cases {
        if let CaseOutcome::Skipped { reason } = &case.outcome {
            reasons.entry(reason).or_default().push(&case.name);
        }
    }
    reasons
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// One object a case, and one a test file that could not be run.
fn json(ran: &[Ran]) -> String {
    let mut objects = Vec::new();
    for ran in ran {
        let path = ran.tests.path().display().to_string();
        objects.extend(ran.report.cases.iter().map(|case| case_json(&path, &ran.tests, case)));
        let problems = ran.report.problems.iter().map(|problem| (problem, &ran.tests));
        let rule = ran.report.rule_problems.iter().map(|problem| (problem, &ran.rule));
        objects.extend(problems.chain(rule).map(|(problem, source)| {
            let at = source.position(problem.primary.span.start);
            let path = source.path().display().to_string();
            serde_json::json!({"path": path, "line": at.line, "column": at.column, "outcome": "broken", "message": problem.message})
        }));
    }
    let mut text = serde_json::to_string_pretty(&objects).unwrap_or_default();
    text.push('\n');
    text
}

fn case_json(path: &str, tests: &Source, case: &CaseReport) -> serde_json::Value {
    let (outcome, message, diff, span) = match &case.outcome {
        CaseOutcome::Passed => ("passed", None, None, case.span),
        CaseOutcome::Failed { message, diff, span, .. } => ("failed", Some(message), diff.as_ref(), *span),
        CaseOutcome::Skipped { reason } => ("skipped", Some(reason), None, case.span),
    };
    let at = tests.position(span.start);
    let mut object = serde_json::json!({
        "path": path, "line": at.line, "column": at.column, "case": case.name, "outcome": outcome
    });
    if let Some(message) = message {
        object["message"] = message.as_str().into();
    }
    if let Some(diff) = diff {
        object["diff"] = diff.as_str().into();
    }
    object
}
