//! Whose a value is by what the other rules of the repository look for. The catalogue does not know every product; a
//! value that only rules about another product use, or that is another rule's product by name, is theirs.

use std::path::Path;

use super::Subject;
use super::standing::{self, Beside, Standing};
use crate::catalog::column_roles::Role;
use crate::catalog::products::ProductId;
use crate::diag::{Diagnostic, Elsewhere, Level};
use crate::lint::condition::Value;
use crate::lint::repository::{Evidence, Key, Sighting};
use crate::lint::{Context, Lint};

/// Another product that the other rules give a value to.
struct Owner<'r> {
    rule: &'r Evidence,
    /// 1-based line and column of the evidence in the rule's file.
    at: (u32, u32),
    reason: Reason,
}

/// Why a value is taken to be another product's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// It is the name of the product that the rule is about.
    ItsName,
    /// Rules about that product look for it, and it bears that product's name.
    BearsItsName,
    /// More rules about that product look for it than rules about this one.
    MoreRules,
    /// Both products' rules look for it and nothing says whose it is.
    Open,
}

/// The finding on a value that is not the catalogue's to judge; `None` where the other rules do not give it away.
pub(super) fn report(
    cx: &Context<'_>,
    lint: &'static Lint,
    role: Role,
    value: &Value,
    standing: Standing,
    beside: Beside,
) -> Option<Diagnostic> {
    let is_open = match standing {
        Standing::Unknown => true,
        Standing::Related => beside == Beside::Others,
        Standing::Own | Standing::Successor { .. } | Standing::Foreign(_) => false,
    };
    let key = Key::of(role, &value.text).filter(|_| is_open)?;
    let owner = owner(cx, &key)?;
    let tied = cx.subject().is_tied_to(&owner.rule.subject);
    if owner.reason == Reason::Open && tied {
        return None;
    }
    // A name beside the product's own takes nothing away; a host or file beside its own finds what it should not.
    let adds_only = beside == Beside::Own && matches!(role, Role::Vendor | Role::Product);
    let less = tied || adds_only || owner.reason == Reason::Open || standing::is_explained(cx, value);
    let (text, ours, theirs) = (&value.text, &cx.subject().called, &owner.rule.subject.called);
    let message = match owner.reason {
        Reason::ItsName => {
            format!("'{text}' names another product of this repository, {theirs}; this rule is about {ours}")
        }
        Reason::BearsItsName | Reason::MoreRules => {
            format!("'{text}' is what the rules about another product, {theirs}, look for; this rule is about {ours}")
        }
        Reason::Open => {
            format!("'{text}' is looked for by this rule, about {ours}, and by one about another product, {theirs}")
        }
    };
    let mut found = cx.at_query(lint, value.span, message);
    found.elsewhere.push(place(owner.rule, owner.at, "the rule about"));
    found.level = if less { Level::Note } else { Level::Warning };
    Some(found.label(format!("{theirs}'s")).help(standing::how_to_accept(lint.name)))
}

/// The finding with the place of a rule about the product that the catalogue gives the value to.
pub(super) fn with_place(
    cx: &Context<'_>,
    role: Role,
    value: &Value,
    product: ProductId,
    found: Diagnostic,
) -> Diagnostic {
    let mut found = found;
    let Some(key) = Key::of(role, &value.text) else { return found };
    let seen = cx.repository.sightings(&key, cx.unit.source.path());
    let theirs = seen.iter().find(|(rule, _)| rule.subject.is_one() && rule.subject.products.contains(&product));
    if let Some((rule, sighting)) = theirs {
        found.elsewhere.push(place(rule, (sighting.line, sighting.column), "also in the rule about"));
    }
    found
}

fn place(rule: &Evidence, (line, column): (u32, u32), head: &str) -> Elsewhere {
    Elsewhere { path: rule.path.clone(), line, column, text: format!("{head} {}", rule.subject.called) }
}

fn owner<'c>(cx: &'c Context<'_>, key: &Key) -> Option<Owner<'c>> {
    let (subject, path) = (cx.subject(), cx.unit.source.path());
    if subject.names().contains(&key.stem()) {
        return None;
    }
    let ours = key.bears(subject.names());
    let seen = cx.repository.sightings(key, path);
    by_name(cx, key, path).filter(|_| ours < key.stem().len()).or_else(|| by_use(subject, key, ours, &seen))
}

fn by_name<'c>(cx: &'c Context<'_>, key: &Key, path: &Path) -> Option<Owner<'c>> {
    let stem = key.stem();
    let named = cx.repository.rules().filter(|rule| rule.path != path && rule.subject.is_one());
    let mut named = named.filter(|rule| rule.subject.names().contains(&stem));
    let rule = named.find(|rule| !rule.subject.meets(cx.subject()))?;
    Some(Owner { rule, at: rule.name_at, reason: Reason::ItsName })
}

fn by_use<'r>(subject: &Subject, key: &Key, ours: usize, seen: &[(&'r Evidence, Sighting)]) -> Option<Owner<'r>> {
    let is_own = |rule: &Evidence| rule.subject.meets(subject);
    let own_uses = seen.iter().filter(|(rule, _)| is_own(rule)).count();
    let others: Vec<(&Evidence, Sighting)> =
        seen.iter().filter(|(rule, _)| rule.subject.is_one() && !is_own(rule)).copied().collect();
    let &(rule, sighting) = others.first()?;
    // What rules about several products look for is nobody's own.
    if others.iter().any(|(other, _)| !other.subject.meets(&rule.subject)) {
        return None;
    }
    let theirs = key.bears(rule.subject.names());
    let reason = if theirs > ours {
        Reason::BearsItsName
    } else if ours > 0 || key.is_common() || own_uses > 0 {
        return None;
    } else if others.len() > 1 {
        Reason::MoreRules
    } else {
        Reason::Open
    };
    Some(Owner { rule, at: (sighting.line, sighting.column), reason })
}
