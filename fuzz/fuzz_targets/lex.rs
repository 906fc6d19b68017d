//! Lexing any text: no token is empty, and the token texts joined are the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let tokens = sentinelc::kql::tokens(text);
    assert!(tokens.iter().all(|token| !token.span.is_empty()));
    let joined: String = tokens.iter().map(|token| token.span.slice(text)).collect();
    assert_eq!(joined, text);
});
