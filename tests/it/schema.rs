//! The user's own tables and functions, and the columns that queries give, as `sentinelc check` shows them.

use std::path::Path;
use std::process::Command;

fn lay(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// What `sentinelc check` says, and how it ends.
fn check(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelc"));
    let output = command.current_dir(folder).arg("check").args(args).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let root = folder.display().to_string();
    let said = text(&output.stdout) + &text(&output.stderr);
    format!("{}[exit {}]\n", said.replace(&root, "[folder]"), output.status.code().expect("an exit code"))
}

/// Level, lint and text of each finding, a line each.
fn findings(folder: &Path, path: &str) -> String {
    let said = check(folder, &["--format", "jsonl", path]);
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(format!("{} {} {}", row["level"].as_str()?, row["lint"].as_str()?, row["text"].as_str()?))
    };
    said.lines().filter_map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn declared_tables_and_functions_are_known() {
    let query = "App_CL\n| where User_s has 'x' and Usr_s == 'y'\n| join kind=inner (Mine_CL | project User_s = a) on User_s\n\
                 | union (Saved | project Host), (Free | where anything == 1)\n";
    let files = [
        ("q.kql", query),
        ("own/app.yaml", "tables:\n  App_CL:\n    columns:\n      User_s: string\n  Free:\n    open: true\n"),
        ("own/Mine_CL.csv", "ColumnName,ColumnOrdinal,DataType,ColumnType\na,0,System.String,string\n"),
        ("saved/Saved.kql", "DeviceInfo | project Host = DeviceName\n"),
        ("sentinelc.toml", "exclude = ['saved', 'own']\n[schema]\ntables = ['own']\nfunctions = ['saved/*.kql']\n"),
    ];
    let folder = lay(&files);
    insta::assert_snapshot!(findings(folder.path(), "q.kql"), @"error unknown-column Usr_s");
    std::fs::write(folder.path().join("sentinelc.toml"), "").expect("a file");
    insta::assert_snapshot!(findings(folder.path(), "q.kql"), @"
    warning unknown-table Saved
    warning unknown-table Free
    ");
}

#[test]
fn a_slip_in_the_name_of_a_table_is_an_error_and_a_strange_name_a_warning() {
    let folder = lay(&[("a.kql", "DeviceNetworkEvent | take 1\n"), ("b.kql", "ContosoFirewall(1) | take 1\n")]);
    insta::assert_snapshot!(findings(folder.path(), "."), @"
    error unknown-table DeviceNetworkEvent
    warning unknown-function ContosoFirewall
    ");
}

#[test]
fn a_wrong_declaration_says_where() {
    let folder = lay(&[
        ("q.kql", "T_CL"),
        ("own/t.json", "{\"Name\": \"T_CL\", \"Properties\": [{\"Name\": \"a\", \"Type\": \"text\"}]}"),
    ]);
    let said = |config: &str| {
        std::fs::write(folder.path().join("sentinelc.toml"), config).expect("a file");
        check(folder.path(), &["q.kql"])
    };
    insta::assert_snapshot!(said("[schema]\ntables = ['own']\n"), @"
    error: [folder]/own/t.json: `Properties` of T_CL: `text`, the type of column a, is no type of Kusto
    [exit 2]
    ");
    insta::assert_snapshot!(said("[schema]\ntables = ['owm/*.json']\n"), @"
    error: [folder]/sentinelc.toml: `owm/*.json` under [schema] is no file, no folder with such files, and matches none
    [exit 2]
    ");
}

#[test]
fn columns_of_queries_are_shown() {
    let query = "SigninLogs | summarize Hits = count(), First = min(TimeGenerated) by UserPrincipalName\n";
    let folder = lay(&[("a.kql", query), ("b.kql", "T_CL | extend a = 1 | where a has 'x'\n")]);
    let run = |format: &str| check(folder.path(), &["--show-columns", "--format", format, "a.kql", "b.kql"]);
    let whole = run("json");
    let json = whole.strip_suffix("[exit 1]\n").expect("a finding");
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let queries = serde_json::to_string(&value["queries"]).expect("JSON");
    insta::assert_snapshot!(queries, @r#"[{"path":"a.kql","columns":[["UserPrincipalName","string"],["Hits","long"],["First","datetime"]],"open":false},{"path":"b.kql","columns":[["a","long"]],"open":true}]"#);
    let plain = check(folder.path(), &["--format", "json", "a.kql", "b.kql"]);
    let plain: serde_json::Value =
        serde_json::from_str(plain.strip_suffix("[exit 1]\n").expect("a finding")).expect("JSON");
    assert_eq!(value["findings"], plain, "the findings are the array of plain --format json");
    assert!(run("text").contains("\nb.kql: a long, …\n"), "{}", run("text"));
    insta::assert_snapshot!(run("sarif"), @"
    error: --show-columns goes with --format text, json or jsonl
    [exit 2]
    ");
}

#[test]
fn watchlists_have_their_columns_and_those_of_every_watchlist() {
    let query = "_GetWatchlist('Admins') | where User has 'x' and Usr == 'y' and SearchKey != '' | take 1;\n\
                 let list = 'VIPs';\n_GetWatchlist(list) | project UPN, Tier, Team;\n\
                 _GetWatchlist('Others') | where anything == 1\n";
    let resource = r#"{"properties": {"watchlistAlias": "VIPs", "rawContent": "UPN,Tier\n"}}"#;
    let folder = lay(&[
        ("q.kql", query),
        ("schemas/watchlists/Admins.csv", "User,Since\na@contoso.com,2020\n"),
        ("schemas/watchlists/vips.json", resource),
        ("sentinelc.toml", ""),
    ]);
    insta::assert_snapshot!(findings(folder.path(), "q.kql"), @"
    error unknown-column Usr
    error unknown-column Team
    ");
    std::fs::write(folder.path().join("sentinelc.toml"), "[schema]\nwatchlists = []\n").expect("a file");
    insta::assert_snapshot!(findings(folder.path(), "q.kql"), @"");
}

#[test]
fn calls_of_saved_functions_are_checked() {
    let parser = "FunctionName: Normal\nFunctionParams:\n  - Name: text\n    Type: string\n  - Name: deep\n    Type: bool\n    Default: false\n\
                  FunctionQuery: |\n  tolower(text)\n";
    let query = "print a = Normal('X'), b = Normal(), c = Normal('x', dep=true), d = Normal('x') + 1h\n";
    let folder = lay(&[
        ("q.kql", query),
        ("schemas/functions/Normal.yaml", parser),
        ("sentinelc.toml", "exclude = ['schemas']\n"),
    ]);
    insta::assert_snapshot!(findings(folder.path(), "q.kql"), @"
    error wrong-argument-count Normal
    error unknown-argument dep
    error type-mismatch +
    ");
}

#[test]
fn tests_of_rules_know_the_declared_world() {
    let rule = "name: r\nquery: |\n  App_CL\n  | join kind=inner (_GetWatchlist('Admins')) on $left.User_s == $right.User\n  | project User_s, Bytes_d\n";
    let tests = |user: &str| {
        format!(
            "now: 2026-01-15T12:00:00Z\ncases:\n  - name: c\n    events:\n      App_CL:\n        - {{{user}: a, Bytes_d: 1}}\n      \
             _GetWatchlist('Admins'):\n        - User: a\n    expect:\n      rows:\n        - {{User_s: a, Bytes_d: 1.0}}\n"
        )
    };
    let table = "tables:\n  App_CL:\n    columns: {User_s: string, Bytes_d: real}\n";
    let folder = lay(&[
        ("r.yaml", rule),
        ("r.test.yaml", &tests("User_s")),
        ("slip.test.yaml", &format!("rule: r.yaml\n{}", tests("Usr_s"))),
        ("schemas/tables/app.yaml", table),
        ("schemas/watchlists/Admins.csv", "User\n"),
        ("sentinelc.toml", ""),
    ]);
    let run = |file: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelc"));
        let output = command.current_dir(folder.path()).args(["test", file]).output().expect("the binary runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(run("r.test.yaml").contains("1 passed"), "{}", run("r.test.yaml"));
    assert!(run("slip.test.yaml").contains("`Usr_s` is no column of App_CL"), "{}", run("slip.test.yaml"));
}

/// The answer of a call has the columns that its rows in the test have.
#[test]
fn an_undeclared_watchlist_has_the_columns_of_its_rows() {
    let rule = "name: r\nquery: |\n  _GetWatchlist('Admins')\n  | where Tier > 1\n  | project SearchKey, Tier\n";
    let cases = "now: 2026-01-15T12:00:00Z\ncases:\n  - name: c\n    events:\n      _GetWatchlist('Admins'):\n        \
                - {SearchKey: a, Tier: 1}\n        - {SearchKey: b, Tier: 2}\n    expect:\n      rows:\n        \
                - {SearchKey: b, Tier: 2}\n";
    let folder = lay(&[("r.yaml", rule), ("r.test.yaml", cases)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelc"));
    let output = command.current_dir(folder.path()).args(["test", "--isolated"]).output().expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("1 passed"), "{text}");
}
