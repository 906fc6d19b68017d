#!/usr/bin/env python3
"""Rebuilds schemas/catalog/tables and schemas/catalog/functions.

    python3 schemas/catalog/build.py FACTS [RESULTS]

FACTS is a folder with tables.json, kql_builtins.json and workspace_functions.json; RESULTS a file of JSON lines, each with a
query and the result columns that Microsoft's binder gives it, from which the order of columns is taken. README.md says
where each comes from and what the written lines mean. The same input gives the same bytes.
"""

import bisect
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
    "diffpatterns_text": "(TextColumn: string column, BooleanCondition: bool, MinTokens?: integer, Threshold?: real, MaxTokens?: integer) -> "
    "Count_of_True long, Count_of_False long, Percent_of_True real, Percent_of_False real, Pattern string",
    "schema_merge": "(PreserveOrder?: bool literal) -> ?",
}

# Rows of functions whose body is a table of constants: as ASIM's parsers of sign-in logs look them up.
CONSTANT_ROWS = {name: {"ResultType": "string", "EventResultDetails": "string"} for name in ("ASIM_AADSTSErrorCodes", "_ASIM_AADSTSErrorCodes")}

# Functions called with `invoke` that add columns to their input (Microsoft: "FileProfile()", "SeenBy()", advanced hunting).
ADDED_COLUMNS = {
    "SeenBy": {"SeenBy": "dynamic"},
    "FileProfile": {
        "SHA1": "string", "SHA256": "string", "MD5": "string", "FileSize": "long", "GlobalPrevalence": "long",
        "GlobalFirstSeen": "datetime", "GlobalLastSeen": "datetime", "Signer": "string", "Issuer": "string",
        "SignerHash": "string", "IsCertificateValid": "bool", "IsRootSignerMicrosoft": "bool", "SignatureState": "string",
        "IsExecutable": "bool", "ThreatName": "string", "Publisher": "string", "SoftwareName": "string",
        "ProfileAvailability": "string",
    },
}

# Functions of advanced hunting that FACTS has not (Microsoft: "AssignedIPAddresses()", "DeviceFromIP()", "SeenBy()").
DEVICE_AND_TIME = [{"name": "x", "type": "string", "default": "null"}, {"name": "y", "type": "datetime", "default": "null"}]
ADVANCED_HUNTING = {
    "AssignedIPAddresses": {
        "columns": {
            "Timestamp": "datetime", "IPAddress": "string", "IPType": "string", "NetworkAdapterType": "int",
            "ConnectedNetworks": "int",
        },
        "open": False, "params": DEVICE_AND_TIME,
    },
    "DeviceFromIP": {"columns": None, "open": False, "params": DEVICE_AND_TIME},
    "SeenBy": {"columns": None, "open": False, "params": []},
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
WIDER_IN_ENGINE = {("make_timespan", "seconds"): "number", ("series_fit_poly", "degree"): "integer", ("count", "predicate"): "bool/int/long/real/decimal"}
# Types of results that the engine gives other than the package's signatures say.
TYPE_IN_ENGINE = {"getyear": "long", "hourofday": "long", "monthofyear": "long", "getmonth": "long", "jaccard_index": "real"}

# Ways to call functions that the package's signatures lack (the functions' pages have them).
MORE_IN_ENGINE = {
    "percentiles_array_tdigest": [
        "(tdigest: dynamic-array, percentile: real, type: type literal) -> typeof-last",
        "(tdigest: dynamic-array, percentiles: dynamic-array, type: type literal) -> dynamic",
    ],
}


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
    if name in TYPE_IN_ENGINE:
        return TYPE_IN_ENGINE[name]
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


# Functions whose column is named in a way that the package's signatures do not tell: as the engine names it (the results on
# the pages of the functions).
NAMED_BY_ENGINE = {name: f"{name}_both" for name in ("covariance", "covarianceif", "covariancep", "covariancepif")}


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
    signatures += MORE_IN_ENGINE.get(function["name"], [])
    return "\t".join([function["name"], naming(function), (function.get("obsolete") or "-").replace("' or '", " or "), " ; ".join(signatures)])


# Columns that every table of a workspace has, in the order in which those come last that a table's page does not list.
STANDARD = ["Type", "TenantId", "SourceSystem", "_ResourceId", "_SubscriptionId", "_ItemId", "_IsBillable", "_BilledSize",
            "_TimeReceived"]
# Of them, those that no page of Azure Monitor lists, and those that it lists for tables of Azure resources only.
NEVER_LISTED = {"_ItemId", "_TimeReceived"}
OF_RESOURCES = {"_ResourceId", "_SubscriptionId"}
# Those that custom logs have before TimeGenerated.
LEADING = {"TenantId", "SourceSystem", "MG", "ManagementGroupName"}
# Tables of services that are no Azure resources: sign-ins, clouds of others, what Sentinel itself writes.
OF_NO_RESOURCE = re.compile(
    "AAD|ADFS|AWS|Anomalies|AuditLogs|AzureDevOps|GCP|GKE|Google|Intune|Hunting|Microsoft|PowerBI|Project|Purview|Security(Alert|Incident)|Sentinel|"
    "Signin|Threat|UserPeer|Watchlist"
)
# More than this share of the columns out of the order of letters: the table is in the order of its own declaration.
DECLARED = 0.3


# Operators after which the columns of a table may no longer stand in the table's own order: a column that the query names may
# have been moved by them. Under the others only a column that the query assigns or captures may have been.
REORDERING = re.compile(r"\b(project(?!-away)|join|lookup|summarize|union|mv-expand|mv-apply|distinct|evaluate|invoke)\b")
ASSIGNED = re.compile(r"\b(\w+)\s*(?:=(?![=~>])|:)")
# Comments and texts; a name where the rows of a table can stand.
UNREAD = re.compile(r"//[^\n]*|@?\"[^\"\n]*\"|@?'[^'\n]*'")
SOURCE = re.compile(r"(?<![\w.$])(\w+)\s*(?=[|(),;}]|$)")


def observed_orders(path, known):
    """The orders of columns that the results of queries show, as {table: {order: how often}}. A column that the query may have
    moved is left out, and so is one that several of the query's tables have."""
    seen = collections.defaultdict(collections.Counter)
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        of = json.loads(line)
        query = UNREAD.sub("''", of["query"])
        words = set(re.findall(r"\w+", query))
        tables = set(SOURCE.findall(query)) & known.keys()
        moved = words if REORDERING.search(query) else set(ASSIGNED.findall(query)) | captured(query)
        names = [name for name, _ in of["result"] or ()]
        for table, order in joined(query, names, known):
            seen[table][order] += 1
        for table in tables if of["result"] else ():
            shared = set().union(*(known.get(other, ()) for other in tables if other != table))
            ours = [name for name in names if name in known[table]]
            whole = not REORDERING.search(query) and len(ours) == len(known[table]) and not moved & known[table]
            own = tuple(name for name in ours if whole or name not in moved and name not in shared)
            if len(own) > 2:
                seen[table][own] += 1
    return seen


def joined(query, names, known):
    """(table, order) of both sides of a query that joins two tables and moves nothing else: a column that both have is `Name`
    on the left and `Name1` on the right."""
    tables = [table for table in SOURCE.findall(query) if table in known]
    if len(tables) != 2 or len(set(tables)) != 2 or REORDERING.search(query.replace("join", "", 1)):
        return
    moved = set(ASSIGNED.findall(query)) | captured(query)
    left, right = (known[table] for table in tables)
    renamed = {f"{name}1": name for name in left & right}
    of_right = (renamed.get(name, name) for name in names if name in renamed or name in right - left)
    for table, order in zip(tables, ((name for name in names if name in left), of_right)):
        order = tuple(dict.fromkeys(name for name in order if name not in moved))
        if len(order) > 2:
            yield table, order


def captured(query):
    """The words of `parse` operators: columns that they may have made."""
    return set(re.findall(r"\w+", " ".join(re.findall(r"\bparse(?:-where|-kv)?\b[^|]*", query))))


def letters(column):
    """The key by which pages of Azure Monitor list columns."""
    return column.lstrip("_").lower()


def in_letter_order(order):
    """The most columns of `order` that follow the order of letters (its longest increasing subsequence), in that order."""
    keys, ends, before, last = [], [], {}, None
    for column in order:
        at = bisect.bisect_right(keys, letters(column))
        before[column] = ends[at - 1] if at else None
        # Of several that are as long, the one that ends first.
        last = column if at == len(keys) else last
        keys[at:at + 1] = [letters(column)]
        ends[at:at + 1] = [column]
    found, column = [], last
    while column is not None:
        found.append(column)
        column = before[column]
    return found[::-1]


def behind_letters(part):
    """The columns of `part` that stand behind those in the order of letters."""
    kept = in_letter_order([column for column in part if column not in NEVER_LISTED | {"Timestamp"}])
    return part[part.index(kept[-1]) + 1:]


def insert(order, part):
    """Puts the columns of `part` that `order` lacks behind those that stand before them in `part`."""
    for at, column in enumerate(part):
        if column in order:
            continue
        before = next((order.index(other) for other in reversed(part[:at]) if other in order), -1)
        order.insert(before + 1, column)


def unlisted(name, worlds):
    """The columns that a table's page of Azure Monitor does not list, as far as nobody saw otherwise."""
    last = set(NEVER_LISTED)
    if "xdr" in worlds:
        last |= {"Timestamp"}
    if "xdr" in worlds or OF_NO_RESOURCE.match(name):
        last |= OF_RESOURCES
    return last


def votes(parts):
    """How often each column was seen in the order of letters, less how often behind it."""
    seen = collections.Counter()
    for part, times in parts.items():
        behind = behind_letters(part)
        seen.update({column: -times if column in behind else times for column in part})
    return seen


def documented_order(name, of, worlds, parts, relatives):
    """The order of a table that Azure Monitor documents: by letter; behind it what its page does not list, new columns and
    those of advanced hunting first, then the standard columns. What was not seen of it is as in its relatives."""
    seen = votes(parts)
    for column, vote in votes(relatives).items():
        seen.setdefault(column, vote)
    last = {column for column in unlisted(name, worlds) if seen[column] <= 0} | {column for column in seen if seen[column] < 0}
    order = sorted((column for column in of if column not in last), key=letters)
    added = []
    for part in longest_first(parts) + longest_first(relatives):
        insert(added, [column for column in behind_letters(part) if column in last and column in of])
    if "Timestamp" in of and "xdr" in worlds and "Timestamp" not in added and not name.startswith("DeviceTvm"):
        added.insert(0, "Timestamp")
    for column in (column for column in STANDARD if column in last and column in of and column not in added):
        later = STANDARD[STANDARD.index(column) + 1:]
        added.insert(next((at for at, other in enumerate(added) if other in later), len(added)), column)
    order += added
    return order + [column for column in of if column not in order]


def relatives(name, of, worlds, orders):
    """The orders of the tables of advanced hunting that begin with the same word, as far as they have the table's columns."""
    found = collections.Counter()
    word = re.match("[A-Z]+[a-z]*", name)
    if "xdr" not in worlds or not word:
        return found
    for other, parts in orders.items():
        if other != name and re.match(word[0] + "[A-Z]", other):
            found.update({tuple(column for column in part if column in of): times for part, times in parts.items()})
    return collections.Counter({part: times for part, times in found.items() if len(part) > 2})


def place_of_time(order):
    """Where TimeGenerated stands in a declared order: behind TenantId and what custom logs have behind that, else first."""
    at = order.index("TenantId") if "TenantId" in order else len(order)
    while at < len(order) and order[at] in LEADING:
        at += 1
    return 0 if at >= len(order) or order[at] in STANDARD else at


def completed(of, declared):
    """A declared order with the columns that the service adds: those with an underscore stand last in any case."""
    order = [column for column in declared if column in of and not (column in STANDARD and column.startswith("_"))]
    added = [column for column in ["TimeGenerated", *STANDARD] if column in of and column not in order]
    return order + added + sorted((column for column in of if column not in order and column not in added), key=letters)


def declared_order(of, parts):
    """The order of a table as its connector declares it: as far as it was seen; the rest by letter."""
    order = []
    for part in longest_first(parts):
        insert(order, part)
    if "TimeGenerated" in of and "TimeGenerated" not in order:
        order.insert(place_of_time(order), "TimeGenerated")
    insert(order, sorted((column for column in of if column not in STANDARD), key=letters))
    return order + [column for column in STANDARD if column in of and column not in order]


def longest_first(parts):
    return sorted(parts, key=lambda part: (-len(part), -parts[part], part))


def is_declared(name, of, worlds, parts):
    """Whether a table is not in the order of letters: a custom table, one of advanced hunting only, or seen so."""
    longest = next(iter(longest_first(parts)), ())
    if len(longest) < 0.6 * len(of):
        return name.endswith("_CL") or worlds == ["xdr"]
    return len(in_letter_order(longest)) < (1 - DECLARED) * len(longest)


def in_order(name, of, worlds, orders):
    """Columns in the order in which Microsoft's binder gives them, as far as it is known."""
    parts = orders.get(name, {})
    whole = next((part for part in longest_first(parts) if len(part) == len(of)), None)
    if whole is not None:
        order = whole
    elif name in DECLARATIONS:
        order = completed(of, DECLARATIONS[name])
    elif is_declared(name, of, worlds, parts):
        order = declared_order(of, parts)
    else:
        order = documented_order(name, of, worlds, parts, relatives(name, of, worlds, orders))
    return {column: of[column] for column in order}


def declarations():
    """The order of columns in the declarations of tables that the Azure-Sentinel repository keeps for its own checks."""
    lines = (HERE / "tables/declarations.txt").read_text(encoding="utf-8").splitlines()
    return {name: tuple(order.split(",")) for name, order in (line.split("\t") for line in lines)}


DECLARATIONS = declarations()


def columns(of):
    return ",".join(f"{name}:{LETTERS[ty]}" for name, ty in of.items())


def write(path, lines):
    lines = sorted(set(lines), key=lambda line: line.split("\t")[0].encode())
    (HERE / path).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def shared_orders(functions, orders):
    """The orders of functions, each taken to hold for all functions that give the same columns: parsers of one ASIM schema."""
    of_schema = collections.defaultdict(collections.Counter)
    for name, of in functions.items():
        if of["columns"]:
            of_schema[frozenset(of["columns"])].update(orders.get(name, {}))
    return {name: of_schema[frozenset(of["columns"])] for name, of in functions.items() if of["columns"]}


def newer_tables():
    """Tables of advanced hunting that are newer than FACTS, in the lines of tables.txt."""
    return (HERE / "tables/advanced_hunting.txt").read_text(encoding="utf-8").splitlines()


def written_order(name):
    """Columns in the order of this file, or none."""
    return CONSTANT_ROWS.get(name) or ADVANCED_HUNTING.get(name, {}).get("columns")


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
            text = columns(written_order(name) or in_order(name, of["columns"], ["sentinel"], orders))
            shape = sets.setdefault(text, f"@{len(sets):02}")
            if text not in (line.split("\t")[1] for line in lines if line.startswith("@")):
                lines.append(f"{shape}\t{text}")
        lines.append("\t".join([name, shape + ("*" if of["open"] else ""), f"({params})"]))
    return lines


def main():
    facts = pathlib.Path(sys.argv[1])
    tables = json.loads((facts / "tables.json").read_text())
    functions = json.loads((facts / "workspace_functions.json").read_text()) | ADVANCED_HUNTING
    known = {name: set(of["columns"]) for name, of in [*functions.items(), *tables.items()] if of["columns"]}
    orders = observed_orders(sys.argv[2], known) if len(sys.argv) > 2 else {}
    orders = {**orders, **shared_orders(functions, orders)}
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
