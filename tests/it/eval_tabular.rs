//! What the pages of tabular operators say beside their examples: KQL in, table out.

use crate::eval::answer;

#[test]
fn a_fuzzy_union_leaves_out_legs_of_tables_that_are_not_there() {
    let query = "let A = view () { print x = 1 }; let B = view () { print x = 2 }; union isfuzzy=true (A | where x > 0), (B | where x > 0), (C | where x > 0)";
    insta::assert_snapshot!(answer(query), @"
    x:long
    1
    2
    ");
}

#[test]
fn a_fuzzy_union_of_no_table_is_a_mistake() {
    let query = "union isfuzzy=true Missing, (Other | where x > 0)";
    insta::assert_snapshot!(answer(query), @"schema: the table Missing is not given at `Missing`");
}

#[test]
fn the_name_of_the_source_may_not_be_taken() {
    let query = "let A = datatable(x:long)[1]; A | union withsource=x A";
    insta::assert_snapshot!(answer(query), @"unsupported: withsource=x beside a column of that name is not supported at `union withsource=x A`");
}

#[test]
fn the_legacy_form_of_mv_expand_makes_few_rows() {
    let query = "print x = range(1, 200) | mvexpand x | summarize count(), max(tolong(x))";
    insta::assert_snapshot!(answer(query), @"
    count_:long | max_x:long
    128 | 128
    ");
    let query = "print x = range(1, 200) | mvexpand x limit 150 | count";
    insta::assert_snapshot!(answer(query), @"
    Count:long
    150
    ");
}

#[test]
fn elements_are_cast_and_not_read() {
    let query = "print d = dynamic(['1', 2, 2.5, true, '2020-01-01', [1]]) | mv-expand l = d to typeof(long), r = d to typeof(real), b = d to typeof(bool), t = d to typeof(datetime), s = d to typeof(string) | project-away d";
    insta::assert_snapshot!(answer(query), @r#"
    l:long | r:real | b:bool | t:datetime | s:string
    null | null | null | null | "1"
    2 | 2.0 | null | null | "2"
    2 | 2.5 | null | null | "2.5"
    null | null | true | null | "true"
    null | null | null | "2020-01-01T00:00:00Z" | "2020-01-01"
    null | null | null | null | "[1]"
    "#);
}

#[test]
fn partition_makes_few_parts_unless_it_says_how() {
    let query = "range x from 1 to 65 step 1 | partition by x (count)";
    insta::assert_snapshot!(answer(query), @"runtime: partition makes 65 parts; more than 64 need hint.strategy=native or shuffle at `x`");
    let query = "range x from 1 to 65 step 1 | partition hint.strategy=native by x (count) | summarize sum(Count)";
    insta::assert_snapshot!(answer(query), @"
    sum_Count:long
    65
    ");
}

#[test]
fn a_series_without_bounds_spans_its_own_data() {
    let query = "datatable(t:long, v:long, k:string)[1,10,'a', 3,30,'a', 3,5,'b', 5,1,'b'] | make-series sum(v) on t step 1 by k";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | sum_v:dynamic | t:dynamic
    "a" | [10,0,30] | [1,2,3]
    "b" | [5,0,1] | [3,4,5]
    "#);
    let query = "datatable(t:long, v:long, k:string)[1,10,'a', 3,5,'b'] | make-series sum(v) on t from 0 step 1 by k";
    insta::assert_snapshot!(answer(query), @r#"
    k:string | sum_v:dynamic | t:dynamic
    "a" | [0,10] | [0,1]
    "b" | [0,0,0,5] | [0,1,2,3]
    "#);
}

#[test]
fn cells_of_a_datatable_take_the_type_of_their_column() {
    let query = "datatable(s:string)[1, 1.5, datetime(2020-01-01), 1h, true]";
    insta::assert_snapshot!(answer(query), @r#"
    s:string
    "1"
    "1.5"
    "2020-01-01T00:00:00.0000000Z"
    "01:00:00"
    "true"
    "#);
    let query = "datatable(a:datetime, b:timespan, c:real, d:int, e:bool)['2020-01-01', '1h', '1.5', '7', 'true']";
    insta::assert_snapshot!(answer(query), @r#"
    a:datetime | b:timespan | c:real | d:int | e:bool
    "2020-01-01T00:00:00Z" | "01:00:00" | 1.5 | 7 | true
    "#);
    let query = "datatable(a:datetime)['x']";
    insta::assert_snapshot!(answer(query), @"unsupported: a value of type string where datetime stands is not supported at `'x'`");
}

#[test]
fn find_gives_one_column_of_the_type_asked_for() {
    let query = "let A = view () { datatable(l:string, p:string)['a', '1'] }; let B = view () { datatable(l:string, p:long)['b', 1] }; find in (A, B) where l != '' project l, p:string";
    insta::assert_snapshot!(answer(query), @r#"
    source_:string | l:string | p_string:string
    "A" | "a" | "1"
    "B" | "b" | "1"
    "#);
    let query = "let A = view () { datatable(l:string, p:string)['a', '1'] }; find in (A) where l != '' project p:long";
    insta::assert_snapshot!(answer(query), @r#"
    source_:string | p:long
    "A" | 1
    "#);
}

#[test]
fn whole_numbers_equal_the_texts_that_write_them() {
    let query = "datatable(r:string)['0', '00', '50126', ''] | extend a = r == 0, b = r != 0, c = r in (0, 50126)";
    insta::assert_snapshot!(answer(query), @r#"
    r:string | a:bool | b:bool | c:bool
    "0" | true | false | true
    "00" | false | true | false
    "50126" | false | true | true
    "" | false | true | false
    "#);
    let query =
        "datatable(e:int, s:string)[4688,'4688', 4624,'x'] | extend a = e == '4688', b = e == s, c = e !in ('4688')";
    insta::assert_snapshot!(answer(query), @r#"
    e:int | s:string | a:bool | b:bool | c:bool
    4688 | "4688" | true | true | false
    4624 | "x" | false | false | true
    "#);
}

#[test]
fn a_level_that_names_the_rest_gets_that_of_the_levels_before() {
    let query = "datatable(a:string, b:string, c:string, v:long)['x','p','1',10, 'x','p','2',4, 'x','q','2',5, 'y','p','1',7, 'z','p','1',3] | top-nested 1 of a with others = 'OA' by sum(v), top-nested 1 of b by sum(v), top-nested 1 of c with others = 'OC' by sum(v)";
    insta::assert_snapshot!(answer(query), @r#"
    a:string | aggregated_a:long | b:string | aggregated_b:long | c:string | aggregated_c:long
    "x" | 19 | "p" | 14 | "1" | 10
    "x" | 19 | "p" | 14 | "OC" | 4
    "x" | 19 | "" | null | "OC" | 5
    "OA" | 10 | "" | null | "OC" | 10
    "#);
}

#[test]
fn request_properties_that_a_query_sets() {
    let query = "set query_now = datetime(2020-01-01); print a = now(), b = now(-1h), c = ago(1d)";
    insta::assert_snapshot!(answer(query), @r#"
    a:datetime | b:datetime | c:datetime
    "2020-01-01T00:00:00Z" | "2019-12-31T23:00:00Z" | "2019-12-31T00:00:00Z"
    "#);
    let query = "set query_take_max_records = 2; range x from 1 to 5 step 1";
    insta::assert_snapshot!(answer(query), @"
    x:long
    1
    2
    ");
    let query = "set query_datetimescope_column = 't'; print t = now()";
    insta::assert_snapshot!(answer(query), @"unsupported: set query_datetimescope_column is not supported at `print t = now()`");
}

#[test]
fn a_null_is_neither_in_nor_out_of_a_list_with_a_null() {
    let query = "datatable(x:long)[1, 2, long(null)] | extend a = x in (1, long(null)), b = x !in (1, long(null)), c = x in (1), d = x !in (1), e = x in (1, x)";
    insta::assert_snapshot!(answer(query), @"
    x:long | a:bool | b:bool | c:bool | d:bool | e:bool
    1 | true | false | true | false | true
    2 | false | true | false | true | true
    null | null | null | false | true | null
    ");
}

#[test]
fn a_bare_text_of_search_may_be_denied_and_case_matters_inside_of_calls() {
    let pages = [
        r#"print a = "error", b = "disk" | search "disk" and not("warning" or "info*") | project a"#,
        r#"print a = "error" | search not("err*") | project a"#,
        r#"print a = "x", b = "Y" | search kind=case_sensitive not(a has "X") and not(a in~ ("X")) | project a"#,
        r#"print a = "x", b = "Y" | search kind=case_sensitive a =~ "X" or a:"X" | project a"#,
        r#"print a = "x", b = "Y" | search kind=case_sensitive a has_any ("X") | project a"#,
    ]
    .map(answer);
    insta::assert_snapshot!(pages.join("\n"), @r#"
    a:string
    "error"
    a:string
    a:string
    "x"
    a:string
    unsupported: `has_any` that minds case is not supported at `a has_any ("X")`
    "#);
}

#[test]
fn words_that_an_operator_does_not_know() {
    let pages = [
        "print a = 'x' | search kind=exact 'x'",
        "print a = 'x' | union kind=left (print a = 'y')",
        "print a = 'x' | join kind=left (print a = 'y') on a",
        "print a = 'x' | parse kind=strict a with b",
        "print a = dynamic([1]) | mv-expand kind=list a",
        "print a = 1 | make-series kind=empty count() on a step 1",
        "print a = 'x' | lookup kind=fullouter (print a = 'y') on a",
        "print a = 'x' | parse kind=regex flags=Uq a with b",
        "print a = 'x' | union isfuzzy=maybe (print a = 'y')",
        "print a = 'x' | partition hint.strategy=fast by a (count)",
    ]
    .map(answer);
    insta::assert_snapshot!(pages.join("\n"), @"
    schema: `kind` is one of `default`, `case_insensitive`, `case_sensitive` at `exact`
    schema: `kind` is one of `inner`, `outer` at `left`
    schema: `kind` is one of `innerunique`, `inner`, `leftouter`, `rightouter`, `fullouter`, `outer`, `leftsemi`, `rightsemi`, `leftanti`, `anti`, `leftantisemi`, `rightanti`, `rightantisemi` at `left`
    schema: `kind` is one of `simple`, `regex`, `relaxed` at `strict`
    schema: `kind` is one of `bag`, `array` at `list`
    schema: `kind` is one of `nonempty` at `empty`
    schema: `kind` is one of `leftouter`, `inner` at `fullouter`
    schema: the flags are some of `Umsi` at `Uq`
    schema: `isfuzzy` is one of `true`, `false` at `maybe`
    schema: `hint.strategy` is one of `legacy`, `native`, `shuffle` at `fast`
    ");
}
