//! `sentinelc check` and `sentinelc explain` as a user runs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn sentinelc(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelc"));
    command.current_dir(folder).args(args).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    command.output().expect("the binary runs")
}

/// What a user sees: the command, its output, and how it ended.
fn transcript(folder: &Path, args: &[&str]) -> String {
    let output = sentinelc(folder, args);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let ends = output.status.code().expect("an exit code");
    format!("$ sentinelc {}\n{}{}[exit {ends}]\n", args.join(" "), text(&output.stdout), text(&output.stderr))
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/as-published")
}

fn lay(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// `schemas/config.json` is what the code generates; `UPDATE_SCHEMAS=1` writes it.
#[test]
fn the_schema_of_the_configuration_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/config.json");
    let generated = sentinelc::repo::schema();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &generated).expect("the schema is written");
    }
    let committed = std::fs::read_to_string(&path).expect("the schema is there");
    assert!(committed == generated, "{} is out of date: run with UPDATE_SCHEMAS=1", path.display());
}

#[test]
fn what_cannot_run_says_why() {
    let folder = lay(&[
        ("good.kql", "T | take 1\n"),
        ("bad/sentinelc.toml", "[lint]\nforeign-vendr = 'off'\n"),
        ("bad/good.kql", "T | take 1\n"),
        ("odd/sentinelc.toml", "exlude = []\n"),
        ("odd/good.kql", "T | take 1\n"),
    ]);
    std::fs::write(folder.path().join("latin.kql"), b"T | where a == '\xe9'\n").expect("a file");
    let runs: Vec<String> = [
        &["check", "no/such"][..],
        &["check", "latin.kql", "good.kql"],
        &["check", "bad"],
        &["check", "odd"],
        &["check", "odd", "--isolated"],
        &["check", "good.kql", "--select", "redundant-values"],
        &["explain", "foreign-vendr"],
    ]
    .into_iter()
    .map(|args| transcript(folder.path(), args))
    .collect();
    let root = folder.path().display().to_string();
    insta::assert_snapshot!(runs.join("\n").replace(&root, "[folder]"));
}

/// The five rules of the published pages: what is said about them, and where.
#[test]
fn the_published_rules_are_reported_where_they_are_wrong() {
    let text = transcript(
        &fixtures(),
        &["check", "--isolated", "--ignore", "missing-entity-mappings,hard-coded-window,rule-schema", "."],
    );
    insta::assert_snapshot!(text);
    let all = sentinelc(&fixtures(), &["check", "--isolated", "--format", "jsonl", "."]);
    let rows = String::from_utf8(all.stdout).expect("UTF-8");
    let rows: Vec<serde_json::Value> = rows.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let table: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {}:{}:{} {} {}",
                row["level"], row["path"], row["line"], row["column"], row["lint"], row["text"]
            )
        })
        .collect();
    insta::assert_snapshot!(table.join("\n").replace('"', ""));
}

const SMALL: &str = "name: Tool - AnyDesk - Ü\nquery: |\n  DeviceNetworkEvents\n  | where RemoteUrl has_any ('é.anydesk.com', 'anydesk.com')\n";

const FILTERS: [(&str, &str); 2] = [
    (r#""semanticVersion": "[^"]+""#, r#""semanticVersion": "…""#),
    (r##""(text|markdown)": "# .*""##, r#""$1": "(the page)""#),
];

#[test]
fn each_format_shows_the_same_finding() {
    let folder = lay(&[("a rule.yaml", SMALL)]);
    for format in ["text", "json", "jsonl", "sarif", "github"] {
        let args = ["check", "--select", "redundant-value", "--format", format, "."];
        insta::with_settings!({snapshot_suffix => format, filters => FILTERS.to_vec()}, {
            insta::assert_snapshot!(transcript(folder.path(), &args));
        });
    }
}

#[test]
fn places_are_right_behind_a_byte_order_mark_and_in_files_with_crlf() {
    let text = format!("\u{feff}{}", SMALL.replace('\n', "\r\n"));
    let folder = lay(&[("a.yaml", &text)]);
    let output = sentinelc(folder.path(), &["check", "--select", "redundant-value", "--format", "json", "."]);
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let row = &rows[0];
    let (start, end) = (row["start"].as_u64().expect("a number"), row["end"].as_u64().expect("a number"));
    let under = &text[usize::try_from(start).expect("small")..usize::try_from(end).expect("small")];
    assert_eq!(under, "'é.anydesk.com'");
    assert_eq!((&row["line"], &row["column"], &row["end_column"]), (&4.into(), &30.into(), &45.into()));
}

#[test]
fn fixes_change_nothing_but_what_they_mend() {
    let before = "\u{feff}id: 1a733b20-58c3-40d0-a815-2ae93da0808e # kept\r\nname: 'x'\r\ndescription: \"y\"\r\nrequiredDataConnectors: []\r\n\
                  tactics: Execution\r\nrelevantTechniques:\r\n  - T1204\r\nquery: |\r\n  DeviceNetworkEvents\r\n  \
                  | where RemoteUrl has_any ('a.b', 'x.a.b', 'c.d') // why\r\n";
    let folder = lay(&[("a.yaml", before), ("good.yaml", "")]);
    let path = folder.path().join("a.yaml");
    let ends = sentinelc(folder.path(), &["check", "--fix", "a.yaml"]).status.code();
    let after = std::fs::read_to_string(&path).expect("the file");
    let wanted = before.replace("tactics: Execution", "tactics:\r\n  - Execution").replace("'a.b', 'x.a.b'", "'a.b'");
    assert_eq!((after.as_str(), ends), (wanted.as_str(), Some(0)));
    sentinelc(folder.path(), &["check", "--fix", "a.yaml"]);
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), wanted, "a second --fix changes nothing");
}

#[test]
fn levels_and_thresholds_decide_the_exit_code() {
    let folder = lay(&[
        ("a.kql", "T_CL | where a has_any ('x.y', 'y')\n"),
        ("sub/b.kql", "T_CL | where a has_any ('x.y', 'y')\n"),
    ]);
    let run = |config: &str, args: &[&str]| {
        std::fs::write(folder.path().join("sentinelc.toml"), config).expect("a file");
        sentinelc(folder.path(), args).status.code()
    };
    assert_eq!(run("", &["check"]), Some(1));
    assert_eq!(run("fail-on = 'error'", &["check"]), Some(0));
    assert_eq!(run("fail-on = 'error'", &["check", "--fail-on", "note"]), Some(1));
    assert_eq!(run("[lint]\nredundant-value = 'note'", &["check"]), Some(0));
    assert_eq!(run("[lint]\nredundant-value = 'off'", &["check", "--fail-on", "note"]), Some(0));
    assert_eq!(run("[lint]\nredundant-value = 'off'", &["check", "--isolated"]), Some(1));
    assert_eq!(run("", &["check", "--ignore", "redundant-value"]), Some(0));
    assert_eq!(run("exclude = ['sub', 'a.kql']", &["check"]), Some(0));
    assert_eq!(run("exclude = ['sub', 'a.kql']", &["check", "sub"]), Some(1));
}

#[test]
fn functions_are_explained() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    insta::assert_snapshot!(transcript(folder.path(), &["explain", "merge_tdigest"]), @r"
    $ sentinelc explain merge_tdigest
    # merge_tdigest (scalar function)

    One tdigest state of several.

        merge_tdigest(tdigest{2,16}: dynamic-array) -> dynamic

    # merge_tdigest (aggregate)

    One tdigest state of those in the rows.

        merge_tdigest(tdigest: dynamic-array) -> dynamic
    [exit 0]
    ");
    insta::assert_snapshot!(transcript(folder.path(), &["explain", "replace"]), @r"
    $ sentinelc explain replace
    # replace (scalar function)

    Out of date: write `replace_regex` or `replace_string`.

        replace(regex: string constant, rewrite: string constant, source: string) -> string
    [exit 0]
    ");
}

#[test]
fn every_lint_is_explained() {
    let folder = fixtures();
    insta::assert_snapshot!(transcript(&folder, &["explain"]));
    let page = sentinelc(&folder, &["explain", "redundant-value"]);
    assert!(page.stdout.starts_with(b"# redundant-value\n"));
}

#[test]
fn what_a_rule_says_does_not_reach_the_terminal_as_an_escape() {
    let query = "query: \"T_CL | where a has_any ('x\\e[31m', 'x\\e[31m')\"\nname: \"\u{9b}31m\"\n";
    let folder = lay(&[("a\u{1b}[31m.yaml", query)]);
    let output = sentinelc(folder.path(), &["check", "--isolated", "."]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("redundant-value"), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn long_and_deep_queries_come_to_an_end() {
    let deep = format!("T_CL | where {}a == 1{}", "not(".repeat(10_000), ")".repeat(10_000));
    let values: String = (0..20_000).map(|n| format!("'v{n}.x', 'x', ")).collect::<Vec<_>>().concat();
    let long = format!("T_CL | where a has_any ({values}'x')");
    let folder = lay(&[("deep.kql", &deep), ("long.kql", &long)]);
    assert_eq!(sentinelc(folder.path(), &["check", "--isolated", "--format", "jsonl", "."]).status.code(), Some(1));
}

const QUORVIA: &str =
    "name: Tool - Quorvia - Network\nquery: |\n  DeviceNetworkEvents\n  | where RemoteUrl has 'quorvia.example'\n";
const ANYDESK: &str = "name: Tool - AnyDesk - Network\nquery: |\n  DeviceNetworkEvents\n  | where RemoteUrl has_any ('anydesk.com', 'quorvia.example')\n";
const COMPOSE: &str = "name: stack\nservices:\n  web:\n    image: web\n";

/// The other rule is shown with its place, in every format, whichever is named first and whether it is named at all.
#[test]
fn another_rule_of_the_repository_is_evidence() {
    let folder = lay(&[("a.yaml", ANYDESK), ("sub/q.yaml", QUORVIA)]);
    let run = |args: &[&str]| {
        let args = [&["check", "--select", "foreign-domain"], args].concat();
        transcript(folder.path(), &args)
    };
    let output = |args: &[&str]| run(args).lines().skip(1).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(run(&["a.yaml", "sub"]));
    assert_eq!(output(&["sub", "a.yaml"]), output(&["a.yaml", "sub"]));
    assert!(output(&["a.yaml"]).contains("1 file checked, nothing found"), "nothing marks the repository");
    std::fs::write(folder.path().join("sentinelc.toml"), "").expect("a file");
    let alone = output(&["a.yaml"]);
    assert_eq!(alone.replace("in 1 file", "in 2 files"), output(&["a.yaml", "sub"]));
    assert!(output(&["--isolated", "a.yaml"]).contains("nothing found"));
    let sarif = sentinelc(folder.path(), &["check", "--select", "foreign-domain", "--format", "sarif", "a.yaml"]);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("JSON");
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "sub/q.yaml");
    assert_eq!((&related["region"]["startLine"], &related["region"]["startColumn"]), (&1.into(), &7.into()));
    std::fs::write(folder.path().join("sentinelc.toml"), "exclude = ['sub']").expect("a file");
    assert!(output(&["a.yaml"]).contains("nothing found"), "what is left out is no evidence");
}

#[test]
fn yaml_that_is_no_rule_is_passed_over_and_counted() {
    let good = "T_CL | take 1\n";
    let folder = lay(&[
        ("compose.yml", COMPOSE),
        (".github/workflows/ci.yml", "name: ci\non: push\n"),
        ("chart/deployment.yaml", "{{- if .Values.web }}\nkind: Deployment\n{{- end }}\n"),
        ("list.yaml", "- a\n- b\n"),
        ("good.kql", good),
        ("good.test.yaml", "cases: []\n"),
        ("half.yaml", "name: half\ntactics: [Execution]\n"),
        ("left/out.yaml", "name: half\ntactics: [Execution]\n"),
        ("sentinelc.toml", "exclude = ['left']"),
    ]);
    let forced = ["check", "--force-exclude", "compose.yml", "left/out.yaml", "good.test.yaml", "good.kql"];
    let runs: Vec<String> = [
        &["check", "--select", "unknown-rule-kind"][..],
        &["check", "chart", "compose.yml"],
        &["check", "good.kql"],
        &["check", "chart"],
        &forced,
        &["check", "--force-exclude", "left"],
        &["check", "--select", "unknown-rule-kind", "left/out.yaml"],
    ]
    .into_iter()
    .map(|args| transcript(folder.path(), args))
    .collect();
    insta::assert_snapshot!(runs.join("\n"));
}

/// The examples of `docs/configuration.md` are read without a complaint, and their comments accept what they say.
#[test]
fn the_examples_of_the_configuration_hold() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let mut seen = 0;
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').expect("a block has lines");
        let file = if language == "toml" { "sentinelc.toml".to_owned() } else { format!("rport.{language}") };
        let folder = lay(&[("a.kql", "T_CL | take 1\n"), (&file, text)]);
        let output = sentinelc(folder.path(), &["check", "--fail-on", "note"]);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{text}\n{shown}");
        seen += 1;
    }
    assert!(seen >= 4, "{seen} examples");
}

/// The stages behind an unclosed condition are no source of rows: the bracket is the one mistake that is reported.
#[test]
fn an_unclosed_bracket_is_one_finding() {
    let folder = lay(&[(
        "open.kql",
        "SigninLogs\n| where (AppId == 'a' and (UserId == 'b') | take 5\n| project UserPrincipalName\n",
    )]);
    insta::assert_snapshot!(transcript(folder.path(), &["check", "open.kql", "--isolated"]));
}
