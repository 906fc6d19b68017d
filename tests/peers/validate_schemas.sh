#!/usr/bin/env bash
# Lets check-jsonschema read the schemas for editors: each good example must pass, each bad one must fail; examples of rules by
# the schema for all kinds, and by that of their own kind, which their names start with.
# Wants the folder of the programs (bin) of a venv with check-jsonschema.
set -uo pipefail
cd "$(dirname "$0")/../.."
bin=$1
status=0

# judge SCHEMA FOLDER PREFIX: the examples in FOLDER/good and FOLDER/bad whose names start with PREFIX.
judge() {
    "$bin/check-jsonschema" --schemafile "$1" "$2/good/$3"* || status=1
    for bad in "$2/bad/$3"*; do
        if "$bin/check-jsonschema" --schemafile "$1" "$bad" >/dev/null 2>&1; then
            echo "$bad: passes $1"
            status=1
        fi
    done
}

"$bin/check-jsonschema" --check-metaschema schemas/rule/*.json schemas/test.json schemas/config.json || status=1
judge schemas/rule/rule.json tests/schemas/rule ""
judge schemas/test.json tests/schemas/test ""
judge schemas/config.json tests/schemas/config ""
for schema in schemas/rule/*.json; do
    kind=$(basename "$schema" .json)
    [ "$kind" = rule ] || judge "$schema" tests/schemas/rule "${kind//-/_}"
done
exit $status
