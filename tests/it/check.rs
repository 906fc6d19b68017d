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
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
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
