//! Mistakes as the lexer and the parser collect them: never so many that a file that is no query at all costs more than
//! its text.

use super::Problem;
use crate::text::Span;

/// The most mistakes of one query that are kept; those after it are left out.
const MAX_PROBLEMS: usize = 2_000;

/// The mistakes found so far: the lexer's, by place, then the parser's, in the order in which it met them.
#[derive(Debug, Default)]
pub(super) struct Problems {
    lexical: Vec<Problem>,
    found: Vec<Problem>,
}

impl Problems {
    /// The lexer's mistakes, by place; the parser's come after them.
    pub(super) fn of_lexer(lexical: Vec<Problem>) -> Self {
        Self { lexical, found: Vec::new() }
    }

    pub(super) fn push(&mut self, problem: Problem) {
        if self.found.len() < MAX_PROBLEMS {
            self.found.push(problem);
        }
    }

    /// The newest mistake.
    pub(super) fn last(&self) -> Option<&Problem> {
        self.found.last().or(self.lexical.last())
    }

    /// The parser's newest mistake.
    pub(super) fn last_of_parser(&mut self) -> Option<&mut Problem> {
        self.found.last_mut()
    }

    /// The mistakes that one at `span` may come of: the lexer's last before it, and the parser's newest.
    pub(super) fn before(&self, span: Span) -> impl Iterator<Item = &Problem> {
        let count = self.lexical.partition_point(|problem| problem.span.start <= span.start);
        self.lexical[..count].last().into_iter().chain(self.found.last())
    }

    /// All of them, by place.
    pub(super) fn sorted(mut self) -> Vec<Problem> {
        self.lexical.append(&mut self.found);
        self.lexical.sort_by_key(|problem| problem.span.start);
        self.lexical
    }
}
