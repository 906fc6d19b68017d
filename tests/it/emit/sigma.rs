//! KQL in, detection out: what the parts of a query become in Sigma, and what is refused.

use sentinelc::emit::{Matching, Target, Templates, emit};
use sentinelc::text::Source;
use sentinelc::unit::{self, Unit};

use super::refusal;

fn rule(query: &str) -> Unit {
    let query = query.replace('\n', "\n  ");
    unit::load(Source::new(
        "r.yaml",
        format!("id: 0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c11\nname: N\nquery: |\n  {query}\n"),
    ))
}

/// The detection of a query, and the operators whose meaning got wider.
fn detection(query: &str, matching: Matching) -> String {
    let unit = rule(query);
    let artefact = emit(&unit, Target::Sigma, matching, &Templates::default())
        .unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let detection = artefact.text.split_once("detection:\n").expect("a detection").1;
    let detection = detection.split_once("level:").expect("a level").0;
    let wider = artefact
        .losses
        .iter()
        .filter(|loss| loss.why.starts_with("said "))
        .map(|loss| format!("{}: {}\n", loss.what, loss.why));
    format!("{detection}{}", wider.collect::<String>())
}

fn portable(predicate: &str) -> String {
    detection(&format!("DeviceProcessEvents | where {predicate}"), Matching::Portable)
}

#[test]
fn one_conjunction_is_one_selection() {
    insta::assert_snapshot!(portable("FolderPath endswith @'\\a.exe' and ProcessCommandLine contains '*x?' and AccountName !~ 'bob'"), @r##"
    selection:
        Image|endswith: '\a.exe'
        CommandLine|contains: '\*x\?'
    filter_main_1:
        User: bob
    condition: selection and not filter_main_1
    "##);
}

#[test]
fn and_or_not_keep_their_order() {
    insta::assert_snapshot!(portable("(FileName =~ 'a' or (FileName =~ 'b' and not(SHA1 =~ 'c' or MD5 =~ 'd'))) and FileName !~ 'e'"), @r##"
    selection_1:
        FileName: a
    selection_2:
        FileName: b
    filter_main_1:
        - sha1: c
        - md5: d
    filter_main_2:
        FileName: e
    condition: '(selection_1 or (selection_2 and not filter_main_1)) and not filter_main_2'
    "##);
    insta::assert_snapshot!(portable("FileName =~ 'a' and FileName =~ 'b' and (ProcessId > 4 or SHA1 =~ 'c' and MD5 =~ 'd')"), @r##"
    selection_1:
        FileName: a
    selection_2:
        FileName: b
    selection_3:
        - ProcessId|gt: 4
        - sha1: c
          md5: d
    condition: selection_1 and selection_2 and selection_3
    "##);
}

#[test]
fn a_negation_is_exact_because_wider_would_lose_hits() {
    insta::assert_snapshot!(portable("ProcessCommandLine has 'enc' and FileName == 'A.exe' and not(ProcessCommandLine has 'safe') and FileName !in ('B.exe', '1')"), @r##"
        selection:
            CommandLine|contains: enc
            FileName: A.exe
        filter_main_1:
            CommandLine|re: '(?i)(^|[\W_])safe([\W_]|$)'
        filter_main_2:
            FileName|re:
                - '^B\.exe$'
                - '^1$'
        condition: selection and not filter_main_1 and not filter_main_2
    has: said as `contains`: matches inside longer words too
    ==: said without regard to upper and lower case
    "##);
}

#[test]
fn numbers_that_are_missing_fulfil_neither_side() {
    insta::assert_snapshot!(portable("not(ProcessId > 4 and LogonId <= 9) and not(ProcessId between (1 .. 3))"), @r##"
    selection_1:
        - ProcessId|lte: 4
        - LogonId|gt: 9
    selection_2:
        - ProcessId|lt: 1
        - ProcessId|gt: 3
    condition: selection_1 and selection_2
    "##);
}

#[test]
fn exact_uses_regular_expressions() {
    insta::assert_snapshot!(detection("DeviceProcessEvents | where ProcessCommandLine has_all ('a.b', '-x') and FileName == 'A' and FileName startswith 'q' and SHA1 == '12'", Matching::Exact), @r##"
    selection:
        CommandLine|re|all:
            - '(?i)(^|[\W_])a\.b([\W_]|$)'
            - '(?i)\-x([\W_]|$)'
        FileName|re: '^A$'
        FileName|startswith: q
        sha1: '12'
    condition: selection
    "##);
}

#[test]
fn names_lead_to_constants_and_tables() {
    insta::assert_snapshot!(detection("let Names = dynamic(['a', 'b']);\nlet One = 'c';\nlet Base = DeviceProcessEvents | where FileName in~ (Names, One);\nBase | extend F = tolower(FolderPath), G = AccountName | where F == 'x' and 5 < ProcessId | project-rename H = G | where H =~ 'y'", Matching::Portable), @r##"
    selection:
        FileName:
            - a
            - b
            - c
        Image: x
        ProcessId|gt: 5
        User: 'y'
    condition: selection
    "##);
}

#[test]
fn what_sigma_cannot_say_is_refused_with_its_place() {
    let table = [
        "SigninLogs | where UserPrincipalName =~ 'a'",
        "DeviceProcessEvents",
        "DeviceProcessEvents | where Timestamp > ago(1d)",
        "DeviceProcessEvents | where FileName =~ 'a' or Timestamp > ago(1d)",
        "DeviceProcessEvents | where FileName =~ 'a' | join (DeviceNetworkEvents) on DeviceId",
        "union DeviceProcessEvents, DeviceNetworkEvents | where FileName =~ 'a'",
        "DeviceProcessEvents | summarize N = count() by FileName | where N > 5",
        "DeviceProcessEvents | where FileName =~ AccountName",
        "DeviceProcessEvents | extend L = strlen(FileName) | where L > 5",
        "DeviceProcessEvents | where AdditionalFields.x == 'a'",
        "DeviceProcessEvents | where FileName in ((DeviceNetworkEvents | project FileName))",
        "DeviceProcessEvents | where FileName contains ''",
        "DeviceProcessEvents | where tolower(FileName) == 'A'",
        "DeviceProcessEvents | where FileName =~ 'a' | count",
        "DeviceProcessEvents | where hash(FileName) == 5",
        "let f = (x:string) { DeviceProcessEvents | where FileName =~ x };\nf('a')",
        "let a = a;\na | where FileName =~ 'x'",
        "externaldata(a:string)['https://example.org'] | where a =~ 'x'",
        "DeviceProcessEvents | where FileName =~ 'a'; DeviceProcessEvents",
        "DeviceProcessEvents | where filename =~ 'a' or RemoteUrl has 'b'",
    ];
    let refused = |query: &&str| format!("{query}\n  {}", refusal(&rule(query), Target::Sigma).replace('\n', "\n  "));
    insta::assert_snapshot!(table.iter().map(refused).collect::<Vec<_>>().join("\n"), @r##"
    SigninLogs | where UserPrincipalName =~ 'a'
      4:3: `SigninLogs` has no log source in Sigma; these have: DeviceFileEvents, DeviceImageLoadEvents, DeviceNetworkEvents, DeviceProcessEvents, DeviceRegistryEvents <SigninLogs>
    DeviceProcessEvents
      4:3: the query tests no field, so a Sigma rule would match every event <DeviceProcessEvents>
    DeviceProcessEvents | where Timestamp > ago(1d)
      4:3: the query tests no field, so a Sigma rule would match every event <DeviceProcessEvents | where Timestamp > ago(1d)>
    DeviceProcessEvents | where FileName =~ 'a' or Timestamp > ago(1d)
      4:50: a condition on time below `or` or `not` has no counterpart in Sigma <Timestamp > ago(1d)>
    DeviceProcessEvents | where FileName =~ 'a' | join (DeviceNetworkEvents) on DeviceId
      4:49: `join` joins events of more than one source; a Sigma rule has one <join>
    union DeviceProcessEvents, DeviceNetworkEvents | where FileName =~ 'a'
      4:3: `union`: a Sigma rule has one log source <union DeviceProcessEvents, DeviceNetworkEvents | where FileName =~ 'a'>
    DeviceProcessEvents | summarize N = count() by FileName | where N > 5
      4:67: `N` is no longer a column of the table here; Sigma tests fields of the event <N>
    DeviceProcessEvents | where FileName =~ AccountName
      4:43: Sigma compares fields of the event with constants only <AccountName>
    DeviceProcessEvents | extend L = strlen(FileName) | where L > 5
      4:61: `L` is calculated by the query; Sigma tests fields of the event <L>
    DeviceProcessEvents | where AdditionalFields.x == 'a'
      4:31: a value inside a column has no field in Sigma <AdditionalFields.x>
    DeviceProcessEvents | where FileName in ((DeviceNetworkEvents | project FileName))
      4:43: the list is calculated; a Sigma rule has constants only <((DeviceNetworkEvents | project FileName))>
    DeviceProcessEvents | where FileName contains ''
      4:49: an empty text matches everything <''>
    DeviceProcessEvents | where tolower(FileName) == 'A'
      4:52: a value can never match: its letters are of the other case than the function's <'A'>
    DeviceProcessEvents | where FileName =~ 'a' | count
      4:49: `count` gives one row whatever happens; a Sigma rule matches events <count>
    DeviceProcessEvents | where hash(FileName) == 5
      4:31: `hash` is calculated; Sigma tests fields of the event <hash(FileName)>
    let f = (x:string) { DeviceProcessEvents | where FileName =~ x };
    f('a')
      5:3: `f` is a function; Sigma has none <f('a')>
    let a = a;
    a | where FileName =~ 'x'
      4:11: the query's names lead to one another too often <a>
    externaldata(a:string)['https://example.org'] | where a =~ 'x'
      4:3: Sigma reads no external data <externaldata(a:string)['https://example.org']>
    DeviceProcessEvents | where FileName =~ 'a'; DeviceProcessEvents
      4:48: the query has a second result <DeviceProcessEvents>
    DeviceProcessEvents | where filename =~ 'a' or RemoteUrl has 'b'
      4:31: `DeviceProcessEvents` has no column `filename`; it is written `FileName` <filename>
      4:50: `DeviceProcessEvents` has no column `RemoteUrl` <RemoteUrl>
    "##);
}

/// The log source of a query and the losses that are not about text.
fn log_source(query: &str, matching: Matching) -> String {
    let unit = rule(query);
    let artefact = emit(&unit, Target::Sigma, matching, &Templates::default())
        .unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let rule: serde_json::Value = serde_yaml::from_str(&artefact.text).expect("YAML");
    let losses = artefact.losses.iter().filter(|loss| loss.span.is_some());
    let losses: Vec<String> = losses.map(|loss| format!("  {}: {}\n", loss.what, loss.why)).collect();
    format!("{query}\n  {} {}\n{}", rule["logsource"]["category"], rule["detection"], losses.concat())
}

#[test]
fn the_action_type_chooses_the_log_source() {
    let table = [
        "DeviceFileEvents | where FolderPath =~ 'a'",
        "DeviceFileEvents | where ActionType == 'FileDeleted' and FolderPath =~ 'a'",
        "DeviceFileEvents | where ActionType == 'FileDeleted'",
        "DeviceFileEvents | where ActionType in ('FileCreated', 'FileModified') and FolderPath =~ 'a'",
        "DeviceFileEvents | where ActionType == 'FileRenamed' or FolderPath =~ 'a'",
        "DeviceRegistryEvents | where ActionType in~ ('registrykeydeleted', 'RegistryValueDeleted') | where RegistryKey =~ 'a'",
        "DeviceRegistryEvents | where ActionType == 'RegistryValueSet' | where RegistryValueData != 'a'",
        "DeviceNetworkEvents | where ActionType != 'ConnectionFailed' and RemotePort == 4444",
    ];
    let found: String = table.iter().map(|query| log_source(query, Matching::Portable)).collect();
    insta::assert_snapshot!(format!("{found}exactly: {}", log_source(table[1], Matching::Exact)), @r##"
    DeviceFileEvents | where FolderPath =~ 'a'
      "file_event" {"selection":{"TargetFilename":"a"},"condition":"selection"}
      log source: `file_event` holds files created on Windows only
    DeviceFileEvents | where ActionType == 'FileDeleted' and FolderPath =~ 'a'
      "file_delete" {"selection":{"TargetFilename":"a"},"condition":"selection"}
      ActionType: said by the log source, `file_delete`
      log source: `file_delete` holds files deleted on Windows only
    DeviceFileEvents | where ActionType == 'FileDeleted'
      "file_delete" {"selection":{"ActionType":"FileDeleted"},"condition":"selection"}
      log source: `file_delete` holds files deleted on Windows only
      ActionType: not in SigmaHQ's `file_delete`: few backends map it
    DeviceFileEvents | where ActionType in ('FileCreated', 'FileModified') and FolderPath =~ 'a'
      "file_event" {"selection":{"ActionType":["FileCreated","FileModified"],"TargetFilename":"a"},"condition":"selection"}
      log source: `file_event` holds files created on Windows only
      ActionType: not in SigmaHQ's `file_event`: few backends map it
    DeviceFileEvents | where ActionType == 'FileRenamed' or FolderPath =~ 'a'
      "file_event" {"selection":[{"ActionType":"FileRenamed"},{"TargetFilename":"a"}],"condition":"selection"}
      log source: `file_event` holds files created on Windows only
      ActionType: not in SigmaHQ's `file_event`: few backends map it
    DeviceRegistryEvents | where ActionType in~ ('registrykeydeleted', 'RegistryValueDeleted') | where RegistryKey =~ 'a'
      "registry_delete" {"selection":{"TargetObject":"a"},"condition":"selection"}
      RegistryKey: Sigma's TargetObject goes on with the name of the value, and abbreviates the hive
      ActionType: said by the log source, `registry_delete`
      log source: `registry_delete` holds registry keys and values deleted only
    DeviceRegistryEvents | where ActionType == 'RegistryValueSet' | where RegistryValueData != 'a'
      "registry_set" {"filter_main_1":{"Details|re":"^a$"},"condition":"not filter_main_1"}
      ActionType: said by the log source, `registry_set`
      log source: `registry_set` holds registry values set only
    DeviceNetworkEvents | where ActionType != 'ConnectionFailed' and RemotePort == 4444
      "network_connection" {"selection":{"DestinationPort":4444},"filter_main_1":{"ActionType":"ConnectionFailed"},"condition":"selection and not filter_main_1"}
      log source: `network_connection` holds connections made on Windows only
      ActionType: not in SigmaHQ's `network_connection`: few backends map it
    exactly: DeviceFileEvents | where ActionType == 'FileDeleted' and FolderPath =~ 'a'
      "file_delete" {"selection":{"ActionType":"FileDeleted","TargetFilename":"a"},"condition":"selection"}
      log source: `file_delete` holds files deleted on Windows only
      ActionType: not in SigmaHQ's `file_delete`: few backends map it
    "##);
}
