//! The house plan holds: a module uses only floors below its own, and modules of one floor are strangers.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first. `lib.rs` draws the same picture.
const FLOORS: &[&[&str]] = &[
    &["text", "diag", "value"],
    &["yaml", "kql", "catalog"],
    &["bind", "rule"],
    &["eval", "unit", "repo"],
    &["lint", "emit", "testing", "import", "format"],
    &["report"],
    &["cli"],
];

/// `diag` speaks of places, so it stands on `text`, its neighbour on the lowest floor.
const NEIGHBOURS: &[(&str, &str)] = &[("diag", "text")];

#[test]
fn no_module_looks_up_or_sideways() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).expect("the walk stays inside src");
        let Some(module) = top_module(relative) else { continue };
        let text = fs::read_to_string(&file).expect("a source file is readable");
        for (number, line) in text.lines().enumerate() {
            for used in crate_paths(line) {
                if used != module && !allowed(&module, &used) {
                    wrong.push(format!("{}:{}: {module} uses {used}", relative.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point up or sideways:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).expect("the walk stays inside src");
        if let Some(module) = top_module(relative) {
            assert!(
                floor(&module).is_some(),
                "{} stands on no floor; add it to FLOORS and to lib.rs",
                relative.display()
            );
        }
    }
}

fn allowed(module: &str, used: &str) -> bool {
    if NEIGHBOURS.contains(&(module, used)) {
        return true;
    }
    match (floor(module), floor(used)) {
        (Some(from), Some(to)) => to < from,
        _ => false,
    }
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn top_module(relative: &Path) -> Option<String> {
    let first = relative.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib" && name != "main").then(|| name.to_owned())
}

/// The modules named by `crate::module` in a line, doc comments left out.
fn crate_paths(line: &str) -> Vec<String> {
    if line.trim_start().starts_with("//") {
        return Vec::new();
    }
    line.match_indices("crate::")
        .map(|(at, prefix)| &line[at + prefix.len()..])
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>())
        .filter(|name| !name.is_empty())
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("src is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
