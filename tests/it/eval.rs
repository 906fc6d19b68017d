//! Queries and their tables: KQL in, table out.

use sentinelc::bind::{self, Environment};
use sentinelc::eval::{self, Database, Settings};
use sentinelc::kql;
use sentinelc::value::{json::to_json, time};

/// The query's table: a header of `name:type`, then a line of JSON cells a row; or the failure.
pub(crate) fn answer(query: &str) -> String {
    let syntax = kql::parse(query);
    assert_eq!(syntax.problems, [], "{query}");
    let settings = Settings::at(time::parse_datetime("2024-06-08T00:00:00Z").expect("a time"));
    match eval::evaluate(&syntax, &Environment::new(), &Database::new(), &settings) {
        Ok(table) => shown(&table),
        Err(error) => format!("{}: {error} at `{}`", error.kind(), error.span().slice(query)),
    }
}

/// A table as [`answer`] shows it.
pub(crate) fn shown(table: &eval::Table) -> String {
    let header: Vec<String> = table.schema().map(|(name, ty)| format!("{name}:{ty}")).collect();
    let mut text = header.join(" | ");
    for row in 0..table.rows() {
        let cells: Vec<String> = table.columns().iter().map(|column| to_json(&column.value(row)).to_string()).collect();
        text.push('\n');
        text.push_str(&cells.join(" | "));
    }
    text
}

#[test]
fn where_keeps_rows_for_which_the_predicate_is_true() {
    let query = "datatable(a:long)[1, long(null), 5] | where a != 5";
    insta::assert_snapshot!(answer(query), @"
    a:long
    1
    null
    ");
}

#[test]
fn where_with_three_valued_logic() {
    let query = "datatable(a:bool, b:bool)[true,bool(null), false,bool(null), bool(null),bool(null)] | extend x = a and b, y = a or b";
    insta::assert_snapshot!(answer(query), @"
    a:bool | b:bool | x:bool | y:bool
    true | null | null | true
    false | null | false | null
    null | null | null | null
    ");
}

#[test]
fn comparisons_with_null() {
    let query = "datatable(a:long, b:long)[1,1, 1,long(null), long(null),long(null)] | project eq = a == b, ne = a != b, lt = a < b";
    insta::assert_snapshot!(answer(query), @"
    eq:bool | ne:bool | lt:bool
    true | false | false
    false | true | null
    null | null | null
    ");
}

#[test]
fn project_and_extend() {
    let query = "datatable(a:long, s:string)[1,'x', 2,'y'] | project s, b = a * 2 | extend c = strcat(s, '!')";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | b:long | c:string
    "x" | 2 | "x!"
    "y" | 4 | "y!"
    "#);
}

#[test]
fn integer_arithmetic() {
    let query = "print 1 / 2, -14 % 12, 14 % -12, 1 / 0, 7 / 2.0, 9223372036854775807 + 1";
    insta::assert_snapshot!(answer(query), @"
    print_0:long | print_1:long | print_2:long | print_3:long | print_4:real | print_5:long
    0 | 10 | 2 | null | 3.5 | -9223372036854775808
    ");
}

#[test]
fn time_arithmetic() {
    let query =
        "print datetime(2024-01-02) - datetime(2024-01-01), 1d / 1h, 3 * 1h, datetime(2024-01-01) + 1tick, 90m % 1h";
    insta::assert_snapshot!(answer(query), @r#"
    print_0:timespan | print_1:real | print_2:timespan | print_3:datetime | print_4:timespan
    "1.00:00:00" | 24.0 | "03:00:00" | "2024-01-01T00:00:00.0000001Z" | "00:30:00"
    "#);
}

#[test]
fn decimal_arithmetic() {
    let query = "print decimal(1.1) + decimal(2.2), decimal(1) / 0, 2 * decimal(0.5)";
    insta::assert_snapshot!(answer(query), @r#"
    print_0:decimal | print_1:decimal | print_2:decimal
    "3.3" | null | "1"
    "#);
}

#[test]
fn between_includes_both_ends() {
    let query = "range x from 1 to 5 step 1 | where x between (2 .. 4)";
    insta::assert_snapshot!(answer(query), @"
    x:long
    2
    3
    4
    ");
}

#[test]
fn between_with_a_timespan() {
    let query = "datatable(t:datetime)[datetime(2024-01-01), datetime(2024-01-03), datetime(2024-01-09)] | where t between (datetime(2024-01-01) .. 2d)";
    insta::assert_snapshot!(answer(query), @r#"
    t:datetime
    "2024-01-01T00:00:00Z"
    "2024-01-03T00:00:00Z"
    "#);
}

#[test]
fn has_and_has_any() {
    let query = "datatable(u:string)['kaseya.com','xkaseya.com','a.KASEYA.com:443','kaseya.como',''] | extend h = u has 'kaseya.com', n = u has_any (dynamic(['como','443'])), c = u contains 'seya'";
    insta::assert_snapshot!(answer(query), @r#"
    u:string | h:bool | n:bool | c:bool
    "kaseya.com" | true | false | true
    "xkaseya.com" | false | false | true
    "a.KASEYA.com:443" | true | true | true
    "kaseya.como" | false | true | true
    "" | false | false | false
    "#);
}

#[test]
fn in_with_and_without_case() {
    let query = "datatable(s:string)['a','A','b'] | extend i = s in ('a','c'), t = s in~ ('a'), n = s !in ('b')";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | i:bool | t:bool | n:bool
    "a" | true | true | true
    "A" | false | true | true
    "b" | false | false | false
    "#);
}

#[test]
fn in_a_table() {
    let query = "let L = datatable(k:long)[1, 3]; range x from 1 to 3 step 1 | where x in (L)";
    insta::assert_snapshot!(answer(query), @"
    x:long
    1
    3
    ");
}

#[test]
fn summarize_by_key() {
    let query = "datatable(k:string, v:long)['a',1, 'b',5, 'a',3, 'b',long(null)] | summarize n = count(), s = sum(v), lo = min(v), hi = max(v), l = make_list(v) by k";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | n:long | s:long | lo:long | hi:long | l:dynamic
    "a" | 2 | 4 | 1 | 3 | [1,3]
    "b" | 2 | 5 | 5 | 5 | [5]
    "#);
}

#[test]
fn summarize_nothing_without_keys() {
    let query = "datatable(v:long)[] | summarize count(), sum(v), min(v), make_set(v)";
    insta::assert_snapshot!(answer(query), @"
    count_:long | sum_v:long | min_v:long | set_v:dynamic
    0 | 0 | null | []
    ");
}

#[test]
fn summarize_nothing_by_key() {
    let query = "datatable(k:string, v:long)[] | summarize count() by k";
    insta::assert_snapshot!(answer(query), @"
    k:string | count_:long
    ");
}

#[test]
fn null_is_a_group() {
    let query = "datatable(k:long)[1, long(null), 1, long(null)] | summarize n = count() by k";
    insta::assert_snapshot!(answer(query), @"
    k:long | n:long
    1 | 2
    null | 2
    ");
}

#[test]
fn make_set_and_make_list_take_arrays_apart() {
    let query = "datatable(d:dynamic)[dynamic([1,2]), dynamic([2,3]), dynamic(null)] | summarize s = make_set(d), l = make_list(d)";
    insta::assert_snapshot!(answer(query), @"
    s:dynamic | l:dynamic
    [1,2,3] | [1,2,2,3]
    ");
}

#[test]
fn make_set_with_a_size() {
    let query = "range x from 1 to 5 step 1 | summarize make_set(x, 2)";
    insta::assert_snapshot!(answer(query), @"
    set_x:dynamic
    [1,2]
    ");
}

#[test]
fn arg_max_with_star() {
    let query = "datatable(k:string, v:long, w:string)['a',1,'p', 'a',7,'q', 'b',long(null),'r'] | summarize arg_max(v, *) by k";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | v:long | w:string
    "a" | 7 | "q"
    "b" | null | "r"
    "#);
}

#[test]
fn take_any_prefers_content() {
    let query = "datatable(k:long, s:string)[1,'', 1,'x'] | summarize take_any(s) by k";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | s:string
    1 | "x"
    "#);
}

#[test]
fn distinct_rows() {
    let query = "datatable(a:long, b:string)[1,'x', 1,'x', 1,'y'] | distinct *";
    insta::assert_snapshot!(answer(query), @r#"
    a:long | b:string
    1 | "x"
    1 | "y"
    "#);
}

#[test]
fn count_operator() {
    let query = "range x from 1 to 7 step 2 | count";
    insta::assert_snapshot!(answer(query), @"
    Count:long
    4
    ");
}

#[test]
fn sort_with_nulls() {
    let query = "datatable(a:real)[2.0, real(null), real(nan), -1.0] | sort by a asc";
    insta::assert_snapshot!(answer(query), @r#"
    a:real
    null
    "NaN"
    -1.0
    2.0
    "#);
}

#[test]
fn sort_descending_puts_nulls_last() {
    let query = "datatable(a:long, b:string)[1,'x', long(null),'y', 3,'z', 3,'a'] | sort by a, b asc";
    insta::assert_snapshot!(answer(query), @r#"
    a:long | b:string
    3 | "a"
    3 | "z"
    1 | "x"
    null | "y"
    "#);
}

#[test]
fn top_takes_the_first() {
    let query = "datatable(a:long)[3, 1, 2] | top 2 by a asc";
    insta::assert_snapshot!(answer(query), @"
    a:long
    1
    2
    ");
}

#[test]
fn range_of_datetimes() {
    let query = "range t from datetime(2024-01-01) to datetime(2024-01-02) step 12h";
    insta::assert_snapshot!(answer(query), @r#"
    t:datetime
    "2024-01-01T00:00:00Z"
    "2024-01-01T12:00:00Z"
    "2024-01-02T00:00:00Z"
    "#);
}

#[test]
fn range_that_leads_nowhere() {
    let query = "range x from 5 to 1 step 1";
    insta::assert_snapshot!(answer(query), @"
    x:long
    ");
}

#[test]
fn join_inner_unique() {
    let query = "let L = datatable(k:long, a:string)[1,'x', 1,'y', 2,'z']; let R = datatable(k:long, b:string)[1,'p', 1,'q', 3,'r']; L | join R on k";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | a:string | k1:long | b:string
    1 | "x" | 1 | "p"
    1 | "x" | 1 | "q"
    "#);
}

#[test]
fn filters_choose_the_unique_row() {
    let query = "let L = datatable(k:long, a:string)[1,'x', 1,'y']; let R = datatable(k:long, b:string)[1,'p']; L | join R on k | where a == 'y'";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | a:string | k1:long | b:string
    1 | "y" | 1 | "p"
    "#);
}

#[test]
fn join_full_outer() {
    let query = "let L = datatable(k:long, a:string)[1,'x', 2,'z']; let R = datatable(k:long, b:string, n:long)[1,'p',7, 3,'r',8]; L | join kind=fullouter R on k";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | a:string | k1:long | b:string | n:long
    1 | "x" | 1 | "p" | 7
    2 | "z" | null | "" | null
    null | "" | 3 | "r" | 8
    "#);
}

#[test]
fn join_left_semi_and_null_keys() {
    let query = "let L = datatable(k:long, a:string)[1,'x', long(null),'n']; let R = datatable(k:long)[1, long(null)]; L | join kind=leftsemi R on k";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | a:string
    1 | "x"
    "#);
}

#[test]
fn join_left_anti() {
    let query = "let L = datatable(k:long, a:string)[1,'x', long(null),'n']; let R = datatable(k:long)[1, long(null)]; L | join kind=leftanti R on k";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | a:string
    null | "n"
    "#);
}

#[test]
fn join_right_outer_with_two_keys() {
    let query = "let L = datatable(k:long, m:string)[1,'a', 1,'b']; let R = datatable(k:long, m:string, v:long)[1,'b',5, 2,'b',6]; L | join kind=rightouter R on k, m";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | m:string | k1:long | m1:string | v:long
    1 | "b" | 1 | "b" | 5
    null | "" | 2 | "b" | 6
    "#);
}

#[test]
fn lookup_keeps_left_rows() {
    let query = "let L = datatable(k:long)[1, 2]; let R = datatable(k:long, n:string)[1,'one']; L | lookup R on k";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | n:string
    1 | "one"
    2 | ""
    "#);
}

#[test]
fn union_of_different_columns() {
    let query = "union (print a=1, b='x'), (print a=2, c=1.5)";
    insta::assert_snapshot!(answer(query), @r#"
    a:long | b:string | c:real
    1 | "x" | null
    2 | "" | 1.5
    "#);
}

#[test]
fn union_splits_types() {
    let query = "union (print a=1), (print a='x')";
    insta::assert_snapshot!(answer(query), @r#"
    a_long:long | a_string:string
    1 | ""
    null | "x"
    "#);
}

#[test]
fn mv_expand_arrays_nulls_and_empties() {
    let query = "datatable(k:long, d:dynamic)[1,dynamic([10,20]), 2,dynamic(null), 3,dynamic([])] | mv-expand d";
    insta::assert_snapshot!(answer(query), @"
    k:long | d:dynamic
    1 | 10
    1 | 20
    2 | null
    ");
}

#[test]
fn mv_expand_in_parallel() {
    let query = "print a=dynamic([1,2,3]), b=dynamic(['x']) | mv-expand with_itemindex=i a to typeof(long), b to typeof(string)";
    insta::assert_snapshot!(answer(query), @r#"
    a:long | b:string | i:long
    1 | "x" | 0
    2 | "" | 1
    3 | "" | 2
    "#);
}

#[test]
fn mv_expand_bags() {
    let query = "print d=dynamic({'a':1,'b':2}) | mv-expand d";
    insta::assert_snapshot!(answer(query), @r#"
    d:dynamic
    {"a":1}
    {"b":2}
    "#);
}

#[test]
fn mv_apply_runs_per_row() {
    let query = "datatable(k:long, d:dynamic)[1,dynamic([3,1,2]), 2,dynamic([5])] | mv-apply v=d to typeof(long) on (top 1 by v desc)";
    insta::assert_snapshot!(answer(query), @"
    k:long | d:dynamic | v:long
    1 | [3,1,2] | 3
    2 | [5] | 5
    ");
}

#[test]
fn parse_simple() {
    let query = "datatable(s:string)['user=bob id=7 end', 'nothing'] | parse s with 'user=' user ' id=' id:long ' ' *";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | user:string | id:long
    "user=bob id=7 end" | "bob" | 7
    "nothing" | "" | null
    "#);
}

#[test]
fn parse_where_drops_misses() {
    let query = "datatable(s:string)['a=1', 'b=2'] | parse-where s with 'a=' a:long";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | a:long
    "a=1" | 1
    "#);
}

#[test]
fn parse_relaxed_nulls_one_value() {
    let query = "print s='n=x m=4' | parse kind=relaxed s with 'n=' n:long ' m=' m:long";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | n:long | m:long
    "n=x m=4" | null | 4
    "#);
}

#[test]
fn make_series_fills_bins() {
    let query = "datatable(t:datetime, v:long)[datetime(2024-01-01),1, datetime(2024-01-03),5] | make-series s = sum(v) default=0 on t from datetime(2024-01-01) to datetime(2024-01-04) step 1d";
    insta::assert_snapshot!(answer(query), @r#"
    s:dynamic | t:dynamic
    [1,0,5] | ["2024-01-01T00:00:00.0000000Z","2024-01-02T00:00:00.0000000Z","2024-01-03T00:00:00.0000000Z"]
    "#);
}

#[test]
fn partition_runs_per_value() {
    let query = "datatable(k:string, v:long)['a',1, 'b',5, 'a',3] | partition by k (top 1 by v)";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | v:long
    "a" | 3
    "b" | 5
    "#);
}

#[test]
fn dynamic_access() {
    let query = "print d=dynamic({'a':[1,2,{'b':'x'}]}) | project d.a[0], d.a[-1].b, d.nope, d['a'][9]";
    insta::assert_snapshot!(answer(query), @r#"
    d_a_0:dynamic | d_a__b:dynamic | d_nope:dynamic | d_a_9:dynamic
    1 | "x" | null | null
    "#);
}

#[test]
fn dynamic_comparison() {
    let query = "datatable(d:dynamic)[dynamic(5), dynamic('5'), dynamic(null)] | project e = d == 5, g = d > 3";
    insta::assert_snapshot!(answer(query), @"
    e:bool | g:bool
    true | true
    true | true
    false | null
    ");
}

#[test]
fn iff_and_null_condition() {
    let query = "datatable(b:bool)[true, false, bool(null)] | project x = iff(b, 1, 2)";
    insta::assert_snapshot!(answer(query), @"
    x:long
    1
    2
    2
    ");
}

#[test]
fn toscalar_and_let() {
    let query = "let m = toscalar(range x from 1 to 3 step 1 | summarize max(x)); print m + 1";
    insta::assert_snapshot!(answer(query), @"
    print_0:long
    4
    ");
}

#[test]
fn getschema_of_a_table() {
    let query = "datatable(a:long, b:string)[] | getschema | project ColumnName, ColumnOrdinal, ColumnType";
    insta::assert_snapshot!(answer(query), @r#"
    ColumnName:string | ColumnOrdinal:int | ColumnType:string
    "a" | 0 | "long"
    "b" | 1 | "string"
    "#);
}

#[test]
fn a_shared_table_is_evaluated_once() {
    let query =
        "let R = materialize(range x from 1 to 1 step 1 | extend r = rand()); R | join kind=inner R on r | count";
    insta::assert_snapshot!(answer(query), @"
    Count:long
    1
    ");
}

#[test]
fn what_is_not_built_says_so_with_its_place() {
    insta::assert_snapshot!(answer("print x = 1 | evaluate infer_storage_schema(dynamic({}))"), @"unsupported: the plugin infer_storage_schema, which reads external storage, is not supported at `evaluate infer_storage_schema(dynamic({}))`");
}

#[test]
fn limits_end_a_query_that_would_not_end() {
    let query = "range a from 1 to 100000000 step 1 | count";
    let bound = bind::bind(&kql::parse(query), &Environment::new());
    let plan = eval::compile(&bound).expect("a plan");
    let mut settings = Settings::at(0);
    settings.limits.rows = 1000;
    let error = plan.run(&Database::new(), &settings).expect_err("a limit");
    assert_eq!(error.kind(), "timeout");
    insta::assert_snapshot!(error, @"more than 1000 rows; raise --max-rows to let it");
}

/// Queries whose kernels take the fast way on columns and the slow way on single values.
#[test]
fn columns_and_single_values_agree() {
    let texts = ["", "a", "A.b", "kaseya.com", "x-Kaseya.com:1", "äÖ ß", "0", "a b c"];
    let operators = [
        "==",
        "!=",
        "<",
        ">=",
        "=~",
        "!~",
        "has",
        "!has",
        "has_cs",
        "hasprefix",
        "hassuffix",
        "contains",
        "!contains_cs",
        "startswith",
        "endswith",
        "!endswith_cs",
    ];
    for operator in operators {
        for right in texts {
            let cells: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
            let table = format!("datatable(s:string)[{}] | project r = s {operator} '{right}'", cells.join(", "));
            let singles: Vec<String> =
                texts.iter().map(|text| format!("(print r = '{text}' {operator} '{right}')")).collect();
            assert_eq!(answer(&table), answer(&format!("union {}", singles.join(", "))), "{operator} {right:?}");
        }
    }
}

/// Whether two cells are the same, reals up to their last digits.
fn same(expected: &serde_json::Value, given: &serde_json::Value) -> bool {
    use serde_json::Value as V;
    match (expected, given) {
        (V::Number(a), V::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
        }
        (V::Array(a), V::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (V::Object(a), V::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (V::String(a), V::String(b)) if a != b => {
            // One time may be written with more or fewer digits.
            matches!((time::parse_datetime(a), time::parse_datetime(b)), (Some(a), Some(b)) if a == b)
        }
        (a, b) => a == b,
    }
}

/// The shared conformance cases: a ratchet on how many have the service's rows (in any order) and how many have others.
#[test]
fn shared_conformance_cases() {
    let root = std::env::var("SENTINELC_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::Path::new(&root).join("conformance/emulator_cases.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let (mut passed, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let syntax = kql::parse(case["kql"].as_str().unwrap_or_default());
        if case["nondeterministic"] == true || case["unordered_arrays"] == true || !syntax.problems.is_empty() {
            continue;
        }
        let Ok(table) = eval::evaluate(&syntax, &Environment::new(), &Database::new(), &Settings::at(0)) else {
            continue;
        };
        let mut expected = case["rows"].as_array().cloned().unwrap_or_default();
        let names = case["columns"].as_array().cloned().unwrap_or_default();
        let same_names = names.iter().map(|name| name.as_str().unwrap_or_default()).eq(table.names());
        for row in 0..table.rows() {
            let cells: serde_json::Value = table.columns().iter().map(|column| to_json(&column.value(row))).collect();
            if let Some(at) = expected.iter().position(|row| same(row, &cells)) {
                expected.swap_remove(at);
            }
        }
        let rows = case["rows"].as_array().map_or(0, Vec::len);
        if same_names && expected.is_empty() && rows == table.rows() {
            passed += 1;
        } else {
            wrong.push(case["id"].to_string());
        }
    }
    println!("{passed} pass, {} are wrong: {wrong:?}", wrong.len());
    assert!(passed >= 298 && wrong.is_empty(), "{passed} pass, {} are wrong: {wrong:?}", wrong.len());
}
