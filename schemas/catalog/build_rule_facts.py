#!/usr/bin/env python3
"""Rebuilds schemas/catalog/attack/techniques.txt, entities/entities.txt and connectors/connectors.txt.

    python3 schemas/catalog/build_rule_facts.py FACTS

FACTS is a folder with attack.json (`{"techniques": {id: {"name", "tactics": ["initial-access"]}}}`), rule_format.json (entities,
connector ids and techniques as Microsoft's validators have them) and connectors.json (`{connector: [table]}`). README.md says
what the written lines mean. attack/replaced.txt is kept by hand. The same input gives the same bytes.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent

# Sub-techniques of ATT&CK 17 that the list read lacks (attack.mitre.org, Enterprise; all came with version 16).
ADDED = {
    "T1070.010": ("Relocate Malware", "DefenseEvasion"),
    "T1071.005": ("Publish/Subscribe Protocols", "CommandAndControl"),
    "T1098.007": ("Additional Local or Domain Groups", "Persistence,PrivilegeEscalation"),
    "T1213.004": ("Customer Relationship Management Software", "Collection"),
    "T1213.005": ("Messaging Applications", "Collection"),
    "T1480.002": ("Mutual Exclusion", "DefenseEvasion"),
    "T1485.001": ("Lifecycle-Triggered Deletion", "Impact"),
    "T1496.001": ("Compute Hijacking", "Impact"),
    "T1496.002": ("Bandwidth Hijacking", "Impact"),
    "T1496.003": ("SMS Pumping", "Impact"),
    "T1496.004": ("Cloud Service Hijacking", "Impact"),
    "T1546.017": ("Udev Rules", "Persistence,PrivilegeEscalation"),
    "T1557.004": ("Evil Twin", "CredentialAccess,Collection"),
    "T1558.005": ("Ccache Files", "CredentialAccess"),
}

# Tables that one connector alone brings. Where the list read holds only the letters of the one table of a connector, the table
# is the one of these, or of the catalogue, that has exactly those letters.
SINGLE = """
    AWSSecurityHubFindings Anvilogic_Alerts_CL ApigeeX_CL Auth0AM_CL Authomize_v2_CL AzureDiagnostics BitglassLogs_CL CiscoETD_CL
    CommvaultAlerts_CL CopilotActivity CyberArk_AuditEvents_CL CyberSixgill_Alerts_CL CybleVisionAlerts_CL CynerioEvent_CL
    Cyren_Indicators_CL DoppelTable_CL ESETInspect_CL ElasticAgentLogs_CL ForcepointDLPEvents_CL GigamonV2_CL
    HYASProtectDnsSecurityLogs_CL InfoSecAnalytics_CL JBossLogs_CL JuniperIDP_CL KeeperSecurityEventNewLogs_CL
    MailGuard365_Threats_CL MorphisecAlerts_CL Netclean_Incidents_CL NonameAPISecurityAlert_CL NordPassEventLogs_CL OrcaAlerts_CL
    PaloAltoCortexXDR_Incidents_CL Pathlock_TDnR_CL Perimeter81_CL QscoutAppEvents_CL SAPLogServ_CL SIGNL4_CL
    SOCPrimeAuditLogs_CL SecurityBridgeLogs_CL Sevco_Devices_CL SophosCloudOptix_CL SophosEP_CL SymantecICDx_CL
    TacitRed_Findings_CL Talon_CL TheomAlerts_CL TransmitSecurityActivity_CL ValenceAlert_CL ValimailEnforceEvents_CL
    VaronisAlerts_CL WsSecurityEvents_CL ZeroFoxAlertPoller_CL argsentdc_CL atlassian_beacon_alerts_CL blacklens_CL
    datawizaserveraccess_CL fluentbit_CL prancer_CL secRMM_CL vcenter_CL
""".split()


def camel(tactic):
    """initial-access -> InitialAccess, as Sentinel names it"""
    return "".join(word.capitalize() for word in tactic.split("-"))


def write(path, lines):
    lines = sorted(set(lines), key=lambda line: line.split("\t")[0].encode())
    (HERE / path).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def technique_lines(attack, validator):
    known = {id: (of["name"], ",".join(map(camel, of["tactics"]))) for id, of in attack.items()}
    known |= ADDED
    # Techniques of industrial control systems: only Microsoft's validator lists them, and without names.
    known |= {id: ("-", ",".join(tactics)) for id, tactics in validator.items() if re.fullmatch(r"T0\d{3}", id)}
    return ["\t".join([id, name, tactics]) for id, (name, tactics) in known.items()]


def combinations(combos):
    """["Name+NTDomain+Host", "Url (absolute)"] -> "Name+NTDomain+@Host Url"; @ marks another entity of the same alert."""
    cleaned = [combo.split(" (")[0] for combo in combos]
    return " ".join(dict.fromkeys(re.sub(r"(^|\+)Host(?=\+|$)", r"\1@Host", combo) for combo in cleaned))


def entity_lines(entities):
    for name, of in entities.items():
        identifiers = of["ci_identifiers"] + of["doc2026_extra_identifiers"]
        required = " ".join("+".join(combo) for combo in of["ci_required_any_of"])
        yield "\t".join([name, ",".join(identifiers), required, combinations(of["doc2026_strong"])])


def connector_lines(connectors, validator, tables):
    names = {name for listed in connectors.values() for name in listed if len(name) > 1} | set(tables)
    by_letters = {}
    for name in [*sorted(names), *SINGLE]:
        by_letters["".join(sorted(set(name)))] = name
    for id, listed in connectors.items():
        if listed and all(len(name) == 1 for name in listed):
            only = by_letters.get("".join(listed))
            listed = [only] if only else []
        yield f"{id}\t{','.join(listed) or '?'}"
    known = {id.lower() for id in connectors}
    yield from (f"{id}\t?" for id in validator if id.lower() not in known)


def main():
    read = lambda name: json.loads((pathlib.Path(sys.argv[1]) / name).read_text(encoding="utf-8"))
    rules = read("rule_format.json")
    write("attack/techniques.txt", technique_lines(read("attack.json")["techniques"], rules["technique_to_tactics_ci_2022"]))
    write("entities/entities.txt", entity_lines(rules["entities"]))
    write("connectors/connectors.txt", connector_lines(read("connectors.json"), rules["connector_ids_ci_2022"], read("tables.json")))


main()
