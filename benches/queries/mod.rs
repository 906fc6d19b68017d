//! The queries that are measured: those of the shared corpus (`SENTINELC_SHARED`, or `../shared` beside the project), else
//! those of the tests.

use std::path::{Path, PathBuf};

pub(crate) fn queries() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("SENTINELC_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    if let Ok(lines) = std::fs::read_to_string(shared.join("corpus/official_parser_verdicts.jsonl")) {
        let query = |line: &str| {
            let verdict: serde_json::Value = serde_json::from_str(line).ok()?;
            verdict["query"].as_str().map(ToOwned::to_owned)
        };
        return lines.lines().filter_map(query).collect();
    }
    println!("no shared corpus: the queries of the tests");
    let folders = ["tests/kql/operators", "tests/kql/statements"];
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(root.join(folder)).ok()).flatten().flatten();
    files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
}
