//! Queries such as hunting rules are made of, each of several operators, with answers worked out by hand from the pages.
//! `tests/eval/queries/*.txt` holds them in blocks between lines `===`: first the statements that the queries of the file
//! share, then query by query its text, a line `---` and the table.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::eval::answer;

/// What the queries of one file give that their tables do not say.
fn differences(name: &str, text: &str) -> String {
    let (shared, cases) = text.split_once("\n===\n").expect("statements, then cases");
    let mut wrong = String::new();
    for case in cases.split("\n===\n") {
        let (query, expected) = case.split_once("\n---\n").expect("a query, then its table");
        let found = answer(&format!("{shared}\n{query}"));
        if found != expected.trim_end() {
            let _ = writeln!(wrong, "{name}: {query}\nfound\n{found}\nnot\n{expected}\n");
        }
    }
    wrong
}

#[test]
fn answers_of_detection_queries() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/eval/queries");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder of the queries").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let wrong: String = files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            differences(&name, &fs::read_to_string(path).expect("a text"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong}");
}
