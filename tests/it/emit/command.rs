//! `sentinelc build` as a user runs it: exit codes, files, what is left alone.

use std::path::Path;
use std::process::{Command, Output};

fn sentinelc(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sentinelc")).current_dir(folder).args(arguments).output().expect("it runs")
}

fn lay(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

const RULE: &str = "id: 0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c11\nname: A name\nquery: |\n  DeviceProcessEvents | where FileName =~ 'x.exe'\n";
const UNSAYABLE: &str = "id: 0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c12\nname: B\nquery: |\n  A\n  | join (B) on C\n";

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("inside").display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_rule_written_is_exit_code_0() {
    let folder = lay(&[("rules/a.yaml", RULE), ("rules/a.test.yaml", "tests: []"), ("rules/q.kql", "T")]);
    let output = sentinelc(folder.path(), &["build", "rules", "--target", "sigma,arm,bicep", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(files(&folder.path().join("out")), ["arm/a.json", "bicep/a.bicep", "sigma/proc_creation_win_a.yml"]);
    let summary = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(summary.lines().all(|line| line.chars().count() <= 80), "{summary}");
    assert!(summary.ends_with("3 files written for 1 rule; 2 things lost; 2 things filled in.\n"), "{summary}");
}

#[test]
fn a_rule_that_a_target_cannot_say_is_exit_code_1() {
    let folder = lay(&[("a.yaml", RULE), ("b.yaml", UNSAYABLE)]);
    let output = sentinelc(folder.path(), &["build", ".", "--target", "arm,sigma", "--out", "out", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let refused = report.as_array().expect("an array").iter().find(|item| item["file"].is_null()).expect("a refusal");
    assert_eq!(
        (refused["target"].as_str(), &refused["reasons"][0]["place"]["line"]),
        (Some("sigma"), &serde_json::json!(4))
    );
    assert_eq!(files(&folder.path().join("out")), ["arm/a.json", "arm/b.json", "sigma/proc_creation_win_a.yml"]);
}

#[test]
fn what_cannot_run_is_exit_code_2_and_writes_nothing() {
    let folder = lay(&[
        ("x/a.yaml", RULE),
        ("y/A.yaml", RULE),
        ("bad/z.yaml", "\u{0}"),
        ("templates/arm/hunting_query.json.jinja", "{{ x }}"),
        ("file", ""),
    ]);
    std::fs::write(folder.path().join("bad/z.yaml"), b"id: \xff\n").expect("a file");
    for (arguments, words) in [
        (vec!["build", "x", "y", "--target", "arm", "--out", "out"], "would both be written to"),
        (vec!["build", "nowhere", "--target", "arm", "--out", "out"], "no such file or folder"),
        (vec!["build", "x", "bad", "--target", "arm", "--out", "out"], "not UTF-8"),
        (vec!["build", "x", "--target", "arm,xml", "--out", "out"], "no target is called `xml`"),
        (
            vec!["build", "x", "--target", "arm", "--out", "out", "--templates", "templates"],
            "template arm/hunting_query.json.jinja",
        ),
        (vec!["build", "x", "--target", "arm", "--out", "out", "--templates", "y"], "holds none of the templates"),
        (vec!["build", "x", "--target", "arm", "--out", "file"], "cannot be written"),
    ] {
        let output = sentinelc(folder.path(), &arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(!folder.path().join("out").exists(), "{arguments:?} wrote something");
    }
}

#[test]
fn a_second_build_changes_no_file() {
    let folder = lay(&[("a.yaml", RULE)]);
    let build = || {
        assert_eq!(
            sentinelc(folder.path(), &["build", "a.yaml", "--target", "arm", "--out", "out"]).status.code(),
            Some(0)
        );
    };
    build();
    let path = folder.path().join("out/arm/a.json");
    let changed = || std::fs::metadata(&path).and_then(|data| data.modified()).expect("a time");
    let (before, bytes) = (changed(), std::fs::read(&path).expect("bytes"));
    build();
    assert_eq!((changed(), std::fs::read(&path).expect("bytes")), (before, bytes));
}
