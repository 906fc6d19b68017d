//! Page import: the five seed pages, other pages of their kind, and texts that are no page.

use std::fs;
use std::path::{Path, PathBuf};

use sentinelc::import::{Imported, import};
use sentinelc::text::Source;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn seed(number: usize) -> Source {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root().join("tests/seeds")).expect("the seed pages").flatten().map(|entry| entry.path()).collect();
    pages.sort();
    let text = fs::read_to_string(&pages[number]).expect("a seed page is readable");
    Source::new(pages[number].file_name().expect("a file").to_owned(), text)
}

fn imported(text: &str) -> Imported {
    import(&Source::new("page.txt", text)).unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of a page, one line a finding.
fn findings(source: &Source) -> String {
    let imported = import(source).unwrap_or_else(|error| panic!("{error}"));
    let line = |found: &sentinelc::diag::Diagnostic| {
        let at = source.position(found.primary.span.start);
        format!("{}:{}: {}: {} [{}]\n", at.line, at.column, found.level.as_str(), found.message, found.lint)
    };
    imported.diagnostics.iter().map(line).collect()
}

/// The verdict on each scenario of a page.
fn verdicts(source: &Source) -> String {
    let imported = import(source).unwrap_or_else(|error| panic!("{error}"));
    let line = |judged: &sentinelc::import::Judged| {
        let verdict = judged.verdict.map_or("none".to_owned(), |verdict| format!("{verdict:?}"));
        format!("{}: {verdict}\n", judged.title)
    };
    imported.scenarios.iter().map(line).collect()
}

#[test]
fn the_pages_give_the_rules_as_published() {
    for number in 0..5 {
        let imported = import(&seed(number)).expect("a page");
        for (text, extension) in [(&imported.rule, "yaml"), (&imported.tests, "test.yaml")] {
            let path = root().join("rules/as-published").join(format!("{}.{extension}", imported.name));
            if std::env::var_os("UPDATE_PUBLISHED").is_some() {
                fs::write(&path, text).expect("the folder is writable");
            }
            let committed = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(&committed, text, "{}", path.display());
        }
    }
}

#[test]
fn the_query_of_a_rule_is_that_of_its_page() {
    for number in 0..5 {
        let page = seed(number);
        let rule: serde_yaml::Value =
            serde_yaml::from_str(&import(&page).expect("a page").rule).expect("a rule is YAML");
        let query = rule["query"].as_str().expect("a rule has a query");
        // The page holds the query twice: by itself and in the rule.
        assert_eq!(page.text().matches(query.trim_end()).count(), 2, "page {number}");
    }
}

#[test]
fn fleetdeck() {
    insta::assert_snapshot!(findings(&seed(0)), @r#"
    42:19: warning: this filter is dead: it is true on none of the 2880 hits made for the rule [filter-never-true]
    42:36: note: `update.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    42:80: note: the filter goes on in prose [page-prose-filter]
    45:19: warning: this filter excludes the tool that the rule detects: it removes 360 of 2880 hits (12%) [filter-excludes-tool]
    45:36: note: `fleetdeck.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    45:53: note: `fleetdeck-monitor.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    45:78: note: the filter goes on in prose [page-prose-filter]
    48:19: warning: this filter is dead: it is true on none of the 2880 hits made for the rule [filter-never-true]
    48:60: note: the filter goes on in prose [page-prose-filter]
    48:85: note: curly quotes; KQL takes only ' and " [page-curly-quote]
    51:19: warning: as an exclusion this filter blinds the rule: it names the tool that the rule detects, on all 2880 hits [filter-excludes-tool]
    51:38: warning: `<FleetDeck Server IPs>` is a placeholder [page-placeholder]
    51:62: note: the filter goes on in prose [page-prose-filter]
    51:87: note: curly quotes; KQL takes only ' and " [page-curly-quote]
    51:98: note: curly quotes; KQL takes only ' and " [page-curly-quote]
    54:19: warning: this filter is dead: it is true on none of the 2880 hits made for the rule [filter-never-true]
    54:36: note: `patch.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    54:64: note: the filter goes on in prose [page-prose-filter]
    54:89: note: curly quotes; KQL takes only ' and " [page-curly-quote]
    54:100: note: curly quotes; KQL takes only ' and " [page-curly-quote]
    "#);
    insta::assert_snapshot!(verdicts(&seed(0)), @"
    Scheduled system updates via FleetDeck: NeverTrue { hits: 2880 }
    Admin task to monitor network traffic using FleetDeck: ExcludesTool { removed: 360, hits: 2880 }
    Remote desktop session initiated through FleetDeck: NeverTrue { hits: 2880 }
    FleetDeck agent communication with the server during normal operation: AlwaysTrue { hits: 2880 }
    Automated patching job executed via FleetDeck: NeverTrue { hits: 2880 }
    ");
}

#[test]
fn level() {
    insta::assert_snapshot!(findings(&seed(1)), @r#"
    50:19: note: the filter is prose; no condition can be read from it [page-prose-filter]
    53:19: note: the filter is prose; no condition can be read from it [page-prose-filter]
    56:19: note: the filter is prose; no condition can be read from it [page-prose-filter]
    59:19: note: the filter is prose; no condition can be read from it [page-prose-filter]
    61:34: warning: the page stops here, in the middle of the scenario "Remote Monitoring of Network Traffic via RMM Tool" [page-cut]
    "#);
    insta::assert_snapshot!(verdicts(&seed(1)), @"
    Scheduled System Maintenance via RMM Tool: none
    Remote PowerShell Script Execution for Patching: none
    Remote Desktop Protocol (RDP) Session from RMM Tool: none
    Automated Backup Job via RMM Tool: none
    Remote Monitoring of Network Traffic via RMM Tool: none
    ");
}

#[test]
fn rport() {
    insta::assert_snapshot!(findings(&seed(2)), @r#"
    40:19: warning: this filter is dead: it is true on none of the 360 hits made for the rule [filter-never-true]
    40:51: note: `setup.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    40:64: note: `patch.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    40:112: warning: `RMM_TOOL_NAME.exe` is a placeholder [page-placeholder]
    43:19: note: as an exclusion this filter removes 72 of 360 hits (20%) [filter-useful]
    46:19: warning: as an exclusion this filter blinds the rule: it names the tool that the rule detects, on all 360 hits [filter-excludes-tool]
    46:35: warning: `RMM_TOOL_NAME.exe` is a placeholder [page-placeholder]
    46:72: warning: `known_deployment_hashes` is a placeholder [page-placeholder]
    49:19: warning: this filter is dead: it is true on none of the 360 hits made for the rule [filter-never-true]
    49:87: warning: `RMM_TOOL_NAME.exe` is a placeholder [page-placeholder]
    49:157: warning: a text alone is no condition; `a contains "x" or "y"` compares only "x" [page-bare-operand]
    49:166: warning: a text alone is no condition; `a contains "x" or "y"` compares only "x" [page-bare-operand]
    52:19: note: what this filter removes cannot be said: it depends on something unknown on 360 of 360 hits (100%) [filter-undecided]
    52:52: warning: the page stops here, in the middle of the scenario "Remote Database Backup via RMM Tool" [page-cut]
    "#);
    insta::assert_snapshot!(verdicts(&seed(2)), @"
    Scheduled Maintenance Task Using RMM Tool: NeverTrue { hits: 360 }
    Remote System Reboot via RMM Tool: Useful { removed: 72, hits: 360 }
    Remote File Transfer for Software Deployment: AlwaysTrue { hits: 360 }
    Remote PowerShell Script Execution for System Monitoring: NeverTrue { hits: 360 }
    Remote Database Backup via RMM Tool: Undecided { unknown: 360, hits: 360 }
    ");
}

#[test]
fn kaseya() {
    insta::assert_snapshot!(findings(&seed(3)), @r#"
    52:19: warning: as an exclusion this filter blinds the rule: it is true on all 450 hits made for the rule [filter-always-true]
    52:35: note: `vsaagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    52:76: note: `vsaagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    52:94: warning: `event_id` is no column of DeviceNetworkEvents, and none is known to hold it [page-unmapped-field]
    52:106: warning: `1234` is a placeholder [page-placeholder]
    52:111: note: the filter goes on in prose [page-prose-filter]
    55:19: warning: as an exclusion this filter blinds the rule: it is true on all 450 hits made for the rule [filter-always-true]
    55:73: note: `vsaagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    55:109: warning: `<known_internal_network>` is a placeholder [page-placeholder]
    58:19: warning: negations and plain conditions are alternatives of one OR, so the benign case itself is kept [page-mixed-polarity]
    58:19: warning: as an exclusion this filter blinds the rule: it is true on all 450 hits made for the rule [filter-always-true]
    58:35: note: `vsaagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    58:98: warning: `event_id` is no column of DeviceNetworkEvents, and none is known to hold it [page-unmapped-field]
    58:110: warning: `1234` is a placeholder [page-placeholder]
    61:19: warning: negations and plain conditions are alternatives of one OR, so the benign case itself is kept [page-mixed-polarity]
    61:19: warning: as an exclusion this filter blinds the rule: it is true on all 450 hits made for the rule [filter-always-true]
    61:35: note: `vsaagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    61:102: warning: `event_id` is no column of DeviceNetworkEvents, and none is known to hold it [page-unmapped-field]
    61:114: warning: `1234` is a placeholder [page-placeholder]
    64:19: warning: as an exclusion this filter blinds the rule: it is true on all 450 hits made for the rule [filter-always-true]
    64:35: note: `vsaagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    64:77: note: curly quotes; KQL takes only ' and " [page-curly-quote]
    64:78: warning: the page stops here, in the middle of the scenario "Kaseya Agent Updating Itself via Internal Server" [page-cut]
    "#);
    insta::assert_snapshot!(verdicts(&seed(3)), @"
    Scheduled System Maintenance via Kaseya VSA: NegationsAlwaysTrue { hits: 450 }
    Remote Desktop Protocol (RDP) Session Initiated via Kaseya: NegationsAlwaysTrue { hits: 450 }
    Kaseya Agent Performing Inventory Scan: NegationsAlwaysTrue { hits: 450 }
    Admin Task to Reconfigure Network Settings via Kaseya: NegationsAlwaysTrue { hits: 450 }
    Kaseya Agent Updating Itself via Internal Server: NegationsAlwaysTrue { hits: 450 }
    ");
}

#[test]
fn datto() {
    insta::assert_snapshot!(findings(&seed(4)), @"
    66:19: warning: as an exclusion this filter blinds the rule: it is true on all 2700 hits made for the rule [filter-always-true]
    69:19: warning: as an exclusion this filter blinds the rule: it is true on all 2700 hits made for the rule [filter-always-true]
    69:75: warning: `internal.corp.domain` is a placeholder [page-placeholder]
    69:99: warning: the address range 10.0.0.0/8 stands in a list of texts; no address equals it [page-range-as-text]
    72:19: warning: as an exclusion this filter blinds the rule: it is true on all 2700 hits made for the rule [filter-always-true]
    72:35: note: `backup.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    72:66: warning: `backupserver.corp.domain` is a placeholder [page-placeholder]
    75:19: warning: as an exclusion this filter blinds the rule: it is true on all 2700 hits made for the rule [filter-always-true]
    75:35: note: `rmmagent.exe` is no process of Windows and of no product in the catalogue [page-unknown-process]
    75:68: warning: `rmmserver.corp.domain` is a placeholder [page-placeholder]
    78:19: warning: as an exclusion this filter blinds the rule: it is true on all 2700 hits made for the rule [filter-always-true]
    78:70: warning: `rdpserver.corp.domain` is a placeholder [page-placeholder]
    78:95: warning: the address range 192.168.1.0/24 stands in a list of texts; no address equals it [page-range-as-text]
    ");
    insta::assert_snapshot!(verdicts(&seed(4)), @"
    Scheduled System Updates via Datto RMM: NegationsAlwaysTrue { hits: 2700 }
    Remote PowerShell Script Execution: NegationsAlwaysTrue { hits: 2700 }
    Endpoint Backup Job via Datto RMM: NegationsAlwaysTrue { hits: 2700 }
    Remote Monitoring Agent Communication: NegationsAlwaysTrue { hits: 2700 }
    Remote Desktop Protocol (RDP) Session Monitoring: NegationsAlwaysTrue { hits: 2700 }
    ");
}

/// A page with other keys, more tables, CRLF and a byte order mark.
const OTHER_PAGE: &str = "\u{feff}Attackers guess passwords.\r
Hunt for it.\r
KQL Query\r
SigninLogs\r
| where ResultType == \"50126\"\r
| summarize Count=count() by UserPrincipalName, IPAddress\r
id: 0f1a2b3c-58c3-40d0-a815-2ae93da0808e\r
name: Guessed passwords: many failures\r
description: 'Finds accounts with many\r
failed sign-ins.'\r
severity: Medium\r
requiredDataConnectors:\r
- connectorId: AzureActiveDirectory\r
dataTypes:\r
- SigninLogs\r
- AADNonInteractiveUserSignInLogs\r
- connectorId: BehaviorAnalytics\r
dataTypes:\r
- IdentityInfo\r
tactics:\r
- CredentialAccess\r
relevantTechniques: [T1110]\r
query: |\r
SigninLogs\r
| where ResultType == \"50127\"\r
| summarize Count=count() by UserPrincipalName, IPAddress\r
entityMappings:\r
- entityType: Account\r
fieldMappings:\r
- identifier: FullName\r
columnName: UserPrincipalName\r
- entityType: IP\r
fieldMappings:\r
- identifier: Address\r
columnName: IPAddress\r
customDetails:\r
Failures: Count\r
metadata:\r
source:\r
kind: Community\r
author:\r
name: Somebody\r
version: 1.0.0\r
kind: Scheduled\r
| Sentinel Table | Notes |\r
|---|---|\r
| `SigninLogs` | Sign-in logs |\r
| AuditLogs | not needed |\r
References\r
Scenario 1: A user forgot the password\r
Description: It happens.\r
Filter: user.name == \"alice@contoso.com\" AND NOT source_ip IN (\"10.0.0.0/8\", <office>)\r
Scenario 2: A scanner\r
Description: A scanner tries accounts.\r
";

#[test]
fn other_keys_tables_and_line_endings() {
    insta::assert_snapshot!(imported(OTHER_PAGE).rule, @r#"
    id: 0f1a2b3c-58c3-40d0-a815-2ae93da0808e
    name: 'Guessed passwords: many failures'
    description: 'Finds accounts with many
      failed sign-ins.'
    severity: Medium
    requiredDataConnectors:
      - connectorId: AzureActiveDirectory
        dataTypes:
          - SigninLogs
          - AADNonInteractiveUserSignInLogs
      - connectorId: BehaviorAnalytics
        dataTypes:
          - IdentityInfo
    tactics:
      - CredentialAccess
    relevantTechniques: [T1110]
    query: |
      SigninLogs
      | where ResultType == "50127"
      | summarize Count=count() by UserPrincipalName, IPAddress
    entityMappings:
      - entityType: Account
        fieldMappings:
          - identifier: FullName
            columnName: UserPrincipalName
      - entityType: IP
        fieldMappings:
          - identifier: Address
            columnName: IPAddress
    customDetails:
      Failures: Count
    metadata:
      source:
        kind: Community
      author:
        name: Somebody
    version: 1.0.0
    kind: Scheduled
    "#);
    insta::assert_snapshot!(imported(OTHER_PAGE).tests, @r#"
    # Made by `sentinelc import` from page.txt.
    description: 'Attackers guess passwords. Hunt for it.'
    now: 2026-01-15T12:00:00Z
    tables:
      SigninLogs: 'Sign-in logs'
      AuditLogs: 'not needed'
    defaults:
      SigninLogs:
        TimeGenerated: 2026-01-15T11:00:00Z
    cases:
      - name: 'A user forgot the password'
        description: 'It happens.'
        # The page's filter: user.name == "alice@contoso.com" AND NOT source_ip IN ("10.0.0.0/8", <office>)
        events:
          SigninLogs:
            - IPAddress: '10.0.0.1'
              UserPrincipalName: 'alice@contoso.com'
        expect: none
      - name: 'A scanner'
        description: 'A scanner tries accounts.'
        skip: 'the page names no value of a column; describe the event and take this line away'
        expect: none
    "#);
    insta::assert_snapshot!(findings(&Source::new("page.txt", OTHER_PAGE)), @r#"
    25:1: warning: the query of the rule differs here from the page's other copy; the rule's is taken [page-copies-differ]
    48:3: warning: the page names the table `AuditLogs`, which the query does not read [page-table-not-read]
    49:1: note: text that belongs to no known section of a page; it is left out [page-unread-text]
    52:9: note: what this filter removes cannot be said: it depends on something unknown on 1 of 1 hits (100%) [filter-undecided]
    52:64: warning: the address range 10.0.0.0/8 stands in a list of texts; no address equals it [page-range-as-text]
    52:78: warning: `<office>` is a placeholder [page-placeholder]
    54:39: warning: the page stops here, in the middle of the scenario "A scanner" [page-cut]
    "#);
    assert!(serde_yaml::from_str::<serde_yaml::Value>(&imported(OTHER_PAGE).rule).is_ok());
}

#[test]
fn a_page_may_lack_everything_but_its_rule() {
    let bare = imported("name: r\nquery: |\nT\n| take 5");
    assert_eq!(bare.rule, "name: r\nquery: |\n  T\n  | take 5\n");
    assert!(bare.tests.ends_with("cases: []\n"), "{}", bare.tests);
    assert_eq!(bare.name, "r");
}

#[test]
fn text_that_is_no_page_is_refused() {
    for (text, wanted) in [
        ("", "p.txt: is no hunting page: it holds no rule (no line starts with `query:`)"),
        ("hello\nworld\n", "p.txt: is no hunting page: it holds no rule (no line starts with `query:`)"),
        ("KQL Query\nT\n", "p.txt: is no hunting page: it holds no rule (no line starts with `query:`)"),
        ("x\nquery: T\n", "p.txt: is no hunting page: the `query:` of line 2 has no `id:` or `name:` beside it"),
    ] {
        let error = import(&Source::new("p.txt", text)).expect_err(text);
        assert_eq!(error.to_string(), wanted);
    }
}

#[test]
fn hostile_pages_end_in_time_and_in_yaml() {
    let long = "a".repeat(1_000_000);
    let nested = format!("name: r\nquery: T\nScenario: s\nFilter: {}x == 1", "(".repeat(10_000));
    let negated = format!("name: r\nquery: T\nScenario: s\nFilter: {}x == 1", "NOT ".repeat(10_000));
    let values = format!("name: r\nquery: T\nScenario: s\nFilter: process.name IN ({})", "\"a\", ".repeat(20_000));
    let pages = [
        format!("name: {long}\nquery: {long}"),
        nested,
        negated,
        values,
        "name: [\nquery: {\n".to_owned(),
        "name: 'a\nquery: \"b\n".to_owned(),
        "name: a: b # c\nquery: |\n\tT\n  | take 5\n".to_owned(),
        "name: x\0y\nquery: T\u{2028}x\n".to_owned(),
        format!("name: r\nquery: T\nScenario: {}\nDescription: '\"\\\nFilter: x == 1", "\u{1}''\u{feff}"),
        "name: r\nquery: T\n".repeat(2_000),
        "name: r\nquery: T\nScenario: \nScenario:\nFilter:\nScenario: x".to_owned(),
    ];
    for page in pages {
        let imported = imported(&page);
        let head: String = page.chars().take(60).collect();
        assert!(serde_yaml::from_str::<serde_yaml::Value>(&imported.tests).is_ok(), "{head}: {}", imported.tests);
    }
}

#[test]
fn files_are_written_whole_and_not_over_others() {
    let out = tempfile::tempdir().expect("a folder");
    let page = root().join("tests/seeds/000_ad1fcdb0fcb0e58d.txt");
    let run = |pages: &[&Path], more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sentinelc"));
        command.arg("import").args(pages).arg("--out").arg(out.path()).args(more);
        let done = command.output().expect("the binary runs");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let count = || fs::read_dir(out.path()).expect("the folder").count();
    let (code, error) = run(&[&page, &root().join("Cargo.toml")], &[]);
    assert_eq!((code, count()), (Some(2), 0), "{error}");
    assert!(error.contains("is no hunting page"), "{error}");
    let (code, error) = run(&[&page, &page], &[]);
    assert_eq!((code, count()), (Some(2), 0), "{error}");
    assert_eq!((run(&[&page], &[]).0, count()), (Some(0), 2));
    let (code, error) = run(&[&page], &[]);
    assert_eq!(code, Some(2));
    assert!(error.contains("is there already; --force replaces it"), "{error}");
    assert_eq!(run(&[&page], &["--force"]).0, Some(0));
}
