//! One entry of `entityMappings` beside what the catalogue knows of its entity type.

use crate::catalog::entities::{Combination, Entity, entity};
use crate::rule::{EntityMapping, Field, Rule};

/// An entity mapping of a known type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mapping<'r> {
    /// The mapping as written.
    pub(super) written: &'r Field<EntityMapping>,
    /// Its entity type.
    pub(super) entity: Entity,
    rule: &'r Rule,
}

/// The mappings of a rule whose entity type is known; the schema reports the others.
pub(super) fn all(rule: &Rule) -> impl Iterator<Item = Mapping<'_>> {
    rule.entity_mappings.iter().flat_map(|mappings| &mappings.value).filter_map(move |written| {
        let entity = entity(written.value.entity_type.as_ref()?.value.trim())?;
        Some(Mapping { written, entity, rule })
    })
}

impl<'r> Mapping<'r> {
    /// The identifiers that columns are mapped to.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = &'r Field<String>> + use<'r> {
        self.written.value.field_mappings.iter().filter_map(|field| field.value.identifier.as_ref())
    }

    /// Whether every part of a combination is mapped here, or is another entity of the rule.
    pub(super) fn has(&self, combination: Combination) -> bool {
        combination.holds(
            |part| self.identifiers().any(|identifier| identifier.value.trim().eq_ignore_ascii_case(part)),
            |other| all(self.rule).any(|mapping| mapping.entity.name == other),
        )
    }

    /// Whether every identifier is one of the entity type's.
    pub(super) fn is_understood(&self) -> bool {
        let known = |written: &str| self.entity.identifiers().any(|known| known.eq_ignore_ascii_case(written.trim()));
        let mut identifiers = self.identifiers().peekable();
        identifiers.peek().is_some() && identifiers.all(|identifier| known(&identifier.value))
    }
}

/// Combinations in words, as alternatives.
pub(super) fn alternatives(combinations: impl Iterator<Item = Combination>) -> String {
    combinations.map(|combination| combination.in_words()).collect::<Vec<_>>().join(", or ")
}
