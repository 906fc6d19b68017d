//! A file that a rule looks for is another product's.

use super::neighbours;
use super::standing::{self, Beside, Standing};
use super::subject::accepted;
use crate::catalog::column_roles::Role;
use crate::catalog::products::{Claim, products};
use crate::diag::{Diagnostic, Level};
use crate::lint::condition::Value;
use crate::lint::repository::counts;
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
    if subject.names().is_empty() {
        return;
    }
    let tests = accepted(cx).into_iter().filter(|(role, test)| *role == Role::File && counts(*role, test));
    let judged = standing::judge(Role::File, tests.flat_map(|(_, test)| &test.values), subject);
    let beside = Beside::of(judged.iter().map(|(_, standing)| *standing));
    for (value, standing) in judged {
        match standing {
            Standing::Foreign(claim) => sink.push(report(cx, value, claim)),
            _ => sink.extend(neighbours::report(cx, &LINT, Role::File, value, standing, beside)),
        }
    }
}

fn report(cx: &Context<'_>, value: &Value, claim: Claim) -> Diagnostic {
    let other = &products().get(claim.product).name;
    let message =
        format!("'{}' is a file of another product, {other}; this rule is about {}", value.text, cx.subject().called);
    let mut found = cx.at_query(&LINT, value.span, message).label(format!("{other}'s"));
    found.level = standing::level(cx, value, claim);
    let found = found.note(standing::evidence(claim, &value.text)).help(standing::how_to_accept(LINT.name));
    neighbours::with_place(cx, Role::File, value, claim.product, found)
}
