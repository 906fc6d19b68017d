//! What the rule format asks of a file. These findings are made while a file is loaded.

use super::Lint;
use crate::diag::Level;

pub(super) static LINTS: &[&Lint] = &[
    &lint("duplicate-key", Level::Error, "a key stands twice in one mapping", include_str!("duplicate_key.md")),
    &lint(
        "rule-schema",
        Level::Error,
        "a field is missing, or not of the shape the rule format asks for",
        include_str!("rule_schema.md"),
    ),
    &lint("unknown-key", Level::Warning, "a key that the rule format does not know", include_str!("unknown_key.md")),
    &lint(
        "unknown-rule-kind",
        Level::Error,
        "what kind of rule the file is cannot be told",
        include_str!("unknown_rule_kind.md"),
    ),
];

const fn lint(name: &'static str, level: Level, summary: &'static str, page: &'static str) -> Lint {
    Lint::found_elsewhere("schema", name, level, summary, page)
}
