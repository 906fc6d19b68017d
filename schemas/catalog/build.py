#!/usr/bin/env python3
"""Rebuilds schemas/catalog/tables and schemas/catalog/functions.

    python3 schemas/catalog/build.py FACTS [RESULTS]

FACTS is a folder with tables.json, kql_builtins.json and workspace_functions.json; RESULTS a file of JSON lines, each with a
query and the result columns that Microsoft's binder gives it, from which the order of columns is taken. README.md says
where each comes from and what the written lines mean. The same input gives the same bytes.
"""

import collections
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent

LETTERS = {
    "bool": "b", "int": "i", "long": "l", "real": "r", "decimal": "m", "string": "s",
    "datetime": "t", "timespan": "p", "guid": "g", "dynamic": "d",
}

# Where each table exists: L Log Analytics (Sentinel), X Defender XDR advanced hunting.
WORLDS = {"sentinel": "L", "xdr": "X"}

# Tables whose columns depend on what is sent to them: a column that is not listed is no mistake.
OPEN_TABLES = {"AzureDiagnostics"}

# The package's names of operators -> how they are written.
OPERATORS = {
    "UnaryMinus": "unary -", "UnaryPlus": "unary +", "And": "and", "Or": "or", "Add": "+", "Subtract": "-", "Multiply": "*",
    "Divide": "/", "Modulo": "%", "LessThan": "<", "LessThanOrEqual": "<=", "GreaterThan": ">", "GreaterThanOrEqual": ">=",
    "Equal": "==", "NotEqual": "!=", "EqualTilde": "=~", "BangTilde": "!~", "Has": "has", "HasCs": "has_cs", "NotHas": "!has",
    "NotHasCs": "!has_cs", "HasPrefix": "hasprefix", "HasPrefixCs": "hasprefix_cs", "NotHasPrefix": "!hasprefix",
    "NotHasPrefixCs": "!hasprefix_cs", "HasSuffix": "hassuffix", "HasSuffixCs": "hassuffix_cs", "NotHasSuffix": "!hassuffix",
    "NotHasSuffixCs": "!hassuffix_cs", "Like": "like", "LikeCs": "likecs", "NotLike": "notlike", "NotLikeCs": "notlikecs",
    "Contains": "contains", "ContainsCs": "contains_cs", "NotContains": "!contains", "NotContainsCs": "!contains_cs",
    "StartsWith": "startswith", "StartsWithCs": "startswith_cs", "NotStartsWith": "!startswith",
    "NotStartsWithCs": "!startswith_cs", "EndsWith": "endswith", "EndsWithCs": "endswith_cs", "NotEndsWith": "!endswith",
    "NotEndsWithCs": "!endswith_cs", "MatchRegex": "matches regex", "Search": ":", "In": "in", "InCs": "in~", "NotIn": "!in",
    "NotInCs": "!in~", "Between": "between", "NotBetween": "!between", "HasAny": "has_any", "HasAll": "has_all",
}

# What functions with more than one result give (Microsoft's pages of each function). {0} is the name of the first argument.
TUPLES = {
    "series_stats": "series_stats_{0}_: min real, min_idx long, max real, max_idx long, avg real, stdev real, variance real",
    "series_fft": "series_fft_{0}_: real dynamic, imag dynamic",
    "series_ifft": "series_ifft_{0}_: real dynamic, imag dynamic",
    "series_fit_line": "series_fit_line_{0}_: rsquare real, slope real, variance real, rvariance real, interception real, line_fit dynamic",
    "series_fit_2lines": "series_fit_2lines_{0}_: rsquare real, split_idx long, variance real, rvariance real, line_fit dynamic, "
    "right_rsquare real, right_slope real, right_interception real, right_variance real, right_rvariance real, "
    "left_rsquare real, left_slope real, left_interception real, left_variance real, left_rvariance real",
    "series_fit_poly": "series_fit_poly_{0}_: rsquare real, coefficients dynamic, variance real, rvariance real, poly_fit dynamic",
    "series_periods_detect": "series_periods_detect_{0}_: periods dynamic, scores dynamic",
    "series_periods_validate": "series_periods_validate_{0}_: periods dynamic, scores dynamic",
    "series_decompose": "series_decompose_{0}_: baseline dynamic, seasonal dynamic, trend dynamic, residual dynamic",
    "series_decompose_forecast": "series_decompose_forecast_{0}_: baseline dynamic, seasonal dynamic, trend dynamic, residual dynamic",
    "series_decompose_anomalies": "series_decompose_anomalies_{0}_: ad_flag dynamic, ad_score dynamic, baseline dynamic",
}

# Scalar functions whose result the package computes by code.
COMPUTED = {"bin_auto": "arg0", "array_sort_asc": "sorted", "array_sort_desc": "sorted"}

# Columns of plugins: `+` before them means that the input's columns stay and these are added.
PLUGINS = {
    "autocluster": "SegmentId long, Count long, Percent real, +",
    "basket": "SegmentId long, Count long, Percent real, +",
    "diffpatterns": "SegmentId long, CountA long, CountB long, PercentA real, PercentB real, PercentDiffAB real, +",
    "estimate_rows_count": "EstimatedRowsCount long",
    "http_request": "ResponseHeaders dynamic, ResponseBody dynamic",
    "http_request_post": "ResponseHeaders dynamic, ResponseBody dynamic",
    "identity": "+",
    "narrow": "Row long, Column string, Value string",
    "preview": "+",
    "rows_near": "+",
}

# Plugins and ways to call them that the documentation has and the package has not.
DOCUMENTED_PLUGINS = {
    "bag_unpack": "(column: scalar column, column_prefix?: string literal, columnsConflict?: string literal, ignoredProperties?: dynamic) -> ?",
    "schema_merge": "(PreserveOrder?: bool literal) -> ?",
}

# Functions called with `invoke` that add columns to their input (Microsoft: "FileProfile()", advanced hunting).
# Rows of functions whose body is a table of constants: as ASIM's parsers of sign-in logs look them up.
CONSTANT_ROWS = {name: {"ResultType": "string", "EventResultDetails": "string"} for name in ("ASIM_AADSTSErrorCodes", "_ASIM_AADSTSErrorCodes")}

ADDED_COLUMNS = {
    "FileProfile": {
        "SHA1": "string", "SHA256": "string", "MD5": "string", "FileSize": "long", "GlobalPrevalence": "long",
        "GlobalFirstSeen": "datetime", "GlobalLastSeen": "datetime", "Signer": "string", "Issuer": "string",
        "SignerHash": "string", "IsCertificateValid": "bool", "IsRootSignerMicrosoft": "bool", "SignatureState": "string",
        "IsExecutable": "bool", "ThreatName": "string", "Publisher": "string", "SoftwareName": "string",
        "ProfileAvailability": "string",
    },
}


def words(name):
    """CommonScalarOrDynamic -> common-scalar-or-dynamic"""
    out = ""
    for at, letter in enumerate(name):
        if letter.isupper() and at > 0:
            out += "-"
        out += letter.lower()
    return out


# Parameters that the engine takes wider than the package's signatures say (the functions' pages have examples).
WIDER_IN_ENGINE = {("make_timespan", "seconds"): "number", ("series_fit_poly", "degree"): "integer"}


def parameter(function, of):
    low, high = of.get("min", 1), of.get("max", 1)
    times = {(1, 1): "", (0, 1): "?"}.get((low, high))
    if times is None:
        times = f"{{{low},{'' if high > 1000 else high}}}"
    kind = "/".join(of["types"]) if of["kind"] == "Declared" else words(of["kind"])
    kind = WIDER_IN_ENGINE.get((function["name"], of["name"]), kind)
    text = f"{of['name']}{times}: {kind}"
    argument = of.get("argument")
    if argument and not argument.isdigit():
        text += " " + words(argument.replace("_", ""))
    if of.get("values"):
        text += "" if argument else " any"
        text += "(" + "|".join(str(value) for value in of["values"]) + ")"
    return text


RETURNS = {
    "Parameter0": "arg0", "Parameter1": "arg1", "Parameter0Array": "array", "Parameter0Promoted": "arg0-promoted",
    "ParameterNLiteral": "typeof-last", "Widest": "widest", "Common": "common", "CommonNonDynamic": "common-not-dynamic",
}


def returns(function, signature, section):
    kind, name = signature["returns"], function["name"]
    if section == "plugins":
        return PLUGINS.get(name, "?")
    if kind == "Declared":
        return signature["type"]
    if kind in RETURNS:
        return RETURNS[kind]
    if kind == "Custom" and section == "scalar_functions":
        return f"({TUPLES[name]})" if name in TUPLES else COMPUTED.get(name, "dynamic")
    if kind == "Custom":
        return "computed"
    return "entity"


# Functions whose column is named in a way that the package's signatures do not tell: as the engine names it.
NAMED_BY_ENGINE = {"covariancep": "covariancep_all"}


def naming(function):
    if function["name"] in NAMED_BY_ENGINE:
        return NAMED_BY_ENGINE[function["name"]]
    kind, _, prefix = (function["result_name"] or "None").partition(":")
    if kind == "None":
        return "-" if not prefix else f"_{prefix}"
    return {
        "FirstArgument": "first", "OnlyArgument": "only", "FirstArgumentValueIfColumn": "column",
        "NameAndFirstArgument": f"{function['name']}_first", "PrefixAndFirstArgument": f"{prefix}_first",
        "PrefixOnly": f"={prefix}",
    }[kind]


def function_line(function, section):
    signatures = []
    for signature in function["signatures"]:
        text = "(" + ", ".join(parameter(function, of) for of in signature["params"]) + ") -> " + returns(function, signature, section)
        if text not in signatures:
            signatures.append(text)
    return "\t".join([function["name"], naming(function), function.get("obsolete") or "-", " ; ".join(signatures)])


# Columns that every table of a workspace has; where a table's page does not list them they come last, in this order.
STANDARD = ["Type", "TenantId", "SourceSystem", "_ResourceId", "_SubscriptionId", "_ItemId", "_IsBillable", "_BilledSize",
            "_TimeReceived"]


# Operators after which the columns of a table may no longer stand in the table's own order: a column that the query names may
# have been moved by them. Under the others only a column that the query assigns or captures may have been.
REORDERING = re.compile(r"\b(project(?!-away)|join|lookup|summarize|union|mv-expand|mv-apply|distinct|evaluate|invoke)\b")
ASSIGNED = re.compile(r"\b(\w+)\s*(?:=(?![=~>])|:)")


def observed_orders(path, known):
    """The order of columns, whole or in parts, as the results of queries show it. A column that the query may have moved is left
    out, and so is one that several of the query's tables have. Whole orders come first, the longest part next."""
    seen = collections.defaultdict(collections.Counter)
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        of = json.loads(line)
        query = of["query"]
        words = set(re.findall(r"\w+", query))
        tables = words & known.keys()
        moved = words if REORDERING.search(query) else set(ASSIGNED.findall(query)) | captured(query)
        for table in tables if of["result"] else ():
            shared = set().union(*(known.get(other, ()) for other in tables if other != table))
            names = [name for name, _ in of["result"] if name in known[table]]
            own = tuple(name for name in names if name not in moved and name not in shared)
            if not REORDERING.search(query) and len(names) == len(known[table]) > 3 and not moved & known[table]:
                seen[table][0, tuple(names)] += 1
            elif len(own) > 2:
                seen[table][1 if len(tables) == 1 else 2, own] += 1
    return {
        table: [part for _, part in sorted(parts, key=lambda part: (part[0], -len(part[1]), -parts[part], part[1]))]
        for table, parts in seen.items()
    }


def captured(query):
    """The words of `parse` operators: columns that they may have made."""
    return set(re.findall(r"\w+", " ".join(re.findall(r"\bparse(?:-where|-kv)?\b[^|]*", query))))


def last_columns(of, name, worlds):
    """The columns that a table's page does not list: they stand behind all others."""
    last = ["Timestamp", "_ResourceId", "_SubscriptionId", "_ItemId", "_TimeReceived"] if worlds != ["xdr"] and not name.endswith("_CL") else STANDARD
    return [column for column in last if column in of and (column != "Timestamp" or "xdr" in worlds)]


def insert(order, part):
    """Puts the columns of `part` that `order` lacks behind those that stand before them in `part`."""
    for at, column in enumerate(part):
        if column in order:
            continue
        before = next((order.index(other) for other in reversed(part[:at]) if other in order), -1)
        order.insert(before + 1, column)


def in_order(name, of, worlds, orders):
    """Columns in the order observed; those never observed as the pages of Log Analytics list them: by letter, underscores aside."""
    order, last = [], last_columns(of, name, worlds)
    for part in orders.get(name, []):
        insert(order, part)
    insert(order, sorted((column for column in of if column not in last), key=lambda column: column.lstrip("_").lower()))
    order += [column for column in last if column not in order]
    return {column: of[column] for column in order}


def columns(of):
    return ",".join(f"{name}:{LETTERS[ty]}" for name, ty in of.items())


def write(path, lines):
    lines = sorted(set(lines), key=lambda line: line.split("\t")[0].encode())
    (HERE / path).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def newer_tables():
    """Tables of advanced hunting that are newer than FACTS, in the lines of tables.txt."""
    return (HERE / "tables/advanced_hunting.txt").read_text(encoding="utf-8").splitlines()


def workspace_lines(functions, orders):
    sets, lines = {}, []
    for name in sorted(functions):
        of = functions[name]
        params = ", ".join(f"{p['name']}: {p['type']}" + ("?" if p["default"] is not None else "") for p in of["params"])
        if name in ADDED_COLUMNS:
            shape = "+" + columns(ADDED_COLUMNS[name])
        elif of["columns"] is None and name not in CONSTANT_ROWS:
            shape = "?"
        else:
            text = columns(CONSTANT_ROWS.get(name) or in_order(name, of["columns"], ["sentinel"], orders))
            shape = sets.setdefault(text, f"@{len(sets):02}")
            if text not in (line.split("\t")[1] for line in lines if line.startswith("@")):
                lines.append(f"{shape}\t{text}")
        lines.append("\t".join([name, shape + ("*" if of["open"] else ""), f"({params})"]))
    return lines


def main():
    facts = pathlib.Path(sys.argv[1])
    tables = json.loads((facts / "tables.json").read_text())
    functions = json.loads((facts / "workspace_functions.json").read_text())
    known = {name: set(of["columns"]) for name, of in [*functions.items(), *tables.items()] if of["columns"]}
    orders = observed_orders(sys.argv[2], known) if len(sys.argv) > 2 else {}
    write("tables/tables.txt", [
        "\t".join([name, "".join(WORLDS[w] for w in of["in"]) + ("*" if name in OPEN_TABLES else ""), columns(in_order(name, of["columns"], of["in"], orders))])
        for name, of in tables.items()
    ] + [line for line in newer_tables() if line.split("\t")[0] not in tables])
    builtins = json.loads((facts / "kql_builtins.json").read_text())
    for section, file in (("scalar_functions", "scalar"), ("aggregates", "aggregate"), ("plugins", "plugin")):
        lines = {of["name"]: function_line(of, section) for of in builtins[section]}
        if section == "plugins":
            lines |= {name: f"{name}\t-\t-\t{signature}" for name, signature in DOCUMENTED_PLUGINS.items()}
        write(f"functions/{file}.txt", list(lines.values()))
    operators = [dict(of, name=OPERATORS[of["kind"]], result_name=None) for of in builtins["operators"]]
    write("functions/operator.txt", [function_line(of, "scalar_functions") for of in operators])
    write("functions/workspace.txt", workspace_lines(functions, orders))


main()
