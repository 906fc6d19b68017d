//! The only vendor a rule accepts is another product's.

use super::neighbours;
use super::standing::{self, Beside, Standing};
use super::subject::accepted;
use crate::catalog::column_roles::Role;
use crate::catalog::products::{Claim, Edge, FactKind, Product, ProductId, Weight, normal_name, products};
use crate::diag::{Diagnostic, Level};
use crate::lint::condition::{Condition, Test, Value};
use crate::lint::filters::Purpose;
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "foreign-vendor",
    group: "ownership",
    level: Level::Warning,
    summary: "the vendor or product name a rule accepts is another product's",
    page: include_str!("foreign_vendor.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let subject = cx.subject();
    if subject.names().is_empty() {
        return;
    }
    for role in [Role::Vendor, Role::Product] {
        let tests: Vec<&Test> = accepted(cx).into_iter().filter(|(of, _)| *of == role).map(|(_, test)| test).collect();
        let values = tests.iter().flat_map(|test| test.values.iter().map(move |value| (*test, value)));
        let judged: Vec<(&Test, &Value, Standing)> =
            values.map(|(test, value)| (test, value, standing::of(role, &value.text, subject))).collect();
        let beside = Beside::of(judged.iter().map(|(.., standing)| *standing));
        let other_too = judged.iter().any(|(.., standing)| matches!(standing, Standing::Own | Standing::Unknown));
        for (test, value, standing) in judged {
            match standing {
                Standing::Foreign(claim) => {
                    // Beside the product's own vendor the value adds what it should not, but takes nothing away.
                    let level = match beside {
                        Beside::Own => Level::Note,
                        Beside::Others => standing::level(cx, value, claim),
                    };
                    let found = Diagnostic { level, ..foreign(cx, value, claim) };
                    sink.push(neighbours::with_place(cx, role, value, claim.product, found));
                }
                Standing::Successor { product, edge } if !other_too && is_demanded(cx, test) => {
                    sink.push(successor(cx, value, product, edge));
                }
                _ => sink.extend(neighbours::report(cx, &LINT, role, value, standing, beside)),
            }
        }
    }
}

fn foreign(cx: &Context<'_>, value: &Value, claim: Claim) -> Diagnostic {
    let (text, called) = (&value.text, &cx.subject().called);
    let other = &products().get(claim.product).name;
    let message = format!("'{text}' belongs to another product, {other}; this rule is about {called}");
    let found =
        cx.at_query(&LINT, value.span, message).label(format!("{other}'s")).note(standing::evidence(claim, text));
    let own = own_vendors(cx);
    let instead = if own.is_empty() { String::new() } else { format!("known for {called}: {}; ", own.join(", ")) };
    found.help(format!("{instead}{}", standing::how_to_accept(LINT.name)))
}

fn successor(cx: &Context<'_>, value: &Value, product: ProductId, edge: &Edge) -> Diagnostic {
    let (text, product) = (&value.text, products().get(product));
    let since = edge.since.as_ref().map(|since| format!(" ({since})")).unwrap_or_default();
    let history = match &edge.former {
        Some(former) => format!("{} was made by {former} and taken over by {} later{since}", product.name, edge.other),
        None => format!("{} was taken over by {}{since}", product.name, edge.other),
    };
    let message = format!(
        "the only vendor accepted, '{text}', is that of another product, {}: {history}, so builds published before never match",
        edge.other
    );
    let older = edge.former.clone().into_iter().chain(own_names(product, &edge.other)).next().unwrap_or_default();
    cx.at_query(&LINT, value.span, message)
        .label(format!("builds of {} from before the take-over do not match", product.name))
        .note(format!("source: {}", edge.sources.join("; ")))
        .help(format!("accept '{older}' too; {}", standing::how_to_accept(LINT.name)))
}

fn own_vendors(cx: &Context<'_>) -> Vec<String> {
    let known = cx.subject().products.iter().flat_map(|&id| own_names(products().get(id), ""));
    let mut known: Vec<String> = known.map(|name| format!("'{name}'")).collect();
    known.sort();
    known.dedup();
    known.truncate(4);
    known
}

/// The vendor names of a product that are not `successor`'s; its own name where none is known.
fn own_names(product: &Product, successor: &str) -> Vec<String> {
    let successor = normal_name(successor);
    let vendors = product.facts.iter().filter(|fact| matches!(fact.kind, FactKind::Company | FactKind::Signer));
    let vendors = vendors.filter(|fact| fact.weight > Weight::Weak && normal_name(&fact.value) != successor);
    let mut names: Vec<String> = vendors.map(|fact| fact.value.clone()).collect();
    names.dedup_by_key(|name| normal_name(name));
    if names.is_empty() { vec![product.name.clone()] } else { names }
}

/// Whether a row must pass the test: only tests of the same column stand beside it as alternatives.
fn is_demanded(cx: &Context<'_>, test: &Test) -> bool {
    let filters = cx.filters().iter().filter(|filter| filter.purpose == Purpose::Select);
    let mut required = filters.flat_map(|filter| &filter.conditions).flat_map(|condition| condition.required());
    required.any(|part| holds(part, test) && is_about_one_column(part, test.column.as_deref()))
}

fn holds(condition: &Condition, test: &Test) -> bool {
    condition.tests().into_iter().any(|other| std::ptr::eq(other, test))
}

fn is_about_one_column(condition: &Condition, column: Option<&str>) -> bool {
    match condition {
        Condition::All(parts, _) | Condition::Any(parts, _) => {
            parts.iter().all(|part| is_about_one_column(part, column))
        }
        Condition::Test(test) => test.column.as_deref() == column,
        Condition::Other(_) => false,
    }
}
