//! `sentinelc run`: transcripts of the command.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the command in `folder` with `input` as standard input; what it wrote and its exit code.
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sentinelc"))
        .arg("run")
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // A command that fails early does not read its input.
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the binary ends");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}exit {}", output.status.code().map_or_else(|| "by signal".to_owned(), |code| code.to_string()))
}

pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }
    folder
}

fn print(query: &str) -> String {
    run(folder(&[]).path(), &["--now", "2024-06-08T00:00:00Z"], query)
}

#[test]
fn a_query_from_standard_input() {
    insta::assert_snapshot!(print("print Name = 'x', Count = 2"), @"
    Name  Count
    ----  -----
    x     2
    (1 row)
    exit 0
    ");
}

#[test]
fn the_clock_is_given() {
    insta::assert_snapshot!(print("print now() - 1d, ago(1h)"), @"
    print_0                       print_1
    ----------------------------  ----------------------------
    2024-06-07T00:00:00.0000000Z  2024-06-07T23:00:00.0000000Z
    (1 row)
    exit 0
    ");
}

#[test]
fn mistakes_have_a_place() {
    insta::assert_snapshot!(print("datatable(Name: string)['a']\n| where Nam == 2 and Other"), @"
    unknown-column

      error: there is no column named `Nam` here
       ╭─[<stdin>:2:9]
     2 │ | where Nam == 2 and Other
       ·         ───
       ╰────
      help: did you mean `Name`?

    unknown-column

      error: there is no column named `Other` here
       ╭─[<stdin>:2:22]
     2 │ | where Nam == 2 and Other
       ·                      ─────
       ╰────

    exit 1
    ");
    insta::assert_snapshot!(print("\u{feff}print 1 | where"), @"
    syntax-error

      error: expected an expression after `where`
       ╭─[<stdin>:1:11]
     1 │ \u{feff}print 1 | where
       ·           ─────
       ╰────

    exit 1
    ");
    insta::assert_snapshot!(print("print x = 1 | evaluate python()"), @"
    wrong-argument-count

      error: `python` takes another number of arguments
       ╭─[<stdin>:1:24]
     1 │ print x = 1 | evaluate python()
       ·                        ──────
       ╰────

    exit 1
    ");
    insta::assert_snapshot!(print("print timespan(100000000d)"), @"
    unsupported

      error: a timespan written in this way is not supported
       ╭─[<stdin>:1:7]
     1 │ print timespan(100000000d)
       ·       ────────────────────
       ╰────

    exit 3
    ");
}

#[test]
fn tables_from_every_format() {
    let folder = folder(&[
        ("a.json", r#"[{"k": 1, "s": "x", "d": {"a": [1]}, "t": "2024-01-01T00:00:00Z"}, {"k": 2, "r": 0.5}]"#),
        ("a.jsonl", "{\"k\": 1, \"s\": \"x\"}\r\n\r\n{\"s\": \"y\", \"k\": 2}\r\n"),
        ("a.csv", "\u{feff}k,s,t\r\n1,\"a \"\"b\"\", c\",2024-01-01T00:00:00Z\r\n2,,\r\n"),
        ("a.tsv", "k\ts\n1\tx\n2\t\"two\nlines\"\n"),
    ]);
    let show = |file: &str| run(folder.path(), &["--format", "json", "--table", &format!("T={file}")], "T");
    insta::assert_snapshot!(show("a.json"), @r#"
    {"columns":[{"name":"k","type":"long"},{"name":"s","type":"string"},{"name":"d","type":"dynamic"},{"name":"t","type":"datetime"},{"name":"r","type":"real"}],"rows":[[1,"x",{"a":[1]},"2024-01-01T00:00:00Z",null],[2,"",null,null,0.5]]}
    exit 0
    "#);
    insta::assert_snapshot!(show("a.jsonl"), @r#"
    {"columns":[{"name":"k","type":"long"},{"name":"s","type":"string"}],"rows":[[1,"x"],[2,"y"]]}
    exit 0
    "#);
    insta::assert_snapshot!(show("a.csv"), @r#"
    {"columns":[{"name":"k","type":"long"},{"name":"s","type":"string"},{"name":"t","type":"datetime"}],"rows":[[1,"a \"b\", c","2024-01-01T00:00:00Z"],[2,"",null]]}
    exit 0
    "#);
    insta::assert_snapshot!(show("a.tsv"), @r#"
    {"columns":[{"name":"k","type":"long"},{"name":"s","type":"string"}],"rows":[[1,"x"],[2,"two\nlines"]]}
    exit 0
    "#);
}

#[test]
fn a_known_table_has_the_types_of_its_schema() {
    let folder = folder(&[("e.csv", "Timestamp,ReportId,RemotePort\n2024-06-01T00:00:00Z,7,x\n")]);
    let query = "DeviceNetworkEvents | project Timestamp, ReportId, RemotePort, RemoteUrl";
    insta::assert_snapshot!(run(folder.path(), &["--format", "json", "--table", "DeviceNetworkEvents=e.csv"], query), @r#"
    {"columns":[{"name":"Timestamp","type":"datetime"},{"name":"ReportId","type":"long"},{"name":"RemotePort","type":"int"},{"name":"RemoteUrl","type":"string"}],"rows":[["2024-06-01T00:00:00Z",7,null,""]]}
    warning: e.csv: RemotePort: 1 value is no int and became null, the first `x` in row 1
    exit 0
    "#);
}

#[test]
fn bad_files_are_named_with_the_line() {
    let folder = folder(&[
        ("quote.csv", "a,b\n1,2\n\"open,3\n"),
        ("wide.csv", "a\n1\n1,2\n"),
        ("short.csv", "a,b\n1,2\n1\n"),
        ("twice.csv", "a,a\n"),
        ("bad.jsonl", "{\"a\": 1}\n{\"a\": \n"),
        ("list.json", "[1]"),
        ("deep.json", &format!("{{\"a\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000))),
    ]);
    fs::write(folder.path().join("latin.csv"), b"a\n\xe9\n").expect("a file");
    let load = |file: &str| run(folder.path(), &["--table", &format!("T={file}")], "T");
    let all: Vec<String> = [
        "quote.csv",
        "wide.csv",
        "short.csv",
        "twice.csv",
        "bad.jsonl",
        "list.json",
        "deep.json",
        "latin.csv",
        "none.csv",
    ]
    .into_iter()
    .map(load)
    .collect();
    insta::assert_snapshot!(all.join("\n"), @"
    error: quote.csv:3: a field starts with a quote that is never closed
    exit 2
    error: wide.csv:3: the row has more than the 1 fields of the header
    exit 2
    error: short.csv:3: the row has 1 fields, the header 2
    exit 2
    error: twice.csv:1: two columns are named `a`
    exit 2
    error: bad.jsonl:2: is no JSON: EOF while parsing a value (column 5)
    exit 2
    error: list.json:1: invalid type: integer `1`, expected an object with a value for each column (column 2)
    exit 2
    error: deep.json:1: is no JSON: recursion limit exceeded (column 133)
    exit 2
    error: latin.csv:2: is not UTF-8 text; save the file as UTF-8
    exit 2
    error: none.csv: cannot be read: No such file or directory (os error 2)
    exit 2
    ");
    insta::assert_snapshot!(run(folder.path(), &["--table", "T"], "T"), @"
    error: --table: `T` is not of the form NAME=FILE
    exit 2
    ");
    insta::assert_snapshot!(run(folder.path(), &["--now", "yesterday"], "print 1"), @"
    error: --now: `yesterday` is no time
    exit 2
    ");
}

#[test]
fn a_batch_answers_line_by_line() {
    let input = concat!(
        "{\"id\": \"a\", \"kql\": \"print x = 1\"}\n",
        "{\"id\": 2, \"kql\": \"print\"}\n",
        "{\"id\": null, \"kql\": \"print x = 1 | evaluate infer_storage_schema(dynamic({}))\"}\n",
    );
    insta::assert_snapshot!(run(folder(&[]).path(), &["--batch"], input), @r#"
    {"id":"a","columns":[{"name":"x","type":"long"}],"rows":[[1]]}
    {"id":2,"error":"expected an expression after `print`","kind":"parse","start":0,"end":5}
    {"id":null,"error":"the plugin infer_storage_schema, which reads external storage, is not supported","kind":"unsupported","start":14,"end":56}
    exit 0
    "#);
}

#[test]
fn rows_as_lines_and_as_csv() {
    let query = "datatable(a:long, s:string)[1, 'x,y', long(null), 'q\"']";
    let folder = folder(&[]);
    insta::assert_snapshot!(run(folder.path(), &["--format", "jsonl"], query), @r#"
    {"a":1,"s":"x,y"}
    {"a":null,"s":"q\""}
    exit 0
    "#);
    insta::assert_snapshot!(run(folder.path(), &["--format", "csv"], query), @r#"
    a,s
    1,"x,y"
    ,"q"""
    exit 0
    "#);
}

#[test]
fn hostile_queries_end_with_a_message() {
    let nested = format!("print {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let piped = format!("print x = 1 {}", "| where x == 1 ".repeat(2_000));
    let chained = format!("print x = 1{}", " + 1".repeat(20_000));
    for query in [nested, piped, chained, "\u{1}".to_owned(), "print \u{202e}'x'".to_owned()] {
        let answer = print(&query);
        assert!(["exit 0", "exit 1", "exit 3"].iter().any(|exit| answer.ends_with(exit)), "{answer}");
    }
}

#[test]
fn answers_that_only_the_service_has_come_from_files() {
    let folder = folder(&[
        ("ips.csv", "ip,country\n20.53.203.50,Australia\n"),
        (
            "agents.json",
            r#"[{"agent": "curl/8", "Browser": {"Family": "curl"}, "OperatingSystem": {"Family": "Linux"}}]"#,
        ),
    ]);
    let given =
        ["--format", "csv", "--table", "geo_info_from_ip_address=ips.csv", "--table", "parse_user_agent=agents.json"];
    let query = "print geo_info_from_ip_address('20.53.203.50'), geo_info_from_ip_address('1.1.1.1'), \
                 parse_user_agent('curl/8', 'os'), parse_user_agent('curl/8', dynamic(['browser'])), parse_user_agent('', 'device')";
    insta::assert_snapshot!(run(folder.path(), &given, query), @r#"
    print_0,print_1,print_2,print_3,print_4
    "{""country"":""Australia""}",{},"{""OperatingSystem"":{""Family"":""Linux""}}","{""Browser"":{""Family"":""curl""}}",{}
    exit 0
    "#);
}

#[test]
fn the_time_of_arrival_and_a_table_by_its_name() {
    let folder = folder(&[("s.csv", "TimeGenerated,_TimeReceived\n2024-01-01,2024-01-02\n2024-01-03,\n")]);
    let query = "table('Syslog') | project ingestion_time()";
    let given = ["--format", "csv", "--table", "Syslog=s.csv"];
    insta::assert_snapshot!(run(folder.path(), &given, query), @"
    $IngestionTime
    2024-01-02T00:00:00.0000000Z
    2024-01-03T00:00:00.0000000Z
    exit 0
    ");
}

#[test]
fn tables_that_fit_one_by_one_may_be_too_many() {
    let lets =
        (0..60).map(|n| format!("let t{n} = materialize(range x from 1 to 1000000 step 1 | extend y = x + {n});"));
    let reads: Vec<_> = (0..60).map(|n| format!("(t{n} | summarize sum(y))")).collect();
    let query = format!("{} union {}", lets.collect::<String>(), reads.join(", "));
    let ended = run(folder(&[]).path(), &["--max-memory", "16", "--format", "json"], &query);
    insta::assert_snapshot!(ended.split(r#","start""#).next().unwrap_or_default(), @r#"{"error":"all tables together need more than 288 MiB; raise --max-memory to let them","kind":"timeout""#);
}

#[test]
fn a_query_of_several_tables_shows_them_all_to_people() {
    let query = "datatable(user:string, n:long)['ann',1, 'bob',2] | fork (count) (where n > 1); print now = 7";
    insta::assert_snapshot!(run(folder(&[]).path(), &[], query), @"
    Count
    -----
    2
    (1 row)

    user  n
    ----  -
    bob   2
    (1 row)

    now
    ---
    7
    (1 row)
    exit 0
    ");
    insta::assert_snapshot!(run(folder(&[]).path(), &["--format", "csv"], query), @"
    now
    7
    note: the query gives 3 tables; the first of its last statement is written, --format table shows all
    exit 0
    ");
}
