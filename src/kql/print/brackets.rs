//! Which bracket belongs to which.

use crate::kql::token::{Token, TokenKind};

/// For each token that is a bracket the index of its partner.
pub(super) struct Pairs(Vec<Option<usize>>);

impl Pairs {
    /// The partner of the bracket at `index`; `None` for other tokens and past the end.
    pub(super) fn partner(&self, index: usize) -> Option<usize> {
        self.0.get(index).copied().flatten()
    }

    /// The closing bracket of the opening one at `index`.
    pub(super) fn close_of(&self, index: usize) -> Option<usize> {
        self.partner(index).filter(|&partner| partner > index)
    }
}

/// Pairs the brackets; `None` where they do not match, which a query without problems never has.
pub(super) fn pairs(tokens: &[Token]) -> Option<Pairs> {
    let mut partners = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if closing(token.kind).is_some() {
            open.push(index);
        } else if is_closing(token.kind) {
            let start = open.pop().filter(|&start: &usize| closing(tokens[start].kind) == Some(token.kind))?;
            partners[start] = Some(index);
            partners[index] = Some(start);
        }
    }
    open.is_empty().then_some(Pairs(partners))
}

/// The closing bracket that `open` asks for.
fn closing(open: TokenKind) -> Option<TokenKind> {
    match open {
        TokenKind::OpenParen => Some(TokenKind::CloseParen),
        TokenKind::OpenBracket => Some(TokenKind::CloseBracket),
        TokenKind::OpenBrace => Some(TokenKind::CloseBrace),
        _ => None,
    }
}

fn is_closing(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace)
}
