//! Bad input for every command. The tables show how each command ends on each input and what it says first; beside that
//! every run must name the file, end by itself, never panic, and leave no half-written output.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Only stops a hang; no run comes near it.
const WATCHDOG: Duration = Duration::from_mins(4);

/// How a run ended.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

/// Runs the command in `folder`; fails on a hang, a signal, a panic and on characters that change a terminal.
fn run(folder: &Path, arguments: &[&str]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sentinelc"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let reader = |mut from: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes).expect("output is read");
            String::from_utf8(bytes).expect("output is UTF-8")
        })
    };
    let out = reader(Box::new(child.stdout.take().expect("a pipe")));
    let err = reader(Box::new(child.stderr.take().expect("a pipe")));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the binary is waited for") {
            break status;
        }
        if start.elapsed() > WATCHDOG {
            child.kill().expect("the binary is stopped");
            panic!("{arguments:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let (out, err) = (out.join().expect("standard output"), err.join().expect("standard error"));
    let code = status.code().unwrap_or_else(|| panic!("{arguments:?} ended by a signal: {err}"));
    for text in [&out, &err] {
        let is_bug = text.contains("panicked") || text.contains("bug in sentinelc");
        assert!(!is_bug, "{arguments:?}: {text}");
        assert!(!text.contains('\x1b'), "{arguments:?}: {text:?}");
    }
    Ended { code, out, err }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> =
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

const RULE: &str = "id: 5e4c5b5f-9d4f-4c4e-8f0f-3a1f5c5f6a7b
name: 'A rule'
description: 'A rule that is whole'
requiredDataConnectors: []
tactics:
  - CommandAndControl
relevantTechniques:
  - T1219
query: |
  DeviceNetworkEvents
  | where RemoteUrl has 'example.com'
version: 1.0.0
";

/// What stands in a file of a hostile name; commands read it as a rule, tests, a page, a query or events.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: String| text.into_bytes();
    let levels = "abcdefghi".chars().zip("bcdefghij".chars());
    let bomb: Vec<String> =
        levels.map(|(of, name)| format!("{name}: &{name} [{}]", vec![format!("*{of}"); 9].join(","))).collect();
    vec![
        ("empty", Vec::new()),
        ("mark_alone", text("\u{feff}".to_owned())),
        ("blank", text("\r\n \r\n\t\r\n".to_owned())),
        ("latin", b"name: caf\xe9\n".to_vec()),
        ("utf16", "name: x\n".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("binary", (0..=255).cycle().take(50_000).collect()),
        ("nul", b"name: a\0b\nquery: T\n".to_vec()),
        ("brackets", text("[".repeat(10_000))),
        ("brackets_closed", text(format!("name: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)))),
        ("braces", text(format!("query: {}{}\n", "{a: ".repeat(10_000), "}".repeat(10_000)))),
        ("dashes", text("- ".repeat(10_000))),
        ("parentheses", text(format!("print {}1{}", "(".repeat(10_000), ")".repeat(10_000)))),
        ("closing", text(")".repeat(200_000))),
        ("bomb", text(format!("a: &a [x,x,x,x,x,x,x,x,x]\n{}\n", bomb.join("\n")))),
        ("alias_of_itself", text("name: &a [*a]\n".to_owned())),
        ("quote_open", text("name: 'abc\nquery: \"x\n".to_owned())),
        ("escapes", text("name: \"\\e[31mred\"\nfoo\x1b]0;title\x07: \u{202e}x\nquery: T\n".to_owned())),
        ("long_line", text(format!("name: {}\n", "x ".repeat(100_000)))),
        ("two_documents", text("name: a\n---\nname: b\n".to_owned())),
        ("carriage_returns", text("name: a\rquery: T\r".to_owned())),
    ]
}

/// A row for each input: the exit code and the first thing said. `extension` names the files; `arguments` gives the command
/// line for one. Where the command fails it must name the file.
fn table(extension: &str, arguments: impl Fn(&str) -> Vec<String>) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("count.kql"), "T | count").expect("a query");
    let mut names = vec!["missing".to_owned(), "folder".to_owned()];
    for (name, bytes) in inputs() {
        if extension == "test.yaml" {
            fs::write(folder.path().join(format!("{name}.yaml")), RULE).expect("the rule of the tests");
        }
        fs::write(folder.path().join(format!("{name}.{extension}")), bytes).expect("a file");
        names.push(name.to_owned());
    }
    fs::create_dir(folder.path().join(format!("folder.{extension}"))).expect("a folder");
    let before = files(folder.path());
    let mut table = String::new();
    for name in names {
        let path = format!("{name}.{extension}");
        let given = arguments(&path);
        let ended = run(folder.path(), &given.iter().map(String::as_str).collect::<Vec<_>>());
        let said = said(&ended, &path);
        if ended.code != 0 {
            assert!(
                said.contains(&path) || ended.out.contains(&path),
                "{path} is not named: {}{}",
                ended.out,
                ended.err
            );
        }
        if ended.code == 2 {
            assert_eq!(files(folder.path()), before, "{path}: a run that could not be done wrote files");
        }
        writeln!(table, "{name}: {} {said}", ended.code).expect("a string takes a line");
        let left = files(folder.path());
        assert!(left.iter().all(|path| !path.to_string_lossy().contains(".sentinelc-")), "{left:?}");
        drop(fs::remove_dir_all(folder.path().join("out")));
    }
    table
}

/// The first error, and where it is.
fn said(ended: &Ended, path: &str) -> String {
    let cut = |text: &str| text.trim().chars().take(110).collect::<String>();
    // A finding starts with the name of its lint alone.
    if let Some(first) = ended.err.lines().next().filter(|first| first.contains(' ')) {
        return cut(first);
    }
    let shown = if ended.err.is_empty() { &ended.out } else { &ended.err };
    let places = shown.match_indices(path).map(|(at, _)| &shown[at..]);
    let place =
        places.map(|rest| rest.split([' ', ']', '\n']).next().unwrap_or_default()).find(|place| place.contains(':'));
    let error = shown.lines().find(|line| line.trim_start().starts_with("error: "));
    let refused = shown.lines().skip_while(|line| !line.ends_with(": not written")).nth(1);
    let last = || shown.lines().last().unwrap_or_default();
    cut(&format!("{} {}", place.unwrap_or_default(), error.or(refused).unwrap_or_else(last).trim()))
}

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|&argument| argument.to_owned()).collect()
}

#[test]
fn rules_to_check() {
    insta::assert_snapshot!(table("yaml", |path| owned(&["check", "--isolated", path])));
}

#[test]
fn rules_to_build() {
    insta::assert_snapshot!(table("yaml", |path| owned(&[
        "build",
        "--isolated",
        path,
        "--target",
        "arm,bicep,sigma",
        "--out",
        "out"
    ])));
}

#[test]
fn queries_to_check() {
    insta::assert_snapshot!(table("kql", |path| owned(&["check", "--isolated", path])));
}

#[test]
fn queries_to_run() {
    insta::assert_snapshot!(table("kql", |path| owned(&["run", path])));
}

#[test]
fn pages_to_import() {
    insta::assert_snapshot!(table("txt", |path| owned(&["import", path, "--out", "out"])));
}

#[test]
fn tests_to_run() {
    insta::assert_snapshot!(table("test.yaml", |path| owned(&["test", "--isolated", path])));
}

#[test]
fn events_to_load() {
    for extension in ["json", "jsonl", "csv", "tsv"] {
        insta::assert_snapshot!(
            format!("events_{extension}"),
            table(extension, |path| vec![
                "run".to_owned(),
                "count.kql".to_owned(),
                "--table".to_owned(),
                format!("T={path}")
            ])
        );
    }
}

fn lay(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn transcript(folder: &Path, arguments: &[&str]) -> String {
    let Ended { code, out, err } = run(folder, arguments);
    format!("{out}{err}exit {code}")
}

#[test]
fn large_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a file");
    write("dashes.yaml", "- ".repeat(25_000_000));
    write("comment.kql", format!("print 1 // {}", "x".repeat(50_000_000)));
    write("page.txt", "x".repeat(50_000_000));
    write("good.yaml", RULE.to_owned());
    write("good.test.yaml", "[".repeat(50_000_000));
    write("events.json", "[".repeat(50_000_000));
    write("too_large.yaml", "x".repeat(68_000_000));
    let said = |arguments: &[&str], path: &str| {
        let ended = run(folder.path(), arguments);
        format!("{} {}", ended.code, said(&ended, path))
    };
    let said = [
        said(&["check", "dashes.yaml"], "dashes.yaml"),
        said(&["check", "too_large.yaml"], "too_large.yaml"),
        said(&["build", "dashes.yaml", "--target", "arm", "--out", "out"], "dashes.yaml"),
        said(&["run", "comment.kql", "--format", "csv"], "comment.kql"),
        said(&["import", "page.txt", "--out", "out"], "page.txt"),
        said(&["test", "good.test.yaml"], "good.test.yaml"),
        said(&["run", "comment.kql", "--table", "T=events.json"], "events.json"),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn values_that_grow_end_the_query() {
    let query = format!("print x = 'aaaaaaaaaa'{}", "| extend x = strcat(x, x, x, x, x, x, x, x, x, x)".repeat(12));
    let tree = format!("print x = dynamic([1]){}", "| extend x = pack_array(x, x, x, x, x, x, x, x, x, x)".repeat(12));
    let join = "range x from 1 to 9999 step 1 | extend k = 1 | join kind=inner (range y from 1 to 9999 step 1 | extend k = 1) on k";
    let folder = lay(&[
        ("text.kql", &query),
        ("tree.kql", &tree),
        ("rows.kql", "range x from 1 to 100000000000 step 1 | count"),
        ("pattern.kql", "print 'a' matches regex '(a{1000}){1000}'"),
        ("open_pattern.kql", "print 'a' matches regex '(((a'"),
        ("join.kql", join),
    ]);
    let ends: Vec<String> = ["text.kql", "tree.kql", "rows.kql", "pattern.kql", "open_pattern.kql", "join.kql"]
        .iter()
        .map(|path| transcript(folder.path(), &["run", path, "--max-rows", "100000"]))
        .collect();
    insta::assert_snapshot!(ends.join("\n"));
}

/// The last file cannot take its place, so the first ones must not be there either.
#[test]
fn output_is_written_whole_or_not_at_all() {
    let folder = lay(&[("a.yaml", RULE), ("b.yaml", RULE), ("plain", "text"), ("out/bicep/b.bicep/inside", "text")]);
    let build =
        |out: &str| transcript(folder.path(), &["build", "a.yaml", "b.yaml", "--target", "arm,bicep", "--out", out]);
    let ends = [build("plain"), build("plain/below"), build("out")];
    insta::assert_snapshot!(ends.join("\n"));
    let left: Vec<PathBuf> = files(&folder.path().join("out"));
    assert_eq!(left, [folder.path().join("out/bicep/b.bicep/inside")]);
}

#[test]
fn imported_files_replace_nothing_unasked() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds/000_ad1fcdb0fcb0e58d.txt");
    let page = page.to_str().expect("a path in UTF-8");
    let folder = lay(&[]);
    assert_eq!(run(folder.path(), &["import", page, "--out", "out"]).code, 0);
    let written = files(&folder.path().join("out"));
    assert_eq!(written.len(), 2, "{written:?}");
    fs::write(&written[0], "mine").expect("a file");
    fs::remove_file(&written[1]).expect("a file less");
    let again = run(folder.path(), &["import", page, "--out", "out"]);
    assert_eq!((again.code, files(&folder.path().join("out")).len()), (2, 1));
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(fs::read_to_string(&written[0]).expect("a file"), "mine");
    assert_eq!(run(folder.path(), &["import", page, "--out", "out", "--force"]).code, 0);
    assert_eq!(files(&folder.path().join("out")), written);
}

/// Names and identifiers that mean something to a target, a template, a file system or a terminal.
#[test]
fn hostile_names_stay_names() {
    let names = [
        "[x]",
        "a'''b",
        "${x}",
        "{{ 7 * 7 }}{% for %}",
        "../../../up",
        "/absolute",
        "C:\\\\x",
        "\\u202eabc\\e[31m",
        "NUL",
    ];
    let mut rules = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let quoted = format!("\"{name}\"");
        rules.push((format!("in/{index}.yaml"), RULE.replace("'A rule'", &quoted)));
        rules.push((format!("in/id{index}.yaml"), RULE.replace("5e4c5b5f-9d4f-4c4e-8f0f-3a1f5c5f6a7b", &quoted)));
    }
    let folder = lay(&rules.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    let before = files(folder.path());
    let built = run(folder.path(), &["build", "in", "--target", "arm,bicep,sigma", "--out", "out"]);
    let checked = run(folder.path(), &["check", "in"]);
    assert!(built.code <= 1 && checked.code <= 1, "{}{}", built.err, checked.err);
    let out = files(&folder.path().join("out"));
    assert!(out.len() >= names.len() * 3, "{out:?}");
    let outside: Vec<PathBuf> = files(folder.path()).into_iter().filter(|path| !out.contains(path)).collect();
    assert_eq!(outside, before);
}

#[test]
fn configurations_that_are_wrong() {
    let nested = format!("include = {}", "[".repeat(10_000));
    let folder = lay(&[
        ("open/sentinelc.toml", "include = ["),
        ("open/a.yaml", RULE),
        ("nested/sentinelc.toml", &nested),
        ("nested/a.yaml", RULE),
        ("level/sentinelc.toml", "fail-on = 'bad'\n"),
        ("level/a.yaml", RULE),
        ("type/sentinelc.toml", "include = 'x'\n"),
        ("type/a.yaml", RULE),
        ("latin/a.yaml", RULE),
    ]);
    fs::write(folder.path().join("latin/sentinelc.toml"), b"# \xe9\n").expect("a file");
    for command in [&["check"][..], &["test"], &["build", "--target", "arm", "--out", "out"]] {
        for name in ["open", "nested", "level", "type", "latin"] {
            let ended = run(folder.path(), &[command, &[name]].concat());
            let path = format!("{name}/sentinelc.toml");
            assert!(ended.code == 2 && ended.err.contains(&path), "{command:?} {name}: {} {}", ended.code, ended.err);
            assert!(ended.err.len() < 2_000, "{command:?} {name}: {} bytes", ended.err.len());
        }
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn templates_that_are_wrong() {
    let each = "{% for a in range(9999) %}";
    let loops = format!("{each}{each}{each}x{}", "{% endfor %}".repeat(3));
    let deep = format!("{{{{ {} }}}}", "(".repeat(10_000));
    for template in ["{% if %}", "{{ no.such.name }}", &loops, &deep, "{{ '../../x' }}", ""] {
        let folder = lay(&[("a.yaml", RULE)]);
        for name in sentinelc::emit::Templates::names() {
            let path = folder.path().join("templates").join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, template).expect("a template");
        }
        let build = ["build", "a.yaml", "--target", "arm", "--out", "out", "--templates", "templates"];
        let ended = run(folder.path(), &build);
        let begin: String = template.chars().take(30).collect();
        assert_eq!(ended.code, 2, "{begin}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains("a.yaml") && ended.err.contains("arm"), "{begin}: {}", ended.err);
        assert!(ended.err.len() < 2_000, "{begin}: {} bytes", ended.err.len());
        assert!(!folder.path().join("out").exists(), "{begin}");
    }
}

#[test]
fn a_reader_that_goes_away() {
    let folder = lay(&[("a.yaml", &RULE.replace("name:", "nme:")), ("q.kql", "range x from 1 to 100000 step 1")]);
    for arguments in [&["check", "a.yaml"][..], &["explain"], &["run", "q.kql"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sentinelc"))
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.code().is_some_and(|code| code <= 1), "{arguments:?}: {:?}", output.status);
    }
}

#[test]
fn names_of_files_do_not_change_the_terminal() {
    let folder = lay(&[("a\x1b[31m.yaml", "name: [\n"), ("b\x1b]0;x\x07.kql", "print (")]);
    for arguments in [&["check", "."][..], &["run", "b\x1b]0;x\x07.kql"], &["check", "no\x1b[31m"]] {
        assert_ne!(run(folder.path(), arguments).code, 0, "{arguments:?}");
    }
}

#[test]
fn commands_and_lints_that_do_not_exist() {
    let folder = lay(&[]);
    let ignored = ["check", "--ignore", "foreign-vendr", "."];
    let ends: Vec<String> = [&["chek"][..], &["explain", "foreign-vendr"], &ignored, &["run", "--table", "T"]]
        .iter()
        .map(|arguments| transcript(folder.path(), arguments))
        .collect();
    insta::assert_snapshot!(ends.join("\n"));
}
