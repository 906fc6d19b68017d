//! What a file is, told by its keys.

use super::model::{Field, Kind};
use super::read::{entry, top};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::text::{Edit, Span};
use crate::yaml::{Document, Kind as Shape, Mapping, Node};

/// The keys that only a rule on a schedule has.
const SCHEDULE_KEYS: [&str; 4] = ["queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"];

/// The kind of a rule file: what `kind` says, in whatever case; without it, a file with a schedule is a scheduled rule and
/// one with a query alone is a hunting query.
pub(super) fn of_rule(rule: &Mapping) -> Option<Field<Kind>> {
    if let Some(entry) = entry(rule, "kind") {
        let value = named(&entry.value.as_scalar()?.value)?;
        return Some(Field { value, key: entry.key.span, span: entry.value.span });
    }
    let query = entry(rule, "query")?;
    let value = if is_scheduled(rule) { Kind::Scheduled } else { Kind::Hunting };
    is_hunting_or_scheduled(rule).then_some(Field { value, key: query.key.span, span: query.key.span })
}

fn named(kind: &str) -> Option<Kind> {
    match kind {
        _ if kind.eq_ignore_ascii_case("Scheduled") => Some(Kind::Scheduled),
        _ if kind.eq_ignore_ascii_case("NRT") => Some(Kind::Nrt),
        _ => None,
    }
}

/// All four keys of a schedule: some published hunting queries carry a few of them.
fn is_scheduled(rule: &Mapping) -> bool {
    SCHEDULE_KEYS.iter().all(|key| entry(rule, key).is_some()) && entry(rule, "severity").is_some()
}

fn is_hunting_or_scheduled(rule: &Mapping) -> bool {
    other_content(rule).is_none()
}

/// Content of Microsoft Sentinel or Defender XDR that is no analytics rule and no hunting query: its name, told by keys
/// that only it has.
fn other_content(rule: &Mapping) -> Option<&'static str> {
    const OTHER: [(&str, &[&str]); 8] = [
        ("a Defender XDR custom detection", &["queryCondition"]),
        ("an ASIM parser", &["ParserQuery"]),
        ("an ASIM parser", &["ParserName"]),
        ("a workspace function", &["FunctionQuery"]),
        ("a workspace parser", &["functionAlias", "query"]),
        ("a summary rule", &["destinationTable", "query"]),
        ("an exploration query", &["InputEntityType"]),
        ("a watchlist", &["watchlistAlias"]),
    ];
    OTHER.iter().find(|(_, keys)| keys.iter().all(|key| entry(rule, key).is_some())).map(|(name, _)| *name)
}

/// The finding for a file that is no rule of a known kind, or whose `kind` is written in another case; `None` where all
/// is well. `broken` are the places of the file that are no YAML: the kind may be written there.
pub(super) fn check(root: &Node, broken: &[Span]) -> Option<Diagnostic> {
    let Some(rule) = root.as_mapping() else {
        let message = format!("a rule file is a mapping (`key: value` lines), but this file is {}", root.describe());
        return Some(Diagnostic::new("unknown-rule-kind", Level::Error, message, Span::at(root.span.start)));
    };
    let Some(kind) = entry(rule, "kind") else { return without_kind(rule, broken) };
    let Some(scalar) = kind.value.as_scalar() else {
        let message = format!("`kind` must be text, but is {}", kind.value.describe());
        return Some(Diagnostic::new("unknown-rule-kind", Level::Error, message, kind.value.span).help(KINDS));
    };
    let written = scalar.value.as_str();
    let Some(known) = named(written) else { return Some(unknown_kind(written, kind.value.span)) };
    let right = known.as_str();
    (written != right).then(|| {
        let message =
            format!("the kind is written `{right}`, not `{written}`; Microsoft's check compares it letter by letter");
        Diagnostic::new("unknown-rule-kind", Level::Error, message, kind.value.span).fix(Fix {
            title: format!("write `{right}`"),
            edits: vec![Edit::replace(kind.value.span, right)],
            safety: Safety::Safe,
        })
    })
}

/// Keys that rules have and hardly any other YAML. `name`, `id`, `version` and the like tell nothing.
const TELLING_KEYS: [&str; 17] = [
    "query",
    "queryFrequency",
    "queryPeriod",
    "triggerOperator",
    "triggerThreshold",
    "tactics",
    "techniques",
    "relevantTechniques",
    "requiredDataConnectors",
    "severity",
    "entityMappings",
    "sentinelEntitiesMappings",
    "customDetails",
    "alertDetailsOverride",
    "eventGroupingSettings",
    "incidentConfiguration",
    "suppressionDuration",
];

/// Whether a file is meant as a rule: it has a key that hardly any other YAML has, a rule's `kind`, or all of `id`, `name`
/// and `description`. Of a file that is no YAML the starts of its lines are looked at. Content of the service that is no
/// rule, like a parser, counts as one: what is said about it is said on purpose.
pub fn is_meant_as_rule(text: &str, document: &Document) -> bool {
    let in_tree = document.root.as_ref().is_some_and(|root| match &root.kind {
        Shape::Mapping(rule) => has_telling_key(rule),
        Shape::Sequence(items) => items.iter().filter_map(Node::as_mapping).any(has_telling_key),
        Shape::Scalar(_) => false,
    });
    in_tree || (!document.broken.is_empty() && text.lines().any(starts_with_telling_key))
}

fn has_telling_key(rule: &Mapping) -> bool {
    let has = |key: &&str| entry(rule, key).is_some();
    let kind = entry(rule, "kind").and_then(|entry| entry.value.as_scalar()).map(|kind| kind.value.as_str());
    let is_rule_kind =
        |kind: &str| named(kind).is_some() || WITHOUT_QUERY.iter().any(|known| known.eq_ignore_ascii_case(kind));
    TELLING_KEYS.iter().any(has)
        || kind.is_some_and(is_rule_kind)
        || other_content(rule).is_some()
        || ["id", "name", "description"].iter().all(has)
}

fn starts_with_telling_key(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '-' || c == '\u{feff}');
    line.split_once(':').is_some_and(|(key, _)| TELLING_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key.trim())))
}

const KINDS: &str =
    "sentinelc reads analytics rules (`kind: Scheduled` or `kind: NRT`) and hunting queries (a `query` and no `kind`)";

/// Kinds of the service that hold no query to check.
const WITHOUT_QUERY: [&str; 4] =
    ["Fusion", "MicrosoftSecurityIncidentCreation", "MLBehaviorAnalytics", "ThreatIntelligence"];

fn unknown_kind(written: &str, span: Span) -> Diagnostic {
    if let Some(kind) = WITHOUT_QUERY.iter().find(|kind| kind.eq_ignore_ascii_case(written)) {
        let message = format!("rules of kind `{kind}` hold no query and are not checked by sentinelc");
        return Diagnostic::new("unknown-rule-kind", Level::Note, message, span);
    }
    let message = format!("`{written}` is no kind of analytics rule");
    let near = ["Scheduled", "NRT"]
        .into_iter()
        .find(|kind| strsim::osa_distance(&kind.to_ascii_lowercase(), &written.to_ascii_lowercase()) <= 2);
    let found = Diagnostic::new("unknown-rule-kind", Level::Error, message, span).help(KINDS);
    match near {
        Some(kind) => found.label(format!("did you mean `{kind}`?")).fix(Fix {
            title: format!("write `{kind}`"),
            edits: vec![Edit::replace(span, kind)],
            safety: Safety::Unsafe,
        }),
        None => found,
    }
}

fn without_kind(rule: &Mapping, broken: &[Span]) -> Option<Diagnostic> {
    if let Some(name) = other_content(rule) {
        let message = format!("this file is {name}, which sentinelc does not check yet");
        return Some(Diagnostic::new("unknown-rule-kind", Level::Note, message, top(rule)).help(KINDS));
    }
    if entry(rule, "query").is_some() || !broken.is_empty() {
        return None;
    }
    let place = top(rule);
    let placeholder = ["id", "name", "description"].iter().all(|key| entry(rule, key).is_some());
    if placeholder && rule.entries.len() == 3 {
        let message = "this file has a name and a description but no query: it is a placeholder, not a rule";
        return Some(Diagnostic::new("unknown-rule-kind", Level::Note, message, place));
    }
    let message = "this file has neither a `kind` nor a `query`: it is no rule that sentinelc knows";
    Some(Diagnostic::new("unknown-rule-kind", Level::Error, message, place).help(KINDS))
}

impl Kind {
    /// The value of the key `kind`; for a hunting query, which has none, what it is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Nrt => "NRT",
            Self::Hunting => "hunting query",
        }
    }
}
