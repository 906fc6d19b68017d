//! Lexing any text: no token is empty, and the token texts joined are the text.
#![no_main]

use sentinelc::kql::token::TokenKind;

fn is_white(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{180e}' | '\u{200b}' | '\u{feff}')
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let tokens = sentinelc::kql::tokens(text);
    assert!(tokens.iter().all(|token| !token.span.is_empty()));
    let white = tokens.iter().filter(|token| token.kind == TokenKind::Whitespace);
    assert!(white.map(|token| token.span.slice(text)).all(|text| text.chars().all(is_white)));
    let joined: String = tokens.iter().map(|token| token.span.slice(text)).collect();
    assert_eq!(joined, text);
});
