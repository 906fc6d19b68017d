//! How fast queries are parsed, beside Microsoft's parser in Node on the same queries in the same run.
//!
//! `cargo bench --bench parse`. The queries are those of the shared corpus (`SENTINELC_SHARED`, or `../shared` beside the
//! project), else those of the tests. Microsoft's half runs when `tests/peers` is installed (`npm ci`).

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let queries = corpus();
    let bytes: usize = queries.iter().map(String::len).sum();
    let tokens: usize = queries.iter().map(|query| sentinelc::kql::parse(query).tokens.len()).sum();
    println!("{} queries, {bytes} bytes, {tokens} tokens", queries.len());

    let mut best = Duration::MAX;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(5) {
        let start = Instant::now();
        for query in &queries {
            black_box(sentinelc::kql::parse(black_box(query)));
        }
        best = best.min(start.elapsed());
    }
    report("sentinelc", &queries, bytes, best);
    let ours = per_second(queries.len(), best);
    println!("           {:.1} ns a token", best.as_secs_f64() * 1e9 / to_f64(tokens));
    match peer(&queries) {
        Some(time) => {
            report("microsoft", &queries, bytes, time);
            println!("           {:.0} times as fast", ours / per_second(queries.len(), time));
        }
        None => println!("microsoft: skipped, tests/peers is not installed"),
    }
}

fn report(who: &str, queries: &[String], bytes: usize, time: Duration) {
    let megabytes = to_f64(bytes) / 1e6 / time.as_secs_f64();
    println!("{who:<10} {:.0} queries/s, {megabytes:.1} MB/s", per_second(queries.len(), time));
}

fn per_second(count: usize, time: Duration) -> f64 {
    to_f64(count) / time.as_secs_f64()
}

fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn corpus() -> Vec<String> {
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

/// The time Microsoft's parser takes for one pass over the queries, after one to warm up.
fn peer(queries: &[String]) -> Option<Duration> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
    if !folder.join("node_modules").is_dir() {
        return None;
    }
    let mut node = Command::new("node")
        .arg(folder.join("kusto_speed.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = node.stdin.take()?;
    for query in queries {
        writeln!(input, "{}", serde_json::Value::from(query.as_str())).ok()?;
    }
    drop(input);
    let output = node.wait_with_output().ok()?;
    let seconds: f64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(Duration::from_secs_f64(seconds))
}
