//! What a filter does to the rule's own hits: computed, by evaluating it on them.
//!
//! The logic is three-valued: a condition on a field without a column, and the part of a filter that the page cut off, are
//! unknown, so that `a OR unknown` is still true wherever `a` is.

use std::collections::{BTreeMap, BTreeSet};

use super::filter::{Compare, Filter, Operand, Operator};
use super::hits::Event;
use super::vocabulary::{Meaning, Stands, Vocabulary};

/// What a filter does to the rule's hits. Counts are numbers of hits, the first never above the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// True on every hit because it is an `OR` that holds negations: as an exclusion it blinds the rule, as a condition
    /// to keep it removes nothing.
    NegationsAlwaysTrue {
        /// How many hits.
        hits: usize,
    },
    /// True on every hit: it names the tool the rule detects, or its servers.
    AlwaysTrue {
        /// How many hits.
        hits: usize,
    },
    /// True on no hit.
    NeverTrue {
        /// How many hits.
        hits: usize,
    },
    /// True on every hit of some of the tool's own programs or servers.
    ExcludesTool {
        /// How many hits it is true on.
        removed: usize,
        /// How many hits.
        hits: usize,
    },
    /// True on some hits, whatever program or server they are of.
    Useful {
        /// How many hits it is true on.
        removed: usize,
        /// How many hits.
        hits: usize,
    },
    /// Not decided: it depends on something unknown on this many hits.
    Undecided {
        /// How many hits it is unknown on.
        unknown: usize,
        /// How many hits.
        hits: usize,
    },
}

/// In the order of Kleene's logic: `AND` is the least, `OR` the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    False,
    Unknown,
    True,
}

/// The hits of a rule, and what is needed to read a filter on them.
pub struct Judge<'j> {
    table: &'j str,
    vocabulary: &'j Vocabulary,
    hits: &'j [Event],
    /// Every value of the tool's own columns, in lower case.
    own: BTreeSet<String>,
    /// The names of the rule's product, in lower case.
    names: Vec<String>,
}

/// The columns that tell which program and server a hit is of.
const IDENTITY: &[&str] = &["process", "vendor", "product", "destination", "destination_ip"];
/// The columns whose values are the tool itself.
const OWN: &[&str] = &["process", "destination", "destination_ip"];

impl<'j> Judge<'j> {
    /// A judge over the hits of a rule on `table`; `names` are those of the product it detects.
    pub fn new(table: &'j str, vocabulary: &'j Vocabulary, hits: &'j [Event], names: &[String]) -> Self {
        let columns: Vec<&str> = OWN.iter().filter_map(|role| vocabulary.column(table, role)).collect();
        let own = hits.iter().flat_map(|hit| columns.iter().filter_map(|column| hit.get(*column)));
        let own = own.filter(|text| !text.is_empty()).map(|text| text.to_lowercase()).collect();
        Self { table, vocabulary, hits, own, names: names.iter().map(|name| name.to_lowercase()).collect() }
    }

    /// What the filter does to the hits; `None` where there are none to judge on.
    pub fn judge(&self, filter: &Filter) -> Option<Verdict> {
        let hits = self.hits.len();
        let truths: Vec<Truth> = self.hits.iter().map(|hit| self.truth(filter, hit)).collect();
        let count = |truth: Truth| truths.iter().filter(|found| **found == truth).count();
        let (removed, unknown) = (count(Truth::True), count(Truth::Unknown));
        if hits == 0 {
            return None;
        }
        Some(if removed == hits && holds_negation(filter) {
            Verdict::NegationsAlwaysTrue { hits }
        } else if removed == hits {
            Verdict::AlwaysTrue { hits }
        } else if unknown > 0 {
            Verdict::Undecided { unknown, hits }
        } else if removed == 0 {
            Verdict::NeverTrue { hits }
        } else if self.some_identity_is_excluded(&truths) {
            Verdict::ExcludesTool { removed, hits }
        } else {
            Verdict::Useful { removed, hits }
        })
    }

    /// Whether there is a program or server all of whose hits are removed.
    fn some_identity_is_excluded(&self, truths: &[Truth]) -> bool {
        let columns: Vec<&str> = IDENTITY.iter().filter_map(|role| self.vocabulary.column(self.table, role)).collect();
        let mut whole: BTreeMap<Vec<Option<&String>>, bool> = BTreeMap::new();
        for (hit, truth) in self.hits.iter().zip(truths) {
            let identity = columns.iter().map(|column| hit.get(*column)).collect();
            *whole.entry(identity).or_insert(true) &= *truth == Truth::True;
        }
        whole.values().any(|whole| *whole)
    }

    fn truth(&self, filter: &Filter, hit: &Event) -> Truth {
        match filter {
            Filter::Compare(compare) => self.comparison(compare, hit),
            Filter::Not(inner) => not(self.truth(inner, hit)),
            Filter::And(parts) => parts.iter().map(|part| self.truth(part, hit)).min().unwrap_or(Truth::Unknown),
            Filter::Or(parts) => parts.iter().map(|part| self.truth(part, hit)).max().unwrap_or(Truth::Unknown),
            Filter::Missing => Truth::Unknown,
        }
    }

    fn comparison(&self, compare: &Compare, hit: &Event) -> Truth {
        let truths = compare.values.iter().map(|value| self.compared(compare, value, hit));
        let truth = truths.max().unwrap_or(Truth::Unknown);
        if compare.negated { not(truth) } else { truth }
    }

    fn compared(&self, compare: &Compare, value: &Operand, hit: &Event) -> Truth {
        let Meaning::Column { column, .. } = self.vocabulary.meaning(&compare.field.value, self.table, &value.text)
        else {
            return Truth::Unknown;
        };
        let Some(actual) = hit.get(column) else { return Truth::Unknown };
        let actual = actual.to_lowercase();
        let expected = value.text.to_lowercase();
        let is = match self.stands_for(value) {
            Some(Stands::Tool) => self.own.contains(&actual),
            Some(Stands::Other) => false,
            None => match compare.operator {
                Operator::Equals => actual == expected,
                Operator::Contains => actual.contains(&expected),
                Operator::StartsWith => actual.starts_with(&expected),
                Operator::EndsWith => actual.ends_with(&expected),
                Operator::Order => return Truth::Unknown,
            },
        };
        if is { Truth::True } else { Truth::False }
    }

    /// What a value stands for, if it is a placeholder: one that names the rule's product is the tool.
    fn stands_for(&self, value: &Operand) -> Option<Stands> {
        let text = value.text.to_lowercase();
        if value.hole {
            let tool = self.names.iter().any(|name| text.contains(name.as_str()));
            let pattern = self.vocabulary.placeholder(value.text.trim_matches(['<', '>']));
            return Some(if tool { Stands::Tool } else { pattern.map_or(Stands::Other, |(stands, _)| stands) });
        }
        self.vocabulary.placeholder(&value.text).map(|(stands, _)| stands)
    }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
    }
}

/// Whether an `OR` has an operand that is a negation.
pub(super) fn holds_negation(filter: &Filter) -> bool {
    match filter {
        Filter::Or(parts) => parts.iter().any(is_negation),
        Filter::And(parts) => parts.iter().any(holds_negation),
        Filter::Not(inner) => holds_negation(inner),
        Filter::Compare(_) | Filter::Missing => false,
    }
}

/// Whether an `OR` has negations and plain conditions side by side.
pub(super) fn mixes_polarity(filter: &Filter) -> bool {
    match filter {
        Filter::Or(parts) => {
            let plain = |part: &Filter| matches!(part, Filter::Compare(Compare { negated: false, .. }));
            parts.iter().any(is_negation) && parts.iter().any(plain)
        }
        Filter::And(parts) => parts.iter().any(mixes_polarity),
        Filter::Not(inner) => mixes_polarity(inner),
        Filter::Compare(_) | Filter::Missing => false,
    }
}

fn is_negation(filter: &Filter) -> bool {
    matches!(filter, Filter::Not(_) | Filter::Compare(Compare { negated: true, .. }))
}
