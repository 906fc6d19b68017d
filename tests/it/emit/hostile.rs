//! Rules whose text is written to break out of what they are compiled to, through the command, each output read back by a
//! reader that is not sentinelc's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Text that means something to ARM, Bicep, Jinja, YAML or Sigma.
const TEXTS: [&str; 12] = [
    "[concat('a', parameters('workspace'))]",
    "[[already doubled]",
    "[",
    "''' ${resourceGroup().id} '''",
    "${a}$${b}\\${c}",
    "ends with a quote'",
    "''''",
    "{{ query }} {% include 'x' %} {# no #}",
    "*.exe? \\* \\\\server\\share\\",
    "- item: value # no comment",
    "\"quoted\" 'single' `tick` \\",
    "İ\u{2028}語\t|x",
];

/// Builds one rule and gives the one file written.
fn build(folder: &Path, target: &str, rule: &Value, arguments: &[&str]) -> String {
    let path = folder.join("rule.yaml");
    std::fs::write(&path, rule.to_string()).expect("a file");
    let out: PathBuf = folder.join(format!("out-{target}"));
    let output = Command::new(env!("CARGO_BIN_EXE_sentinelc"))
        .args(["build", "--isolated", "--target", target, "--format", "json", "--out"])
        .args([out.as_path(), path.as_path()])
        .args(arguments)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{rule}: {}", String::from_utf8_lossy(&output.stdout));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    std::fs::read_to_string(report[0]["file"].as_str().expect("a path")).expect("the file")
}

/// A KQL literal: verbatim where no single quote stands in it.
fn literal(text: &str) -> String {
    if text.contains('\'') { format!("@\"{}\"", text.replace('"', "\"\"")) } else { format!("@'{text}'") }
}

fn rule(text: &str) -> Value {
    serde_json::json!({
        "id": "0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c11",
        "name": text,
        "description": format!("[{text}]"),
        "query": format!("DeviceProcessEvents | where FileName =~ {} and ProcessCommandLine contains {0}", literal(text)),
    })
}

#[test]
fn arm_holds_literals_and_no_expression_of_the_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in TEXTS {
        let rule = rule(text);
        let arm: Value = serde_json::from_str(&build(folder.path(), "arm", &rule, &[])).expect("JSON");
        let properties = &arm["resources"][0]["properties"];
        // Resource Manager: a string from `[` to `]` is an expression, one from `[[` to `]` stands for itself less a `[`.
        let read = |value: &Value| {
            let raw = value.as_str().expect("a string").to_owned();
            let enclosed = raw.starts_with('[') && raw.ends_with(']');
            assert!(!enclosed || raw.starts_with("[["), "{raw} is an expression");
            if enclosed { raw[1..].to_owned() } else { raw }
        };
        assert_eq!(read(&properties["displayName"]), text);
        assert_eq!(read(&properties["tags"][0]["value"]), format!("[{text}]"));
        assert_eq!(read(&properties["query"]), rule["query"].as_str().expect("a query"));
    }
}

#[test]
fn bicep_holds_the_very_strings() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in TEXTS {
        let rule = rule(text);
        let bicep = build(folder.path(), "bicep", &rule, &[]);
        let strings = super::bicep_peer::strings(&bicep);
        let count = |wanted: &str| strings.iter().filter(|string| *string == wanted).count();
        assert_eq!(count(text), 1, "{text}\n{bicep}");
        assert_eq!(count(&format!("[{text}]")), 1, "{text}\n{bicep}");
        assert_eq!(count(rule["query"].as_str().expect("a query")), 1, "{text}\n{bicep}");
    }
}

/// A value of Sigma's, by its specification: `*` and `?` are wildcards, a backslash before them or before another
/// backslash makes them plain, any other backslash is itself. `None` if a wildcard stands in it.
fn plain(value: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' | '?' => return None,
            '\\' => out.push(chars.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\')),
            other => out.push(other),
        }
    }
    Some(out)
}

#[test]
fn sigma_values_hold_no_wildcard_of_the_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in TEXTS {
        for mode in [[].as_slice(), &["--exact"]] {
            let yaml = build(folder.path(), "sigma", &rule(text), mode);
            let sigma: Value = serde_yaml::from_str(&yaml).expect("YAML");
            let selection = &sigma["detection"]["selection"];
            for value in [&selection["FileName"], &selection["CommandLine|contains"]] {
                assert_eq!(plain(value.as_str().expect("a text")).as_deref(), Some(text), "{yaml}");
            }
            assert_eq!(sigma["title"].as_str(), Some(text));
            assert_eq!(sigma["description"].as_str(), Some(format!("[{text}]").as_str()));
        }
    }
}
