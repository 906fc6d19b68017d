"""Two binders side by side: ours (the example `binding`) and Microsoft's (`kusto_binding.mjs` in Node, given the tables and
functions of our catalogue), and how their answers differ.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from kusto_peer import PEERS, ROOT, install_node_packages

CATALOG = ROOT / "schemas" / "catalog"
EXAMPLE = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "examples" / "binding"
TYPES = {
    "b": "bool", "i": "int", "l": "long", "r": "real", "m": "decimal", "s": "string", "t": "datetime", "p": "timespan",
    "g": "guid", "d": "dynamic",
}


@dataclass
class Place:
    """An error: the code or lint, where it begins and ends (UTF-16 units), and the words."""

    name: str
    start: int
    end: int
    message: str


@dataclass
class Answer:
    """What one binder says of one query. `columns` is None where the result is no table."""

    errors: list[Place]
    columns: list[tuple[str, str]] | None
    open: bool


def install() -> None:
    """Builds our half and installs Microsoft's; leaves where the registry cannot be reached."""
    subprocess.run(["cargo", "build", "--quiet", "--example", "binding"], cwd=ROOT, check=True)
    install_node_packages()


def _columns(text: str) -> dict[str, str]:
    pairs = (pair.rpartition(":") for pair in text.split(",") if pair)
    return {name: TYPES[letter] for name, _, letter in pairs}


def _lines(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (CATALOG / name).read_text(encoding="utf-8").splitlines()]


def schema() -> dict:
    """The tables and functions of our catalogue that give a table, as `kusto_binding.mjs` reads them."""
    tables = {name: {"columns": _columns(columns), "open": "*" in where} for name, where, columns in _lines("tables/tables.txt")}
    lines = _lines("functions/workspace.txt")
    shapes = {line[0]: _columns(line[1]) for line in lines if line[0].startswith("@")}
    functions = {}
    for name, shape, params in (line for line in lines if not line[0].startswith("@")):
        if not shape.startswith("@") or "table" in params:
            continue
        listed = [part.split(": ") for part in params.strip("()").split(", ") if part]
        params = [[param, of.rstrip("?"), of.endswith("?")] for param, of in listed]
        functions[name] = {"columns": shapes[shape.rstrip("*")], "open": shape.endswith("*"), "params": params}
    return {"tables": tables, "functions": functions}


def _ask(command: list, queries: list[str]) -> list[dict]:
    asked = "".join(json.dumps({"id": number, "query": query}) + "\n" for number, query in enumerate(queries))
    done = subprocess.run(command, input=asked, check=True, capture_output=True, text=True, encoding="utf-8")
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if [answer["id"] for answer in answers] != list(range(len(queries))):
        sys.exit(f"{command[0]} answered {len(answers)} of {len(queries)} queries")
    return answers


def answers(queries: list[str]) -> list[tuple[Answer, Answer] | None]:
    """Our answer and Microsoft's to each query; None where one of them does not accept the syntax, or fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(schema(), file)
        file.flush()
        theirs = _ask(["node", PEERS / "kusto_binding.mjs", file.name], queries)
    return [_pair(our, their) for our, their in zip(_ask([EXAMPLE], queries), theirs)]


def _pair(our: dict, their: dict) -> tuple[Answer, Answer] | None:
    if "error" in their or our["syntax"] or their["syntax"]:
        return None
    errors = [Place(each["lint"], each["start"], each["end"], each["message"]) for each in our["problems"]]
    listed = [
        Place(each["code"], each["start"], each["start"] + each["length"], each["message"]) for each in their["diagnostics"]
    ]
    return Answer(errors, _named(our), our["open"]), Answer(listed, _named(their), their["open"])


def _named(answer: dict) -> list[tuple[str, str]] | None:
    return None if answer["columns"] is None else [(name, of) for name, of in answer["columns"]]
