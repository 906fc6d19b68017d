//! Entity types of `entityMappings` and what identifies an entity of each.

use super::lines::SortedLines;

const ENTITIES: SortedLines = SortedLines(include_str!("../../schemas/catalog/entities/entities.txt"));

/// An entity type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entity {
    /// Its name as Sentinel writes it.
    pub name: &'static str,
    identifiers: &'static str,
    required: &'static str,
    strong: &'static str,
}

/// A set of identifiers that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Combination(&'static str);

impl Entity {
    /// Everything that a column can be mapped to.
    pub fn identifiers(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.identifiers.split(',')
    }

    /// The sets of which a mapping must have one.
    pub fn required(&self) -> impl Iterator<Item = Combination> + Clone + use<> {
        self.required.split(' ').map(Combination)
    }

    /// The sets that tell the entity from every other without doubt.
    pub fn strong(&self) -> impl Iterator<Item = Combination> + Clone + use<> {
        self.strong.split(' ').map(Combination)
    }
}

impl Combination {
    /// Whether all of it is there, given what tells whether an identifier is mapped and whether the alert has another entity of
    /// a type.
    pub fn holds(&self, has: impl Fn(&str) -> bool, has_entity: impl Fn(&str) -> bool) -> bool {
        self.0.split('+').all(|part| part.strip_prefix('@').map_or_else(|| has(part), &has_entity))
    }

    /// In words: "`Name` and `UPNSuffix`", "`ProcessId` and a Host".
    pub fn in_words(&self) -> String {
        let words =
            |part: &str| part.strip_prefix('@').map_or_else(|| format!("`{part}`"), |entity| format!("a {entity}"));
        self.0.split('+').map(words).collect::<Vec<_>>().join(" and ")
    }
}

/// The entity type of this name, in whatever case, as Microsoft's reader finds it.
pub fn entity(name: &str) -> Option<Entity> {
    let (name, rest) = ENTITIES.entries().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let mut fields = rest.split('\t');
    Some(Entity { name, identifiers: fields.next()?, required: fields.next()?, strong: fields.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_is_made_of_known_identifiers() {
        for name in ENTITIES.names() {
            let entity = entity(name).unwrap_or_else(|| panic!("{name}"));
            let known = |identifier: &str| entity.identifiers().any(|known| known == identifier);
            assert!(entity.required().all(|combination| combination.holds(known, |_| false)), "{name}");
            assert!(entity.strong().count() > 0, "{name}");
        }
    }

    #[test]
    fn combinations_may_ask_for_another_entity() {
        let process = entity("process").expect("an entity type");
        assert_eq!(process.name, "Process");
        let has = |identifier: &str| ["ProcessId", "CreationTimeUtc"].contains(&identifier);
        assert!(process.strong().any(|combination| combination.holds(has, |entity| entity == "Host")));
        assert!(!process.strong().any(|combination| combination.holds(has, |_| false)));
    }
}
