//! Files that cannot be read as what they are. These findings are made while a file is loaded.

use super::Lint;
use crate::diag::Level;

pub(super) static LINTS: &[&Lint] = &[
    &lint("syntax-error", Level::Error, "the query is no KQL", include_str!("syntax_error.md")),
    &lint("yaml-syntax", Level::Error, "the file is no YAML", include_str!("yaml_syntax.md")),
];

const fn lint(name: &'static str, level: Level, summary: &'static str, page: &'static str) -> Lint {
    Lint::found_elsewhere("syntax", name, level, summary, page)
}
