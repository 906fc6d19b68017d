//! How a value stands to the products a rule is about.

use crate::catalog::column_roles::Role;
use crate::catalog::products::{Claim, Edge, EdgeKind, FactKind, ProductId, Relation, Weight, products};
use crate::diag::Level;
use crate::lint::Context;
use crate::lint::condition::Value;
use crate::lint::ownership::Subject;

/// How a value stands to the products a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody is known to hold it.
    Unknown,
    /// It is theirs.
    Own,
    /// It is the name of the vendor that took `product` over.
    Successor { product: ProductId, edge: &'static Edge },
    /// It belongs to a product that has to do with theirs.
    Related,
    /// It belongs to a product that has nothing to do with theirs.
    Foreign(Claim),
}

/// How `value`, compared with a column of `role`, stands to the subject.
pub(super) fn of(role: Role, value: &str, subject: &Subject) -> Standing {
    if subject.products.is_empty() {
        return Standing::Unknown;
    }
    let claims = match role {
        Role::Vendor | Role::Product => products().claims_to_name(value).to_vec(),
        Role::Domain => products().claims_to_domain(value),
        Role::File => products().claims_to_file(value).to_vec(),
    };
    let own = |claim: &&Claim| subject.products.contains(&claim.product);
    let ours = claims.iter().filter(own).map(|claim| claim.weight).max();
    if ours > Some(Weight::Weak) {
        return Standing::Own;
    }
    // Where a source gives the value to the subject too, only a value that bears the other's name accuses.
    let enough = if ours.is_some() { Weight::Named } else { Weight::Supported };
    let foreign = claims.iter().filter(|claim| claim.weight >= enough).copied();
    let foreign: Vec<Claim> = foreign.filter(|claim| !subject.products.contains(&claim.product)).collect();
    if let Some((product, edge)) = foreign.iter().find_map(|claim| successor(subject, claim.product)) {
        return Standing::Successor { product, edge };
    }
    let related = |claim: &Claim| subject.products.iter().any(|&ours| is_related(ours, claim.product));
    match foreign.first() {
        Some(_) if foreign.iter().any(related) => Standing::Related,
        Some(claim) => Standing::Foreign(*claim),
        None if ours.is_some() => Standing::Own,
        None => match claims.as_slice() {
            [claim] if role != Role::File && !related(claim) => Standing::Foreign(*claim),
            _ => Standing::Unknown,
        },
    }
}

/// What else the rule accepts beside a value, in columns of the same role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// A value of the rule's own product.
    Own,
    /// None that is known to be.
    Others,
}

impl Beside {
    /// What the values of a role hold.
    pub(super) fn of(mut standings: impl Iterator<Item = Standing>) -> Self {
        if standings.any(|standing| standing == Standing::Own) { Self::Own } else { Self::Others }
    }
}

/// The values with their standings.
pub(super) fn judge<'v>(
    role: Role,
    values: impl Iterator<Item = &'v Value>,
    subject: &Subject,
) -> Vec<(&'v Value, Standing)> {
    values.map(|value| (value, of(role, &value.text, subject))).collect()
}

fn successor(subject: &Subject, other: ProductId) -> Option<(ProductId, &'static Edge)> {
    subject.products.iter().find_map(|&ours| match products().relation(ours, other) {
        Some(Relation::Edge(edge)) if edge.kind == EdgeKind::Owner && edge.other == products().get(other).name => {
            Some((ours, edge))
        }
        _ => None,
    })
}

fn is_related(ours: ProductId, theirs: ProductId) -> bool {
    products().relation(ours, theirs).is_some()
}

/// Why a value is believed to be another product's, as a sentence.
pub(super) fn evidence(claim: Claim, value: &str) -> String {
    let product = products().get(claim.product);
    let Some(fact) = claim.fact.map(|fact| &product.facts[fact]) else {
        return format!("'{value}' is the name of a product in the catalogue");
    };
    let what = match fact.kind {
        FactKind::Alias => "another name of",
        FactKind::Company => "a company name in the files of",
        FactKind::Signer => "a signer of the files of",
        FactKind::Product => "a product name in the files of",
        FactKind::Domain => "a host of",
        FactKind::File => "a file of",
    };
    format!("'{}' is {what} {} (source: {})", fact.value, product.name, fact.sources.join("; "))
}

/// How much a finding about a foreign value matters: one source alone is worth a note, and so is a value that the author says
/// something about.
pub(super) fn level(cx: &Context<'_>, value: &Value, claim: Claim) -> Level {
    if claim.weight == Weight::Weak || is_explained(cx, value) { Level::Note } else { Level::Warning }
}

/// Whether the author says something about the value on its own line.
pub(super) fn is_explained(cx: &Context<'_>, value: &Value) -> bool {
    let Some(query) = cx.query() else { return false };
    let mut behind = query.syntax.comments.iter().skip_while(|comment| comment.start < value.span.end);
    behind.next().is_some_and(|comment| {
        let between = query.syntax.text.get(value.span.end as usize..comment.start as usize);
        between.is_some_and(|between| !between.contains('\n') && !between.contains(['\'', '"']))
    })
}

/// What to write to keep a value on purpose.
pub(super) fn how_to_accept(lint: &str) -> String {
    format!("to accept it on purpose, write `// sentinelc: allow({lint}) <why>` behind it")
}
