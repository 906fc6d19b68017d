//! Every lint there is.

use super::{
    Lint, attack, detection, entities, format, guide, identity, logic, names, output, ownership, redundant, schema,
    suppression, syntax, time,
};

/// Every lint, sorted by group and name.
pub fn all() -> impl Iterator<Item = &'static Lint> {
    [
        attack::LINTS,
        detection::LINTS,
        entities::LINTS,
        format::LINTS,
        guide::LINTS,
        identity::LINTS,
        logic::LINTS,
        names::LINTS,
        output::LINTS,
        ownership::LINTS,
        redundant::LINTS,
        schema::LINTS,
        suppression::LINTS,
        syntax::LINTS,
        time::LINTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The lints whose findings most repositories do not act on: they run where `[lint]` gives them a level or `--select` names them.
const ON_REQUEST: [&str; 4] = ["off-guide-description", "off-guide-keys", "off-guide-name", "weak-entity"];

/// Whether a lint runs on request only.
pub fn is_on_request(name: &str) -> bool {
    ON_REQUEST.contains(&name)
}

/// The lint of that name.
pub fn find(name: &str) -> Option<&'static Lint> {
    all().find(|lint| lint.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_on_request_is_there() {
        assert!(ON_REQUEST.iter().all(|name| find(name).is_some()));
    }

    #[test]
    fn names_are_unique_kebab_case_and_in_order() {
        let order: Vec<_> = all().map(|lint| (lint.group, lint.name)).collect();
        assert!(order.is_sorted(), "{order:#?}");
        let mut names: Vec<_> = all().map(|lint| lint.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), order.len(), "a name is used twice");
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')), "{names:?}");
    }
}
