//! A column with the old name of an entity that no mapping takes up.

use crate::diag::{Diagnostic, Level};
use crate::kql::ast::{Name, Operator};
use crate::kql::walk::{Node, Step, walk};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unmapped-custom-entity",
    group: "entities",
    level: Level::Warning,
    summary: "a column with the old name of an entity is not mapped",
    page: include_str!("unmapped_custom_entity.md"),
    check: Check::Unit(check),
};

/// The columns that the service once took for entities by their names alone (Microsoft's validators know the same).
const OLD_NAMES: [&str; 6] = [
    "AccountCustomEntity",
    "HostCustomEntity",
    "IPCustomEntity",
    "URLCustomEntity",
    "ProcessCustomEntity",
    "FileHashCustomEntity",
];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let rule = cx.rule();
    let level = if cx.is_analytics() { Level::Warning } else { Level::Note };
    let mappings = rule.entity_mappings.iter().flat_map(|mappings| &mappings.value);
    let columns = mappings.flat_map(|mapping| &mapping.value.field_mappings);
    let mapped: Vec<&str> =
        columns.filter_map(|field| field.value.column_name.as_ref()).map(|column| column.value.trim()).collect();
    for (name, old) in made(cx) {
        if mapped.contains(&old) {
            continue;
        }
        let entity = old.trim_end_matches("CustomEntity");
        let message = format!("the query makes `{old}`, but no entity mapping takes it up");
        let found = Diagnostic { level, ..cx.at_query(&LINT, name.span, message) };
        sink.push(
            found.help(format!("map it in entityMappings as {entity}, or take it out: the name alone has no effect")),
        );
    }
}

/// The first place where the query makes each of the columns.
fn made(cx: &Context<'_>) -> Vec<(Name, &'static str)> {
    let mut found: Vec<(Name, &'static str)> = Vec::new();
    let Some(query) = cx.query() else { return found };
    let source = query.syntax.text.as_str();
    walk(&query.syntax.query, &mut |node| {
        if let Node::Stage(stage) = node
            && let Operator::Extend(columns) | Operator::Project(columns) | Operator::ProjectRename(columns) =
                &stage.operator
        {
            for name in columns.iter().flat_map(|column| &column.names) {
                let old = OLD_NAMES.into_iter().find(|old| name.text(source) == *old);
                found.extend(old.filter(|old| !found.iter().any(|(_, known)| known == old)).map(|old| (*name, old)));
            }
        }
        Step::Into
    });
    found
}
