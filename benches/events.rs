//! Speed of queries on one table of events, in memory, and of a query on a small fixture.
//!
//! ```text
//! cargo bench --bench events -- DeviceNetworkEvents=events.jsonl 2024-06-08T00:00:00Z a.kql b.kql
//! ```
//!
//! Prints, for each query, the medians of five runs by the clock and by processor time, and rows a second; then runs a second over the first ten rows.

use std::path::Path;
use std::time::Instant;

use sentinelc::bind::{self, Environment};
use sentinelc::catalog;
use sentinelc::eval::{self, Database, Settings, load};
use sentinelc::{kql, value::time};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [table, now, queries @ ..] = arguments.as_slice() else {
        println!("usage: events TABLE=FILE TIME QUERY.kql…");
        return;
    };
    let (name, path) = table.split_once('=').expect("TABLE=FILE");
    let schema: Vec<_> = catalog::table(name)
        .map(|table| table.columns().map(|column| (column.name.to_owned(), column.ty)).collect())
        .unwrap_or_default();
    let start = Instant::now();
    let loaded = load::load(Path::new(path), &schema).expect("the table");
    let rows = loaded.table.rows();
    println!("load {path}: {:.3} s, {rows} rows", start.elapsed().as_secs_f64());
    let (mut many, mut few) = (Database::new(), Database::new());
    few.insert(name, loaded.table.gather(&(0..10).collect::<Vec<_>>()));
    many.insert(name, loaded.table);
    let settings = Settings::at(time::parse_datetime(now).expect("a time"));
    for query in queries {
        let text = std::fs::read_to_string(query).expect("the query");
        let plan = eval::compile(&bind::bind(&kql::parse(&text), &Environment::new())).expect("a plan");
        let run = || plan.run(&many, &settings).expect("a result");
        let repeats = repeats(run);
        let times: Vec<(f64, f64)> = (0..5)
            .map(|_| {
                let (start, processor) = (Instant::now(), processor_seconds());
                for _ in 0..repeats {
                    run();
                }
                let (wall, processor) = (start.elapsed().as_secs_f64(), processor_seconds() - processor);
                (wall / f64::from(repeats), processor / f64::from(repeats))
            })
            .collect();
        let (median, processor) = (median(times.iter().map(|time| time.0)), median(times.iter().map(|time| time.1)));
        let start = Instant::now();
        let runs = 2_000;
        for _ in 0..runs {
            plan.run(&few, &settings).expect("a result");
        }
        let small = f64::from(runs) / start.elapsed().as_secs_f64();
        #[allow(clippy::cast_precision_loss)] // a figure for people
        let speed = rows as f64 / median / 1e6;
        println!(
            "{query}: {:.3} ms wall, {:.3} ms processor, {speed:.0} million rows/s; small fixture {small:.0} runs/s",
            median * 1e3,
            processor * 1e3
        );
    }
}

/// How often a query is run for one figure: the system counts processor time in ticks of a few milliseconds.
fn repeats(run: impl Fn() -> eval::Table) -> u32 {
    let start = Instant::now();
    run();
    let wanted = 0.1 / start.elapsed().as_secs_f64();
    (1..=200).find(|repeats| f64::from(*repeats) >= wanted).unwrap_or(200)
}

fn median(seconds: impl Iterator<Item = f64>) -> f64 {
    let mut seconds: Vec<f64> = seconds.collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Seconds this process has run on a processor, which other work on the machine does not change; 0 where the system does
/// not tell.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}
