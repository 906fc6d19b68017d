//! How fast queries are parsed, and parsed and bound, beside Microsoft's parser and binder in Node on the same queries with
//! the same tables and functions in the same run.
//!
//! `cargo bench --bench parse`. Microsoft's half runs when `tests/peers` is installed (`npm ci`).

mod queries;

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sentinelc::bind::ir::Column;
use sentinelc::bind::{self, Environment, FunctionParameter, FunctionResult};
use sentinelc::{catalog, kql};
use serde_json::{Value, json};

fn main() {
    let queries = queries::queries();
    let bytes: usize = queries.iter().map(String::len).sum();
    let tokens: usize = queries.iter().map(|query| kql::tokens(query).len()).sum();
    println!("{} queries, {bytes} bytes, {tokens} tokens with white space and comments", queries.len());
    let environment = Environment::new();

    let parse = best_of_passes(&queries, |query| {
        black_box(kql::parse(query));
    });
    let bound = best_of_passes(&queries, |query| {
        black_box(bind::bind(&kql::parse(query), &environment));
    });
    let theirs = peer(&queries, &environment);
    println!("parse");
    report("sentinelc", queries.len(), bytes, parse);
    println!("           {:.1} ns a token", parse.as_secs_f64() * 1e9 / to_f64(tokens));
    compare(&queries, bytes, parse, theirs.map(|(parse, _)| parse));
    println!("parse and bind");
    report("sentinelc", queries.len(), bytes, bound);
    compare(&queries, bytes, bound, theirs.map(|(_, analyze)| analyze));
}

/// The fastest of the passes over all queries that five seconds allow.
fn best_of_passes(queries: &[String], work: impl Fn(&str)) -> Duration {
    let mut best = Duration::MAX;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(5) {
        let start = Instant::now();
        for query in queries {
            work(black_box(query));
        }
        best = best.min(start.elapsed());
    }
    best
}

fn compare(queries: &[String], bytes: usize, ours: Duration, theirs: Option<Duration>) {
    let Some(theirs) = theirs else {
        println!("microsoft: skipped, tests/peers is not installed");
        return;
    };
    report("microsoft", queries.len(), bytes, theirs);
    println!("           {:.0} times as fast", theirs.as_secs_f64() / ours.as_secs_f64());
}

fn report(who: &str, queries: usize, bytes: usize, time: Duration) {
    let (seconds, megabytes) = (time.as_secs_f64(), to_f64(bytes) / 1e6);
    println!("{who:<10} {:.0} queries/s, {:.2} MB/s", to_f64(queries) / seconds, megabytes / seconds);
}

fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The times that Microsoft's parser, and its parser and binder, take for one pass over the queries.
fn peer(queries: &[String], environment: &Environment) -> Option<(Duration, Duration)> {
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
    writeln!(input, "{}", world(environment)).ok()?;
    for query in queries {
        writeln!(input, "{}", Value::from(query.as_str())).ok()?;
    }
    drop(input);
    let output = node.wait_with_output().ok()?;
    let seconds: Value = serde_json::from_slice(&output.stdout).ok()?;
    let phase = |name: &str| seconds[name].as_f64().map(Duration::from_secs_f64);
    Some((phase("parse")?, phase("analyze")?))
}

/// The catalogue as the peer reads it: tables and functions in Kusto's own notation of schemas.
fn world(environment: &Environment) -> Value {
    let table = |name: &str| Some(json!([name, schema(&environment.table(name)?.columns)]));
    let function = |name: &str| {
        let function = environment.function(name)?;
        let FunctionResult::Table(table) = &function.result else { return None };
        let parameters: Vec<String> = function.parameters.iter().map(parameter).collect();
        let body = format!("{{ datatable{}[] }}", schema(&table.columns));
        Some(json!([name, format!("({})", parameters.join(", ")), body]))
    };
    json!({
        "tables": catalog::table_names().filter_map(table).collect::<Vec<_>>(),
        "functions": catalog::workspace_function_names().filter_map(function).collect::<Vec<_>>(),
    })
}

fn schema(columns: &[Column]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("['{}']: {}", column.name, column.ty)).collect();
    format!("({})", columns.join(", "))
}

fn parameter(of: &FunctionParameter) -> String {
    match of.ty {
        None => format!("{}: (*)", of.name),
        Some(ty) if of.optional => format!("{}: {ty} = {ty}(null)", of.name),
        Some(ty) => format!("{}: {ty}", of.name),
    }
}
