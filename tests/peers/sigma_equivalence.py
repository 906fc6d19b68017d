"""Compares what a rule's query finds with what its Sigma rule finds, on the same generated events.

    sigma_equivalence.py SENTINELC VENV_BIN FOLDER...

Each rule is compiled to Sigma (portable and --exact), sigma-cli converts that back to KQL, and `sentinelc run` evaluates
the conditions of both queries, without the time window and the aggregation. The exact rule has to find the same rows,
the portable one those rows at least. Events are made from the literals of the rules: each value alone, with neighbours
of every kind before and after it, cut, in other letters, missing.
"""

import itertools
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

NOW = "2024-06-08T00:00:00Z"
# What stands beside a value: nothing, letters and digits (no term ends there), separators, letters beyond ASCII.
BEFORE = ["", "x", "9", ".", "\\", "_", "-", "é", "語", " ", "www."]
AFTER = ["", "x", "db", "9", ".", "\\", "_", "/", "é", "語", " ", ".exe", ":443", "backup"]
FIXED = ["", None, "kaseya.com", "xkaseya.com", "leveldb.exe", "Dattobackup", "level.io", "İ", "a\nb"]
NUMBERS = [None, 0, 1, 79, 80, 81, 443, 444, 1023, 1024, 4444, 29999, 30000, 30001, 49151, 49152, 65535]
ADDRESSES = [None, "", "10.0.0.1", "10.255.255.255", "11.0.0.1", "192.168.1.1", "not an address", "::1"]
ROWS = 4000


def run(command, **options):
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", **options)


def schema(sentinelc, table):
    """The names and types of a table's columns."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as empty:
        answer = run([sentinelc, "run", "--table", f"{table}={empty.name}", "--format", "json", "--now", NOW],
                     input=f"{table} | getschema | project ColumnName, ColumnType")
    if answer.returncode:
        sys.exit(f"{table}: {answer.stderr or answer.stdout}")
    return dict(json.loads(answer.stdout)["rows"])


def literals(query):
    """The texts and numbers written in a query."""
    texts = [a or b or c or d for a, b, c, d in re.findall(
        r"""@'([^']*)'|@"([^"]*)"|'([^'\n]*)'|"([^"\n]*)\"""", query)]
    return [text.replace("\\\\", "\\") for text in texts if text], [int(n) for n in re.findall(r"\b\d+\b", query)]


def variants(text, chance):
    """A value as events may hold it, and what only looks like it."""
    for before, after in itertools.product(BEFORE, AFTER):
        yield before + text + after
    yield from (text.upper(), text.lower(), text.swapcase(), text[1:], text[:-1], text + text, text.replace(".", "x"))
    yield text[: len(text) // 2] + chance.choice(AFTER) + text[len(text) // 2 :]


def events(query, columns, used, chance):
    """Rows in which every column of the query holds, mostly, a variant of one of the query's values."""
    texts, numbers = literals(query)
    words = {text: list(variants(text, chance)) for text in texts}
    near = NUMBERS + [n + d for n in numbers for d in (-1, 0, 1)]

    def value(column):
        kind = columns[column]
        if kind in ("int", "long", "real"):
            return chance.choice(near)
        if kind == "bool":
            return chance.choice([True, False, None])
        if kind == "datetime":
            return NOW
        if column.endswith("IP"):
            return chance.choice(ADDRESSES)
        roll = chance.random()
        if column == "ActionType" or roll < 0.4:
            return chance.choice(texts)
        if roll < 0.9:
            return chance.choice(words[chance.choice(texts)])
        return chance.choice(FIXED)

    rows = []
    for number in range(ROWS):
        row = {column: value(column) for column in used}
        rows.append({"ReportId": number} | {name: cell for name, cell in row.items() if cell is not None})
    return rows


def conditions(query):
    """The query up to its last `where`, and without any condition on time: which rows it finds."""
    kept = []
    for stage in re.split(r"\n\s*\|", query.rstrip()):
        if re.match(r"\s*where\s+(Timestamp|TimeGenerated)\b", stage) and not re.search(r"\band\b(?!.*between)", stage):
            continue
        if re.match(r"\s*(summarize|project|sort|order|take|distinct)\b", stage):
            break
        kept.append(stage)
    return "\n|".join(kept) + "\n| project ReportId"


def repaired(query, columns):
    """The backend writes lists of numbers as texts, which Kusto does not compare with a number."""
    def numbers(match):
        column, values = match.groups()
        if columns.get(column) not in ("int", "long", "real"):
            return match[0]
        return f"{column} in (" + values.replace('"', "") + ")"
    return re.sub(r"(\w+) in~ \(([^)]*)\)", numbers, query)


def found(sentinelc, query, table, path):
    answer = run([sentinelc, "run", "--table", f"{table}={path}", "--format", "json", "--now", NOW], input=query)
    if answer.returncode:
        raise ValueError(f"does not run: {answer.stderr or answer.stdout}\n{query}")
    return {row[0] for row in json.loads(answer.stdout)["rows"]}


def back(venv, path):
    answer = run([f"{venv}/sigma", "convert", "-t", "kusto", "-p", "microsoft_xdr", str(path)])
    text = answer.stdout[answer.stdout.find("Device"):]
    if answer.returncode or not text.startswith("Device"):
        raise ValueError(f"does not convert: {answer.stderr}{answer.stdout}")
    return text


def compare(sentinelc, venv, rule, work):
    """Raises ValueError where the two differ; gives how many events the query finds, and a sentence."""
    query = yaml.safe_load(rule.read_text(encoding="utf-8"))["query"]
    says = []
    for mode in ("portable", "exact"):
        out = work / f"{rule.stem}-{mode}"
        built = run([sentinelc, "build", str(rule), "--target", "sigma", "--out", str(out), "--isolated", "--format", "json"]
                    + (["--exact"] if mode == "exact" else []))
        if built.returncode:
            raise ValueError(f"{mode}: not built: {built.stdout}{built.stderr}")
        converted = back(venv, json.loads(built.stdout)[0]["file"])
        table = converted.split()[0]
        columns = schema(sentinelc, table)
        used = [name for name in columns if re.search(rf"\b{name}\b", query)]
        path = work / "events.jsonl"
        rows = events(query, columns, used, random.Random(f"{rule.stem}"))
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        wanted = found(sentinelc, conditions(query), table, path)
        got = found(sentinelc, repaired(converted, columns) + "\n| project ReportId", table, path)
        missed, extra = wanted - got, got - wanted
        if len(wanted) == len(rows):
            raise ValueError("every event is found; they tell nothing apart")
        if missed or (extra and mode == "exact"):
            example = rows[min(missed or extra)]
            what = "misses" if missed else "finds more"
            raise ValueError(f"{mode} {what}: {len(missed)} missed, {len(extra)} more, of {len(wanted)}\n"
                             f"{json.dumps(example, ensure_ascii=False)}\n{converted}")
        says.append(f"{mode} {len(got)}")
    return len(wanted), f"{len(wanted)} of {ROWS} events; {', '.join(says)}"


def main():
    sentinelc, venv, *folders = sys.argv[1:]
    rules = [rule for folder in folders for rule in sorted(pathlib.Path(folder).glob("*.yaml"))
             if not rule.name.endswith(".test.yaml")]
    wrong = idle = 0
    with tempfile.TemporaryDirectory() as work:
        for rule in rules:
            try:
                rows, sentence = compare(sentinelc, venv, rule, pathlib.Path(work))
                print(f"{rule}: {sentence}")
                idle += rows == 0
            except ValueError as error:
                wrong += 1
                print(f"{rule}: {error}")
    print(f"Sigma and KQL: {len(rules) - wrong - idle} of {len(rules)} rules find the same events, {idle} find none")
    # A rule that no event can fulfil compares nothing; more than one of them means that the events are too few.
    sys.exit(1 if wrong or idle > 1 or not rules else 0)


if __name__ == "__main__":
    main()
