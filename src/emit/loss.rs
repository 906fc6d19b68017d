//! What is not the same on both sides of a compilation: losses, and reasons why there is nothing to compile to.

use crate::text::Span;

/// Whether the target lacks something of the rule or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossKind {
    /// The rule says it; the target cannot, or says something wider.
    Lost,
    /// The target asks for it; the rule does not say it, so a default is written.
    Filled,
}

impl LossKind {
    /// The word for reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Filled => "filled",
        }
    }
}

/// One difference between a rule and what it was compiled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Lost or filled in.
    pub kind: LossKind,
    /// What it is about, in one or two words: a field's name, an operator.
    pub what: String,
    /// What happens instead, as a clause.
    pub why: String,
    /// Where the rule says it, in the file's offsets.
    pub span: Option<Span>,
}

impl Loss {
    pub(super) fn lost(what: impl Into<String>, why: impl Into<String>, span: Option<Span>) -> Self {
        Self { kind: LossKind::Lost, what: what.into(), why: why.into(), span }
    }

    pub(super) fn filled(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { kind: LossKind::Filled, what: what.into(), why: why.into(), span: None }
    }
}

/// One thing that keeps a rule from being compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// One sentence, naming the values.
    pub message: String,
    /// The place in the file; `None` for something that is not there.
    pub span: Option<Span>,
}

impl Reason {
    pub(super) fn new(message: impl Into<String>, span: Option<Span>) -> Self {
        Self { message: message.into(), span }
    }
}

/// A rule that a target cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why; never empty.
    pub reasons: Vec<Reason>,
}

impl Refusal {
    pub(super) fn of(reason: Reason) -> Self {
        Self { reasons: vec![reason] }
    }
}
