//! Tokens: what the lexer makes of the text. White space is not kept: it is what stands between two of them.

use super::keyword::Keyword;
use crate::text::Span;

/// One token.
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
    /// Spaces, tabs, line ends. Only in what [`super::tokens()`] gives.
    Whitespace,
    /// `// …` to the end of the line. Not in [`super::Syntax::tokens`].
    Comment,
    /// `#connect …` to the end of the line.
    Directive,
    /// A name that is no word of the language.
    Identifier,
    /// A word of the language, operators such as `!has` and `matches regex` included.
    Keyword(Keyword),
    /// `'…'`, `@"…"`, `h'…'`, a multi-line string. Strings side by side are several tokens.
    String,
    /// `5`, `0x1F`, `long(5)`.
    Long,
    /// `int(5)`.
    Int,
    /// `1.5`, `1e3`, `real(1)`.
    Real,
    /// `decimal(1)`.
    Decimal,
    /// `true`, `bool(1)`.
    Bool,
    /// `datetime(…)`.
    DateTime,
    /// `5d`, `timespan(…)`.
    TimeSpan,
    /// `guid(…)`.
    Guid,
    /// A GUID without `guid(…)`; no expression may hold one.
    RawGuid,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `|`
    Bar,
    /// `<|`
    LessBar,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `<>`
    LessGreater,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=`
    Equal,
    /// `==`
    EqualEqual,
    /// `=>`
    FatArrow,
    /// `=~`
    EqualTilde,
    /// `!=`
    BangEqual,
    /// `!~`
    BangTilde,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `@` that starts no string.
    At,
    /// `?`
    Question,
    /// `&&`, which the language has not; people mean `and`.
    AmpAmp,
    /// A character that the language has not.
    Bad,
    /// The end of the text; never in [`super::Syntax::tokens`].
    End,
}

impl TokenKind {
    /// The word, if the token is one.
    pub const fn keyword(self) -> Option<Keyword> {
        match self {
            Self::Keyword(keyword) => Some(keyword),
            _ => None,
        }
    }

    /// Whether the token is a literal by itself.
    pub const fn is_literal(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::Long
                | Self::Int
                | Self::Real
                | Self::Decimal
                | Self::Bool
                | Self::DateTime
                | Self::TimeSpan
                | Self::Guid
                | Self::RawGuid
        )
    }
}

/// Tokens and comments, each by place, as one sequence by place; the end of the text is left out.
pub(super) fn written(tokens: &[Token], comments: &[Span]) -> impl Iterator<Item = Token> {
    let mut tokens = tokens.iter().copied().filter(|token| token.kind != TokenKind::End).peekable();
    let mut comments = comments.iter().map(|span| Token { kind: TokenKind::Comment, span: *span }).peekable();
    std::iter::from_fn(move || match (tokens.peek(), comments.peek()) {
        (Some(token), Some(comment)) if comment.span.start < token.span.start => comments.next(),
        (Some(_), _) => tokens.next(),
        (None, _) => comments.next(),
    })
}
