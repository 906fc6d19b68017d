//! Lexing and parsing any text: never fails, and the token texts joined are the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let syntax = sentinelc::kql::parse(text);
    let joined: String = syntax.tokens.iter().map(|token| token.span.slice(text)).collect();
    assert_eq!(joined, text);
});
