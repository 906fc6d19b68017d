//! Queries that would not end or would fill the memory end with an error that says which limit they met.

use std::fmt::Write as _;

use sentinelc::bind::Environment;
use sentinelc::eval::{self, Database, Limits, Settings};
use sentinelc::kql;
use sentinelc::value::time;

/// The kind of failure and its message, under limits that a small machine has.
fn ends(query: &str) -> String {
    let limits = Limits { rows: 100_000, bytes: 64 << 20, ..Limits::default() };
    let settings = Settings { limits, ..Settings::at(time::parse_datetime("2024-06-08").expect("a time")) };
    match eval::evaluate(&kql::parse(query), &Environment::new(), &Database::new(), &settings) {
        Ok(table) => format!("{} rows", table.rows()),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

#[test]
fn queries_that_grow_without_end_meet_a_limit() {
    let million = "let a = strrep(strrep('a', 1000), 1000);";
    let queries = [
        "range x from 1 to 1000000000000 step 1",
        "range x from 1 to 9000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 9000 step 1 | extend k = 1) on k",
        "print d = range(1, 1000) | mv-expand a = d | mv-expand b = d | mv-expand c = d",
        "print t = now() | make-series n = count() on t from datetime(2000-01-01) to datetime(2024-01-01) step 1tick",
        "print strrep('x', 1000000000)",
        "print repeat(strrep('x', 1000), 1000000000)",
        "print 'a' matches regex '((a{1000}){1000}){1000}'",
        "let f = (x:long) { f(x + 1) }; print f(1)",
        &format!("{million} print replace_string(a, 'a', a)"),
        &format!("{million} print replace_regex(a, 'a', a)"),
        &format!("{million} print replace_strings(a, dynamic(['a']), pack_array(a))"),
        &format!("{million} print strcat_array(repeat(1, 1000000), a)"),
        &format!("{million} range x from 1 to 1000 step 1 | extend s = strcat(a, x)"),
        &format!("{million} range x from 1 to 1000 step 1 | summarize make_list(a)"),
        &format!("{million} range x from 1 to 1000 step 1 | summarize make_set(strcat(a, x))"),
        &format!(
            "{million} let b = pack_array(a, a, a, a, a, a, a, a); let c = pack_array(b, b, b, b, b, b, b, b, b); print c"
        ),
    ];
    let mut all = String::new();
    for query in queries {
        writeln!(all, "{query}\n  {}", ends(query)).expect("a string");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn short_queries_that_expand_to_huge_ones_are_refused() {
    let doubled = |count: usize| {
        let lets: Vec<String> = (1..count).map(|at| format!("let a{at} = a{} + a{};", at - 1, at - 1)).collect();
        lets.concat()
    };
    let calls = |count: usize| format!("{}x{}", "f(".repeat(count), ")".repeat(count));
    let queries = [
        format!("let a0 = rand(); {} print a3", doubled(4)),
        format!("let a0 = rand(); {} print a29", doubled(30)),
        format!("let f = (x:long) {{ x + x }}; print x = 1 | extend y = {}", calls(4)),
        format!("let f = (x:long) {{ x + x }}; print x = 1 | extend y = {}", calls(28)),
        format!("{} print now()", "set query_now = iff(now() > ago(1d), now(), now());".repeat(30)),
    ];
    insta::assert_snapshot!(queries.map(|query| ends(&query)).join("\n"), @"
    1 rows
    schema: the query has more than 1000000 expressions once its names are expanded
    1 rows
    schema: the query has more than 1000000 expressions once its names are expanded
    1 rows
    ");
}
