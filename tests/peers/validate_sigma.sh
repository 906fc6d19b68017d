#!/usr/bin/env bash
# Checks Sigma rules with sigma-cli and the SigmaHQ validators, and converts them back to KQL.
#
# usage: validate_sigma.sh VENV_BIN FILE...
set -euo pipefail
bin=$1
shift

"$bin/sigma" check --fail-on-error "$@" >"${TMPDIR:-/tmp}/sigma-check.$$" 2>&1 || {
    cat "${TMPDIR:-/tmp}/sigma-check.$$"
    exit 1
}
grep -E 'Found|errors|issues' "${TMPDIR:-/tmp}/sigma-check.$$" | head -n 3 || true
rm -f "${TMPDIR:-/tmp}/sigma-check.$$"
for file in "$@"; do
    kql=$("$bin/sigma" convert -t kusto -p microsoft_xdr "$file" 2>&1) || { echo "$file: $kql"; exit 1; }
    grep -q '| *where' <<<"$kql" || { echo "$file: converts to no query: $kql"; exit 1; }
done
echo "Sigma: $# files checked and converted back to KQL"
