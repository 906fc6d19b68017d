//! What became of the cases of a test file.

use crate::diag::{Diagnostic, Level};
use crate::text::Span;

/// What became of one test file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileReport {
    /// The cases, in order; empty where a problem kept them from running.
    pub cases: Vec<CaseReport>,
    /// What is wrong with the test file, at its places.
    pub problems: Vec<Diagnostic>,
    /// What keeps the rule from running, at places in the rule's file.
    pub rule_problems: Vec<Diagnostic>,
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseReport {
    /// Its name.
    pub name: String,
    /// Where its name stands in the test file.
    pub span: Span,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The rule did what was expected.
    Passed,
    /// It did not.
    Failed {
        /// What was expected and what came out.
        message: String,
        /// What to do.
        help: Option<String>,
        /// The rows, expected and found.
        diff: Option<String>,
        /// The expectation in the test file.
        span: Span,
    },
    /// The case was not run; it is neither right nor wrong.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// How many cases ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed.
    pub failed: usize,
    /// Cases that were not run.
    pub skipped: usize,
    /// Test files that could not be run at all.
    pub broken: usize,
}

impl Outcome {
    /// A failure without rows to show.
    pub fn failed(message: impl Into<String>, span: Span) -> Self {
        Self::Failed { message: message.into(), help: None, diff: None, span }
    }
}

impl FileReport {
    /// Whether a mistake kept the cases from running.
    pub fn is_broken(&self) -> bool {
        !self.rule_problems.is_empty() || self.problems.iter().any(|problem| problem.level == Level::Error)
    }

    /// How many cases ended how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { broken: usize::from(self.is_broken()), ..Counts::default() };
        for case in &self.cases {
            match case.outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed { .. } => counts.failed += 1,
                Outcome::Skipped { .. } => counts.skipped += 1,
            }
        }
        counts
    }
}

impl Counts {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
            broken: self.broken + other.broken,
        }
    }
}
