//! What the rule format asks of a file. These findings are made while a file is loaded.

use super::{Check, Lint};
use crate::diag::Level;

pub(super) static LINTS: &[&Lint] = &[&DUPLICATE_KEY, &RULE_SCHEMA, &UNKNOWN_KEY, &UNKNOWN_RULE_KIND];

static DUPLICATE_KEY: Lint = Lint {
    name: "duplicate-key",
    group: "schema",
    level: Level::Error,
    summary: "a key stands twice in one mapping",
    page: include_str!("duplicate_key.md"),
    check: Check::Elsewhere,
};

static RULE_SCHEMA: Lint = Lint {
    name: "rule-schema",
    group: "schema",
    level: Level::Error,
    summary: "a field is missing, or not of the shape the rule format asks for",
    page: include_str!("rule_schema.md"),
    check: Check::Elsewhere,
};

static UNKNOWN_KEY: Lint = Lint {
    name: "unknown-key",
    group: "schema",
    level: Level::Warning,
    summary: "a key that the rule format does not know",
    page: include_str!("unknown_key.md"),
    check: Check::Elsewhere,
};

static UNKNOWN_RULE_KIND: Lint = Lint {
    name: "unknown-rule-kind",
    group: "schema",
    level: Level::Error,
    summary: "what kind of rule the file is cannot be told",
    page: include_str!("unknown_rule_kind.md"),
    check: Check::Elsewhere,
};
