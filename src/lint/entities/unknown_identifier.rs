//! An identifier that its entity type does not have.

use super::mapping;
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::{Check, Context, Lint};
use crate::rule::Field;
use crate::text::{Edit, nearest};

pub(super) static LINT: Lint = Lint {
    name: "unknown-identifier",
    group: "entities",
    level: Level::Error,
    summary: "an identifier that the entity type does not have",
    page: include_str!("unknown_identifier.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for mapping in mapping::all(cx.rule()) {
        let entity = mapping.entity;
        for identifier in mapping.identifiers() {
            let written = identifier.value.as_str();
            if written.is_empty() || entity.identifiers().any(|known| known == written) {
                continue;
            }
            let squeezed = written.trim();
            if let Some(right) = entity.identifiers().find(|known| known.eq_ignore_ascii_case(squeezed)) {
                sink.push(other_case(identifier, right));
                continue;
            }
            let message = format!("a mapping of {} has no identifier `{squeezed}`", entity.name);
            let found = Diagnostic { level: cx.level_of_refusal(), ..LINT.finding(identifier.span, message) };
            sink.push(match nearest(squeezed, entity.identifiers()) {
                Some(known) => found.help(format!("did you mean `{known}`?")),
                None => found.help(format!("one of: {}", entity.identifiers().collect::<Vec<_>>().join(", "))),
            });
        }
    }
}

fn other_case(identifier: &Field<String>, right: &'static str) -> Diagnostic {
    let message = format!("the identifier is written `{right}`, not `{}`", identifier.value);
    let found = Diagnostic { level: Level::Warning, ..LINT.finding(identifier.span, message) };
    found.fix(Fix {
        title: format!("write `{right}`"),
        edits: vec![Edit::replace(identifier.span, right)],
        safety: Safety::Safe,
    })
}
