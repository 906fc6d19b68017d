//! Tokens: what the lexer makes of the text.

use crate::text::Span;

/// One token. White space and comments are tokens too, so that the token texts joined are the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces, tabs, line ends.
    Whitespace,
    /// `// …` to the end of the line.
    Comment,
}
