//! MITRE ATT&CK: techniques, their tactics by the names of Microsoft Sentinel, and ids that were withdrawn.

use super::lines::SortedLines;

const TECHNIQUES: SortedLines = SortedLines(include_str!("../../schemas/catalog/attack/techniques.txt"));
const REPLACED: SortedLines = SortedLines(include_str!("../../schemas/catalog/attack/replaced.txt"));

/// The version of ATT&CK that the catalogue holds.
pub const ATTACK_VERSION: &str = "17";

/// A technique or sub-technique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Technique {
    /// Its name; `None` for those of industrial control systems.
    pub name: Option<&'static str>,
    tactics: &'static str,
}

impl Technique {
    /// The tactics it serves, as Sentinel writes them (`CommandAndControl`).
    pub fn tactics(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.tactics.split(',')
    }
}

/// The technique of this id (`T1059`, `T1059.001`).
pub fn technique(id: &str) -> Option<Technique> {
    let (name, tactics) = TECHNIQUES.get(id)?.split_once('\t')?;
    Some(Technique { name: (name != "-").then_some(name), tactics })
}

/// The ids of all techniques and sub-techniques, sorted.
pub fn technique_ids() -> impl Iterator<Item = &'static str> {
    TECHNIQUES.names()
}

/// What took the place of an id that MITRE has withdrawn; empty where nothing did, `None` for an id that is in use or that
/// never was one.
pub fn withdrawn(id: &str) -> Option<Vec<&'static str>> {
    let replacements = REPLACED.get(id)?;
    Some(replacements.split(',').filter(|id| *id != "-").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_every_replacement_is_a_technique() {
        assert!(TECHNIQUES.entries().all(|(id, _)| technique(id).is_some_and(|found| found.tactics().count() > 0)));
        for (id, _) in REPLACED.entries() {
            assert!(technique(id).is_none(), "{id} is in use");
            for new in withdrawn(id).unwrap_or_default() {
                assert!(technique(new).is_some(), "{id} became {new}, which is none");
            }
        }
    }

    #[test]
    fn a_technique_has_its_name_and_tactics() {
        let found = technique("T1055").expect("in ATT&CK");
        assert_eq!(found.name, Some("Process Injection"));
        let tactics: std::collections::BTreeSet<_> = found.tactics().collect();
        assert_eq!(tactics, ["DefenseEvasion", "PrivilegeEscalation"].into());
        assert_eq!(withdrawn("T1086"), Some(vec!["T1059.001"]));
        assert_eq!(withdrawn("T1043"), Some(Vec::new()));
        assert_eq!(withdrawn("T1059"), None);
    }
}
