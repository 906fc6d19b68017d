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
    let (mut queries, mut compiled) = (0, 0);
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
            Err(error) => missing.entry(error.to_string()).or_default().push(verdict.id),
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    println!("{compiled} of {queries} compile");
    for (what, ids) in missing {
        println!("{:4} {what} [{}]", ids.len(), ids[0]);
    }
    assert!(compiled * 100 >= queries * 1, "the evaluator knows too little of what rules use");
}
