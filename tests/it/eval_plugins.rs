//! Plugins and operators over several tables: queries in, tables out, one page of both for each test.

use sentinelc::bind::{self, Environment};
use sentinelc::eval::{self, Database, Settings};
use sentinelc::kql;

use crate::eval::{answer, shown};

/// Each query with its answer, behind statements that all share.
pub(crate) fn answers(shared: &str, queries: &[&str]) -> String {
    let answers = queries.iter().map(|query| format!("{query}\n{}\n", answer(&format!("{shared}{query}"))));
    answers.collect::<Vec<_>>().join("\n")
}

/// All results of a query.
fn results(query: &str) -> String {
    let bound = bind::bind(&kql::parse(query), &Environment::new());
    let plan = eval::compile(&bound).expect("a plan");
    let tables = plan.run_all(&Database::new(), &Settings::at(0)).expect("tables");
    format!("{query}\n{}\n", tables.iter().flatten().map(shown).collect::<Vec<_>>().join("\n--\n"))
}

const EVENTS: &str = "let T = datatable(Id:string, At:datetime, Site:string)['a',datetime(2026-01-01),'x', \
    'b',datetime(2026-01-01),'x', 'a',datetime(2026-01-02),'x', 'c',datetime(2026-01-02),'y', \
    'c',datetime(2026-01-04),'y']; let From = datetime(2026-01-01); let To = datetime(2026-01-04);\n";

#[test]
fn activity_by_bins_and_dimensions() {
    insta::assert_snapshot!(answers(
        EVENTS,
        &[
            "T | evaluate activity_counts_metrics(Id, At, From, To, 1d, Site)",
            "T | evaluate activity_counts_metrics(Id, At, From, To, 'week')",
            "T | evaluate activity_metrics(Id, At, From, To, 1d)",
            "T | evaluate activity_metrics(Id, At, 2d)",
            "T | evaluate new_activity_metrics(Id, At, From, To, 2d)",
            "T | evaluate new_activity_metrics(Id, At, From, To, 2d, From, (T | where Id == 'a' | project Id))",
            "T | evaluate activity_engagement(Id, At, From, To, 1d, 2d)",
            "T | evaluate session_count(Id, At, From, To, 1d, 2d)",
            "T | evaluate sliding_window_counts(Id, At, From, To, 2d, 1d, Site)",
            "T | evaluate active_users_count(Id, At, From, To, 2d, 1d, 2, 1d)",
            "T | evaluate activity_counts_metrics(Id, At, From, To, 0d)",
        ]
    ));
}

/// The least and the greatest numbers as moments.
const EXTREMES: &str = "let Max = 9223372036854775807; \
    let T = datatable(Id:string, At:long)['a',-9223372036854775807, 'b',9223372036854775807, 'a',5];\n";

#[test]
fn timelines_of_extreme_numbers() {
    insta::assert_snapshot!(answers(
        EXTREMES,
        &[
            "T | evaluate activity_metrics(Id, At, -Max, 10, Max)",
            "T | evaluate session_count(Id, At, -Max, Max, Max, 3)",
            "T | evaluate active_users_count(Id, At, -Max, Max, Max, Max, 1, Max)",
            "T | evaluate sliding_window_counts(Id, At, -Max, Max, Max, Max)",
        ]
    ));
}

#[test]
fn sequences_pair_every_moment_once() {
    insta::assert_snapshot!(answers(
        EVENTS,
        &[
            "T | evaluate sequence_detect(At, 3d, 3d, one=(Id == 'a'), two=(Id == 'c'))",
            "T | evaluate sequence_detect(At, 1d, 3d, one=(Id == 'a'), two=(Id == 'c'))",
            "T | evaluate sequence_detect(At, 3d, 3d, one=(Id == 'c'), two=(At > From), Site)",
        ]
    ));
}

#[test]
fn neighbours_and_windows() {
    insta::assert_snapshot!(answers(
        "",
        &[
            "range x from 1 to 6 step 1 | extend Odd = x % 2 == 1 | evaluate rolling_percentile(x, 50, x, 2, 2, Odd)",
            "range x from 1 to 9 step 1 | evaluate rows_near(x in (2, 4, 9), 1, 0)",
            "range x from 1 to 9 step 1 | evaluate rows_near(x > 7, 1)",
            "range x from 1 to 3 step 1 | evaluate rolling_percentile(x, 50, x, 1, 0)",
            "range x from 1 to 3 step 1 | evaluate rolling_percentile(x, 150, x, 1, 2)",
            "datatable(d:string)['{\"a\":1}'] | evaluate bag_unpack(d)",
            "datatable(n:long)[-9223372036854775807, 9223372036854775807] | evaluate rolling_percentile(n, 50, n, 1, 9)",
        ]
    ));
}

#[test]
fn schemas_merge() {
    insta::assert_snapshot!(answers(
        "let A = datatable(a:int, b:long)[] | getschema; let B = datatable(b:long, a:int, c:real)[] | getschema; let C = datatable(a:string)[] | getschema; \
         let D = datatable(a:int, x:real, b:long)[] | getschema;\n",
        &[
            "union A, B | evaluate schema_merge()",
            "union A, B | evaluate schema_merge(false)",
            "union A, D | evaluate schema_merge(PreserveOrder = false)",
            "union A, C | evaluate schema_merge()"
        ]
    ));
}

#[test]
fn addresses_are_looked_up() {
    insta::assert_snapshot!(answers(
        "let R = datatable(net:string, who:string, what:string)['10.0.0.0/8','t1','one', '10.0.0.0/8','t2','two']; \
         let V6 = datatable(net:string, what:string)['fe80::/10','local'];\n",
        &[
            "datatable(ip:string, who:string)['10.1.2.3','t2', '11.0.0.1','t1'] | evaluate ipv4_lookup(R, ip, net, who, return_unmatched = true)",
            "datatable(ip:string)['10.1.2.3'] | evaluate ipv4_lookup(R, ip, net)",
            "datatable(ip:string)['fe80::1', '::1'] | evaluate ipv6_lookup(V6, ip, net)",
        ]
    ));
}

const VIEWS: &str = "let T1 = view () { datatable(Id:string, Level:string, Version:string)['a','Info','v1', 'b','Error','v2'] }; \
    let T2 = view () { datatable(Id:string, Level:string, Name:string)['a','error','E1'] };\n";

#[test]
fn find_packs_what_is_not_asked_for() {
    insta::assert_snapshot!(answers(
        VIEWS,
        &[
            "find in (T1, T2) where Id == 'a'",
            "find in (T*) where Level has 'error' project Name, pack_all()",
            "find withsource=From in (T1, T2) where Version == 'v1' project Id:string, Version",
            "find 'e1'",
        ]
    ));
}

#[test]
fn search_over_views() {
    insta::assert_snapshot!(answers(
        VIEWS,
        &[
            "search 'error'",
            "search kind=case_sensitive 'error' or Level has 'info'",
            "search in (T2) 'v1'",
            "union withsource=From T* | project From, Id",
        ]
    ));
}

#[test]
fn fork_and_facet_give_several_results() {
    let pages = [
        results("range x from 1 to 3 step 1 | fork (count) small=(where x < 2)"),
        results("print a = 1, b = 'x' | facet by a, b with (project b)"),
    ];
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn places_are_looked_up() {
    insta::assert_snapshot!(answers(
        "let S = datatable(name:string, shape:dynamic)['box', dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]})];\n\
         let L = datatable(road:string, line:dynamic)['equator', dynamic({'type':'LineString','coordinates':[[0,0],[10,0]]})];\n\
         let P = datatable(x:real, y:real)[1.0,1.0, 2.001,1.0, 5.0,0.001];\n",
        &[
            "P | evaluate geo_polygon_lookup(S, shape, x, y)",
            "P | evaluate geo_polygon_lookup(S, shape, x, y, radius = 1000, return_unmatched = true)",
            "P | evaluate geo_line_lookup(L, line, x, y, 200, return_lookup_key = true)",
        ]
    ));
}

#[test]
fn patterns_stand_for_their_cases() {
    insta::assert_snapshot!(answers(
        "declare pattern App = (id:string)[part:string] { ('a').['x'] = { print r = 1, id, part }; ('b').['y y'] = { print r = 2 }; };\n",
        &["App('a').x", "union App('a').x, App('b').['y y']", "App('c').x"]
    ));
}

#[test]
fn the_rest_of_top_nested() {
    insta::assert_snapshot!(answers(
        "let T = datatable(a:string, b:string, v:long)['x','p',1, 'x','q',2, 'y','p',5, 'y','r',1, 'z','q',1];\n",
        &[
            "T | top-nested 1 of a with others='others' by sum(v)",
            "T | top-nested 1 of a with others='others' by sum(v), top-nested 1 of b with others='more' by sum(v)",
            "T | top-nested 1 of a with others='others' by sum(v), top-nested 1 of b by max(v)",
            "T | top-nested 3 of a with others='others' by sum(v)",
        ]
    ));
}

#[test]
fn series_over_reals_and_of_constants() {
    insta::assert_snapshot!(answers(
        "let T = datatable(t:real, v:long)[0.5,1, 1.7,2, 3.1,5, real(null),9];\n",
        &[
            "T | make-series sum(v) on t from 0.0 to 4.0 step 0.5",
            "T | make-series sum(v) on t step 1",
            "T | make-series sum(v), seen = true default = false on t step 1",
            "T | make-series sum(v) on t step 0",
        ]
    ));
}

#[test]
fn the_last_row_of_a_step() {
    insta::assert_snapshot!(answers(
        "",
        &[
            "range x from 1 to 5 step 1 | scan with (step s1 output=last: x < 3; step s2: x >= 3;)",
            "range x from 1 to 4 step 1 | scan with_match_id=m with (step s1 output=last: true;)",
        ]
    ));
}

#[test]
fn arrays_sorted_together_and_alone() {
    insta::assert_snapshot!(answers(
        "let T = print x = dynamic([3,null,1]), y = dynamic(['c','a','b']);\n",
        &[
            "T | project z = array_sort_asc(x)",
            "T | project array_sort_desc(x, false)",
            "T | project array_sort_asc(x, y)",
            "T | project array_length(array_sort_asc(x))",
        ]
    ));
}

#[test]
fn inner_pipes_see_their_own_rows() {
    insta::assert_snapshot!(answers(
        "let T = datatable(k:long, b:long, v:long)[1,1,10, 1,2,20, 2,1,30];\n",
        &[
            "T | partition by k (as X | union X)",
            "T | partition by k (as X | where v == toscalar(X | summarize max(v)))",
            "T | partition by k (as X | partition by b (where v == toscalar(X | summarize max(v)) | union (X | count)))",
            "T | partition by k {datatable(z:long)[1] | extend q = toscalar(k)}",
            "let best = (T:(v:long)) { let most = toscalar(T | summarize max(v)); T | where v == most }; \
             T | partition by k (invoke best())",
            "datatable(a:dynamic)[dynamic([1,2]), dynamic([3])] \
             | mv-apply a to typeof(long) on (as X | where a == toscalar(X | summarize max(a)))",
        ]
    ));
}

#[test]
fn sets_in_common() {
    insta::assert_snapshot!(answers(
        "let T = range x from 1 to 12 step 1 | summarize a = hll(x), b = hll_if(x, x % 2 == 0), c = hll_if(x, x % 3 == 0);\n",
        &[
            "T | evaluate dcount_intersect(a, b, c) | project-away a, b, c",
            "T | evaluate dcount_intersect(c) | project s0",
            "T | where false | evaluate dcount_intersect(a) | project s0",
            "T | evaluate dcount_intersect(dynamic(null), b) | project s0, s1",
        ]
    ));
}

#[test]
fn columns_by_names_that_are_values() {
    insta::assert_snapshot!(answers(
        "let T = datatable(a:long, b:string, bc:long)[1,'x',3]; let U = datatable(bc:string, z:long)[];\n",
        &[
            "T | project-by-names 'b*', 'a', 'nope', 'b'",
            "T | project-by-names dynamic(['bc','a'])",
            "T | project-by-names column_names_of(U), '*'",
            "let keep = dynamic(['b']); T | project-by-names keep",
            "T | project-by-names 'nope'",
            "T | project-by-names strcat('a', 'b')",
        ]
    ));
}

const VISITS: &str = "let T = datatable(id:string, t:datetime, s:string)['a',datetime(2026-01-01 10:00),'H', 'a',datetime(2026-01-01 10:30),'T', \
    'a',datetime(2026-01-01 13:30),'W', 'b',datetime(2026-01-01 10:00),'H', 'b',datetime(2026-01-01 12:00),'X', 'b',datetime(2026-01-02 10:00),'T', \
    'c',datetime(2026-01-01 10:00),'T', 'c',datetime(2026-01-01 10:10),'H', 'c',datetime(2026-01-01 10:20),'H', 'd',datetime(2026-01-25),'H', \
    'd',datetime(2026-01-25),'T', 'e',datetime(2026-02-01),'T', 'f',datetime(2026-03-01),'H', '',datetime(2026-01-03),'H', 'g',datetime(null),'H']; \
    let From = datetime(2026-01-01); let To = datetime(2026-02-01);\n";

#[test]
fn funnels_count_who_comes_how_far_within_a_period() {
    insta::assert_snapshot!(answers(
        VISITS,
        &[
            "T | evaluate funnel_sequence_completion(id, t, From, To, 20d, s, dynamic(['H','T','W']), dynamic([1h, 3.5h, 1d]))",
            "T | evaluate funnel_sequence_completion(id, t, From, To, 40d, s, dynamic(['H','H']), dynamic([10m]))",
            "range t from 1 to 9 step 1 | extend id = t % 2, s = t % 3 \
             | evaluate funnel_sequence_completion(id, t, 0, 10, 5, s, dynamic([1,0]), dynamic([1, 4]))",
            "T | where false | evaluate funnel_sequence_completion(id, t, From, To, 1d, s, dynamic(['H']), dynamic([1h]))",
            "T | evaluate funnel_sequence_completion(id, t, From, To, 1d, s, dynamic([]), dynamic([1h]))",
            "T | evaluate funnel_sequence_completion(id, t, From, To, 1d, s, dynamic(['H']), dynamic(['soon']))",
            "T | evaluate funnel_sequence_completion(id, t, From, To, 0d, s, dynamic(['H']), dynamic([1h]))",
            "T | evaluate funnel_sequence_completion(strcat(id, id), t, From, To, 1d, s, dynamic(['H']), dynamic([1h]))",
            "T | extend r = 1.5 | evaluate funnel_sequence_completion(id, r, 0, 10, 1, s, dynamic(['H']), dynamic([1]))",
        ]
    ));
}

#[test]
fn funnels_count_what_comes_before_and_behind_a_sequence() {
    let pages = [
        results(&format!("{VISITS}T | evaluate funnel_sequence(id, t, From, To, 1d, 40d, s, dynamic(['T']))")),
        results(&format!("{VISITS}T | evaluate funnel_sequence(id, t, From, To, 1d, 40d, s, dynamic(['H', 'T']))")),
        results(&format!("{VISITS}T | evaluate funnel_sequence(id, t, From, To, 1h, 20d, s, dynamic(['H', 'T']))")),
        answer(&format!("{VISITS}T | evaluate funnel_sequence(id, t, From, To, 1d, 40d, s, dynamic(['T']))")),
        answer(&format!("{VISITS}T | evaluate funnel_sequence(id, t, From, To, 1d, 40d, s, dynamic(['T'])) | count")),
    ];
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn a_preview_is_some_rows_and_the_number_of_all() {
    let pages = [
        results("range x from 1 to 5 step 1 | evaluate preview(2)"),
        results("range x from 1 to 5 step 1 | where x > 9 | evaluate preview(2)"),
        answer("range x from 1 to 5 step 1 | evaluate preview(2)"),
        answer("range x from 1 to 5 step 1 | evaluate preview(2) | where x > 1"),
        answer("range x from 1 to 5 step 1 | evaluate narrow() : (only:long)"),
    ];
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn bins_at_the_ends_of_all_numbers() {
    insta::assert_snapshot!(answers(
        "let T = datatable(id:long, t:long)[1,long(-9223372036854775808), 2,9223372036854775807]; let Least = long(-9223372036854775808);\n",
        &[
            "T | evaluate activity_counts_metrics(id, t, Least, 9223372036854775807, 9223372036854775807)",
            "T | evaluate funnel_sequence_completion(id, t, Least, 9223372036854775807, 9223372036854775807, id, dynamic([1,2]), dynamic([1]))",
        ]
    ));
}
