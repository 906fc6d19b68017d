//! A repository as a whole: rules that get in each other's way, rules that changed, dialects, templates, other kinds.

use std::fs;
use std::path::Path;
use std::process::Command;

fn lay(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    fs::write(path, text).expect("a file");
}

/// What a user sees: the command, its output, and how it ended.
fn transcript(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelc"));
    let output = command.current_dir(folder).args(args).env("LC_ALL", "C.UTF-8").output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let ends = output.status.code().expect("an exit code");
    format!("$ sentinelc {}\n{}{}[exit {ends}]\n", args.join(" "), text(&output.stdout), text(&output.stderr))
}

fn git(folder: &Path, args: &[&str]) -> bool {
    let identity = ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false"];
    Command::new("git").arg("-C").arg(folder).args(identity).args(args).output().is_ok_and(|out| out.status.success())
}

const RARE: &str = "id: 1a733b20-58c3-40d0-a815-2ae93da0808e\nname: Rare process\nversion: 1.0.9\nquery: |\n  \
                    DeviceProcessEvents\n  | where FileName =~ 'a.exe' and AccountName !~ 'system'\n";

#[test]
fn a_file_checked_by_itself_is_compared_with_its_repository() {
    let folder = lay(&[
        ("sentinelc.toml", ""),
        ("rules/rare.yaml", RARE),
        ("rules/old/copy.yaml", &RARE.replace("Rare", "Odd").replace("Events\n", "Events // all\n")),
    ]);
    insta::assert_snapshot!(transcript(
        folder.path(),
        &["check", "--select", "duplicate-id,copied-query,duplicate-rule-name", "rules/rare.yaml"]
    ));
}

#[test]
fn changed_rules_are_compared_with_what_they_were() {
    let folder = lay(&[("rules/rare.yaml", RARE), ("rules/odd process.yaml", &RARE.replace("Rare", "Odd"))]);
    if !git(folder.path(), &["init", "--quiet"]) {
        println!("skipped: git is not there");
        return;
    }
    assert!(git(folder.path(), &["add", "."]) && git(folder.path(), &["commit", "--quiet", "-m", "one"]));
    write(folder.path(), "rules/rare.yaml", &RARE.replace("'a.exe'", "'b.exe'"));
    assert!(git(folder.path(), &["mv", "rules/odd process.yaml", "rules/öd process.yaml"]));
    write(folder.path(), "rules/öd process.yaml", &RARE.replace("Rare", "Odd").replace("1a73", "2a73"));
    write(folder.path(), "rules/new process.yaml", &RARE.replace("1a73", "3a73").replace("a.exe", "c.exe"));
    let of_changes = ["check", "--select", "changed-id,unraised-version", "--since"];
    let since = |reference, path| transcript(folder.path(), &[&of_changes[..], &[reference, path]].concat());
    insta::assert_snapshot!(since("HEAD", "rules") + &since("nope", "rules") + &since("--help", "rules/rare.yaml"));
    let outside = lay(&[("rare.yaml", RARE)]);
    let said = transcript(outside.path(), &["check", "--since", "HEAD", "rare.yaml"]);
    insta::assert_snapshot!(said);
}

#[test]
fn rules_that_did_not_change_are_evidence_only() {
    let wrong =
        RARE.replace("version", "verison").replace("1a73", "2a73").replace("Rare", "Odd").replace("a.exe", "b.exe");
    let folder = lay(&[("rules/rare.yaml", RARE), ("rules/odd process.yaml", &wrong)]);
    if !git(folder.path(), &["init", "--quiet"]) {
        println!("skipped: git is not there");
        return;
    }
    assert!(git(folder.path(), &["add", "."]) && git(folder.path(), &["commit", "--quiet", "-m", "one"]));
    let since = || {
        transcript(folder.path(), &["check", "--ignore", "missing-tactics,missing-entity-mappings", "--since", "HEAD"])
    };
    let nothing = since();
    write(folder.path(), "rules/new process.yaml", &RARE.replace("Rare", "New").replace("a.exe", "c.exe"));
    insta::assert_snapshot!(nothing + &since());
}

#[test]
fn a_rule_is_written_in_the_other_dialect_and_back() {
    let rule = "\u{feff}# a rule\r\nname: Rare process # its name\r\nkind: Scheduled\r\nqueryFrequency: '1h' # often\r\n\
                queryPeriod: 1d\r\nsuppressionDuration: \"5h\"\r\nrelevantTechniques: [T1204]\r\nquery: |\r\n  T\r\n";
    let hunt = "name: Rare process\nrelevantTechniques:   [T1204]\nquery: T | where a > ago(1d)\n";
    let folder =
        lay(&[("rule.yaml", rule), ("hunt.yaml", hunt), ("query.kql", "T | take 1\n"), ("other.yaml", "a: b\n")]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    insta::assert_snapshot!(transcript(folder.path(), &["fmt", "--dialect", "iso", "--diff"]).replace('\r', "␍"));
    transcript(folder.path(), &["fmt", "--dialect", "iso"]);
    assert_ne!(read("rule.yaml"), rule);
    assert_eq!(read("query.kql"), "T | take 1\n");
    transcript(folder.path(), &["fmt", "--dialect", "upstream"]);
    assert_eq!((read("rule.yaml").as_str(), read("hunt.yaml").as_str()), (rule, hunt));
}

#[test]
fn a_template_is_left_alone() {
    let template = "id: %%GUID%%\nname: Tool - %%NAME%%\nrequiredDataConnectors:\n  - connectorId: X\n  dataTypes:\n    - T\n\
                    tactics: Execution\nquery: |\n  T | where a == '%%NAME%%'\n";
    let folder = lay(&[("template.yaml", template)]);
    transcript(folder.path(), &["check", "--fix"]);
    assert_eq!(fs::read_to_string(folder.path().join("template.yaml")).expect("a file"), template);
}

#[test]
fn kinds_that_no_target_takes_are_named_and_other_yaml_is_passed_over() {
    let summary =
        "displayName: Sessions\ndestinationTable: Sessions_CL\nbinSize: 60\nquery: CommonSecurityLog | count\n";
    let folder = lay(&[("summary.yaml", summary), ("compose.yaml", "services: {}\n"), ("rare.yaml", RARE)]);
    let mut said = transcript(folder.path(), &["build", ".", "--target", "arm", "--out", "out"]);
    said += &transcript(folder.path(), &["build", "compose.yaml", "--target", "arm", "--out", "out"]);
    said += &transcript(folder.path(), &["test", "."]);
    said += &transcript(folder.path(), &["fmt", "--check", "."]);
    insta::assert_snapshot!(said);
}
