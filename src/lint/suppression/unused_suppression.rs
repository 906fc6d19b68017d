//! A comment that allows what is not found.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Lint};
use crate::text::Span;

pub(super) static LINT: Lint = Lint {
    name: "unused-suppression",
    group: "suppression",
    level: Level::Note,
    summary: "a comment allows a finding that is not there",
    page: include_str!("unused_suppression.md"),
    check: Check::Elsewhere,
};

/// The finding about a comment at `span` of the file.
pub(in crate::lint) fn report(span: Span, message: String) -> Diagnostic {
    LINT.finding(span, message).help("remove it, or correct the name in it")
}
