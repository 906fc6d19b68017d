//! What the parser says of queries, one JSON object a line, for comparing with other parsers.
//!
//! With arguments: the queries of these rule files, `.kql` files and folders, as `{id, query, problems}`. Without: reads
//! `{id, query}` a line from standard input and answers each with `{id, problems}`. A problem is `{start, line,
//! message}`; `start` is a byte offset in the query, `line` counts from 1.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use sentinelc::kql::{self, Problem};
use sentinelc::text::Source;
use sentinelc::unit;
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if paths.is_empty() {
        for line in std::io::stdin().lock().lines() {
            let asked: Value = serde_json::from_str(&line?)?;
            let query = asked["query"].as_str().unwrap_or_default();
            let problems = shown(query, &kql::parse(query).problems);
            writeln!(out, "{}", json!({ "id": asked["id"], "problems": problems }))?;
        }
        return out.flush();
    }
    for path in paths {
        files_below(&path, &mut |file| answer(file, &mut out))?;
    }
    out.flush()
}

fn files_below(path: &Path, visit: &mut impl FnMut(&Path) -> std::io::Result<()>) -> std::io::Result<()> {
    if !path.is_dir() {
        return visit(path);
    }
    let mut entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| files_below(entry, visit))
}

fn answer(file: &Path, out: &mut impl Write) -> std::io::Result<()> {
    let extension = file.extension().and_then(|extension| extension.to_str());
    if !matches!(extension, Some("yaml" | "yml" | "kql" | "csl")) {
        return Ok(());
    }
    let loaded = unit::load(Source::new(file, std::fs::read_to_string(file)?));
    let Some(query) = loaded.query else { return Ok(()) };
    let text = query.embedded.text();
    writeln!(out, "{}", json!({ "id": file, "query": text, "problems": shown(text, &query.syntax.problems) }))
}

fn shown(query: &str, problems: &[Problem]) -> Vec<Value> {
    let line = |start: u32| query[..start as usize].matches('\n').count() + 1;
    let show = |problem: &Problem| {
        let start = problem.span.start;
        json!({ "start": start, "line": line(start), "message": problem.message })
    };
    problems.iter().map(show).collect()
}
