#!/usr/bin/env python3
"""Builds products/remote_access.txt from a JSON list of products with evidence.

    build_products.py TOOLS.json

The input's shape: [{"name", "aliases"|"companies"|"signers"|"products"|"domains"|"websites"|"processes"|
"original_filenames": [{"v": value, "src": [source]}], "flags": [text], "related": [{"tool", "relation", "evidence"}]}].
The output's format is described in products/README.md. The same input gives the same bytes.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
SUFFIXES = {line.strip() for line in (HERE / "products/company_suffixes.txt").read_text().splitlines() if line and line[0] != "#"}
SHARED = [line.strip() for line in (HERE / "products/shared_hosts.txt").read_text().splitlines() if line and line[0] != "#"]

# Words around a name in "Old (now New)" entries: the name is what follows.
LEADING_WORDS = re.compile(r"^(now|formerly|also known as|aka)\s+", re.I)
# Halves of such names that name no product by themselves.
NO_NAMES = {"of the VNC", "Beta", "Clone", "Remote Access", "Chicken", "Absolute"}
# Entries that name a protocol, not a product.
NO_PRODUCTS = {"VNC"}
# Files that Windows or other software brings along; a product's list of files holds them because it starts or bundles them.
NO_FILES = {
    "mstsc.exe", "osqueryi.exe", "ssh.exe", "msra.exe", "quickassist.exe", "cmd.exe", "powershell.exe", "msiexec.exe",
    "rundll32.exe", "svchost.exe", "setup.exe", "install.exe", "installer.exe", "agent.exe", "client.exe", "server.exe",
    "service.exe", "update.exe", "updater.exe", "uninstall.exe", "host.exe", "viewer.exe", "remote.exe", "rdpclip.exe",
    "sftp.exe", "plink.exe", "pscp.exe", "java.exe", "javaw.exe", "node.exe", "chrome.exe", "nssm.exe",
}
# Vendors whose files come with many products, and certificate authorities: they tell nothing about one product.
COMMON_VENDORS = {"microsoft", "microsoftwindows", "microsoftwindowscomponentpublisher", "google", "symantec", "github", "openvpn",
                  "apple", "oracle", "mozilla", "net", "avgtechnologies", "digicert", "verisign", "comodo", "thepythonsoftwarefoundation"}
# Relations whose evidence is prose in the input: what they say, as (kind, owner, former vendor, year, sources).
TAKE_OVERS = {
    "RPort": ("cloudradar GmbH", "about 2023", ["github.com/realvnc-labs/rport, earlier cloudradar-monitoring/rport: its README dates the end of the open-source project 2023-09-20",
                                                "vendor name in RPort's Windows update script of 2021: cloudradar GmbH"]),
    "BeAnyWhere": (None, "about 2015", ["rmm BeAnywhere"]),
    "CentraStage (Now Datto)": (None, "2022-06-23", ["SEC filing 0001193125-22-179446: Datto Holding Corp. merged into a Kaseya subsidiary"]),
}
OWN_WORDS = {
    "lolrmm/yaml/rport.yaml#CodeSigning (signer and company of RPort files after the take-over)": "lolrmm rport.yaml CodeSigning, files after the take-over of RPort",
    "header of RPort's own Windows update script of 2021 (ORGANIZATION: cloudradar GmbH); source then at cloudradar-monitoring/rport, later realvnc-labs/rport": "vendor name in RPort's Windows update script of 2021",
}


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def normal(text):
    """Lower case, company suffixes off the end, letters and digits only: the form two names are compared in."""
    parts = words(text)
    while len(parts) > 1 and parts[-1] in SUFFIXES:
        parts.pop()
    return "".join(parts)


def source(text):
    if text in OWN_WORDS:
        return OWN_WORDS[text]
    if found := re.match(r"lolrmm/yaml/([^#]+)#(.*)$", text):
        return f"lolrmm {found[1]} {found[2]}"
    if found := re.match(r"rmm/RMM/([^/]+)/RMM_Summary_[^/]+\.md(?::(\d+))?", text):
        return f"rmm {found[1]}" + (f":{found[2]}" if found[2] else "")
    if "fleetdm/fleet" in text:
        return "README of github.com/fleetdm/fleet"
    sys.exit(f"a source of an unknown kind, give it words in OWN_WORDS: {text}")


def document(text):
    """The document a source stands in: two fields of one page are one witness."""
    return " ".join(source(text).split(":")[0].split(" ")[:2])


def registrable(host):
    for shared in SHARED:
        if host == shared or host.endswith("." + shared):
            labels = host[: -len(shared) - 1].split(".") if host != shared else [""]
            return labels[-1] + "." + shared if labels[-1] else host
    return ".".join(host.split(".")[-2:])


def affine(value, names):
    """Whether a value and one of the product's names are of one stem, so that one witness is enough."""
    value = "".join(words(value))
    for name in names:
        name = normal(name)
        if len(name) >= 3 and len(value) >= 3 and (name in value or value in name):
            return True
        common = next((i for i, (a, b) in enumerate(zip(name, value)) if a != b), min(len(name), len(value)))
        if common >= 5:
            return True
    return False


def flagged(tool):
    """Values that the input marks as noise or as disputed."""
    found = set()
    for flag in tool["flags"]:
        if match := re.match(r"noise: \w+ '([^']+)'", flag):
            found.add(match[1])
        elif match := re.match(r"(.+?): (?:noise|disputed)", flag):
            found.add(match[1])
    return found


def names_of(tool):
    found = {}
    bare = re.sub(r"\s*\(.*\)$", "", tool["name"])
    if bare != tool["name"] and bare not in NO_NAMES:
        found[bare] = [tool["name"]]
    for alias in tool["aliases"]:
        name = LEADING_WORDS.sub("", alias["v"])
        if name not in NO_NAMES and name != tool["name"]:
            found.setdefault(name, [source(s) for s in alias["src"]])
    return {name: ["its name" if s == tool["name"] else s for s in sources] for name, sources in found.items()}


def mark(value, entry, names, noise):
    if value in noise or normal(value) in COMMON_VENDORS:
        return "-"
    return weigh(value, entry, names)


def weigh(value, entry, names):
    if affine(value, names):
        return ""
    return "+" if len({document(s) for s in entry["src"]}) > 1 else "~"


def host_of(kind, value):
    host = re.sub(r"^[a-z]+://", "", value.strip().lower()).split("/")[0].split(":")[0]
    host = re.sub(r"^\*\.", "", host)
    if kind == "website":
        host = re.sub(r"^www\.", "", host)
    return host if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) and not re.fullmatch(r"[\d.]+", host) else None


def values(tool):
    names = [tool["name"], *names_of(tool)]
    noise = flagged(tool)
    rows = {}

    def add(kind, value, entry, basis):
        key = (kind, value)
        weight = mark(entry["v"], {"src": entry["src"]}, names, noise) if basis is None else basis
        old = rows.get(key)
        sources = sorted({source(s) for s in entry["src"]} | (set(old[1]) if old else set()))
        best = min([weight, old[0]] if old else [weight], key=["", "+", "~", "-"].index)
        rows[key] = (best, sources)

    for field, kind in (("companies", "company"), ("signers", "signer"), ("products", "product")):
        for entry in tool[field]:
            add(kind, entry["v"].strip(), entry, None)
    for field, kind in (("domains", "domain"), ("websites", "website")):
        for entry in tool[field]:
            host = host_of(kind, entry["v"])
            if host is None or host in SHARED:
                continue
            is_noise = entry["v"] in noise or host in noise
            weight = "-" if is_noise else weigh(registrable(host).split(".")[0], entry, names)
            if kind == "website" and weight in ("-", "~"):
                continue
            add("domain", host, entry, weight)
    for field in ("processes", "original_filenames"):
        for entry in tool[field]:
            name = entry["v"].strip().lower()
            if not re.fullmatch(r"[^*%\\/]+\.(exe|dll|msi|sys)", name) or name in NO_FILES:
                continue
            add("file", name, entry, weigh(name.rsplit(".", 1)[0], entry, names))
    return rows


def edges(tool):
    rows = {}
    for edge in tool["related"]:
        relation, owner = edge["relation"], edge["tool"]
        if re.match(r"(acquired|owned|vendor_owned|subsidiary)", relation):
            former, when, prose = TAKE_OVERS.get(tool["name"], (None, None, []))
            note = owner + (f" from {former}" if former else "") + (f" since {when}" if when else "")
            evidence = prose or [source(s.split(' "')[0]) for s in edge["evidence"]]
            rows[("owner", note)] = evidence
        elif match := re.match(r"binary (?:signer|company) is '(.+)' \(", relation):
            rows.setdefault(("published-by", owner), [])
            rows[("published-by", owner)] += [source(s) for s in edge["evidence"]]
        else:
            rows[("listed-with", owner)] = [source(s) for s in edge["evidence"]]
    return rows


def main():
    tools = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = ["# Built by ../build_products.py; its format and where its facts come from: README.md."]
    for tool in sorted(tools, key=lambda tool: (tool["name"].lower(), tool["name"])):
        if tool["name"] in NO_PRODUCTS:
            continue
        lines += ["", tool["name"]]
        for name, sources in names_of(tool).items():
            lines.append(f"  alias {name} <- {' | '.join(sources)}")
        for (kind, value), (weight, sources) in sorted(values(tool).items()):
            lines.append(f"  {kind}{weight} {value} <- {' | '.join(sources)}")
        for (kind, value), sources in sorted(edges(tool).items()):
            lines.append(f"  {kind} {value} <- {' | '.join(sorted(set(sources)))}")
    for line in lines:
        if line.count(" <- ") > 1:
            sys.exit(f"a value holds the separator: {line}")
    (HERE / "products/remote_access.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
