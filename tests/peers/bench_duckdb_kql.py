#!/usr/bin/env python3
"""Times duckdb-kql and sentinelc on the same events and queries, one after the other, and prints the ratio.

    python3 -m venv venv && venv/bin/pip install duckdb-kql==1.1.2
    venv/bin/python tests/peers/bench_duckdb_kql.py --events events.jsonl --now 2024-06-08T00:00:00Z --sentinelc target/release/sentinelc QUERY.kql…

sentinelc's time is the whole process with loading. The peer's is its load plus the query on one thread.
"""

import argparse
import datetime
import statistics
import subprocess
import time

import duckdb
import duckdb_kql


def timed(action, runs):
    """The median seconds of `action`."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", required=True)
    parser.add_argument("--table", default="DeviceNetworkEvents")
    parser.add_argument("--now", required=True)
    parser.add_argument("--sentinelc", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("queries", nargs="+")
    args = parser.parse_args()

    reader = "read_csv" if args.events.endswith(".csv") else "read_json"
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    load = f"create or replace table {args.table} as select * from {reader}('{args.events}')"
    peer_load = timed(lambda: connection.execute(load), args.runs)
    print(f"duckdb load: {peer_load:.3f} s")
    for path in args.queries:
        with open(path, encoding="utf-8") as file:
            query = file.read()
        sql = str(duckdb_kql.to_sql(query, query_now=datetime.datetime.fromisoformat(args.now)))
        peer = timed(lambda: connection.execute(sql).fetchall(), args.runs)
        command = [args.sentinelc, "run", path, "--table", f"{args.table}={args.events}", "--now", args.now, "--format", "json"]
        own = timed(lambda: subprocess.run(command, check=True, capture_output=True), args.runs)
        print(f"{path}: duckdb-kql {peer:.3f} s in memory, {peer + peer_load:.3f} s with load; "
              f"sentinelc {own:.3f} s with load: {(peer + peer_load) / own:.1f} times")


if __name__ == "__main__":
    main()
