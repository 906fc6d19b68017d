"""Prints the SARIF 2.1.0 schema that Microsoft's SARIF Multitool carries inside its executable.

    sarif_schema.py Sarif.Multitool > sarif-schema-2.1.0.json
"""

import json
import re
import sys

data = open(sys.argv[1], "rb").read()
for found in re.finditer(rb'\{\s*"\$schema"', data):
    try:
        schema, _ = json.JSONDecoder().raw_decode(data[found.start() : found.start() + 2_000_000].decode("utf-8", "ignore"))
    except ValueError:
        continue
    if "2.1.0" in schema.get("title", "") and "definitions" in schema:
        json.dump(schema, sys.stdout)
        break
else:
    sys.exit("no SARIF 2.1.0 schema in there")
