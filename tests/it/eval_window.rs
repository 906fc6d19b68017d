//! Functions that look at neighbouring rows: KQL in, table out.

use crate::eval::answer;

#[test]
fn window_functions() {
    let query = "datatable(v:long)[10, 30, 20] | sort by v asc | extend n = row_number(), p = prev(v), x = next(v, 1, -1), c = row_cumsum(v)";
    insta::assert_snapshot!(answer(query), @"
    v:long | n:long | p:long | x:long | c:long
    10 | 1 | null | 20 | 10
    20 | 2 | 10 | 30 | 30
    30 | 3 | 20 | -1 | 60
    ");
}

#[test]
fn row_window_session_starts_anew() {
    let query = "datatable(t:datetime)[datetime(2024-01-01 00:00), datetime(2024-01-01 00:05), datetime(2024-01-01 02:00)] | sort by t asc | extend s = row_window_session(t, 1h, 10m, false)";
    insta::assert_snapshot!(answer(query), @r#"
    t:datetime | s:datetime
    "2024-01-01T00:00:00Z" | "2024-01-01T00:00:00Z"
    "2024-01-01T00:05:00Z" | "2024-01-01T00:00:00Z"
    "2024-01-01T02:00:00Z" | "2024-01-01T02:00:00Z"
    "#);
}

#[test]
fn row_window_session_ends_at_the_limits_and_with_nulls() {
    let query = "datatable(t:datetime)[datetime(2024-01-01 00:00), datetime(2024-01-01 00:04), datetime(2024-01-01 00:09), datetime(null), datetime(2024-01-01 00:10)] | serialize s = row_window_session(t, 1h, 5m)";
    insta::assert_snapshot!(answer(query), @r#"
    t:datetime | s:datetime
    "2024-01-01T00:00:00Z" | "2024-01-01T00:00:00Z"
    "2024-01-01T00:04:00Z" | "2024-01-01T00:00:00Z"
    "2024-01-01T00:09:00Z" | "2024-01-01T00:09:00Z"
    null | null
    "2024-01-01T00:10:00Z" | "2024-01-01T00:10:00Z"
    "#);
}

#[test]
fn window_functions_need_an_order() {
    let refused = [
        "datatable(v:long)[1, 2] | summarize n = count() by v | extend p = prev(v)",
        "datatable(v:long)[1, 2] | join (print v = 1) on v | where v > 0 | where row_number() == 1",
        "let t = datatable(v:long)[1, 2] | distinct v; t | take 5 | project c = 1 + row_cumsum(v)",
    ];
    for query in refused {
        assert!(answer(query).contains("needs rows in an order"), "{query}: {}", answer(query));
    }
    let accepted = [
        "datatable(v:long)[1, 2] | summarize n = count() by v | serialize p = prev(v)",
        "datatable(v:long)[1, 2] | distinct v | sort by v asc | where v > 0 | extend p = prev(v)",
        "datatable(v:long)[1, 2] | distinct v | top 1 by v | project row_number()",
    ];
    for query in accepted {
        assert!(!answer(query).contains("needs rows in an order"), "{query}");
    }
}

#[test]
fn a_filter_by_neighbours_sees_all_rows_of_its_input() {
    let rows = "datatable(v:long, s:string)[1, 'x', 2, 'y', 3, 'y'] | serialize";
    let answers = [
        "where v > 1 and prev(v) == 1",
        "where prev(v) == 1 | where s == 'y'",
        "where s == 'y' | where isnull(prev(v))",
    ]
    .map(|filters| answer(&format!("{rows} | {filters}")));
    insta::assert_snapshot!(answers.join("\n"), @r#"
    v:long | s:string
    2 | "y"
    v:long | s:string
    2 | "y"
    v:long | s:string
    2 | "y"
    "#);
}
