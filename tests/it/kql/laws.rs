//! Laws that hold for any text.

use proptest::prelude::*;
use sentinelc::kql::token::{Token, TokenKind};
use sentinelc::kql::walk::{Node, Step, walk, walk_expr, walk_stage, walk_statement};
use sentinelc::kql::{self, Syntax};
use sentinelc::text::Span;

const WORDS: &[&str] = &[
    "T",
    "a",
    "b.c",
    "count()",
    "where",
    "project",
    "extend",
    "summarize",
    "by",
    "join",
    "on",
    "union",
    "let",
    "x",
    "=",
    "==",
    "and",
    "or",
    "in",
    "!in",
    "has_any",
    "between",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ";",
    ",",
    ".",
    "..",
    "*",
    "-",
    "+",
    "'s'",
    "\"",
    "1",
    "2d",
    "0x",
    "1.5",
    "dynamic",
    "dynamic(",
    "datetime(",
    "typeof",
    "parse",
    "with",
    "mv-expand",
    "mv-apply",
    "make-series",
    "from",
    "to",
    "step",
    "datatable",
    "(a:string)",
    "range",
    "print",
    "search",
    "find",
    "fork",
    "partition",
    "scan",
    "step s:",
    "=>",
    "declare",
    "pattern",
    "query_parameters",
    "set",
    "restrict",
    "access",
    "evaluate",
    "invoke",
    "make-graph",
    "-->",
    "graph-match",
    "-[e]->",
    "render",
    "top-nested",
    "of",
    "others",
    "lookup",
    "as",
    "top",
    "sort",
    "desc",
    "nulls",
    "first",
    "toscalar",
    "materialize",
    "view",
    "externaldata",
    "kind",
    "kind=inner",
    "hint.strategy",
    "//c\n",
    "#d\n",
    "`",
    "~~~",
    "@",
    "$left",
    "é",
    "“",
    "&&",
    "||",
    "?",
    "['n']",
    "*x*",
    "\u{a0}",
    "\r\n",
    "entity_group",
    "macro-expand",
];

fn soup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS);
    prop::collection::vec((word, prop::bool::weighted(0.8)), 0..60)
        .prop_map(|words| words.into_iter().flat_map(|(word, space)| [word, if space { " " } else { "" }]).collect())
}

/// Whether the language takes the character for white space: the byte order mark and the zero-width space are, too.
fn is_white(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{180e}' | '\u{200b}' | '\u{feff}')
}

fn check(text: &str) -> Result<Syntax, TestCaseError> {
    let syntax = kql::parse(text);
    let tokens = kql::tokens(text);
    prop_assert_eq!(tokens.iter().map(|token| token.span.slice(text)).collect::<String>(), text);
    prop_assert!(tokens.iter().all(|token| !token.span.is_empty()));
    let (white, written): (Vec<_>, Vec<_>) = tokens.iter().partition(|token| token.kind == TokenKind::Whitespace);
    prop_assert!(white.iter().all(|token: &&Token| token.span.slice(text).chars().all(is_white)));
    prop_assert!(written.into_iter().copied().eq(syntax.written()));
    for problem in &syntax.problems {
        prop_assert!(text.get(problem.span.range()).is_some(), "{:?}", problem);
        prop_assert!(!problem.message.is_empty());
    }
    prop_assert!(syntax.problems.is_sorted_by_key(|problem| problem.span.start));
    let mut nodes = Vec::new();
    walk(&syntax.query, &mut |node| {
        nodes.push((node, span_of(node)));
        Step::Into
    });
    for (node, outer) in nodes {
        prop_assert!(text.get(outer.range()).is_some());
        let mut outside = None;
        let mut visit = |inner: Node<'_>| {
            if !outer.contains(span_of(inner)) {
                outside = Some(format!("{inner:?}"));
            }
            Step::Into
        };
        match node {
            Node::Statement(statement) => walk_statement(statement, &mut visit),
            Node::Expr(expr) => walk_expr(expr, &mut visit),
            Node::Stage(stage) => walk_stage(stage, &mut visit),
            Node::Function(_) => {}
        }
        prop_assert!(outside.is_none(), "{:?} is outside of {:?} in {:?}", outside, node, text);
    }
    kql::dump::dump(&syntax);
    Ok(syntax)
}

fn span_of(node: Node<'_>) -> Span {
    match node {
        Node::Statement(statement) => statement.span,
        Node::Expr(expr) => expr.span,
        Node::Stage(stage) => stage.span,
        Node::Function(function) => function.body_span,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_signs(text in "[-|;,.(){}\\[\\]'\"`~@#$!=<>*/%+a0 \n\\\\]{0,80}") {
        check(&text)?;
    }

    #[test]
    fn token_soup(text in soup()) {
        check(&text)?;
    }

    #[test]
    fn soup_in_a_query(text in soup()) {
        check(&format!("T | where {text} | take 5"))?;
        check(&format!("let f = (a:long) {{ {text} }}; T | summarize {text}"))?;
    }
}
