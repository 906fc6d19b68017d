//! Whether two queries are the same but for white space.

use crate::kql::Syntax;
use crate::kql::token::TokenKind;
use crate::kql::walk::{Node, Step, walk};
use crate::text::Span;

/// Whether both have the same tokens and comments (white space at the end of a comment aside), and trees whose nodes hold
/// the same tokens.
pub(super) fn is_same_query(before: &Syntax, after: &Syntax) -> bool {
    after.problems.is_empty() && written(before).eq(written(after)) && shape(before) == shape(after)
}

fn written(syntax: &Syntax) -> impl Iterator<Item = (TokenKind, &str)> {
    syntax.written().map(|token| {
        let text = token.span.slice(&syntax.text);
        (token.kind, if token.kind == TokenKind::Comment { text.trim_end() } else { text })
    })
}

/// Every node of the tree in order: what it is and which tokens it holds.
fn shape(syntax: &Syntax) -> Vec<(u8, usize, usize)> {
    let at = |offset: u32| syntax.tokens.partition_point(|token| token.span.start < offset);
    let mut shape = Vec::new();
    walk(&syntax.query, &mut |node| {
        let (kind, span): (u8, Span) = match node {
            Node::Statement(statement) => (0, statement.span),
            Node::Expr(expr) => (1, expr.span),
            Node::Stage(stage) => (2, stage.span),
            Node::Function(function) => (3, function.body_span),
        };
        shape.push((kind, at(span.start), at(span.end)));
        Step::Into
    });
    shape
}
