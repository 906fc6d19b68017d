"""Checks ARM templates against the published resource schemas and a strict overlay.

usage: validate_arm.py SCHEMAS FILE...

SCHEMAS holds the published files (2025-09-01/Microsoft.SecurityInsights.json and their like) and
sentinelc-strict-overlay.json. The published files define the resources but no resource list, so the
definition is chosen here by type and kind.
"""

import json
import re
import sys
from pathlib import Path

import jsonschema
from jsonschema import Draft4Validator, Draft202012Validator, RefResolver


def published(schemas: Path, resource: dict) -> tuple[Path, str]:
    version = resource["apiVersion"]
    if resource["type"].endswith("/savedSearches"):
        return schemas / version / "Microsoft.OperationalInsights.json", "workspaces_savedSearches"
    name = {"Scheduled": "ScheduledAlertRule", "NRT": "NrtAlertRule"}[resource["kind"]]
    return schemas / version / "Microsoft.SecurityInsights.json", name


def store(schemas: Path) -> dict:
    documents = {}
    for path in schemas.rglob("*.json"):
        document = json.loads(path.read_text("utf-8"))
        relative = path.relative_to(schemas).as_posix()
        if relative.startswith("common/"):
            documents["https://schema.management.azure.com/schemas/" + relative] = document
        documents[document.get("id", relative)] = document
    return documents


def check(path: Path, schemas: Path) -> list[str]:
    template = json.loads(path.read_text("utf-8"))
    if template["parameters"]["workspace"].get("defaultValue") is not None:
        return ["parameter workspace has a default: Sentinel Repositories would not fill it"]
    problems = []
    for resource in template["resources"]:
        file, name = published(schemas, resource)
        document = json.loads(file.read_text("utf-8"))
        places = {**document.get("definitions", {}), **document.get("resourceDefinitions", {})}
        if name not in places:
            problems.append(f"{file.name} does not define {name}")
            continue
        resolver = RefResolver(document.get("id", ""), document, store=store(schemas))
        problems += [f"published: {e.json_path}: {e.message[:200]}" for e in Draft4Validator(places[name], resolver=resolver).iter_errors(resource)]
        problems += overlay(schemas, resource)
    return problems


def overlay(schemas: Path, resource: dict) -> list[str]:
    document = json.loads((schemas / "sentinelc-strict-overlay.json").read_text("utf-8"))
    if resource["type"].endswith("/savedSearches"):
        name = next(name for name in document["$defs"] if re.search("saved|hunting", name, re.I))
    else:
        stage = "preview" if resource["apiVersion"].endswith("-preview") else "stable"
        name = next(n for n in (f"{resource['kind'].lower()}_{stage}", resource["kind"].lower()) if n in document["$defs"])
    validator = Draft202012Validator({**document, "$ref": f"#/$defs/{name}"})
    return [f"overlay: {error.json_path}: {error.message[:200]}" for error in validator.iter_errors(resource)]


def main() -> int:
    schemas, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    failed = 0
    for path in files:
        for problem in check(path, schemas):
            print(f"{path}: {problem}")
            failed = 1
    print(f"ARM: {len(files)} files checked with jsonschema {jsonschema.__version__}")
    return failed or int(not files)


if __name__ == "__main__":
    sys.exit(main())
