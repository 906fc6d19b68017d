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
    /// The products; empty where the name speaks of none.
    pub(super) products: BTreeSet<ProductId>,
    /// What the rule's name calls them.
    pub(super) called: String,
}

impl Subject {
    /// The subject of a rule: the products its name (of a bare query: the file's name) speaks of. `Level` and `Fleet` are words too:
    /// a name counts where it stands alone between separators, is spelt like no word, or is confirmed by the query.
    pub(in crate::lint) fn of(cx: &Context<'_>) -> Self {
        let file_name = || cx.unit.source.path().file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = cx.rule().name.as_ref().map(|name| name.value.clone()).or_else(file_name).unwrap_or_default();
        let mentions = products().named_in(&name).into_iter();
        let mut subject = Self::default();
        for mention in mentions.filter(|mention| is_certain(&name, mention) || confirmed(cx, mention)) {
            if subject.called.is_empty() {
                name[mention.start..mention.end].clone_into(&mut subject.called);
            }
            subject.products.extend(mention.products);
        }
        subject
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

/// The tests that rows must pass, on columns of a known role.
pub(super) fn accepted<'c>(cx: &'c Context<'_>) -> Vec<(Role, &'c Test)> {
    let filters = cx.filters().iter().filter(|filter| filter.purpose == Purpose::Select);
    let tests = filters.flat_map(|filter| &filter.conditions).flat_map(|condition| condition.tests());
    let of_role = tests.filter_map(|test| Some((Role::of_column(test.column.as_deref()?)?, test)));
    of_role.filter(|(_, test)| !test.negated).collect()
}
