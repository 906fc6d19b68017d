//! What stands before each token: comments, blank lines.

use crate::kql::Syntax;
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
pub(super) struct Tokens<'s> {
    /// Without comments.
    pub(super) significant: &'s [Token],
    /// The comments, in order.
    comments: Vec<Comment>,
    /// For each token, and for the end of the text: where its comments start in `comments`.
    starts: Vec<usize>,
    /// For each token, and for the end of the text: whether a blank line stands right before it.
    pub(super) blank_before: Vec<bool>,
    /// The line end of the text: that of its first line end outside strings.
    pub(super) line_end: &'static str,
}

impl Tokens<'_> {
    /// The comments before a token; those at the end of the text for the index after the last token.
    pub(super) fn comments(&self, index: usize) -> &[Comment] {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.comments.len());
        &self.comments[self.starts[index]..end]
    }
}

/// The tokens of a query and what stands before each.
pub(super) fn attach(syntax: &Syntax) -> Tokens<'_> {
    let text = &syntax.text;
    let mut tokens = Tokens {
        significant: &syntax.tokens,
        comments: Vec::new(),
        starts: vec![0],
        blank_before: Vec::new(),
        line_end: first_line_end(syntax),
    };
    let mut before = None;
    for token in syntax.written() {
        let breaks = breaks_between(text, before, token.span.start);
        before = Some(token.span.end);
        if token.kind == TokenKind::Comment {
            let end = token.span.start as usize + token.span.slice(text).trim_end().len();
            let span = Span::from_range(token.span.start as usize..end);
            tokens.comments.push(Comment { span, own_line: breaks > 0, blank_before: breaks > 1 });
        } else {
            tokens.blank_before.push(breaks > 1);
            tokens.starts.push(tokens.comments.len());
        }
    }
    let end = Span::from_range(0..text.len()).end;
    tokens.blank_before.push(breaks_between(text, before, end) > 1);
    tokens
}

/// How many line ends stand between two tokens. The start of the text starts a line, but no blank line stands before it.
fn breaks_between(text: &str, before: Option<u32>, start: u32) -> usize {
    usize::from(before.is_none()) + line_breaks(Span::new(before.unwrap_or(0), start).slice(text))
}

fn first_line_end(syntax: &Syntax) -> &'static str {
    let starts = [0].into_iter().chain(syntax.written().map(|token| token.span.end));
    let ends = syntax.written().map(|token| token.span.start).chain([Span::from_range(0..syntax.text.len()).end]);
    let mut white = starts.zip(ends).map(|(start, end)| Span::new(start, end).slice(&syntax.text));
    line_end(white.find(|white| white.contains('\n')).unwrap_or(&syntax.text))
}

/// How many line ends (`\n`, `\r\n` or a lone `\r`) stand in white space.
fn line_breaks(white: &str) -> usize {
    let bytes = white.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|&at| bytes[at] == b'\n' || lone(at)).count()
}
