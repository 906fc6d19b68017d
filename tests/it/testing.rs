//! Tests of rules: the format, what a run gives, and that the model rules' tests notice every changed literal.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sentinelc::bind::Environment;
use sentinelc::kql::token::TokenKind;
use sentinelc::testing;
use sentinelc::testing::report::{FileReport, Outcome};
use sentinelc::text::Source;
use sentinelc::unit;

const RULE: &str = "name: r\nquery: |\n  DeviceNetworkEvents\n  | where RemotePort == 443\n  | summarize Count = count(), Ports = make_set(RemotePort) by DeviceName\n";

fn run(rule: &str, tests: &str) -> (Source, FileReport) {
    run_in(rule, tests, Path::new("."))
}

fn run_in(rule: &str, tests: &str, folder: &Path) -> (Source, FileReport) {
    let tests = Source::new("r.test.yaml", tests);
    let unit = unit::load(Source::new("r.yaml", rule));
    let report = testing::run(&unit, &testing::read(&tests), folder, &Environment::new());
    (tests, report)
}

/// What a run says, one line a problem or case.
fn said(rule: &str, tests: &str) -> String {
    let (source, report) = run(rule, tests);
    show(&source, &report)
}

fn show(source: &Source, report: &FileReport) -> String {
    let mut out = String::new();
    for problem in &report.problems {
        let at = source.position(problem.primary.span.start);
        let help = problem.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        let _ = writeln!(out, "{}:{}: {}{help}", at.line, at.column, problem.message);
    }
    for problem in &report.rule_problems {
        let _ = writeln!(out, "rule: {}", problem.message);
    }
    for case in &report.cases {
        let _ = match &case.outcome {
            Outcome::Passed => writeln!(out, "passed {}", case.name),
            Outcome::Skipped { reason } => writeln!(out, "skipped {}: {reason}", case.name),
            Outcome::Failed { message, diff, span, .. } => {
                let at = source.position(span.start);
                let diff = diff.as_deref().unwrap_or_default();
                writeln!(out, "failed {}:{} {}: {message}\n{diff}", at.line, at.column, case.name)
            }
        };
    }
    out
}

#[test]
fn a_case_passes_or_fails_at_its_expectation() {
    let tests = "\
now: 2026-01-15T12:00:00Z
defaults:
  DeviceNetworkEvents: {DeviceName: a, RemotePort: 443}
cases:
  - name: alert
    events: {DeviceNetworkEvents: [{}]}
    expect: alert
  - name: none
    events: {DeviceNetworkEvents: [{RemotePort: 80}]}
    expect: none
  - name: no events
    expect: none
  - name: rows
    events: {DeviceNetworkEvents: [{}, {}, {DeviceName: b}]}
    expect:
      rows:
        - {DeviceName: b, Count: 1}
        - {DeviceName: a, Count: 2, Ports: [443]}
  - name: wrong alert
    events: {DeviceNetworkEvents: [{}]}
    expect: none
  - name: wrong count
    events: {DeviceNetworkEvents: [{}]}
    expect: {rows: 2}
  - name: wrong rows
    events: {DeviceNetworkEvents: [{}, {DeviceName: b}]}
    expect:
      rows:
        - {DeviceName: a, Count: 1}
        - {DeviceName: b, Count: 2}
  - name: later
    skip: not yet
    expect: alert
";
    insta::assert_snapshot!(said(RULE, tests), @"
    passed alert
    passed none
    passed no events
    passed rows
    failed 21:13 wrong alert: expected none, got 1 row
    DeviceName='a'  Count=1  Ports=[443]

    failed 24:13 wrong count: expected 2 rows, got 1 row
    DeviceName='a'  Count=1  Ports=[443]

    failed 30:11 wrong rows: the rows differ
    1 row as expected
    row
        DeviceName: 'b'
      - Count: 2
      + Count: 1

    skipped later: not yet
    ");
}

#[test]
fn mistakes_in_a_test_file_are_named_at_their_place() {
    let tests = "\
now: 2026-01-15
cass: []
cases:
  - name: a
    events:
      DeviceNetworkEvents:
        - {DeviceNam: x}
        - {RemotePort: many}
        - {Timestamp: yesterday}
      DeviceProcessEvents: [{}]
    expect: alert
  - name: b
    expect: maybe
  - name: a
    event: {}
    expect: {rows: few}
";
    insta::assert_snapshot!(said(RULE, tests), @"
    2:1: `cass` is no key of a test file (did you mean `cases`?)
    13:13: `maybe` is no expectation; write `alert`, `none` or `rows: …`
    15:5: `event` is no key of a case (did you mean `events`?)
    16:20: `rows` is a number or a list of rows, not text
    ");
    let tests = tests
        .replace("cass: []\n", "")
        .replace("maybe", "none")
        .replace("name: a\n    event: {}", "name: c")
        .replace("few", "0");
    insta::assert_snapshot!(said(RULE, &tests), @"
    9:7: the query does not read `DeviceProcessEvents`
    6:12: `DeviceNam` is no column of DeviceNetworkEvents (did you mean `DeviceName`?)
    7:24: `RemotePort`: `many` is no int
    8:23: `Timestamp`: `yesterday` is no datetime; write one as 2026-01-15T12:00:00Z
    ");
}

#[test]
fn files_that_are_no_test_files_give_a_sentence() {
    for (tests, wanted) in [
        ("", "the test file is empty; it needs `now` and `cases`"),
        ("- 1\n", "a test file is a mapping with `now` and `cases`"),
        ("now: 2026-01-15\n", "`cases` is missing"),
        ("cases: 5\n", "`cases` is a list of cases"),
        ("cases: [x]\n", "a case is a mapping"),
        ("cases:\n  - name: a\n    expect: none\n", "neither the file nor the case says what `now` is"),
        ("now: soon\ncases: []\n", "`soon` is no time"),
    ] {
        let said = said(RULE, tests);
        assert!(said.contains(wanted), "{tests:?} gives {said}");
    }
}

#[test]
fn a_rule_that_cannot_run_is_never_green() {
    let tests = "now: 2026-01-15\ncases:\n  - name: a\n    expect: none\n";
    insta::assert_snapshot!(said("name: r\nquery: 'DeviceNetworkEvents | where'\n", tests), @"rule: expected an expression after `where`");
    insta::assert_snapshot!(said("name: r\nquery: 'DeviceNetworkEvents | where RemotePrt == 1'\n", tests), @"rule: there is no column named `RemotePrt` here");
    insta::assert_snapshot!(said("name: r\n", tests), @"rule: the rule has no query to test");
    insta::assert_snapshot!(said("name: r\nquery: 'DeviceNetworkEvents | evaluate infer_storage_schema(dynamic({}))'\n", tests), @"skipped a: the plugin infer_storage_schema, which reads external storage, is not supported");
}

#[test]
fn a_scheduled_rule_alerts_by_its_threshold() {
    let rule = |operator: &str, threshold: &str| {
        format!(
            "kind: Scheduled\nname: r\ntriggerOperator: {operator}\ntriggerThreshold: {threshold}\nquery: DeviceNetworkEvents\n"
        )
    };
    let case = |name: &str, events: usize, expect: &str| {
        format!(
            "  - name: {name}\n    events: {{DeviceNetworkEvents: [{}]}}\n    expect: {expect}\n",
            vec!["{}"; events].join(", ")
        )
    };
    let tests = |cases: &str| format!("now: 2026-01-15\ncases:\n{cases}");
    let three = tests(&[case("two", 2, "none"), case("three", 3, "alert")].concat());
    assert_eq!(said(&rule("gt", "2"), &three), "passed two\npassed three\n");
    let few = tests(&[case("none at all", 0, "alert"), case("one", 1, "none")].concat());
    assert_eq!(said(&rule("LessThan", "1"), &few), "passed none at all\npassed one\n");
    let said = said(&rule("many", "1"), &few);
    assert!(said.starts_with("skipped none at all: triggerOperator `many` is not known"), "{said}");
}

#[test]
fn events_may_stand_in_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    put(
        "e.csv",
        "\u{feff}DeviceName,RemotePort,InitiatingProcessCommandLine\r\na,443,\"x, \"\"y\"\"\r\nz\"\r\n\r\nb,80,\r\n",
    );
    put(
        "e.jsonl",
        "{\"DeviceName\": \"a\", \"RemotePort\": 443}\n\n{\"DeviceName\": \"b\", \"RemotePort\": \"443\"}\n",
    );
    put("e.json", "[{\"DeviceName\": \"a\", \"RemotePort\": 443, \"AdditionalFields\": {\"k\": [1]}}]");
    put("broken.csv", "DeviceName,RemotePort\na\n");
    put("broken.jsonl", "{}\n{\n");
    put("typed.json", "[{\"RemotePort\": \"x\"}]");
    let tests = |file: &str, rows: usize| {
        format!(
            "now: 2026-01-15\ncases:\n  - name: a\n    events: {{DeviceNetworkEvents: {{file: {file}}}}}\n    expect: {{rows: {rows}}}\n"
        )
    };
    let said = |file: &str, rows: usize| {
        let (source, report) = run_in(RULE, &tests(file, rows), folder.path());
        show(&source, &report).replace(&folder.path().display().to_string(), "DIR")
    };
    assert_eq!(said("e.csv", 1), "passed a\n");
    assert_eq!(said("e.jsonl", 2), "passed a\n");
    assert_eq!(said("e.json", 1), "passed a\n");
    insta::assert_snapshot!(said("broken.csv", 1), @"4:42: DIR/broken.csv:2: the row has 1 fields, the header 2");
    insta::assert_snapshot!(said("broken.jsonl", 1), @"4:42: DIR/broken.jsonl:2: is no JSON: EOF while parsing an object (column 1)");
    insta::assert_snapshot!(said("typed.json", 1), @"4:42: typed.json: RemotePort: 1 value is no int and became null, the first `x` in row 1");
    insta::assert_snapshot!(said("missing.json", 1), @"4:42: DIR/missing.json: cannot be read: No such file or directory (os error 2)");
    insta::assert_snapshot!(said("e.txt", 1), @"4:42: DIR/e.txt: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn a_custom_table_has_the_columns_of_its_events() {
    let rule =
        "name: r\nquery: Mine_CL | where size_d > 1.5 and when_t < now() and isnotempty(tag_s) | project tag_s\n";
    let tests = "\
now: 2026-01-15
cases:
  - name: a
    events:
      Mine_CL:
        - {size_d: 2, when_t: 2026-01-14T00:00:00Z, tag_s: x}
        - {size_d: 1.5, when_t: 2026-01-14T00:00:00Z, tag_s: y}
    expect: {rows: [{tag_s: x}]}
";
    assert_eq!(said(rule, tests), "passed a\n");
}

#[test]
fn a_query_may_name_its_tables_by_a_pattern() {
    let rule = "name: r\nquery: union DeviceNetwork* | where RemotePort == 443\n";
    let tests = "now: 2026-01-15\ncases:\n  - name: a\n    events: {DeviceNetworkEvents: [{RemotePort: 443}]}\n    expect: alert\n";
    assert_eq!(said(rule, tests), "passed a\n");
}

#[test]
fn the_committed_schema_is_the_generated_one() {
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(root().join("schemas/test.json"), testing::generated_schema())
            .expect("schemas/test.json is writable");
        return;
    }
    assert_eq!(testing::committed_schema(), testing::generated_schema(), "run the tests with UPDATE_SCHEMAS=1");
}

#[test]
fn the_schema_accepts_the_model_tests() {
    let schema = serde_json::from_str(testing::committed_schema()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let mut seen = 0;
    for folder in ["rules/rmm", "rules/as-published"] {
        for path in test_files(&root().join(folder)) {
            let value: serde_json::Value = serde_yaml::from_str(&read(&path)).expect("a test file is YAML");
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", path.display());
            seen += 1;
        }
    }
    assert_eq!(seen, 10);
}

#[test]
fn the_model_rules_pass_their_tests() {
    let files = test_files(&root().join("rules/rmm"));
    assert_eq!(files.len(), 5);
    for path in files {
        let (source, report) = run(&read(&rule_of(&path)), &read(&path));
        let counts = report.counts();
        assert!(
            counts.passed >= 8 && counts.failed + counts.skipped + counts.broken == 0,
            "{}: {}",
            path.display(),
            show(&source, &report)
        );
    }
}

/// Every literal of a model rule's query is changed in several ways; some case must notice each.
#[test]
fn the_model_tests_notice_every_changed_literal() {
    let mut survivors = Vec::new();
    let mut changed = 0;
    for path in test_files(&root().join("rules/rmm")) {
        let (rule, tests) = (read(&rule_of(&path)), read(&path));
        for mutant in mutants(&rule) {
            changed += 1;
            let (_, report) = run(&mutant.rule, &tests);
            if report.counts().failed == 0 {
                survivors.push(format!("{}: {} -> {}", path.display(), mutant.from, mutant.to));
            }
        }
    }
    println!("{changed} changed literals");
    assert!(changed >= 150, "only {changed} literals were changed");
    assert!(survivors.is_empty(), "no case notices:\n{}", survivors.join("\n"));
}

struct Mutant {
    rule: String,
    from: String,
    to: String,
}

fn mutants(rule: &str) -> Vec<Mutant> {
    let unit = unit::load(Source::new("r.yaml", rule));
    let query = unit.query.expect("a model rule has a query");
    let mut mutants = Vec::new();
    for token in &query.syntax.tokens {
        let from = token.span.slice(&query.syntax.text);
        let changes = match token.kind {
            TokenKind::String => string_changes(from),
            TokenKind::TimeSpan => {
                vec!["4d".to_owned(), "6d".to_owned(), "0d".to_owned(), "119h".to_owned(), "121h".to_owned()]
            }
            TokenKind::Long | TokenKind::Int | TokenKind::Real | TokenKind::Bool | TokenKind::DateTime => {
                vec!["0".to_owned()]
            }
            _ => continue,
        };
        let place = query.embedded.exact(token.span).expect("a literal of a block maps to the file");
        for to in changes {
            let rule = format!("{}{to}{}", &rule[..place.start as usize], &rule[place.end as usize..]);
            mutants.push(Mutant { rule, from: from.to_owned(), to });
        }
    }
    mutants
}

/// Other texts: nothing, the first or the last letter left out or another, one letter more at either end.
fn string_changes(literal: &str) -> Vec<String> {
    let inner = &literal[1..literal.len() - 1];
    let (first, last) = (&inner[1..], &inner[..inner.len() - 1]);
    [
        String::new(),
        first.to_owned(),
        last.to_owned(),
        format!("q{first}"),
        format!("{last}q"),
        format!("q{inner}"),
        format!("{inner}q"),
    ]
    .map(|text| format!("'{text}'"))
    .to_vec()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn test_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".test.yaml"));
    paths.sort();
    paths
}

fn rule_of(tests: &Path) -> PathBuf {
    PathBuf::from(tests.to_string_lossy().replace(".test.yaml", ".yaml"))
}
