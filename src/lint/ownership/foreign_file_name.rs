//! A file that a rule looks for is another product's.

use super::standing::{self, Standing};
use super::subject::accepted;
use crate::catalog::column_roles::Role;
use crate::catalog::products::{Claim, products};
use crate::diag::{Diagnostic, Level};
use crate::lint::condition::{Matching, Value};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "foreign-file-name",
    group: "ownership",
    level: Level::Warning,
    summary: "a file name a rule looks for is another product's",
    page: include_str!("foreign_file_name.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let subject = cx.subject();
    if subject.products.is_empty() {
        return;
    }
    let whole = |matching: Matching| matches!(matching, Matching::Equal | Matching::Has | Matching::EndsWith);
    let tests = accepted(cx).into_iter().filter(|(role, test)| *role == Role::File && whole(test.matching));
    for value in tests.flat_map(|(_, test)| &test.values) {
        if let Standing::Foreign(claim) = standing::of(Role::File, &value.text, subject) {
            sink.push(report(cx, value, claim));
        }
    }
}

fn report(cx: &Context<'_>, value: &Value, claim: Claim) -> Diagnostic {
    let other = &products().get(claim.product).name;
    let message =
        format!("'{}' is a file of another product, {other}; this rule is about {}", value.text, cx.subject().called);
    let mut found = cx.at_query(&LINT, value.span, message).label(format!("{other}'s"));
    found.level = standing::level(cx, value, claim);
    found.note(standing::evidence(claim, &value.text)).help(standing::how_to_accept(LINT.name))
}
