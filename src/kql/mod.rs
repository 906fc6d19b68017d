//! Kusto Query Language as text: tokens, syntax tree, and the way back to text.
//!
//! [`parse()`] never fails: it gives a [`Syntax`] with every token and comment of the input (nothing but white space stands
//! between them), a tree whose nodes carry their spans, and the [`Problem`]s found on the way, one for each mistake. The tree holds
//! spans, not strings; a name's or a literal's text is read from [`Syntax::text`]. This module knows nothing of tables,
//! types or YAML.

pub mod ast;
pub mod dump;
pub mod keyword;
mod lex;
pub mod literal;
mod parse;
pub mod print;
mod problems;
pub mod reference;
pub mod token;
pub mod walk;

use crate::text::Span;
use lex::Lexed;
use token::{Token, TokenKind};

/// A parsed query text.
#[derive(Debug, Clone, PartialEq)]
pub struct Syntax {
    /// The query as given.
    pub text: String,
    /// Every token that means something, in order.
    pub tokens: Vec<Token>,
    /// The comments, in order.
    pub comments: Vec<Span>,
    /// The tree.
    pub query: ast::Query,
    /// What is wrong, by place. Empty when Microsoft's parser would accept the query.
    pub problems: Vec<Problem>,
}

impl Syntax {
    /// Every token and comment, in order.
    pub fn written(&self) -> impl Iterator<Item = Token> {
        token::written(&self.tokens, &self.comments)
    }
}

/// One mistake in the text of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in the words of KQL.
    pub message: String,
    /// The token a person would point to.
    pub span: Span,
    /// Another place that belongs to it (the opening bracket), and what it is.
    pub related: Option<(Span, String)>,
    /// What to do, for slips with a name.
    pub help: Option<String>,
}

/// Parses a query. Takes time linear in the text, and a bounded stack: what nests too deeply is a problem, not a crash.
///
/// Texts of 4 GiB and more are not supported; [`crate::text::Source`] holds none.
pub fn parse(text: &str) -> Syntax {
    let Lexed { mut tokens, comments, problems } = lex::lex(text);
    let (query, problems) = parse::query(text, &tokens, problems);
    tokens.pop();
    Syntax { text: text.to_owned(), tokens, comments, query, problems }
}

/// Every token of a text, white space and comments included: their texts joined are the text. Takes time linear in it.
pub fn tokens(text: &str) -> Vec<Token> {
    let Lexed { tokens, comments, .. } = lex::lex(text);
    let end = tokens.last().map_or(Span::at(0), |end| end.span);
    let mut all = Vec::with_capacity(2 * tokens.len());
    let mut before = Span::at(0);
    for token in token::written(&tokens, &comments).chain([Token { kind: TokenKind::End, span: end }]) {
        if before.end < token.span.start {
            all.push(Token { kind: TokenKind::Whitespace, span: Span::new(before.end, token.span.start) });
        }
        all.push(token);
        before = token.span;
    }
    all.pop();
    all
}
