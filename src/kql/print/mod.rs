//! Layout: a query as people like to read it, with every token and every comment kept.
//!
//! Only white space between tokens changes. [`layout`] says for each token whether a blank stands before it and where a
//! line may break; brackets tell most of that, the tree the rest (pipes, chains of `and`, the columns of an operator).
//! [`render`] then decides in one pass, group by group, what fits on a line. The output depends on the tokens, on the
//! comments (alone on their line or behind a token) and on blank lines between statements, all of which come back as
//! they were: formatting what is formatted changes nothing.

mod brackets;
mod expr;
mod gap;
mod layout;
mod lower;
mod query;
mod render;
mod same;
mod stage;
mod trivia;

use super::Syntax;
use super::ast::{Statement, StatementKind};

/// The longest line that is not broken where it can be, in characters.
pub const WIDTH: usize = 100;

/// How far a line is indented below what it belongs to, in spaces.
pub const INDENT: usize = 4;

/// Why a query is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unformatted {
    /// The query has syntax problems.
    #[error("the query has syntax errors")]
    SyntaxError,
    /// The text is a control command (`.show tables`), whose words are not known here.
    #[error("the text is a control command, not a query")]
    ControlCommand,
    /// The new layout would not have been the same query: `sample-distincto` subtracts, `sample -distincto` samples.
    #[error("no layout keeps the query as it is")]
    NotTheSame,
}

/// The query in the layout of `sentinelc fmt`, ending in one line end; empty for a query without a token and comment.
///
/// Guarantees: the same tokens and comments in the same order (white space at the end of a comment is dropped), the same
/// tree but for spans, and the same text when formatted again. Line ends are `\r\n` where the first one outside strings is.
/// Takes time linear in the text but for a logarithmic factor.
pub fn format(syntax: &Syntax) -> Result<String, Unformatted> {
    if !syntax.problems.is_empty() {
        return Err(Unformatted::SyntaxError);
    }
    let is_command = |statement: &Statement| matches!(statement.kind, StatementKind::Command);
    if syntax.query.statements.iter().any(is_command) {
        return Err(Unformatted::ControlCommand);
    }
    let tokens = trivia::attach(syntax);
    let pairs = brackets::pairs(&syntax.tokens).ok_or(Unformatted::NotTheSame)?;
    let layout = lower::layout(syntax, &pairs);
    let formatted = render::render(&syntax.text, &tokens, &layout);
    if same::is_same_query(syntax, &super::parse(&formatted)) { Ok(formatted) } else { Err(Unformatted::NotTheSame) }
}
