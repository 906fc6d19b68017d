//! Which products a rule is about.

use std::collections::BTreeSet;

use crate::catalog::column_roles::Role;
use crate::catalog::products::{Mention, ProductId, normal_name, products};
use crate::lint::Context;
use crate::lint::condition::Test;
use crate::lint::filters::Purpose;

/// The products a rule is about, as its name says.
#[derive(Debug, Default)]
pub(in crate::lint) struct Subject {
    /// The products of the catalogue; empty where the name speaks of none.
    pub(super) products: BTreeSet<ProductId>,
    /// What the rule's name calls them.
    pub(super) called: String,
    /// The names in the form they are compared in; empty where the rule is about no product.
    names: BTreeSet<String>,
    /// How many names of products the rule's name has.
    mentions: usize,
}

impl Subject {
    /// The subject of a rule: the products its name (of a bare query: the file's name) speaks of. `Level` and `Fleet` are words too:
    /// a name counts where it stands alone between separators, is spelt like no word, or is confirmed by the query. A
    /// product that is not in the catalogue is one that stands alone between separators and that the query confirms.
    pub(in crate::lint) fn of(cx: &Context<'_>) -> Self {
        let file_name = || cx.unit.source.path().file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = cx.rule().name.as_ref().map(|name| name.value.clone()).or_else(file_name).unwrap_or_default();
        let mentions = products().named_in(&name).into_iter();
        let mut subject = Self::default();
        for mention in mentions.filter(|mention| is_certain(&name, mention) || confirmed(cx, mention)) {
            subject.add(&name[mention.start..mention.end]);
            subject.names.extend(mention.products.iter().map(|&id| normal_name(&products().get(id).name)));
            subject.products.extend(mention.products);
        }
        if subject.mentions == 0 {
            for part in own_names(cx, &name) {
                subject.add(part);
            }
        }
        subject
    }

    fn add(&mut self, called: &str) {
        if self.called.is_empty() {
            called.clone_into(&mut self.called);
        }
        self.names.insert(normal_name(called));
        self.mentions += 1;
    }

    /// Whether the rule is about exactly one product, so that what it looks for is evidence about that one.
    pub(in crate::lint) fn is_one(&self) -> bool {
        self.mentions == 1
    }

    /// The names in the form they are compared in; empty where the rule is about no product.
    pub(in crate::lint) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Whether two rules are about a product that is the same.
    pub(super) fn meets(&self, other: &Self) -> bool {
        !self.products.is_disjoint(&other.products) || !self.names.is_disjoint(&other.names)
    }

    /// Whether something is known to bind a product of one to a product of the other.
    pub(super) fn is_tied_to(&self, other: &Self) -> bool {
        let tied = |&ours: &ProductId| other.products.iter().any(|&theirs| products().relation(ours, theirs).is_some());
        self.products.iter().any(tied)
    }
}

fn is_certain(name: &str, mention: &Mention) -> bool {
    let text = &name[mention.start..mention.end];
    let like_no_word = text.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit() || c == '.');
    let before = name[..mention.start].trim_end().chars().next_back();
    let after = name[mention.end..].trim_start().chars().next();
    let separates = |c: Option<char>| c.is_none_or(|c| "-\u{2013}:|()[]/,".contains(c));
    like_no_word || (separates(before) && separates(after))
}

/// Whether the query looks for something that bears the product's name.
fn confirmed(cx: &Context<'_>, mention: &Mention) -> bool {
    let names: Vec<String> = mention.products.iter().map(|&id| normal_name(&products().get(id).name)).collect();
    let mut values = accepted(cx).into_iter().flat_map(|(_, test)| &test.values);
    values.any(|value| {
        let value = normal_name(&value.text);
        names.iter().any(|name| value.contains(name.as_str()))
    })
}

/// The parts of a rule's name between separators that are borne by a vendor, product or host the rule looks for. A file
/// alone confirms nothing: many rules look for programs of the system by name.
fn own_names<'n>(cx: &Context<'_>, name: &'n str) -> Vec<&'n str> {
    let tests = accepted(cx).into_iter().filter(|(role, _)| *role != Role::File);
    let values: Vec<String> = tests.flat_map(|(_, test)| &test.values).map(|value| normal_name(&value.text)).collect();
    if values.is_empty() {
        return Vec::new();
    }
    let parts = name.split([':', '|', '(', ')', '[', ']', ',', '\u{2013}']).flat_map(|part| part.split(" - "));
    let is_borne = |part: &&str| {
        let letters = normal_name(part);
        letters.len() >= 4 && values.iter().any(|value| value.contains(&letters))
    };
    parts.map(str::trim).filter(|part| part.split_whitespace().count() <= 3).filter(is_borne).collect()
}

/// The tests that rows must pass, on columns of a known role.
pub(in crate::lint) fn accepted<'c>(cx: &'c Context<'_>) -> Vec<(Role, &'c Test)> {
    let filters = cx.filters().iter().filter(|filter| filter.purpose == Purpose::Select);
    let tests = filters.flat_map(|filter| &filter.conditions).flat_map(|condition| condition.tests());
    let of_role = tests.filter_map(|test| Some((Role::of_column(test.column.as_deref()?)?, test)));
    of_role.filter(|(_, test)| !test.negated).collect()
}
