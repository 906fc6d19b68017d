//! Files that cannot be read as what they are. These findings are made while a file is loaded.

use super::{Check, Lint};
use crate::diag::Level;

pub(super) static LINTS: &[&Lint] = &[&SYNTAX_ERROR, &YAML_SYNTAX];

static SYNTAX_ERROR: Lint = Lint {
    name: "syntax-error",
    group: "syntax",
    level: Level::Error,
    summary: "the query is no KQL",
    page: include_str!("syntax_error.md"),
    check: Check::Elsewhere,
};

static YAML_SYNTAX: Lint = Lint {
    name: "yaml-syntax",
    group: "syntax",
    level: Level::Error,
    summary: "the file is no YAML",
    page: include_str!("yaml_syntax.md"),
    check: Check::Elsewhere,
};
