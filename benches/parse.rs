//! How fast queries are parsed, beside Microsoft's parser in Node on the same queries in the same run.
//!
//! `cargo bench --bench parse`. Microsoft's half runs when `tests/peers` is installed (`npm ci`).

mod queries;

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The width of the column that says whose figures follow.
const WHO: usize = 17;

fn main() {
    let queries = queries::queries();
    let bytes: usize = queries.iter().map(String::len).sum();
    let tokens: usize = queries.iter().map(|query| sentinelc::kql::tokens(query).len()).sum();
    println!("{} queries, {bytes} bytes, {tokens} tokens with white space and comments", queries.len());

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
    println!("{:<WHO$} {:.1} ns a token", "", best.as_secs_f64() * 1e9 / to_f64(tokens));
    let Some(times) = peer(&queries) else {
        println!("microsoft: skipped, tests/peers is not installed");
        return;
    };
    for (who, call) in [("microsoft, syntax", "parse"), ("microsoft, bound", "analyze")] {
        let Some(time) = times[call].as_f64().map(Duration::from_secs_f64) else { continue };
        report(who, &queries, bytes, time);
        println!("{:<WHO$} {:.0} times as fast", "", ours / per_second(queries.len(), time));
    }
}

fn report(who: &str, queries: &[String], bytes: usize, time: Duration) {
    let megabytes = to_f64(bytes) / 1e6 / time.as_secs_f64();
    println!("{who:<WHO$} {:.0} queries/s, {megabytes:.1} MB/s", per_second(queries.len(), time));
}

fn per_second(count: usize, time: Duration) -> f64 {
    to_f64(count) / time.as_secs_f64()
}

fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The seconds that Microsoft's parser takes for one pass over the queries, by what it does.
fn peer(queries: &[String]) -> Option<serde_json::Value> {
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
    serde_json::from_slice(&output.stdout).ok()
}
