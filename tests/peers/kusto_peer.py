"""Two parsers side by side: ours (the example `syntax`) and Microsoft's (`kusto_syntax.mjs` in Node), and how they differ.

A query is a text; a verdict is the list of 1-based lines of the syntax errors, empty when the query is accepted.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "tests" / "peers"
EXAMPLE = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "examples" / "syntax"


@dataclass
class Verdict:
    """What one parser says of one query: the line and the words of each error, first error first."""

    errors: list[tuple[int, str]]

    @property
    def accepts(self) -> bool:
        return not self.errors


def install() -> None:
    """Builds our half and installs Microsoft's; leaves where the registry cannot be reached."""
    subprocess.run(["cargo", "build", "--quiet", "--example", "syntax"], cwd=ROOT, check=True)
    install_node_packages()


def install_node_packages() -> None:
    """Installs Microsoft's half, or leaves: 0 when the registry cannot be reached, else with what went wrong."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        sys.exit("node and npm are needed")
    if (PEERS / "node_modules" / "@kusto" / "language-service-next").is_dir():
        return
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=PEERS, capture_output=True, text=True)
    if done.returncode == 0:
        return
    reachable = subprocess.run(["npm", "ping"], cwd=PEERS, capture_output=True).returncode == 0
    if reachable:
        sys.exit(f"npm ci failed:\n{done.stderr}")
    print("SKIPPED: Microsoft's parser is not installed and the npm registry cannot be reached")
    sys.exit(0)


def queries_of_the_repository() -> list[tuple[str, str]]:
    """(path, query) of every rule and query file below rules/ and tests/."""
    done = subprocess.run([EXAMPLE, "rules", "tests"], cwd=ROOT, check=True, capture_output=True, text=True)
    answers = (json.loads(line) for line in done.stdout.splitlines())
    found = [(answer["id"], answer["query"]) for answer in answers]
    mistakes = (ROOT / "tests" / "kql" / "mistakes.txt").read_text(encoding="utf-8").splitlines()
    found += [(f"tests/kql/mistakes.txt:{line}", query) for line, query in enumerate(mistakes, 1)]
    return found


def queries_of_the_corpus() -> list[tuple[str, str]]:
    """(id, query) of the shared corpus; empty, and said so, where it is not at hand."""
    shared = pathlib.Path(os.environ.get("SENTINELC_SHARED", ROOT.parent / "shared"))
    path = shared / "corpus" / "official_parser_verdicts.jsonl"
    if not path.exists():
        print(f"corpus: skipped, {path} is not there")
        return []
    with path.open(encoding="utf-8") as lines:
        return [(verdict["id"], verdict["query"]) for verdict in map(json.loads, lines)]


def _ask(command: list, queries: list[str]) -> list[dict]:
    asked = "".join(json.dumps({"id": number, "query": query}) + "\n" for number, query in enumerate(queries))
    done = subprocess.run(command, input=asked, check=True, capture_output=True, text=True, encoding="utf-8")
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if [answer["id"] for answer in answers] != list(range(len(queries))):
        sys.exit(f"{command[0]} answered {len(answers)} of {len(queries)} queries")
    return answers


def ours(queries: list[str]) -> list[Verdict]:
    """Our verdicts, in the order of the queries."""
    answers = _ask([EXAMPLE], queries)
    return [Verdict([(each["line"], each["message"]) for each in answer["problems"]]) for answer in answers]


def theirs(queries: list[str]) -> list[Verdict | None]:
    """Microsoft's verdicts; None where that parser itself fails."""
    answers = _ask(["node", PEERS / "kusto_syntax.mjs"], queries)
    return [_verdict(query, answer) for query, answer in zip(queries, answers)]


def _verdict(query: str, answer: dict) -> Verdict | None:
    if "error" in answer:
        return None
    units = query.encode("utf-16-le")
    line = lambda start: units[: 2 * start].decode("utf-16-le", "ignore").count("\n") + 1
    return Verdict([(line(each["start"]), each["message"]) for each in answer["syntax"]])
