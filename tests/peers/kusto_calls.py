"""Calls of every scalar function and aggregate of the catalogue: with each number of arguments that it may or may not take,
and at each place a value of each type, as a column and as a literal.
"""

import itertools
import re
from dataclasses import dataclass

from kusto_binder import CATALOG, TYPES

TABLE = "datatable(b:bool, i:int, l:long, r:real, m:decimal, s:string, t:datetime, p:timespan, g:guid, d:dynamic)[]"
LITERALS = {
    "bool": "true", "int": "int(1)", "long": "2", "real": "1.5", "decimal": "decimal(1.5)", "string": "'x'",
    "datetime": "datetime(2024-01-01)", "timespan": "1h", "guid": "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
    "dynamic": "dynamic([1, 2])",
}
COLUMNS = {name: letter for letter, name in TYPES.items()}
OTHERS = ["*", "typeof(long)", "dynamic({'a': 1})", "-1", "''", "s + s", "l * 2", "(T)", "d.x", "todynamic(s)"]
# How many more arguments than a function may take are tried.
MORE = 2


@dataclass
class Batch:
    """One query of many calls: the text of each, where it begins, and the column that it gives."""

    query: str
    calls: list[tuple[int, str]]


def _parameters(signature: str) -> list[tuple[str, int, int]]:
    """(kind, at least, at most) of each parameter of `(name: kind, name?: kind) -> result`."""
    inside = signature[1 : signature.rindex(") -> ")]
    found = []
    for part in re.split(r", (?=[^,()]+: )", inside) if inside else []:
        name, _, kind = part.partition(": ")
        times = re.search(r"\{(\d+),(\d*)\}$", name)
        low, high = (int(times[1]), int(times[2] or 64)) if times else (0 if name.endswith("?") else 1, 1)
        found.append((kind, low, high))
    return found


def _default(kind: str) -> str:
    """An argument that fits a parameter of this kind."""
    first = re.split(r"[ /(]", kind)[0]
    listed = re.search(r"\(([^)]*)\)$", kind)
    if listed and " " in kind:
        value = listed[1].split("|")[0]
        return value if re.fullmatch(r"-?\d+", value) else f"'{value}'"
    if "star" in kind:
        return "*"
    of = first if first in LITERALS else {
        "number": "real", "integer": "long", "summable": "long", "orderable": "long", "array": "dynamic", "bag": "dynamic",
    }.get(first, "dynamic" if "array" in first or "dynamic" in first else "string")
    if first == "type-literal":
        return "typeof(string)"
    return LITERALS[of] if "constant" in kind or "literal" in kind else COLUMNS[of]


def _arguments(signature: str) -> list[list[str]]:
    """Lists of arguments to try: right ones of each number, and with one of them exchanged."""
    parameters = _parameters(signature)
    least = [_default(kind) for kind, low, _ in parameters for _ in range(low)]
    most = [_default(kind) for kind, _, high in parameters for _ in range(min(high, 3))]
    bases = [most[:count] for count in range(len(most) + 1)] + [least]
    bases += [[*most, *["s"] * extra] for extra in range(1, MORE + 1)]
    tried = list(bases)
    for base in bases:
        if len(base) > 6:
            continue
        for at, value in itertools.product(range(len(base)), [*COLUMNS.values(), *LITERALS.values(), *OTHERS]):
            tried.append([*base[:at], value, *base[at + 1 :]])
    return tried


def calls(section: str) -> list[str]:
    """All calls of the functions of one file of the catalogue, each once."""
    found: dict[str, None] = {}
    for line in (CATALOG / "functions" / f"{section}.txt").read_text(encoding="utf-8").splitlines():
        name, _, _, signatures = line.split("\t")
        for signature in signatures.split(" ; "):
            for arguments in _arguments(signature):
                found[f"{name}({', '.join(arguments)})"] = None
    return list(found)


def operations() -> list[str]:
    """Every binary operator between values of all types."""
    symbols = "+ - * / % < <= > >= == != and or =~ !~ has contains startswith hasprefix endswith has_cs !has_cs matches:regex".split()
    values = [*COLUMNS.values(), *LITERALS.values(), "d.x", "s[0]", "nosuch"]
    found = [f"{left} {symbol.replace(':', ' ')} {right}" for symbol in symbols for left in values for right in values]
    for symbol in ("in", "!in", "in~", "has_any", "has_all"):
        found += [f"{left} {symbol} ({right}, {other})" for left in values for right in values for other in ("'x'", "2")]
    for low, high in itertools.product(values, values):
        found += [f"{value} between ({low} .. {high})" for value in ("l", "t", "s", "r", "p", "d")]
    return found


def batches(stage: str, texts: list[str], size: int = 25) -> list[Batch]:
    """Queries of `size` calls each, as columns c0, c1 … of a `project` or `summarize`."""
    made = []
    for at in range(0, len(texts), size):
        query, listed = f"let T = {TABLE}; T | {stage} ", []
        for number, text in enumerate(texts[at : at + size]):
            query += f"{', ' if number else ''}c{number} = "
            listed.append((len(query), text))
            query += text
        made.append(Batch(query, listed))
    return made
