#!/usr/bin/env python3
"""Times duckdb-kql and sentinelc on the same events and queries in one run, on one thread, and prints the ratios.

    python3 -m venv venv && venv/bin/pip install duckdb pytz duckdb-kql==1.1.2
    cargo build --release && cargo bench --no-run --bench events
    venv/bin/python tests/peers/bench_duckdb_kql.py --events events.csv --events events.jsonl \\
        --now 2024-06-08T00:00:00Z --sentinelc target/release/sentinelc --bench target/release/deps/events-… QUERY.kql…

The queries of `benches/queries` are those whose speed is watched beside those of real rules.

In memory: the query on the loaded table, run by the bench `events` and by DuckDB into a temporary table, so that neither
spends time on showing rows. With loading: the whole process of `sentinelc run`, and DuckDB's load plus the query. Each figure is the median of five in seconds of wall
clock; with `--cpu` it is that of processor time, which other work on the machine disturbs less. Both must give the same
number of rows.
"""

import argparse
import datetime
import json
import re
import resource
import statistics
import subprocess
import time

import duckdb
import duckdb_kql


def child_seconds():
    """Processor seconds of all processes that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(action, runs, clock):
    """The median seconds of `action`."""
    seconds = []
    for _ in range(runs):
        start = clock()
        action()
        seconds.append(clock() - start)
    return statistics.median(seconds)


def in_memory(args, events):
    """Seconds of each query on the loaded table, as the bench prints them."""
    command = [args.bench, "--bench", f"{args.table}={events}", args.now, *args.queries]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.findall(r"^(.*): ([0-9.]+) ms wall, ([0-9.]+) ms processor", output, re.MULTILINE)
    return {path: float(cpu if args.cpu else wall) / 1e3 for path, wall, cpu in found}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", action="append", required=True)
    parser.add_argument("--table", default="DeviceNetworkEvents")
    parser.add_argument("--now", required=True)
    parser.add_argument("--sentinelc", required=True)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("queries", nargs="+")
    args = parser.parse_args()
    own_clock = time.process_time if args.cpu else time.perf_counter
    child_clock = child_seconds if args.cpu else time.perf_counter

    now = datetime.datetime.fromisoformat(args.now)
    for events in args.events:
        reader = "read_csv" if events.endswith(".csv") else "read_json"
        connection = duckdb.connect()
        connection.execute("set threads = 1")
        connection.execute("set timezone = 'UTC'")
        load = f"create or replace table {args.table} as select * from {reader}('{events}')"
        peer_load = timed(lambda: connection.execute(load), args.runs, own_clock)
        described = connection.execute(f"describe {args.table}").fetchall()
        schema = {args.table: [column for column, *_ in described]}
        own_memory = in_memory(args, events)
        print(f"{events}: duckdb loads in {peer_load:.3f} s")
        for path in args.queries:
            with open(path, encoding="utf-8") as file:
                translated = duckdb_kql.to_sql(file.read(), query_now=now, schema=schema)
            sql, values = str(translated), dict(translated.parameters)
            run = f"create or replace temporary table result as {sql}"
            peer = timed(lambda: connection.execute(run, values), args.runs, own_clock)
            rows = connection.execute("select count(*) from result").fetchone()[0]
            command = [args.sentinelc, "run", path, "--table", f"{args.table}={events}", "--now", args.now]
            command += ["--format", "json"]
            answer = subprocess.run(command, check=True, capture_output=True).stdout
            own_rows = len(json.loads(answer)["rows"])
            own = timed(lambda: subprocess.run(command, check=True, capture_output=True), args.runs, child_clock)
            memory = own_memory[path]
            print(
                f"  {path}: in memory {peer * 1e3:.1f} ms / {memory * 1e3:.2f} ms = {peer / memory:.1f} times; "
                f"with load {peer + peer_load:.3f} s / {own:.3f} s = {(peer + peer_load) / own:.1f} times; "
                f"rows {rows} / {own_rows}"
            )
            if rows != own_rows:
                raise SystemExit(f"{path}: different numbers of rows")


if __name__ == "__main__":
    main()
