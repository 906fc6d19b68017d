//! A host that a rule looks for is another product's.

use super::neighbours;
use super::standing::{self, Beside, Standing};
use super::subject::accepted;
use crate::catalog::column_roles::Role;
use crate::catalog::products::{Claim, products};
use crate::diag::{Diagnostic, Level};
use crate::lint::condition::{Condition, Test, Value};
use crate::lint::filters::Purpose;
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "foreign-domain",
    group: "ownership",
    level: Level::Warning,
    summary: "a domain a rule looks for is another product's",
    page: include_str!("foreign_domain.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let subject = cx.subject();
    if subject.names().is_empty() {
        return;
    }
    let tests = accepted(cx).into_iter().filter(|(role, _)| *role == Role::Domain);
    let judged = standing::judge(Role::Domain, tests.flat_map(|(_, test)| &test.values), subject);
    let beside = Beside::of(judged.iter().map(|(_, standing)| *standing));
    for (value, standing) in judged {
        match standing {
            Standing::Foreign(claim) => sink.push(report(cx, value, claim)),
            _ => sink.extend(neighbours::report(cx, &LINT, Role::Domain, value, standing, beside)),
        }
    }
}

fn report(cx: &Context<'_>, value: &Value, claim: Claim) -> Diagnostic {
    let (text, called) = (&value.text, &cx.subject().called);
    let other = &products().get(claim.product).name;
    let message = format!("'{text}' belongs to another product, {other}; this rule is about {called}");
    let dead = own_vendor_demanded(cx, value);
    let message = match dead.and_then(|test| Some((test.column.as_deref()?, &test.values.first()?.text))) {
        Some((column, wanted)) => {
            format!("{message}, and the value can never add a hit because `{column}` must be '{wanted}'")
        }
        None => message,
    };
    let mut found =
        cx.at_query(&LINT, value.span, message).label(format!("{other}'s")).note(standing::evidence(claim, text));
    if let Some(test) = dead {
        found = found.related(cx.to_file(test.span), format!("no program of {other} meets this"));
    }
    found.level = standing::level(cx, value, claim);
    let found = found.help(format!("remove it; {}", standing::how_to_accept(LINT.name)));
    neighbours::with_place(cx, Role::Domain, value, claim.product, found)
}

/// A test on the vendor or product that rows of the value's filter must pass, and that only the subject passes.
fn own_vendor_demanded<'c>(cx: &'c Context<'_>, value: &Value) -> Option<&'c Test> {
    let has_value = |condition: &&Condition| condition.tests().iter().any(|test| test.values.contains(value));
    let filters = cx.filters().iter().filter(|filter| filter.purpose == Purpose::Select);
    let filter = filters.into_iter().find(|filter| filter.conditions.iter().any(|condition| has_value(&condition)))?;
    filter.conditions.iter().flat_map(Condition::required).find_map(|condition| match condition {
        Condition::Test(test) if is_own_vendor(cx, test) => Some(test),
        _ => None,
    })
}

fn is_own_vendor(cx: &Context<'_>, test: &Test) -> bool {
    let role = test.column.as_deref().and_then(Role::of_column);
    let Some(role @ (Role::Vendor | Role::Product)) = role else { return false };
    let own = |value: &Value| standing::of(role, &value.text, cx.subject()) == Standing::Own;
    !test.negated && test.complete && !test.values.is_empty() && test.values.iter().all(own)
}
