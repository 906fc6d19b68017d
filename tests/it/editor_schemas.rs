//! The JSON Schemas for editors: `sentinelc schema`, and what they say of good and bad files. `tests/peers/run` asks another
//! validator about the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sentinelc::diag::Diagnostic;
use sentinelc::rule::{self, Kind};
use sentinelc::text::Source;
use sentinelc::unit;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sentinelc")).arg("schema").args(args).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn the_command_prints_the_published_schemas() {
    for (args, path) in [
        (&["rule"][..], "schemas/rule/rule.json"),
        (&["rule", "--kind", "nrt"], "schemas/rule/nrt.json"),
        (&["test"], "schemas/test.json"),
        (&["config"], "schemas/config.json"),
    ] {
        let published = fs::read_to_string(root().join(path)).expect("a published schema");
        assert_eq!(schema(args), (Some(0), published), "{args:?}");
    }
    insta::assert_snapshot!(schema(&["test", "--kind", "nrt"]).1, @"error: --kind goes with `sentinelc schema rule`");
    assert_eq!(schema(&["rule", "--kind", "norm"]).0, Some(2));
}

/// The files of `tests/schemas/KIND/VERDICT`, each as a JSON value.
fn examples(kind: &str, verdict: &str) -> Vec<(PathBuf, serde_json::Value)> {
    let folder = root().join("tests/schemas").join(kind).join(verdict);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let value = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("an example");
        let value = match path.extension().and_then(|end| end.to_str()) {
            Some("toml") => toml::from_str(&text).expect("TOML"),
            _ => serde_yaml::from_str(&text).expect("YAML"),
        };
        (path, value)
    };
    paths.into_iter().map(value).collect()
}

#[test]
fn good_examples_pass_and_bad_ones_fail() {
    for (kind, path) in
        [("rule", "schemas/rule/rule.json"), ("test", "schemas/test.json"), ("config", "schemas/config.json")]
    {
        let text = fs::read_to_string(root().join(path)).expect("a published schema");
        let schema = serde_json::from_str(&text).expect("JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        for (example, value) in examples(kind, "good") {
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", example.display());
        }
        let bad = examples(kind, "bad");
        assert!(!bad.is_empty(), "{kind} has no bad example");
        for (example, value) in bad {
            assert!(!validator.is_valid(&value), "{} passes", example.display());
        }
    }
}

/// The name of an example starts with the name of its kind's schema; each kind has examples of both sorts.
#[test]
fn every_kind_has_examples_that_its_own_schema_judges() {
    for kind in Kind::ALL {
        let name = kind.schema_name();
        let schema = serde_json::from_str(rule::schema::text(kind)).expect("JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        for (verdict, wanted) in [("good", true), ("bad", false)] {
            let own = examples("rule", verdict).into_iter().filter(|(path, _)| of_kind(path) == Some(name));
            let judged: Vec<_> = own.map(|(path, value)| (path, validator.is_valid(&value))).collect();
            assert!(!judged.is_empty(), "{name} has no {verdict} example");
            assert!(judged.iter().all(|(_, valid)| *valid == wanted), "{name}, {verdict}: {judged:?}");
        }
    }
    let all = ["good", "bad"].into_iter().flat_map(|verdict| examples("rule", verdict));
    for (path, _) in all {
        assert!(of_kind(&path).is_some(), "{} names no kind", path.display());
    }
}

fn of_kind(path: &Path) -> Option<&'static str> {
    let stem = path.file_stem()?.to_str()?.replace('_', "-");
    let named = |name: &&str| stem == *name || stem.strip_prefix(*name).is_some_and(|rest| rest.starts_with('-'));
    Kind::ALL.into_iter().map(Kind::schema_name).find(named)
}

/// `sentinelc check` and the schemas agree about what is sound.
#[test]
fn the_check_agrees_with_the_schemas() {
    let of_schema = |path: &Path| -> Vec<Diagnostic> {
        let unit = unit::load(Source::read(path).expect("an example"));
        let is_of_schema =
            |found: &Diagnostic| ["rule-schema", "unknown-key", "unknown-rule-kind"].contains(&found.lint);
        unit.diagnostics.into_iter().filter(is_of_schema).collect()
    };
    for (path, _) in examples("rule", "good") {
        assert_eq!(of_schema(&path), [], "{}", path.display());
    }
    for (path, _) in examples("rule", "bad") {
        assert!(!of_schema(&path).is_empty(), "{} is not reported", path.display());
    }
}
