//! The head of a Sigma rule: everything but log source and detection.

use super::Notes;
use crate::emit::context::{description, is_guid, shown};
use crate::emit::loss::Loss;
use crate::rule::{Kind, Rule};

/// The head.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) description: Option<String>,
    pub(super) references: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) level: String,
}

/// Reads the head; `None` when a reason against it was found.
pub(super) fn read(rule: &Rule, notes: &mut Notes) -> Option<Head> {
    let id = rule.id.as_ref().map(|id| (id.value.trim().to_ascii_lowercase(), id.span));
    match &id {
        None => notes.refuse("the rule has no id", None),
        Some((text, span)) if !is_guid(text) => {
            notes.refuse(format!("`{}` is no GUID, which a Sigma rule's id has to be", shown(text)), Some(*span));
        }
        Some(_) => {}
    }
    let title = rule.name.as_ref().map(|name| name.value.trim().to_owned()).filter(|name| !name.is_empty());
    if title.is_none() {
        notes.refuse("the rule has no name", None);
    }
    let (description, references) = split_links(description(rule).unwrap_or_default().as_str());
    let head = Head {
        title: title.unwrap_or_default(),
        id: id.map(|(id, _)| id).unwrap_or_default(),
        status: status(rule, notes),
        description,
        references,
        tags: tags(rule, notes),
        level: level(rule, notes),
    };
    lose_fields(rule, notes);
    notes.end_of_head();
    notes.reasons.is_empty().then_some(head)
}

fn status(rule: &Rule, notes: &mut Notes) -> &'static str {
    let written = rule.status.as_ref().map(|status| status.value.trim().to_ascii_lowercase());
    match written.as_deref() {
        Some("available") => "test",
        Some("deprecated") => "deprecated",
        Some("inpreview") => "experimental",
        _ => {
            notes.losses.push(Loss::filled("status", "experimental"));
            "experimental"
        }
    }
}

fn level(rule: &Rule, notes: &mut Notes) -> String {
    const LEVELS: [&str; 4] = ["informational", "low", "medium", "high"];
    let written = rule.severity.as_ref().map(|severity| (severity.value.trim().to_ascii_lowercase(), severity.span));
    match written {
        Some((level, _)) if LEVELS.contains(&level.as_str()) => level,
        Some((level, span)) => {
            notes.refuse(format!("`{}` is no severity", shown(&level)), Some(span));
            String::new()
        }
        None => {
            notes.losses.push(Loss::filled("level", "medium, as Microsoft's packager fills the severity"));
            "medium".to_owned()
        }
    }
}

fn tags(rule: &Rule, notes: &mut Notes) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tactic in rule.tactics.iter().flat_map(|field| &field.value) {
        let kebab = kebab(&tactic.value);
        let is_name = !kebab.is_empty() && kebab.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if is_name && kebab != "pre-attack" {
            push_once(&mut tags, format!("attack.{kebab}"));
        } else {
            notes.lose("tactics", format!("`{}` is no tactic of ATT&CK", shown(&tactic.value)), tactic.span);
        }
    }
    for technique in rule.techniques.iter().flat_map(|field| &field.value) {
        let id = technique.value.trim().to_ascii_lowercase();
        let is_id = id.strip_prefix('t').is_some_and(|rest| {
            let (parent, sub) = rest.split_once('.').unwrap_or((rest, "000"));
            [(parent, 4), (sub, 3)]
                .iter()
                .all(|(part, len)| part.len() == *len && part.bytes().all(|b| b.is_ascii_digit()))
        });
        if is_id {
            push_once(&mut tags, format!("attack.{id}"));
        } else {
            notes.lose(
                "relevantTechniques",
                format!("`{}` is no technique id", shown(&technique.value)),
                technique.span,
            );
        }
    }
    tags
}

/// `CommandAndControl` and `Command and control` as `command-and-control`.
fn kebab(tactic: &str) -> String {
    let mut out = String::new();
    for c in tactic.trim().chars() {
        if (c.is_uppercase() || c == ' ') && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if c != ' ' {
            out.extend(c.to_lowercase());
        }
    }
    out
}

fn push_once(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The text without the lines that are nothing but a link, and every link in it, once.
fn split_links(text: &str) -> (Option<String>, Vec<String>) {
    let mut links: Vec<String> = Vec::new();
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        for word in &words {
            if let Some(link) = link(word) {
                push_once(&mut links, link);
            }
        }
        let only_links = !words.is_empty() && words.iter().all(|word| link(word).is_some());
        if !only_links {
            kept.push(line.trim_end());
        }
    }
    let text = kept.join("\n").trim().to_owned();
    ((!text.is_empty()).then_some(text), links)
}

fn link(word: &str) -> Option<String> {
    let word = word.trim_start_matches(['(', '<', '\'', '"']).trim_end_matches(['.', ',', ';', ')', '>', '\'', '"']);
    let is_link =
        ["https://", "http://"].iter().any(|scheme| word.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    is_link.then(|| word.to_owned())
}

fn lose_fields(rule: &Rule, notes: &mut Notes) {
    let kind = rule.kind.as_ref().filter(|kind| kind.value != Kind::Hunting);
    for (what, key) in [
        ("kind", kind.map(|field| field.key)),
        ("version", rule.version.as_ref().map(|field| field.key)),
        ("requiredDataConnectors", rule.required_data_connectors.as_ref().map(|field| field.key)),
        ("queryFrequency", rule.query_frequency.as_ref().map(|field| field.key)),
        ("queryPeriod", rule.query_period.as_ref().map(|field| field.key)),
        ("triggerOperator", rule.trigger_operator.as_ref().map(|field| field.key)),
        ("triggerThreshold", rule.trigger_threshold.as_ref().map(|field| field.key)),
        ("entityMappings", rule.entity_mappings.as_ref().map(|field| field.key)),
        ("sentinelEntitiesMappings", rule.sentinel_entities_mappings.as_ref().map(|field| field.key)),
        ("customDetails", rule.custom_details.as_ref().map(|field| field.key)),
        ("alertDetailsOverride", rule.alert_details_override.as_ref().map(|field| field.key)),
        ("eventGroupingSettings", rule.event_grouping.as_ref().map(|field| field.key)),
        ("incidentConfiguration", rule.incident_configuration.as_ref().map(|field| field.key)),
        ("suppressionEnabled", rule.suppression_enabled.as_ref().map(|field| field.key)),
        ("suppressionDuration", rule.suppression_duration.as_ref().map(|field| field.key)),
        ("enabled", rule.enabled.as_ref().map(|field| field.key)),
        ("tags", rule.tags.as_ref().map(|field| field.key)),
    ] {
        if let Some(key) = key {
            notes.lose(what, "a Sigma rule has no place for it", key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tactics_in_kebab_case() {
        let written = ["CommandAndControl", "Command and control", "Initial access", "Impact", "ImpairProcessControl"];
        assert_eq!(
            written.map(kebab),
            ["command-and-control", "command-and-control", "initial-access", "impact", "impair-process-control"]
        );
    }

    #[test]
    fn links_become_references() {
        let (text, links) =
            split_links("Finds it.\nhttps://a.example/x\nSee (https://b.example/y), and https://a.example/x.");
        assert_eq!(text.as_deref(), Some("Finds it.\nSee (https://b.example/y), and https://a.example/x."));
        assert_eq!(links, ["https://a.example/x", "https://b.example/y"]);
    }
}
