//! Blanks that the tokens alone decide.

use super::layout::Gap;
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind as T;

/// What stands between two tokens side by side, where the tree says nothing else.
pub(super) fn between(before: T, after: T) -> Gap {
    let tight = match (before, after) {
        (_, T::Comma | T::Semicolon | T::CloseParen | T::CloseBracket | T::Dot | T::Colon)
        | (T::OpenParen | T::OpenBracket | T::Dot | T::Colon, _)
        | (T::OpenBrace, T::CloseBrace) => true,
        (T::Keyword(word), T::OpenParen) => takes_list(word),
        _ => false,
    };
    if tight { Gap::Tight } else { Gap::Space }
}

/// Words that are followed by a parenthesis as a function's name is.
fn takes_list(word: Keyword) -> bool {
    use Keyword as K;
    matches!(
        word,
        K::Datatable
            | K::Externaldata
            | K::ExternalData
            | K::InlineExternalTable
            | K::Typeof
            | K::Dynamic
            | K::QueryParameters
            | K::Toscalar
            | K::Totable
            | K::Materialize
    )
}
