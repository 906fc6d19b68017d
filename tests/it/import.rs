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
        let rule: serde_yaml::Value = serde_yaml::from_str(&import(&page).expect("a page").rule).expect("a rule is YAML");
        let query = rule["query"].as_str().expect("a rule has a query");
        // The page holds the query twice: by itself and in the rule.
        assert_eq!(page.text().matches(query.trim_end()).count(), 2, "page {number}");
    }
}

#[test]
fn fleetdeck() {
    insta::assert_snapshot!(findings(&seed(0)), @"");
    insta::assert_snapshot!(verdicts(&seed(0)), @"");
}

#[test]
fn level() {
    insta::assert_snapshot!(findings(&seed(1)), @"");
    insta::assert_snapshot!(verdicts(&seed(1)), @"");
}

#[test]
fn rport() {
    insta::assert_snapshot!(findings(&seed(2)), @"");
    insta::assert_snapshot!(verdicts(&seed(2)), @"");
}

#[test]
fn kaseya() {
    insta::assert_snapshot!(findings(&seed(3)), @"");
    insta::assert_snapshot!(verdicts(&seed(3)), @"");
}

#[test]
fn datto() {
    insta::assert_snapshot!(findings(&seed(4)), @"");
    insta::assert_snapshot!(verdicts(&seed(4)), @"");
}

/// A page with other keys, more tables, CRLF and a byte order mark.
const OTHER_PAGE: &str = "\u{feff}Attackers guess passwords.\r
Hunt for it.\r
KQL Query\r
SigninLogs\r
| where ResultType == 50126\r
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
| where ResultType == 50127\r
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
    insta::assert_snapshot!(imported(OTHER_PAGE).rule, @"");
    insta::assert_snapshot!(imported(OTHER_PAGE).tests, @"");
    insta::assert_snapshot!(findings(&Source::new("page.txt", OTHER_PAGE)), @"");
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
