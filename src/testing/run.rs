//! Runs the cases of a test file: the query is bound and compiled once, then run for each case.

use std::path::Path;

use crate::bind::{self, Environment, ir};
use crate::diag::{Diagnostic, Level};
use crate::eval::{self, Plan, Settings, Table};
use crate::kql::Syntax;
use crate::rule::{Kind, Rule};
use crate::text::Span;
use crate::unit::Unit;

use super::compare::{self, Difference};
use super::events::{self, Events};
use super::file::{Case, Expect, TestFile};
use super::report::{CaseReport, FileReport, Outcome};

/// The most rows of a result that are shown.
const SHOWN_ROWS: usize = 10;

/// Runs the tests of a rule. `folder` is that of the test file: paths in it are relative to it. `environment` is what the query
/// may name besides the events.
///
/// Mistakes in the test file are in [`FileReport::problems`], mistakes that keep the rule from running in
/// [`FileReport::rule_problems`]; in both cases no case is run.
pub fn run(unit: &Unit, file: &TestFile, folder: &Path, environment: &Environment) -> FileReport {
    let mut report = FileReport { problems: file.problems.clone(), ..FileReport::default() };
    if file.has_errors() {
        return report;
    }
    let Some(query) = &unit.query else {
        let message = "the rule has no query to test";
        report.rule_problems.push(Diagnostic::new("test-rule", Level::Error, message, Span::default()));
        return report;
    };
    report.rule_problems.extend(unit.diagnostics.iter().filter(|found| found.lint == "syntax-error").cloned());
    let events = match events::load(file, folder, &query.syntax, environment) {
        Ok(events) => events,
        Err(problems) => {
            report.problems.extend(problems);
            return report;
        }
    };
    let bound = bind::bind(&query.syntax, events.environment());
    report.rule_problems.extend(bound.problems.iter().map(|problem| {
        let mut found =
            Diagnostic::new(problem.lint, Level::Error, problem.message.clone(), query.to_file(problem.span));
        found.help.clone_from(&problem.help);
        found
    }));
    if !report.rule_problems.is_empty() {
        return report;
    }
    let subject = Subject { rule: &unit.rule, program: program(&query.syntax, &bound, &events) };
    let cases = file.cases.iter().enumerate();
    report.cases = cases.map(|(index, case)| run_case(&subject, file, &events, index, case)).collect();
    report
}

/// What is tested: a rule, and its query ready to run.
struct Subject<'u> {
    rule: &'u Rule,
    program: Program<'u>,
}

/// A query ready to run.
enum Program<'u> {
    /// Compiled once for all cases.
    Plan(Plan),
    /// Its columns depend on the rows (`bag_unpack`, `pivot`): it is bound for each case anew.
    PerCase(&'u Syntax, &'u Environment),
    /// It gives no table; why.
    NoTable(&'static str),
}

fn program<'u>(syntax: &'u Syntax, bound: &ir::Bound, events: &'u Events) -> Program<'u> {
    match bound.results.as_slice() {
        [ir::BoundResult::Table(_)] => {
            eval::compile(bound).map_or_else(|_| Program::PerCase(syntax, events.environment()), Program::Plan)
        }
        [ir::BoundResult::Scalar(_)] => Program::NoTable("the query gives one value, not a table"),
        [] => Program::NoTable("the query gives no result"),
        _ => Program::NoTable("the query gives several results"),
    }
}

fn run_case(subject: &Subject<'_>, file: &TestFile, events: &Events, index: usize, case: &Case) -> CaseReport {
    let now = case.now.as_ref().or(file.now.as_ref()).map(|now| now.value).unwrap_or_default();
    let settings = Settings::at(now);
    let skipped = |reason: &str| Outcome::Skipped { reason: reason.to_owned() };
    let result = match (&case.skip, &subject.program) {
        (Some(reason), _) => Err(skipped(&reason.value)),
        (None, Program::NoTable(reason)) => Err(skipped(reason)),
        (None, Program::Plan(plan)) => Ok(plan.run(&events.database(index), &settings)),
        (None, Program::PerCase(syntax, environment)) => {
            Ok(eval::evaluate(syntax, environment, &events.database(index), &settings))
        }
    };
    let outcome = match result {
        Err(outcome) => outcome,
        Ok(Ok(table)) => judge(&case.expect.value, case.expect.span, &table, subject.rule),
        Ok(Err(error @ eval::Error::Unsupported { .. })) => skipped(&error.to_string()),
        Ok(Err(error)) => Outcome::failed(format!("the query failed: {error}"), case.expect.span),
    };
    CaseReport { name: case.name.value.clone(), span: case.name.span, outcome }
}

fn judge(expect: &Expect, span: Span, table: &Table, rule: &Rule) -> Outcome {
    let rows = table.rows();
    let got = || format!("got {}", compare::count(rows));
    let listed = || Some(compare::listing(table, SHOWN_ROWS)).filter(|listing| !listing.is_empty());
    match expect {
        Expect::Alert | Expect::None => {
            let alert = match alerts(rule, rows) {
                Ok(alert) => alert,
                Err(reason) => return Outcome::Skipped { reason },
            };
            let wanted = matches!(expect, Expect::Alert);
            let word = if wanted { "an alert" } else { "none" };
            if alert == wanted {
                Outcome::Passed
            } else {
                Outcome::Failed { message: format!("expected {word}, {}", got()), help: None, diff: listed(), span }
            }
        }
        Expect::Count(count) if *count == rows => Outcome::Passed,
        Expect::Count(count) => {
            let message = format!("expected {}, {}", compare::count(*count), got());
            Outcome::Failed { message, help: None, diff: listed(), span }
        }
        Expect::Rows(expected) => match compare::rows(expected, table) {
            Ok(()) => Outcome::Passed,
            Err(Difference::Rows { message, diff, span: row }) => {
                Outcome::Failed { message, help: None, diff: Some(diff), span: row.unwrap_or(span) }
            }
            Err(Difference::Expectation { message, help, span }) => Outcome::Failed { message, help, diff: None, span },
        },
    }
}

/// Whether a run of the rule that gives this many rows raises an alert. A scheduled rule compares the number with its
/// threshold (Microsoft: "Create a scheduled analytics rule", alert threshold; `gt` and 0 where nothing is said); every other
/// rule alerts on any row.
fn alerts(rule: &Rule, rows: usize) -> Result<bool, String> {
    if rule.kind.as_ref().is_none_or(|kind| kind.value != Kind::Scheduled) {
        return Ok(rows > 0);
    }
    let threshold = rule.trigger_threshold.as_ref().map_or("0", |threshold| threshold.value.trim());
    let threshold: usize = threshold.parse().map_err(|_| format!("triggerThreshold `{threshold}` is no number"))?;
    let operator = rule.trigger_operator.as_ref().map_or("gt", |operator| operator.value.trim());
    match operator.to_ascii_lowercase().as_str() {
        "gt" | "greaterthan" => Ok(rows > threshold),
        "lt" | "lessthan" => Ok(rows < threshold),
        "eq" | "equal" => Ok(rows == threshold),
        "ne" | "notequal" => Ok(rows != threshold),
        _ => Err(format!("triggerOperator `{operator}` is not known")),
    }
}
