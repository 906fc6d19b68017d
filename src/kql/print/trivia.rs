//! Tokens without white space, and the comments that stand before each.

use crate::kql::token::{Token, TokenKind};
use crate::text::{Span, line_end};

/// A comment before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment {
    /// Its text, white space at its end left out.
    pub(super) span: Span,
    /// Whether it is the first thing on its line; else it stands behind a token.
    pub(super) own_line: bool,
    /// Whether a blank line stands before it.
    pub(super) blank_before: bool,
}

/// The tokens that mean something, and what stands between them.
pub(super) struct Tokens {
    /// Without white space and comments.
    pub(super) significant: Vec<Token>,
    /// The comments, in order.
    comments: Vec<Comment>,
    /// For each token, and for the end of the text: where its comments start in `comments`.
    starts: Vec<usize>,
    /// For each token, and for the end of the text: whether a blank line stands right before it.
    pub(super) blank_before: Vec<bool>,
    /// The line end of the text: that of its first line end outside strings.
    pub(super) line_end: &'static str,
}

impl Tokens {
    /// The comments before a token; those at the end of the text for the index after the last token.
    pub(super) fn comments(&self, index: usize) -> &[Comment] {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.comments.len());
        &self.comments[self.starts[index]..end]
    }
}

/// Splits the tokens of a text into those that mean something and the comments before them.
pub(super) fn attach(text: &str, all: &[Token]) -> Tokens {
    let mut tokens = Tokens {
        significant: Vec::new(),
        comments: Vec::new(),
        starts: vec![0],
        blank_before: Vec::new(),
        line_end: first_line_end(text, all),
    };
    // The start of the text starts a line, but no blank line stands before it.
    let mut breaks = 1;
    for token in all {
        match token.kind {
            TokenKind::Whitespace => breaks += line_breaks(token.span.slice(text)),
            TokenKind::Comment => {
                let len = token.span.slice(text).trim_end().len();
                let span = Span::from_range(token.span.start as usize..token.span.start as usize + len);
                let own_line = breaks > 0;
                tokens.comments.push(Comment { span, own_line, blank_before: breaks > 1 });
                breaks = 0;
            }
            _ => {
                tokens.significant.push(*token);
                tokens.blank_before.push(breaks > 1);
                tokens.starts.push(tokens.comments.len());
                breaks = 0;
            }
        }
    }
    tokens.blank_before.push(breaks > 1);
    tokens
}

fn first_line_end(text: &str, all: &[Token]) -> &'static str {
    let mut white = all.iter().filter(|token| token.kind == TokenKind::Whitespace).map(|token| token.span.slice(text));
    line_end(white.find(|white| white.contains('\n')).unwrap_or(text))
}

/// How many line ends (`\n`, `\r\n` or a lone `\r`) stand in white space.
fn line_breaks(white: &str) -> usize {
    let bytes = white.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|&at| bytes[at] == b'\n' || lone(at)).count()
}
