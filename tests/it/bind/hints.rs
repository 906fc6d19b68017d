//! What is said of a column that is not there.

use sentinelc::bind::{Environment, SuppliedTable, bind, ir::Column};
use sentinelc::kql;
use sentinelc::value::Type;

/// The help of each problem, a line each; a fix behind an arrow.
fn help(query: &str) -> String {
    let mut environment = Environment::new();
    let column = |name: &str| Column { name: name.into(), ty: Type::String };
    let columns = ["User_s", "user_s", "Host_s"].map(column).into();
    environment.supply("App_CL", SuppliedTable { columns, open: false });
    let said = |problem: &sentinelc::bind::ir::Problem| {
        let help = problem.help.as_deref().unwrap_or("-");
        problem.replacement.as_ref().map_or_else(|| help.to_owned(), |fix| format!("{help} -> {fix}"))
    };
    bind(&kql::parse(query), &environment).problems.iter().map(said).collect::<Vec<_>>().join("\n")
}

#[test]
fn letter_case_is_certain_unless_two_columns_differ_by_it() {
    insta::assert_snapshot!(help("DeviceFileEvents | project Sha1"), @"did you mean `SHA1`? -> SHA1");
    insta::assert_snapshot!(help("App_CL | project USER_S, HOST_S"), @"
    did you mean `User_s`?
    did you mean `Host_s`? -> Host_s
    ");
}

#[test]
fn the_end_of_a_name_is_completed() {
    insta::assert_snapshot!(
        help("DeviceNetworkEvents | where AccountUpn == ''"), @"did you mean `InitiatingProcessAccountUpn`?");
}

#[test]
fn the_other_world_has_its_own_name() {
    insta::assert_snapshot!(
        help("SigninLogs | where Timestamp > ago(1d)"), @"did you mean `TimeGenerated`, as Sentinel calls it?");
    insta::assert_snapshot!(
        help("OAuthAppInfo | where TimeGenerated > ago(1d)"), @"did you mean `Timestamp`, as Defender XDR calls it?");
}

#[test]
fn a_comment_of_another_language_is_known() {
    insta::assert_snapshot!(
        help("SigninLogs | take 5 -- five"), @"a comment starts with `//`, not with `--`");
}

#[test]
fn tables_of_the_query_that_have_the_column_are_named() {
    let dropped = "SecurityEvent | summarize count() by Account | where Computer == ''";
    insta::assert_snapshot!(help(dropped), @"`SecurityEvent` has `Computer`, but it does not reach this place");
    let later =
        "SigninLogs | where DeviceCategory == '' | join kind=inner (DeviceInfo) on $left.Identity == $right.DeviceName";
    insta::assert_snapshot!(help(later), @"`DeviceInfo` has `DeviceCategory`, but it does not reach this place");
}

#[test]
fn few_tables_of_the_catalogue_are_named_and_many_are_not() {
    insta::assert_snapshot!(
        help("SigninLogs | where TeamsMessageId == ''"),
        @"`TeamsMessageId` is a column of `MessageEvents` (Defender XDR), `MessagePostDeliveryEvents` (Defender XDR) and `MessageUrlInfo` (Defender XDR)"
    );
    insta::assert_snapshot!(help("print a = 1 | where EventOriginalUid == ''"), @"-");
}

#[test]
fn a_custom_log_of_the_catalogue_may_have_more_columns() {
    let certainty = |query: &str, environment: &Environment| {
        let said = bind(&kql::parse(query), environment).problems;
        said.iter().map(|problem| format!("{:?}", problem.certainty)).collect::<Vec<_>>().join(" ")
    };
    let catalogue = Environment::new();
    let column = "Okta_CL | where actor_nothing_s == ''";
    assert_eq!(certainty(column, &catalogue), "UnlessInWorkspace");
    assert_eq!(certainty("Okta_CL | project eventType_s | where actor_nothing_s == ''", &catalogue), "Certain");
    assert_eq!(certainty("Okta_CL | where eventTyp_s == ''", &catalogue), "Certain", "a slip");
    let mut declared = Environment::new();
    let columns = [Column { name: "eventType_s".into(), ty: Type::String }].into();
    declared.supply("Okta_CL", SuppliedTable { columns, open: false });
    assert_eq!(certainty(column, &declared), "Certain", "what the user declares holds");
}
