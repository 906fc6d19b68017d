//! The columns that each operator gives: their names, order and types.

use super::{outcome, tree};

/// What the queries give, one line each.
fn columns(queries: &[&str]) -> String {
    queries.iter().map(|query| outcome(query).trim_end().to_owned() + "\n").collect()
}

const T: &str = "datatable(x:long, y:datetime, z:dynamic, s:string)[]";

fn of_t(stages: &[&str]) -> String {
    let queries: Vec<String> = stages.iter().map(|stage| format!("{T} | {stage}")).collect();
    columns(&queries.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn project_and_its_family() {
    insta::assert_snapshot!(of_t(&[
        "project x+1, z.a, z['b'], z[0], tostring(s), tostring(z), toupper(s), strcat(s, s), z.a.b[0].c",
        "project a = x, s, x",
        "extend x = s, strlen(s), 5",
        "project-away s, z*",
        "project-keep s, x",
        "project-rename who = s",
        "project-reorder z, x asc",
        "project n = bin(y, 1h), x * 1.5, y - ago(1d), x in (1, 2)",
    ]), @r"
    Column1:long, z_a:dynamic, z_b:dynamic, z_0:dynamic, s:string, z:string, Column2:string, Column3:string, z_a_b_0_c:dynamic
    a:long, s:string, x:long
    x:string, y:datetime, z:dynamic, s:string, strlen_s:long, Column1:long
    x:long, y:datetime
    x:long, s:string
    x:long, y:datetime, z:dynamic, who:string
    z:dynamic, x:long, y:datetime, s:string
    n:datetime, Column1:real, Column2:timespan, Column3:bool
    ");
}

#[test]
fn summarize_names_what_nobody_named() {
    insta::assert_snapshot!(of_t(&[
        "summarize count(), dcount(s), make_set(x), percentiles(x, 5, 95.5), avg(x), sum(x + 1) by s, bin(y, 1d)",
        "summarize arg_max(y, *) by s",
        "summarize arg_max(y, *), arg_min(x, s, z.a), argmax(x, s) by s",
        "summarize (A, B) = arg_max(y, x), C = arg_max(x, s), take_any(s) by s",
        "summarize count() + 1, total = sum(x) * 2, max(x + 1)",
        "summarize by s",
        "distinct s, x",
        "count",
        "summarize take_any(*)",
    ]), @r"
    s:string, y:datetime, count_:long, dcount_s:long, set_x:dynamic, percentile_x_5:long, percentile_x_95_5:long, avg_x:real, sum_:long
    s:string, y:datetime, x:long, z:dynamic
    s:string, y:datetime, x:long, z:dynamic, x1:long, s1:string, z_a:dynamic, max_x:long, max_x_s:string
    s:string, A:datetime, B:long, C:long, s1:string, s2:string
    Column1:long, total:long, max_:long
    s:string
    s:string, x:long
    Count:long
    x:long, y:datetime, z:dynamic, s:string
    ");
}

#[test]
fn tables_brought_together() {
    insta::assert_snapshot!(columns(&[
        "datatable(x:long)[] | join kind=inner (datatable(x:long, x1:long)[]) on x",
        "datatable(x:long)[] | join kind=leftsemi (datatable(x:long, q:long)[]) on x",
        "datatable(x:long)[] | join kind=rightanti (datatable(a:long, q:long)[]) on $left.x == $right.a",
        "datatable(x:long, y:long)[] | lookup (datatable(x:long, y:long, z:long)[]) on x",
        "datatable(x:long, s:string)[] | union (datatable(x:string)[]), (datatable(x:long, w:int)[])",
        "union withsource=T (datatable(x:long)[]), (datatable(w:int)[])",
        "union kind=inner (datatable(x:long, y:int)[]), (datatable(x:long, w:int)[])",
    ]), @r"
    x:long, x2:long, x1:long
    x:long
    a:long, q:long
    x:long, y:long, y1:long, z:long
    x_long:long, x_string:string, s:string, w:int
    T:string, x:long, w:int
    x:long
    ");
}

#[test]
fn values_taken_apart() {
    insta::assert_snapshot!(of_t(&[
        "mv-expand z, q = z.a, z.b to typeof(long)",
        "mv-expand with_itemindex=i z",
        "mv-apply e = z to typeof(string) on (where e has 'a' | summarize n = count())",
        "mv-apply z on (project w = z)",
        "parse s with 'a' b:long 'c' d",
        "parse-kv s as (a:long, b:string)",
        "evaluate bag_unpack(z)",
        "make-series count(), m = max(x) default=0 on y from ago(1d) to now() step 1h by s",
        "extend (slope, fit) = series_fit_line(z)",
    ]), @r"
    x:long, y:datetime, z:dynamic, s:string, q:dynamic, z_b:long
    x:long, y:datetime, z:dynamic, s:string, i:long
    x:long, y:datetime, z:dynamic, s:string, n:long
    x:long, y:datetime, s:string, w:dynamic
    x:long, y:datetime, z:dynamic, s:string, b:long, d:string
    x:long, y:datetime, z:dynamic, s:string, a:long, b:string
    x:long, y:datetime, s:string, ...
    s:string, count_:dynamic, m:dynamic, y:dynamic
    x:long, y:datetime, z:dynamic, s:string, slope:real, fit:real
    ");
}

#[test]
fn rarer_operators() {
    insta::assert_snapshot!(of_t(&[
        "top 3 by y | take 2 | sort by s asc | where x > 1 | as t | render table",
        "top-nested 3 of x by count(), top-nested 2 of s by b = max(y)",
        "top-hitters 3 of x",
        "sample-distinct 3 of s",
        "getschema",
        "partition by s (top 1 by y)",
        "scan declare (a:long = 0) with (step s1: x > 1 => a = s1.a + 1;)",
        "serialize n = row_number(), p = prev(x)",
    ]), @r"
    x:long, y:datetime, z:dynamic, s:string
    x:long, aggregated_x:long, s:string, b:datetime
    x:long, approximate_count_x:long
    s:string
    ColumnName:string, ColumnOrdinal:int, DataType:string, ColumnType:string
    x:long, y:datetime, z:dynamic, s:string
    x:long, y:datetime, z:dynamic, s:string, a:long
    x:long, y:datetime, z:dynamic, s:string, n:long, p:long
    ");
}

#[test]
fn sources_and_lets() {
    insta::assert_snapshot!(columns(&[
        "print 1, 'a', b = 3, now()",
        "range t from ago(1d) to now() step 1h",
        "let f = (x:string, y:long = 1) { strcat(x, y) }; print f('a'), f('a', 2), f(y = 2, x = 'b')",
        "let f = (T:(a:long), y:long = 1) { T | extend q = a + y }; datatable(a:long)[] | invoke f(3)",
        "let f = () { datatable(a:long)[] }; f | where a > 1",
        "let limit = 5; datatable(limit:string)[] | where limit == 'x'",
        "let hits = datatable(s:string)[]; print x = toscalar(hits | take 1), y = 'a' in (hits)",
    ]), @r"
    print_0:long, print_1:string, b:long, print_3:datetime
    t:datetime
    print_0:string, print_1:string, print_2:string
    a:long, q:long
    a:long
    limit:string
    x:string, y:bool
    ");
}

#[test]
fn a_tree_shows_what_the_query_was_taken_to_mean() {
    let query = "let start = ago(5d);\n\
        datatable(t:datetime, who:string, n:long)[]\n\
        | where t between (start .. now()) and who has 'adm'\n\
        | summarize since = min(t), n = sum(n) + count() by user = tolower(who)\n\
        | top 3 by n";
    insta::assert_snapshot!(tree(query), @r##"
    take Long(3) -> user:string, since:datetime, n:long
      sort #2 desc nulls last -> user:string, since:datetime, n:long
        summarize min(#0), sum(#2), count() by tolower(#1) give #0, #1, (#2 + #3) -> user:string, since:datetime, n:long
          filter ((#0 between ($start .. now())) and (#1 has String("adm"))) -> t:datetime, who:string, n:long
            datatable [] -> t:datetime, who:string, n:long
    "##);
}

#[test]
fn the_value_of_a_row_is_not_a_value_of_a_table_inside_a_function() {
    let query = "let f = (v:long) { toscalar(datatable(n:long)[1] | where n == v | count) };\n\
        let g = (v:long) { let w = v + 1; w * 2 };\n\
        datatable(a:long)[1] | extend b = f(a), c = g(a), d = f(7)";
    insta::assert_snapshot!(tree(query), @r"
    project #0, toscalar(summarize count() give #0 < filter (#0 == error) < datatable [Long(1)]), ($w * Long(2)), toscalar(summarize count() give #0 < filter (#0 == $v) < datatable [Long(1)]) -> a:long, b:long, c:long, d:long
      datatable [Long(1)] -> a:long
    ");
}
