//! Mistakes as the lexer and the parser collect them: at most one a token from the parser, and never so many that a file
//! that is no query at all costs more than its text.

use std::collections::HashSet;

use super::Problem;

/// The most mistakes of one query that are kept; those after it are left out.
const MAX_PROBLEMS: usize = 2_000;

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Problem>,
    /// Where they start.
    starts: HashSet<u32>,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if self.found.len() < MAX_PROBLEMS {
            self.starts.insert(problem.span.start);
            self.found.push(problem);
        }
    }

    pub(super) fn last(&self) -> Option<&Problem> {
        self.found.last()
    }

    /// Whether a mistake starts at this offset.
    pub(super) fn any_at(&self, start: u32) -> bool {
        self.starts.contains(&start)
    }

    /// All of them, by place.
    pub(super) fn sorted(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| problem.span.start);
        self.found
    }
}
