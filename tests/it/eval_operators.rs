//! Operators and plugins beside the common ones: KQL in, table out.

use crate::eval::answer;

#[test]
fn bag_unpack_makes_columns_of_slots() {
    let query = "datatable(k:long, d:dynamic)[1,dynamic({'b':2,'a':'x'}), 2,dynamic({'b':3}), 3,dynamic(null)] | evaluate bag_unpack(d) | extend c = b + 1";
    insta::assert_snapshot!(answer(query), @r#"
    k:long | a:string | b:long | c:long
    1 | "x" | 2 | 3
    2 | "" | 3 | 4
    3 | "" | null | null
    "#);
}

#[test]
fn bag_unpack_with_mixed_types_and_prefix() {
    let query = "datatable(d:dynamic)[dynamic({'v':1}), dynamic({'v':'x'})] | evaluate bag_unpack(d, 'p_')";
    insta::assert_snapshot!(answer(query), @r#"
    p_v:dynamic
    1
    "x"
    "#);
}

#[test]
fn bag_unpack_conflicts() {
    let query = "datatable(v:long, d:dynamic)[1,dynamic({'v':2})] | evaluate bag_unpack(d)";
    insta::assert_snapshot!(answer(query), @"runtime: bag_unpack: the slot v and a column have one name; see columnsConflict at `evaluate bag_unpack(d)`");
}

#[test]
fn bag_unpack_keeps_the_source() {
    let query =
        "datatable(v:long, d:dynamic)[1,dynamic({'v':2})] | evaluate bag_unpack(d, columnsConflict='keep_source')";
    insta::assert_snapshot!(answer(query), @"
    v:long
    1
    ");
}

#[test]
fn bag_unpack_with_a_schema() {
    let query = "datatable(d:dynamic)[dynamic({'a':'7', 'b':1})] | evaluate bag_unpack(d) : (a:long, c:string)";
    insta::assert_snapshot!(answer(query), @r#"
    a:long | c:string
    7 | ""
    "#);
}

#[test]
fn bag_unpack_after_bag_unpack() {
    let query = "print d = dynamic({'e':{'x':1}}) | evaluate bag_unpack(d) | evaluate bag_unpack(e) | where x == 1";
    insta::assert_snapshot!(answer(query), @"
    x:long
    1
    ");
}

#[test]
fn pivot_counts_by_default() {
    let query = "datatable(k:string, p:string)['a','x', 'a','y', 'a','x', 'b','y'] | evaluate pivot(p)";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | x:long | y:long
    "a" | 2 | 1
    "b" | 0 | 1
    "#);
}

#[test]
fn pivot_with_an_aggregate() {
    let query = "datatable(k:string, p:string, v:long)['a','x',1, 'a','x',2, 'b','y',5] | evaluate pivot(p, max(v), k)";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | x:long | y:long
    "a" | 2 | null
    "b" | null | 5
    "#);
}

#[test]
fn narrow_gives_a_row_for_each_cell() {
    let query = "datatable(a:long, b:string)[1,'x', long(null),''] | evaluate narrow()";
    insta::assert_snapshot!(answer(query), @r#"
    Row:long | Column:string | Value:string
    0 | "a" | "1"
    0 | "b" | "x"
    1 | "a" | ""
    1 | "b" | ""
    "#);
}

#[test]
fn ipv4_lookup_with_and_without_matches() {
    let query = "let R = datatable(net:string, n:string)['10.0.0.0/8','in']; datatable(ip:string)['10.1.2.3','8.8.8.8'] | evaluate ipv4_lookup(R, ip, net, return_unmatched=true)";
    insta::assert_snapshot!(answer(query), @r#"
    ip:string | net:string | n:string
    "10.1.2.3" | "10.0.0.0/8" | "in"
    "8.8.8.8" | "" | ""
    "#);
}

#[test]
fn scan_carries_state() {
    let query = "range x from 1 to 4 step 1 | scan declare (total:long=0) with (step s: true => total = x + s.total;)";
    insta::assert_snapshot!(answer(query), @"
    x:long | total:long
    1 | 1
    2 | 3
    3 | 6
    4 | 10
    ");
}

#[test]
fn scan_numbers_matches() {
    let query = "datatable(t:long, e:string)[1,'a', 2,'b', 3,'a', 4,'b', 5,'b'] | scan with_match_id=id declare (began:long) with (step s1: e == 'a' => began = t; step s2: e == 'b' => began = s1.began;)";
    insta::assert_snapshot!(answer(query), @r#"
    t:long | e:string | began:long | id:long
    1 | "a" | 1 | 0
    2 | "b" | 1 | 0
    3 | "a" | 3 | 1
    4 | "b" | 3 | 1
    5 | "b" | 3 | 1
    "#);
}

#[test]
fn search_looks_into_every_column() {
    let query = "let T = datatable(a:string, b:string, n:long)['one two','x',1, 'onetwo','three',2]; union (T | search 'two'), (T | search 'on*'), (T | search '2'), (T | search b:'three' and a:'x')";
    insta::assert_snapshot!(answer(query), @r#"
    $table:string | a:string | b:string | n:long
    "union_arg0" | "one two" | "x" | 1
    "union_arg0" | "one two" | "x" | 1
    "union_arg0" | "onetwo" | "three" | 2
    "union_arg0" | "onetwo" | "three" | 2
    "#);
}

#[test]
fn top_nested_levels() {
    let query = "datatable(a:string, b:string, v:long)['x','p',1, 'x','q',5, 'y','p',2, 'z','p',9] | top-nested 2 of a by s = sum(v), top-nested 1 of b by max(v)";
    insta::assert_snapshot!(answer(query), @r#"
    a:string | s:long | b:string | aggregated_b:long
    "z" | 9 | "p" | 9
    "x" | 6 | "q" | 5
    "#);
}

#[test]
fn top_hitters_counts() {
    let query = "datatable(a:string, v:long)['x',1, 'y',9, 'x',1] | top-hitters 1 of a";
    insta::assert_snapshot!(answer(query), @r#"
    a:string | approximate_count_a:long
    "x" | 2
    "#);
}

#[test]
fn top_hitters_sums() {
    let query = "datatable(a:string, v:long)['x',1, 'y',9, 'x',1] | top-hitters 1 of a by v";
    insta::assert_snapshot!(answer(query), @r#"
    a:string | approximate_sum_v:long
    "y" | 9
    "#);
}

#[test]
fn parse_kv_with_delimiters_and_quotes() {
    let query = r#"print s = 'a=1; b="x; y"; c' | parse-kv s as (b:string, a:long, z:long) with (pair_delimiter=';', kv_delimiter='=', quote='"')"#;
    insta::assert_snapshot!(answer(query), @r#"
    s:string | b:string | a:long | z:long
    "a=1; b=\"x; y\"; c" | "x; y" | 1 | null
    "#);
}

#[test]
fn parse_kv_takes_the_first_value_of_a_key_that_comes_again() {
    let query =
        "print s = 'a=1;a=2;b=;b=x' | parse-kv s as (a:long, b:string) with (pair_delimiter=';', kv_delimiter='=')";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | a:long | b:string
    "a=1;a=2;b=;b=x" | 1 | ""
    "#);
}

#[test]
fn parse_kv_with_a_regex() {
    let query = r"print s = '[k:1][m:two]' | parse-kv s as (k:int, m:string) with (regex=@'\[(\w+):(\w+)\]')";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | k:int | m:string
    "[k:1][m:two]" | 1 | "two"
    "#);
}

#[test]
fn externaldata_needs_its_rows() {
    let query = "externaldata(a:string)['https://example.org/a.csv'] | count";
    insta::assert_snapshot!(answer(query), @"unsupported: externaldata('https://example.org/a.csv'), whose rows must be given (as events of `externaldata('https://example.org/a.csv')` in a test, with --table in `run`), is not supported at `externaldata(a:string)['https://example.org/a.csv']`");
}

#[test]
fn union_names_views_and_tables_with_as() {
    let query = "let V = view () { print x = 1 }; let L = print x = 2; print x = 0 | as T | union withsource=s V, L";
    insta::assert_snapshot!(answer(query), @r#"
    s:string | x:long
    "T" | 0
    "V" | 1
    "union_arg2" | 2
    "#);
}

#[test]
fn summarize_names_covariances_by_both() {
    let query = "datatable(x:real, y:real)[1,2, 3,6] \
        | summarize covariancep(x, y), covariance(x, y), covarianceif(x, y, x > 0), covariancepif(x, y, x > 1)";
    insta::assert_snapshot!(answer(query), @"
    covariancep_x_y:real | covariance_x_y:real | covarianceif_x_y:real | covariancepif_x_y:real
    2.0 | 4.0 | 4.0 | 0.0
    ");
}

#[test]
fn a_let_is_a_calculation_and_toscalar_a_value() {
    let query = "let id = new_guid(); let once = toscalar(new_guid()); let drawn = () { toscalar(rand()) }; \
        range x from 1 to 3 step 1 | extend id, once, one = drawn(), two = drawn() \
        | summarize ids = dcount(id), onces = dcount(once), draws = dcount(one), same = countif(one == two)";
    insta::assert_snapshot!(answer(query), @"
    ids:long | onces:long | draws:long | same:long
    3 | 1 | 1 | 3
    ");
}

#[test]
fn assert_schema_lets_only_the_columns_it_names_pass() {
    let asserted = |columns| answer(&format!("print a = 'x', b = 1 | assert-schema ({columns})"));
    insta::assert_snapshot!(asserted("a: string, b: long"), @r#"
    a:string | b:long
    "x" | 1
    "#);
    insta::assert_snapshot!(asserted("b: long, a: string"), @"unsupported: assert-schema is not supported at `assert-schema (b: long, a: string)`");
}

#[test]
fn parse_kv_greedily_and_without_delimiters() {
    let greedy = "datatable(s: string)['who=Ann B c=1', 'c=2 3 who=\"x c=9\" y', 'who=a other=b'] | take N \
        | parse-kv s as (who: string, c: string) with (pair_delimiter=' ', kv_delimiter='=', quote='\"', greedy=true)";
    insta::assert_snapshot!(answer(&greedy.replace('N', "2")), @r#"
    s:string | who:string | c:string
    "who=Ann B c=1" | "Ann B" | "1"
    "c=2 3 who=\"x c=9\" y" | "x c=9 y" | "2 3"
    "#);
    insta::assert_snapshot!(answer(&greedy.replace('N', "3")), @r#"unsupported: greedy parse-kv of a text with the key other, which is not asked for, is not supported at `parse-kv s as (who: string, c: string) with (pair_delimiter=' ', kv_delimiter='=', quote='"', greedy=true)`"#);
    let words = "datatable(s: string)[\"12:00 [x] id:7, who: 'a \\\\' b', id: 8\", 'who', 'id(who)who-\u{e9}t\u{e9}_1'] \
        | parse-kv s as (who: string, id: string) with (quote=\"'\", quote='()', escape='\\\\')";
    insta::assert_snapshot!(answer(words), @r#"
    s:string | who:string | id:string
    "12:00 [x] id:7, who: 'a \\' b', id: 8" | "a ' b" | "7"
    "who" | "" | ""
    "id(who)who-été_1" | "été" | "who"
    "#);
    insta::assert_snapshot!(answer("print s = 'a=1;b=2' | parse-kv s as (a: long, b: long)"), @r#"
    s:string | a:long | b:long
    "a=1;b=2" | 1 | 2
    "#);
}

#[test]
fn a_pattern_may_have_the_name_of_a_call_to_elsewhere() {
    let query = "declare pattern app = (id: string)[part: string] { ('a').['x'] = { print v = 1 }; ('a').['y'] = { print v = 2 }; }; \
        union app('a').x, app('a').y";
    insta::assert_snapshot!(answer(query), @"
    v:long
    1
    2
    ");
}

#[test]
fn a_column_that_a_parameter_names_has_its_own_type() {
    let query = "let t = datatable(a: bool)[true, false]; \
        let f = (table: string, name: string) { table(table) | extend x = column_ifexists(name, '') | summarize countif(x) }; \
        f('t', 'a')";
    insta::assert_snapshot!(answer(query), @"
    countif_x:long
    1
    ");
}

#[test]
fn a_type_in_typeof_may_be_written_as_datetime_of_dotnet() {
    let query = "print a = dynamic(['2020-01-02']) | mv-expand a to typeof(DateTime)";
    insta::assert_snapshot!(answer(query), @r#"
    a:datetime
    "2020-01-02T00:00:00Z"
    "#);
}

#[test]
fn columns_without_a_name_are_named_as_on_the_pages_of_their_functions() {
    let table = "datatable(a:long, d:dynamic)[7, dynamic([2, 1])] | ";
    let project = r#"project column_ifexists("b", a), column_ifexists("d", a), column_ifexists("c", 1),
        array_sort_asc(dynamic([null, 2, 1])), array_sort_desc(d)"#;
    insta::assert_snapshot!(answer(&format!("{table}{project}")), @"
    a:long | d:dynamic | Column1:long | Column2:dynamic | d_sorted:dynamic
    7 | [2,1] | 1 | [1,2,null] | [2,1]
    ");
    let summarize =
        r#"summarize min(column_ifexists("b", a)), max(column_ifexists("a", 0)), sum(column_ifexists("c", 0))"#;
    insta::assert_snapshot!(answer(&format!("{table}{summarize}")), @"
    min_a:long | max_a:long | sum_:long
    7 | 7 | 0
    ");
}

#[test]
fn fewer_names_than_columns() {
    let query = |stage: &str| answer(&format!("print y = dynamic([1,3,5]) | {stage}"));
    insta::assert_snapshot!(query("extend (r, s) = series_fit_line(y)"), @"
    y:dynamic | r:real | s:real
    [1,3,5] | 1.0 | 2.0
    ");
    insta::assert_snapshot!(query("extend least = series_stats(y)"), @"
    y:dynamic | least:real
    [1,3,5] | 1.0
    ");
    insta::assert_snapshot!(query("project (r, s) = series_fit_line(y)"), @"
    r:real | s:real | series_fit_line_y_variance:real | series_fit_line_y_rvariance:real | series_fit_line_y_interception:real | series_fit_line_y_line_fit:dynamic
    1.0 | 2.0 | 4.0 | 0.0 | 1.0 | [1.0,3.0,5.0]
    ");
    insta::assert_snapshot!(answer("print r = series_fit_line(dynamic([1,3,5]))"), @"
    r:real
    1.0
    ");
}
