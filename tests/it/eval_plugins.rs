//! Plugins and operators over several tables: queries in, tables out, one page of both for each test.

use sentinelc::bind::{self, Environment};
use sentinelc::eval::{self, Database, Settings};
use sentinelc::kql;

use crate::eval::{answer, shown};

/// Each query with its answer, behind statements that all share.
fn answers(shared: &str, queries: &[&str]) -> String {
    let answers = queries.iter().map(|query| format!("{query}\n{}\n", answer(&format!("{shared}{query}"))));
    answers.collect::<Vec<_>>().join("\n")
}

/// All results of a query.
fn results(query: &str) -> String {
    let bound = bind::bind(&kql::parse(query), &Environment::new());
    let plan = eval::compile(&bound).expect("a plan");
    let tables = plan.run_all(&Database::new(), &Settings::at(0)).expect("tables");
    format!("{query}\n{}\n", tables.iter().map(shown).collect::<Vec<_>>().join("\n--\n"))
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
        ]
    ));
}

#[test]
fn schemas_merge() {
    insta::assert_snapshot!(answers(
        "let A = datatable(a:int, b:long)[] | getschema; let B = datatable(b:long, a:int, c:real)[] | getschema; let C = datatable(a:string)[] | getschema;\n",
        &[
            "union A, B | evaluate schema_merge()",
            "union A, B | evaluate schema_merge(false)",
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
