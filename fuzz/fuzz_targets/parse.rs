//! Parsing any text: never fails, every token is kept, every problem stands in the text, and the tree can be walked.
#![no_main]

use sentinelc::kql::walk::{Step, walk};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let syntax = sentinelc::kql::parse(text);
    let joined: String = syntax.tokens.iter().map(|token| token.span.slice(text)).collect();
    assert_eq!(joined, text);
    for problem in &syntax.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
    }
    walk(&syntax.query, &mut |_| Step::Into);
    sentinelc::kql::dump::dump(&syntax);
});
