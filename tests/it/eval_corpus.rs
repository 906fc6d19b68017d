//! How many real queries the evaluator can compile: those of the shared corpus that Microsoft's parser finds no fault in.

use std::collections::BTreeMap;

use sentinelc::bind::{self, Environment, UnknownTables};
use sentinelc::eval;
use sentinelc::kql;

#[derive(serde::Deserialize)]
struct Verdict {
    id: String,
    kind: String,
    query: String,
    syntax: Vec<serde_json::Value>,
    semantic: Vec<serde_json::Value>,
}

#[test]
fn real_queries_compile() {
    let root = std::env::var("SENTINELC_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::Path::new(&root).join("corpus/official_parser_verdicts.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let environment = Environment::new().with_unknown_tables(UnknownTables::Open);
    let (mut queries, mut compiled, mut need_rows) = (0, 0, 0);
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let verdict: Verdict = serde_json::from_str(line).expect("a verdict in each line");
        // The files of parsers are bodies of functions: their parameters are declared elsewhere.
        if !verdict.syntax.is_empty() || verdict.kind == "parser" {
            continue;
        }
        queries += 1;
        let bound = bind::bind(&kql::parse(&verdict.query), &environment);
        match eval::compile(&bound) {
            Ok(_) => compiled += 1,
            // What the service refuses too is no gap.
            Err(error) if error.kind() != "unsupported" && !verdict.semantic.is_empty() => compiled += 1,
            Err(error) if needs_rows(&error) => need_rows += 1,
            Err(error) => missing.entry(error.to_string()).or_default().push(verdict.id),
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    println!("{compiled} of {queries} compile, {need_rows} once the rows of their tables are at hand");
    for (what, ids) in missing {
        println!("{:4} {what} [{}]", ids.len(), ids[0]);
    }
    assert!((compiled + need_rows) * 100 >= queries * 98, "the evaluator knows too little of what rules use");
}

/// Whether a query waits for rows to say which columns there are: those of a table that no catalogue knows, or those that
/// `bag_unpack` and `pivot` make.
fn needs_rows(error: &eval::Error) -> bool {
    let text = error.to_string();
    text.contains("of a table whose columns are not known") || text.contains("a plugin whose columns depend on rows")
}
