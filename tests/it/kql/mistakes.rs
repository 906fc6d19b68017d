//! What is said about the mistakes that people make: one a line of `tests/kql/mistakes.txt`.

use std::fmt::Write as _;

use sentinelc::kql::{self, Problem};

#[test]
fn every_mistake_is_explained_at_its_token() {
    let queries = include_str!("../../kql/mistakes.txt");
    let mut out = String::new();
    for query in queries.lines() {
        let problems = kql::parse(query).problems;
        assert!(!problems.is_empty(), "no mistake is seen in: {query}");
        let _ = writeln!(out, "{query}");
        for problem in &problems {
            point(&mut out, query, problem);
        }
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}

fn point(out: &mut String, query: &str, problem: &Problem) {
    let column = query[..problem.span.start as usize].chars().count();
    let width = problem.span.slice(query).chars().count().max(1);
    let _ = writeln!(out, "{}{} {}", " ".repeat(column), "^".repeat(width), problem.message);
    if let Some((span, words)) = &problem.related {
        let column = query[..span.start as usize].chars().count();
        let _ = writeln!(out, "{}- {words}", " ".repeat(column));
    }
    if let Some(help) = &problem.help {
        let _ = writeln!(out, "  help: {help}");
    }
}

#[test]
fn a_mistake_does_not_hide_the_next_one() {
    let text = "T\n| where a == \n| project b, , c\n| summarize count( by d\n| take 5";
    let lines: Vec<_> = kql::parse(text)
        .problems
        .iter()
        .map(|problem| text[..problem.span.start as usize].matches('\n').count() + 1)
        .collect();
    assert_eq!(lines, [2, 3, 4]);
}
