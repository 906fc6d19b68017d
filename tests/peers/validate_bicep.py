"""Parses Bicep files with pycep and compares the rule they hold with the ARM template of the same rule.

usage: validate_bicep.py ARM_DIR BICEP_FILE...
"""

import json
import sys
from pathlib import Path

import pycep

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}


def unescaped(text: str) -> str:
    """pycep gives one-line strings with their escapes as written."""
    out, rest = [], iter(text)
    for c in rest:
        if c != "\\":
            out.append(c)
            continue
        c = next(rest)
        if c == "u":
            digits = []
            next(rest)
            while (digit := next(rest)) != "}":
                digits.append(digit)
            out.append(chr(int("".join(digits), 16)))
        else:
            out.append(ESCAPES[c])
    return "".join(out)


def plain(value, multi_line: set[str]):
    if isinstance(value, dict):
        return {key.strip("'"): plain(item, multi_line) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, multi_line) for item in value]
    if isinstance(value, str) and value not in multi_line and "\n" not in value:
        return unescaped(value)
    return value


def literal(value):
    """The value an ARM literal stands for."""
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [literal(item) for item in value]
    if isinstance(value, str) and value.startswith("[[") and value.endswith("]"):
        return value[1:]
    return value


def rule_of(text: str) -> dict:
    resources = pycep.BicepParser().parse(text=text)["resources"]
    rules = [resource for resource in resources.values() if "properties" in resource["config"]]
    assert len(rules) == 1, f"{len(rules)} rules"
    return plain(rules[0]["config"]["properties"], set())


def main() -> int:
    arm_folder, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    failed = 0
    for path in files:
        twin = json.loads((arm_folder / f"{path.stem}.json").read_text("utf-8"))
        expected = literal(twin["resources"][0]["properties"])
        try:
            found = rule_of(path.read_text("utf-8"))
        except Exception as error:  # pycep raises the errors of its grammar engine
            print(f"{path}: pycep cannot read it: {error}")
            failed = 1
            continue
        for key in sorted(expected.keys() | found.keys()):
            if expected.get(key) != found.get(key):
                print(f"{path}: {key}: {found.get(key)!r}, and {expected.get(key)!r} in the ARM template")
                failed = 1
    print(f"Bicep: {len(files)} files parsed with pycep and equal to their ARM templates")
    return failed or int(not files)


if __name__ == "__main__":
    sys.exit(main())
