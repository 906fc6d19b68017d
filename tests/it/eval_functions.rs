//! The values of functions beyond the examples of Microsoft's pages: nulls, empty values, the ends of types, Unicode.
//! `tests/eval/functions/*.txt` holds one family a file, one case a line: `expression => type value`, statements before the
//! expression.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sentinelc::catalog;
use sentinelc::eval::function::{self, absent};

use crate::eval::answer;

fn families() -> Vec<(PathBuf, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/eval/functions");
    let files = fs::read_dir(folder).expect("the folder of the cases").map(|entry| entry.expect("a file").path());
    let mut families: Vec<_> = files.map(|path| (path.clone(), fs::read_to_string(path).expect("a text"))).collect();
    families.sort();
    families
}

/// The one row as `type value`, several columns with bars between them; or the failure.
fn value(case: &str) -> String {
    let at = if case.starts_with("set ") { case.rfind("; ").map_or(0, |at| at + 2) } else { 0 };
    let (statements, expression) = case.split_at(at);
    let table = answer(&format!("{statements}print {expression}"));
    let Some((header, row)) = table.split_once('\n') else { return table };
    let types = header.split(" | ").filter_map(|column| column.rsplit_once(':')).map(|(_, ty)| ty);
    let cells = types.zip(row.split(" | ")).map(|(ty, cell)| format!("{ty} {cell}"));
    cells.collect::<Vec<_>>().join(" | ")
}

#[test]
fn values_beyond_the_documented_examples() {
    let mut wrong = String::new();
    for (path, cases) in families() {
        for line in cases.lines() {
            let (expression, expected) = line.rsplit_once(" => ").expect("expression => value");
            let found = value(expression);
            if found != expected {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let _ = writeln!(wrong, "{name}: {expression} => {found}, not {expected}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Calls by name in the cases of functions and in the queries of the evaluator's tests.
fn calls() -> impl Fn(&str) -> bool {
    let mut text: String = families().into_iter().map(|(_, cases)| cases).collect();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for file in [
        "eval.rs",
        "eval_functions.rs",
        "eval_operators.rs",
        "eval_plugins.rs",
        "eval_window.rs",
        "eval_graph.rs",
        "run.rs",
    ] {
        text += &fs::read_to_string(folder.join(file)).expect("a test");
    }
    text += include_str!("../eval/aggregates.txt");
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    move |name| text.match_indices(&format!("{name}(")).any(|(at, _)| !text[..at].ends_with(word))
}

#[test]
fn every_documented_function_has_a_case_or_a_reason() {
    let calls = calls();
    let known = || catalog::scalar_function_names().chain(catalog::aggregate_names());
    let without: Vec<&str> = known().filter(|name| absent::reason(name).is_none() && !calls(name)).collect();
    assert_eq!(
        without,
        Vec::<&str>::new(),
        "add a case to the tests of the evaluator, or a reason to function/absent.rs"
    );
    let both = known().filter(|name| absent::reason(name).is_some() && function::lookup(name).is_some());
    assert_eq!(both.collect::<Vec<_>>(), Vec::<&str>::new(), "what is evaluated needs no reason why not");
}

#[test]
fn the_page_lists_what_is_not_evaluated() {
    let line = |(reason, names): (&str, &[&str])| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("| {} | {reason} |\n", names.join(", "))
    };
    let table: String = absent::by_reason().map(line).collect();
    let page = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/run.md")).expect("the page");
    assert!(page.contains(&table), "docs/run.md does not hold this table:\n{table}");
}

#[test]
fn every_function_has_a_case() {
    let cases: String = families().into_iter().map(|(_, cases)| cases).collect();
    let called = |name: &str| {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        cases.match_indices(&format!("{name}(")).any(|(at, _)| !cases[..at].ends_with(word))
    };
    let without: Vec<&str> = function::names().filter(|name| !called(name)).collect();
    assert_eq!(without, Vec::<&str>::new(), "add a line for each to tests/eval/functions");
}

#[test]
fn sketches_and_schemas_of_groups() {
    let query = r#"datatable(k:string, v:long, d:dynamic)["a", 1, dynamic({"x":1}), "a", 1, dynamic({"x":"s","y":[true]}), "b", long(null), dynamic(null)]
        | summarize h = hll(v), hll_if(v, v > 1), t = tdigest(v, 2), buildschema(d) by k
        | project k, dcount_hll(h), hll_if_v, rank_tdigest(t, 1), schema_d"#;
    insta::assert_snapshot!(answer(query), @r#"
    k:string | dcount_hll_h:long | hll_if_v:dynamic | Column1:real | schema_d:dynamic
    "a" | 1 | null | 4.0 | {"x":["long","string"],"y":{"`indexer`":"bool"}}
    "b" | null | null | null | null
    "#);
}

#[test]
fn merged_sketches() {
    let query = "range x from 1 to 4 step 1 | summarize h = hll(x % 3), t = tdigest(x) by even = x % 2 == 0 | summarize m = hll_merge(h), q = tdigest_merge(t) | project dcount_hll(m), percentile_tdigest(q, 75, typeof(long))";
    insta::assert_snapshot!(answer(query), @"
    dcount_hll_m:long | percentile_tdigest_q:long
    3 | 3
    ");
}

#[test]
fn columns_by_their_names() {
    let query = r#"datatable(a:long, s:string)[1, "", long(null), "x"] | extend p = pack_all(), q = pack_all(true), b = bag_pack_columns(s, a)"#;
    insta::assert_snapshot!(answer(query), @r#"
    a:long | s:string | p:dynamic | q:dynamic | b:dynamic
    1 | "" | {"a":1,"s":""} | {"a":1} | {"s":"","a":1}
    null | "x" | {"a":null,"s":"x"} | {"s":"x"} | {"s":"x","a":null}
    "#);
    insta::assert_snapshot!(answer("let T = datatable(A:string, B:int)[]; print column_names_of(T)"), @r#"
    print_0:dynamic
    ["A","B"]
    "#);
}

#[test]
fn a_period_that_is_not_clear_is_asked_for() {
    let query = "print series_decompose(dynamic([1, 2, 4, 1, 3, 1, 2, 5, 2, 1, 1, 3, 6, 1, 2, 2, 1, 3]))";
    insta::assert_snapshot!(answer(query), @"
    unsupported: a series of which it is not clear whether it is periodic (give the period, or 0 for none) is not supported at `series_decompose(dynamic([1, 2, 4, 1, 3, 1, 2, 5, 2, 1, 1, 3, 6, 1, 2, 2, 1, 3]))`
    ");
}

#[test]
fn groups_that_a_pattern_has_not_are_refused() {
    insta::assert_snapshot!(answer(r#"print extract_all("(a)", dynamic([2]), "a")"#), @r#"runtime: the pattern has no such groups: [2] at `extract_all("(a)", dynamic([2]), "a")`"#);
    insta::assert_snapshot!(answer(r#"print extract_all("a", "a")"#), @r#"runtime: extract_all() needs a pattern with 1 to 16 capturing groups at `extract_all("a", "a")`"#);
}

#[test]
fn a_path_with_an_index_does_not_lead_into_a_bag() {
    insta::assert_snapshot!(answer(r#"print bag_has_key(dynamic({"a":[1]}), "$.a[0]")"#), @r#"unsupported: the path $.a[0] into a bag is not supported at `bag_has_key(dynamic({"a":[1]}), "$.a[0]")`"#);
}

#[test]
fn a_choice_has_the_common_type_in_every_row() {
    let query = r#"datatable(i:int, r:real, d:dynamic, s:string)[1, 2.5, dynamic({"x":1}), "p", 2, 3.5, dynamic("q"), ""]
        | project half = iff(true, i, r) / 2, either = iff(i == 1, i, r), text = iff(isempty(s), d, s), slot = iff(i == 1, d.x, 7)"#;
    insta::assert_snapshot!(answer(query), @r#"
    half:real | either:real | text:string | slot:long
    0.5 | 1.0 | "p" | 1
    1.0 | 3.5 | "q" | 7
    "#);
}
