#!/usr/bin/env bash
# Lets check-jsonschema read the schemas for editors: each good example must pass, each bad one must fail.
# Wants the folder of the programs (bin) of a venv with check-jsonschema.
set -uo pipefail
cd "$(dirname "$0")/../.."
bin=$1
status=0
"$bin/check-jsonschema" --check-metaschema schemas/rule/*.json schemas/test.json schemas/config.json || status=1
for kind in rule test config; do
    schema=schemas/$kind.json
    [ "$kind" = rule ] && schema=schemas/rule/rule.json
    "$bin/check-jsonschema" --schemafile "$schema" tests/schemas/$kind/good/* || status=1
    for bad in tests/schemas/$kind/bad/*; do
        if "$bin/check-jsonschema" --schemafile "$schema" "$bad" >/dev/null 2>&1; then
            echo "$bad: passes $schema"
            status=1
        fi
    done
done
exit $status
