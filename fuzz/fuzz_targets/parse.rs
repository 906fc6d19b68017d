//! Parsing any text: never fails, every token is kept, every problem stands in the text, and the tree can be walked.
#![no_main]

use sentinelc::kql::token::{Token, TokenKind};
use sentinelc::kql::walk::{Step, walk};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let syntax = sentinelc::kql::parse(text);
    let mut all = sentinelc::kql::tokens(text);
    all.retain(|token| token.kind != TokenKind::Whitespace);
    assert_eq!(syntax.written().collect::<Vec<Token>>(), all);
    for problem in &syntax.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
    }
    walk(&syntax.query, &mut |_| Step::Into);
    sentinelc::kql::dump::dump(&syntax);
});
