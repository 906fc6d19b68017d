//! What is refused, at which token, and what is suggested instead.

use std::fmt::Write as _;

use super::outcome;
use sentinelc::bind::ir::{Column, Columns};
use sentinelc::bind::{Environment, SuppliedTable, UnknownTables, bind, dump};
use sentinelc::kql;
use sentinelc::value::Type;

fn problems(query: &str) -> String {
    outcome(query).split_once('\n').map(|(_, problems)| problems.to_owned()).unwrap_or_default()
}

fn all(queries: &[&str]) -> String {
    queries.iter().map(|query| problems(query)).collect()
}

#[test]
fn names_that_do_not_exist() {
    insta::assert_snapshot!(all(&[
        "DeviceNetworkEvents | where AccountUpn == 'a'",
        "DeviceFileEvents | project Sha1",
        "DeviceNetworkEvent | take 1",
        "datatable(a:long)[] | project b = a | where a > 1",
        "datatable(a:long)[] | join (datatable(b:long)[]) on a",
        "datatable(a:long)[] | join (datatable(b:long)[]) on $left.a == $right.c",
        "datatable(a:long)[] | project-away c | project-rename d = e",
        "print tolowr('A')",
        "datatable(a:long)[] | summarize coun()",
        "datatable(a:long)[] | extend count()",
        "datatable(a:long)[] | summarize a",
    ]), @r#"
    unknown-column 28..38 "AccountUpn": there is no column named `AccountUpn` here (did you mean `InitiatingProcessAccountUpn`?)
    unknown-column 27..31 "Sha1": there is no column named `Sha1` here (did you mean `SHA1`?)
    unknown-table 0..18 "DeviceNetworkEvent": there is no table named `DeviceNetworkEvent` (did you mean `DeviceNetworkEvents`?)
    unknown-column 44..45 "a": there is no column named `a` here
    unknown-column 52..53 "a": `a` must exist on both sides of the join; the right side lacks it
    unknown-column 70..71 "c": there is no column named `c` here
    unknown-column 35..36 "c": there is no column named `c` here
    unknown-column 58..59 "e": there is no column named `e` here
    unknown-function 6..12 "tolowr": there is no function named `tolowr` (did you mean `tolower`?)
    unknown-function 32..36 "coun": there is no function named `coun`
    misplaced-aggregate 29..34 "count": the aggregate `count` is not allowed here
    not-aggregated 32..33 "a": `a` is no aggregate: name the column in `by`, or aggregate it
    "#);
}

#[test]
fn types_that_do_not_fit() {
    insta::assert_snapshot!(all(&[
        "datatable(t:datetime)[] | where t > 1d",
        "datatable(s:string)[] | where s has 1 | where s | take 'a'",
        "datatable(s:string)[] | extend a = substring(s), b = strlen(1), c = -s",
        "datatable(d:dynamic)[] | summarize by d | sort by d",
        "datatable(s:string)[] | mv-expand s",
        "datatable(s:string)[] | extend c = coalesce(s, 1)",
        "datatable(s:string)[] | where s in~ (1) and s between ('a' .. 'b')",
        "datatable(s:string)[] | extend d = datetime_diff('days', now(), now())",
        "datatable(s:string)[] | join (datatable(s:long)[]) on s",
        "datatable(a:long)[] | join (datatable(b:long)[]) on $right.b == $left.a",
        "datatable(a:long, b:string)[1, 'a', 3]",
        "print x = 1, x = 2",
        "let x = 5; let x = 6; print x",
    ]), @r#"
    type-mismatch 34..35 ">": `>` is not defined for datetime and timespan
    type-mismatch 32..35 "has": `has` is not defined for string and long
    type-mismatch 46..47 "s": a bool is expected here, this is a string
    type-mismatch 55..58 "'a'": an integer is expected here, this is a string
    wrong-argument-count 35..44 "substring": `substring` takes 2 to 3 arguments, 1 are given
    type-mismatch 60..61 "1": `strlen` takes a string or dynamic value here, this is a long
    type-mismatch 68..69 "-": the operator is not defined for a string
    type-mismatch 38..39 "d": a dynamic value cannot be compared: convert it, as in `tostring(…)`
    type-mismatch 50..51 "d": a dynamic value cannot be compared: convert it, as in `tostring(…)`
    type-mismatch 34..35 "s": a dynamic is expected here, this is a string
    type-mismatch 35..43 "coalesce": the arguments of `coalesce` have no common type
    type-mismatch 46..53 "between": `between` is not defined for string, string and string
    invalid-argument 49..55 "'days'": `days` is not one of year, quarter, month, week, day, hour, minute, second, millisecond, microsecond, nanosecond (did you mean `day`?)
    type-mismatch 54..55 "s": the columns joined have different types: string and long
    swapped-sides 52..71 "$right.b == $left.a": `$left` stands on the left of `==` and `$right` on the right
    wrong-value-count 28..37 "1, 'a', 3": 3 values do not fill rows of 2 columns
    duplicate-column 13..14 "x": a column named `x` is already declared here
    duplicate-name 15..16 "x": `x` is already declared
    "#);
}

#[test]
fn one_mistake_gives_one_problem() {
    insta::assert_snapshot!(all(&[
        "datatable(a:long)[] | extend x = nope + 1 | where x > 5 and strlen(x) == 3 | summarize max(x) by x",
        "let q = nope(1); print q + 1, strcat(q, 'a')",
        "datatable(s:string)[] | top-hitters 2 of s by s | top-hitters 1 of s by approximate_sum_s",
    ]), @r#"
    unknown-column 33..37 "nope": there is no column named `nope` here
    unknown-function 8..12 "nope": there is no function named `nope`
    type-mismatch 46..47 "s": a number is expected here, this is a string
    "#);
}

#[test]
fn macro_expand_starts_a_query() {
    insta::assert_snapshot!(problems("macro-expand entity_group [database('a')] as X (X.SecurityEvent | count)"), @"");
}

#[test]
fn open_tables_accept_every_column() {
    for query in [
        "Custom_CL | where Foo == 1 | extend Bar = Baz | summarize count() by Bar",
        "AzureDiagnostics | where some_column_s has 'a'",
        "_GetWatchlist('vips') | where Department == 'x' | project SearchKey, Department",
        "datatable(d:dynamic)[] | evaluate bag_unpack(d) | where anything == 1",
        "DeviceProcessEvents | invoke FileProfile(SHA1, 1000) | where GlobalPrevalence < 10",
        "union isfuzzy=true NoSuchTable, DeviceEvents | take 1",
    ] {
        assert_eq!(problems(query), "", "{query}");
    }
}

#[test]
fn supplied_tables_stand_before_the_catalogue() {
    let mut environment = Environment::new().with_unknown_tables(UnknownTables::ErrorEvenCustom);
    let columns = Columns::from([Column { name: "Mine".into(), ty: Type::Int }]);
    environment.supply("SecurityEvent", SuppliedTable { columns: columns.clone(), open: false });
    environment.supply("My_CL", SuppliedTable { columns, open: false });
    let bound = |query: &str| {
        let bound = bind(&kql::parse(query), &environment);
        format!("{} {}", dump::columns(&bound), dump::problems(&bound, query))
    };
    assert_eq!(bound("SecurityEvent"), "Mine:int ");
    assert_eq!(bound("My_CL | extend b = Mine * 2"), "Mine:int, b:long ");
    assert!(bound("Other_CL | take 1").contains("unknown-table 0..8"));
}

#[test]
fn hostile_queries_end() {
    let deep = format!("print {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let calls = format!("print {}1{}", "abs(".repeat(400), ")".repeat(400));
    let stages = format!("print a = 1{}", " | where a > 0".repeat(20_000));
    let sums = format!("print a = 1{}", " + 1".repeat(20_000));
    let mut doubling = "let f0 = () { print a = 1 };".to_owned();
    for level in 1..40 {
        let _ = write!(doubling, "let f{level} = () {{ union f{0}(), f{0}() }};", level - 1);
    }
    doubling.push_str("f39()");
    let mut lets = "let a0 = 1;".to_owned();
    for level in 1..5_000 {
        let _ = write!(lets, "let a{level} = a{0} + a{0};", level - 1);
    }
    lets.push_str("print a4999");
    for query in [deep, calls, stages, sums, doubling, lets] {
        let bound = bind(&kql::parse(&query), &Environment::new());
        assert!(bound.problems.len() <= 2, "{}", dump::problems(&bound, &query));
    }
}

#[test]
fn an_assignment_as_a_condition_is_wrong_at_its_sign() {
    insta::assert_snapshot!(problems("datatable(a:long)[] | where a = 1"), @"type-mismatch 30..31 \"=\": a value is expected here, this is an assignment; `==` compares");
}
