//! Input that wants to break the parser: deep nesting, long chains, no sense at all.

use sentinelc::kql;
use sentinelc::kql::walk::{Step, walk};

/// Parses, walks and drops `text` on the 2 MiB stack of a test thread; gives the first message.
fn first_message(text: &str) -> Option<String> {
    let syntax = kql::parse(text);
    let mut nodes = 0_usize;
    walk(&syntax.query, &mut |_| {
        nodes += 1;
        Step::Into
    });
    let copy = syntax.query.clone();
    assert!(copy == syntax.query);
    assert_eq!(kql::tokens(text).iter().map(|token| token.span.slice(text)).collect::<String>(), text);
    syntax.problems.first().map(|problem| problem.message.clone())
}

fn nested(open: &str, inside: &str, close: &str) -> String {
    format!("{}{inside}{}", open.repeat(10_000), close.repeat(10_000))
}

#[test]
fn deep_nesting_is_a_clear_error() {
    for text in [
        nested("(", "1", ")"),
        nested("(", "", ""),
        format!("print x = {}", nested("(", "1", ")")),
        format!("print dynamic({})", nested("[", "1", "]")),
        format!("print dynamic({})", nested("{\"a\":", "1", "}")),
        format!("T | where {}", nested("not(", "a", ")")),
        format!("T | where {}", nested("a in (", "1", ")")),
        format!("T | where {}", nested("a between (1 .. (", "1", "))")),
        format!("T | where {}", nested("x[", "1", "]")),
        nested("T | join (", "T", ") on a"),
        nested("T | where x == toscalar(", "T", ")"),
        nested("let f = () { ", "1", " };"),
        format!("T | {}", nested("mv-apply a on (", "take 1", ")")),
        format!("T | {}", nested("partition by a (", "take 1", ")")),
        format!("T | {}", nested("fork (", "take 1", ")")),
        nested("union (", "T", ")"),
        nested("macro-expand g as s (", "T", ")"),
    ] {
        let message = first_message(&text).unwrap_or_default();
        assert_eq!(message, "the query nests too deeply here", "{}", &text[..60]);
    }
}

#[test]
fn reasonable_nesting_parses() {
    for depth in [10, 75, 150] {
        let text = format!("print {}1{}", "iff(a, (b), ".repeat(depth), ")".repeat(depth));
        assert_eq!(first_message(&text), None, "{depth}");
    }
}

#[test]
fn long_chains_parse_or_are_a_clear_error() {
    for text in [
        format!("print x{}", ".a".repeat(10_000)),
        format!("print x{}", " + x".repeat(10_000)),
        format!("print x{}", "[0]".repeat(10_000)),
        format!("print x{}", " * x".repeat(10_000)),
        format!("T | invoke f(){}", ".f()".repeat(10_000)),
        format!("union T{}", ".a".repeat(10_000)),
    ] {
        assert_eq!(first_message(&text).as_deref(), Some("this chain of operators is too long"), "{}", &text[..30]);
    }
    for text in [
        format!("T | where a{}", " and a".repeat(10_000)),
        format!("T | where a{}", " or a and b".repeat(10_000)),
        format!("T{}", " | where a".repeat(10_000)),
        format!("{}T", "let a = 1;".repeat(10_000)),
        format!("T | where a in (1{})", ", 1".repeat(10_000)),
        format!("print {}", "'a' ".repeat(10_000)),
    ] {
        assert_eq!(first_message(&text), None, "{}", &text[..30]);
    }
}

#[test]
fn heaps_of_signs_and_brackets_do_not_crash() {
    for token in [
        "-", "- ", "!", "~", "`", "'", "\"", "@", "#", "|", "||", ";", ",", ".", "..", "*", "]", ")", "}", "=", "h'",
        "let ", "declare ", "in ", "by ",
    ] {
        first_message(&token.repeat(10_000));
        first_message(&format!("T | where {}", token.repeat(10_000)));
        first_message(&format!("T | summarize {}", token.repeat(10_000)));
    }
}

/// A parser that looks back over the whole text at each of these would not come to an end: quadratic work on them takes
/// hours.
#[test]
fn long_heaps_come_to_an_end() {
    for unit in
        ["a in (b | ", "T | where (a", "[", "x[a,", "{", "a, ", "'", "(a:", "dynamic(", "T | union (", "!in(", "(a,b"]
    {
        let text = format!("T | where {}", unit.repeat(64_000));
        let last = kql::parse(&text).tokens.last().map(|token| token.span.end as usize);
        assert_eq!(last, Some(text.trim_end().len()), "{unit}");
    }
}
