//! What Microsoft Sentinel Repositories asks of a file it deploys: one parameter `workspace` that it gives, everything
//! else with a default, a resource named after both, and the same bytes for the same rules, because a file whose bytes
//! changed is deployed again.

use std::collections::BTreeMap;
use std::path::Path;

use sentinelc::emit::Target;
use serde_json::Value;

use super::{build, folder, rules};

#[test]
fn only_the_workspace_has_to_be_given() {
    for unit in rules("seeds").iter().chain(&rules("rules")) {
        let arm: Value = serde_json::from_str(&build(unit, Target::Arm).expect("ARM").text).expect("JSON");
        let parameters = arm["parameters"].as_object().expect("parameters");
        let needed: Vec<(&str, &str)> = parameters
            .iter()
            .filter(|(_, parameter)| parameter.get("defaultValue").is_none())
            .map(|(name, parameter)| (name.as_str(), parameter["type"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(needed, [("workspace", "string")]);
        let given: Vec<&str> = parameters.keys().map(String::as_str).filter(|name| *name != "workspace").collect();
        let name = arm["resources"][0]["name"].as_str().expect("a name");
        let inside = name.strip_prefix("[concat(").and_then(|rest| rest.strip_suffix(")]")).expect("an expression");
        assert!(inside.starts_with("parameters('workspace'), '/"), "{name}");
        for parameter in given {
            assert!(inside.contains(&format!("parameters('{parameter}')")), "{name}");
        }

        // Azure refuses a saved search that is there already unless it is to replace any.
        let is_saved_search = arm["resources"][0]["type"].as_str().is_some_and(|name| name.ends_with("/savedSearches"));
        assert_eq!(arm["resources"][0]["properties"]["etag"].as_str(), is_saved_search.then_some("*"));

        let bicep = build(unit, Target::Bicep).expect("Bicep").text;
        let needed: Vec<&str> =
            bicep.lines().filter(|line| line.starts_with("param ") && !line.contains('=')).collect();
        assert_eq!(needed, ["param workspace string"]);
    }
}

fn run(arguments: &[&Path]) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().expect("a folder");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_sentinelc"))
        .args(["build", "--isolated", "--target", "sigma,bicep,arm", "--out"])
        .arg(out.path())
        .args(arguments)
        .stdout(std::process::Stdio::null())
        .status()
        .expect("it runs");
    assert_eq!(status.code(), Some(0));
    let mut files = BTreeMap::new();
    for target in Target::ALL {
        for entry in std::fs::read_dir(out.path().join(target.as_str())).expect("a folder") {
            let path = entry.expect("an entry").path();
            files.insert(path.file_name().expect("a name").display().to_string(), std::fs::read(&path).expect("bytes"));
        }
    }
    files
}

#[test]
fn the_order_of_the_inputs_changes_no_byte() {
    let (seeds, others) = (folder("seeds"), folder("rules"));
    let mut paths: Vec<_> =
        std::fs::read_dir(&seeds).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.push(others.join("stable.yaml"));
    paths.push(others.join("hostile_text.yaml"));
    let forwards: Vec<&Path> = paths.iter().map(std::path::PathBuf::as_path).collect();
    let backwards: Vec<&Path> = forwards.iter().rev().copied().collect();
    let files = run(&forwards);
    assert_eq!(files.len(), 3 * forwards.len());
    assert_eq!(files, run(&backwards));
}
