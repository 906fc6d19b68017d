//! Kusto Query Language as text: tokens, syntax tree, and the way back to text.
//!
//! [`parse()`] never fails: it gives a [`Syntax`] with every token of the input (the token texts joined are the input), a
//! tree whose nodes carry their spans, and the [`Problem`]s found on the way, one for each mistake. The tree holds
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

/// A parsed query text.
#[derive(Debug, Clone, PartialEq)]
pub struct Syntax {
    /// The query as given.
    pub text: String,
    /// Every token, white space and comments included.
    pub tokens: Vec<token::Token>,
    /// The tree.
    pub query: ast::Query,
    /// What is wrong, by place. Empty when Microsoft's parser would accept the query.
    pub problems: Vec<Problem>,
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
    let lexed = lex::lex(text);
    let (query, problems) = parse::query(text, &lexed.significant, lexed.problems);
    Syntax { text: text.to_owned(), tokens: lexed.tokens, query, problems }
}

/// Every token of a text, white space and comments included: their texts joined are the text. Takes time linear in it.
pub fn tokens(text: &str) -> Vec<token::Token> {
    lex::lex(text).tokens
}
