//! `make-series`: KQL in, table out.

use crate::eval::answer;

#[test]
fn make_series_nonempty() {
    let query = "datatable(t:long, v:long)[] | make-series kind=nonempty s = sum(v) default=7 on t from 0 to 4 step 2";
    insta::assert_snapshot!(answer(query), @"
    s:dynamic | t:dynamic
    [7,7] | [0,2]
    ");
}

#[test]
fn an_end_of_a_series_that_is_not_given_is_its_own() {
    let rows = "datatable(t:long, v:long, k:string)[1,10,'a', 5,30,'a', 8,7,'b']";
    let query = |range: &str| answer(&format!("{rows} | make-series s = sum(v) on t {range} by k"));
    insta::assert_snapshot!(query("step 2"), @r#"
    k:string | s:dynamic | t:dynamic
    "a" | [10,0,30] | [0,2,4]
    "b" | [7] | [8]
    "#);
    insta::assert_snapshot!(query("from 1 step 2"), @r#"
    k:string | s:dynamic | t:dynamic
    "a" | [10,0,30] | [1,3,5]
    "b" | [0,0,0,7] | [1,3,5,7]
    "#);
    insta::assert_snapshot!(query("to 12 step 2"), @r#"
    k:string | s:dynamic | t:dynamic
    "a" | [10,0,30,0,0,0] | [0,2,4,6,8,10]
    "b" | [7,0] | [8,10]
    "#);
}

#[test]
fn a_series_in_a_range_includes_its_end() {
    let query = |range: &str| {
        answer(&format!("datatable(t:long, v:long)[1,10, 5,30, 8,7] | make-series s = sum(v) on t in range({range})"))
    };
    insta::assert_snapshot!(query("0, 8, 2"), @"
    s:dynamic | t:dynamic
    [10,0,30,0,7] | [0,2,4,6,8]
    ");
    insta::assert_snapshot!(query("2, 5, 2"), @"
    s:dynamic | t:dynamic
    [0,30] | [2,4]
    ");
    insta::assert_snapshot!(query("1, 8, 2"), @"unsupported: make-series in range() from a value that is no multiple of the step is not supported at `1`");
    let query = "datatable(t:real, v:long)[0.2,1, 1.0,2] | make-series s = sum(v) on t in range(0.0, 1.0, 0.5)";
    insta::assert_snapshot!(answer(query), @"
    s:dynamic | t:dynamic
    [1,0,2] | [0.0,0.5,1.0]
    ");
}

#[test]
fn the_bins_of_a_series_can_span_all_longs() {
    let rows = "datatable(t:long)[9223372036854775807, -9223372036854775807]";
    insta::assert_snapshot!(answer(&format!("{rows} | make-series c = count() on t step 4611686018427387904")), @"
    c:dynamic | t:dynamic
    [1,0,0,1] | [-9223372036854775808,-4611686018427387904,0,4611686018427387904]
    ");
    let query = "print t = 1 | make-series c = count() on t from 0 to 1048577 step 1";
    insta::assert_snapshot!(answer(query), @"unsupported: make-series of more than 1048576 bins is not supported at `make-series c = count() on t from 0 to 1048577 step 1`");
    insta::assert_snapshot!(answer(&format!("{rows} | make-series c = count() on t step 1")), @"timeout: more than 50000000 rows; raise --max-rows to let it at `make-series c = count() on t step 1`");
}
