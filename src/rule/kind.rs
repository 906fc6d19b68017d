//! What a file is, told by its keys.

use serde_json::{Value, json};

use super::model::{Field, Kind};
use super::read::{entry, top};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::text::{Edit, Span};
use crate::yaml::{Document, Kind as Shape, Mapping, Node};

/// The keys that only a rule on a schedule has.
const SCHEDULE_KEYS: [&str; 4] = ["queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"];

/// Kinds told by keys that only they have, whatever else the file says.
const BY_KEYS: [(Kind, &[&str]); 9] = [
    (Kind::CustomDetection, &["queryCondition"]),
    (Kind::AsimParser, &["ParserQuery"]),
    (Kind::AsimParser, &["ParserName"]),
    (Kind::Function, &["FunctionQuery"]),
    (Kind::WorkspaceParser, &["functionAlias", "query"]),
    (Kind::SummaryRule, &["destinationTable", "query"]),
    (Kind::SummaryRule, &["binSize", "query"]),
    (Kind::ExplorationQuery, &["InputEntityType"]),
    (Kind::Watchlist, &["watchlistAlias"]),
];

/// Kinds that the key `kind` names.
const BY_NAME: [Kind; 4] = [Kind::Scheduled, Kind::Nrt, Kind::Fusion, Kind::IncidentCreation];

/// The kind of a file: what `kind` says, in whatever case; without it, what its keys say. A file with a schedule is a
/// scheduled rule and one with a query alone is a hunting query.
pub(super) fn of_rule(rule: &Mapping) -> Option<Field<Kind>> {
    if let Some(entry) = entry(rule, "kind") {
        let value = named(&entry.value.as_scalar()?.value)?;
        return Some(Field { value, key: entry.key.span, span: entry.value.span });
    }
    if let Some((value, key)) = by_keys(rule) {
        return Some(Field { value, key, span: key });
    }
    let query = entry(rule, "query")?;
    let value = if is_scheduled(rule) { Kind::Scheduled } else { Kind::Hunting };
    Some(Field { value, key: query.key.span, span: query.key.span })
}

/// For each kind but hunting queries, in the order in which they are tried, the JSON Schema that files of that kind meet.
pub(super) fn conditions() -> Vec<(Value, Kind)> {
    let named = BY_NAME.map(|kind| {
        (json!({"properties": {"kind": {"type": "string", "const": kind.as_str()}}, "required": ["kind"]}), kind)
    });
    let by_keys = BY_KEYS.map(|(kind, keys)| (json!({"required": keys}), kind));
    let scheduled: Vec<&str> = SCHEDULE_KEYS.into_iter().chain(["severity", "query"]).collect();
    named.into_iter().chain(by_keys).chain([(json!({"required": scheduled}), Kind::Scheduled)]).collect()
}

fn named(kind: &str) -> Option<Kind> {
    BY_NAME.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(kind))
}

/// The kind that the keys of a file tell, and the place of the key that does.
fn by_keys(rule: &Mapping) -> Option<(Kind, Span)> {
    let (kind, keys) = BY_KEYS.iter().find(|(_, keys)| keys.iter().all(|key| entry(rule, key).is_some()))?;
    Some((*kind, entry(rule, keys.first()?)?.key.span))
}

/// All four keys of a schedule: some published hunting queries carry a few of them.
fn is_scheduled(rule: &Mapping) -> bool {
    SCHEDULE_KEYS.iter().all(|key| entry(rule, key).is_some()) && entry(rule, "severity").is_some()
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
        |kind: &str| named(kind).is_some() || NOT_CHECKED.iter().any(|known| known.eq_ignore_ascii_case(kind));
    TELLING_KEYS.iter().any(has)
        || kind.is_some_and(is_rule_kind)
        || by_keys(rule).is_some()
        || ["id", "name", "description"].iter().all(has)
}

fn starts_with_telling_key(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '-' || c == '\u{feff}');
    line.split_once(':').is_some_and(|(key, _)| TELLING_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key.trim())))
}

const KINDS: &str = "sentinelc reads rules with `kind: Scheduled`, `NRT`, `Fusion` or `MicrosoftSecurityIncidentCreation`; \
    without `kind`: hunting queries, Defender custom detections, summary rules, parsers, watchlists, exploration queries";

/// Kinds of the service that nobody writes by hand: they hold no query, and are in preview.
const NOT_CHECKED: [&str; 2] = ["MLBehaviorAnalytics", "ThreatIntelligence"];

fn unknown_kind(written: &str, span: Span) -> Diagnostic {
    if let Some(kind) = NOT_CHECKED.iter().find(|kind| kind.eq_ignore_ascii_case(written)) {
        let message = format!("rules of kind `{kind}` hold no query and are not checked by sentinelc");
        return Diagnostic::new("unknown-rule-kind", Level::Note, message, span);
    }
    let message = format!("`{written}` is no kind of analytics rule");
    let near = BY_NAME
        .map(Kind::as_str)
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
    if by_keys(rule).is_some() || entry(rule, "query").is_some() || !broken.is_empty() {
        return None;
    }
    let place = top(rule);
    let placeholder = ["id", "name", "description"].iter().all(|key| entry(rule, key).is_some());
    if placeholder && rule.entries.len() == 3 {
        let message = "this file has neither a `kind` nor a `query`, only an id, a name and a description: it is a placeholder, not a rule";
        let help = "delete it, or leave it out with `exclude` in sentinelc.toml";
        return Some(Diagnostic::new("unknown-rule-kind", Level::Error, message, place).help(help));
    }
    let message = "this file has neither a `kind` nor a `query`: it is no rule that sentinelc knows";
    Some(Diagnostic::new("unknown-rule-kind", Level::Error, message, place).help(KINDS))
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Scheduled,
        Self::Nrt,
        Self::Hunting,
        Self::Fusion,
        Self::IncidentCreation,
        Self::CustomDetection,
        Self::SummaryRule,
        Self::AsimParser,
        Self::Function,
        Self::WorkspaceParser,
        Self::Watchlist,
        Self::ExplorationQuery,
    ];

    /// The value of the key `kind`; for kinds without that key what they are called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Nrt => "NRT",
            Self::Hunting => "hunting query",
            Self::Fusion => "Fusion",
            Self::IncidentCreation => "MicrosoftSecurityIncidentCreation",
            Self::CustomDetection => "custom detection",
            Self::SummaryRule => "summary rule",
            Self::AsimParser => "ASIM parser",
            Self::Function => "saved function",
            Self::WorkspaceParser => "workspace parser",
            Self::Watchlist => "watchlist",
            Self::ExplorationQuery => "exploration query",
        }
    }

    /// What a file of this kind is, with its article.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Scheduled => "a scheduled rule",
            Self::Nrt => "a near-real-time rule",
            Self::Hunting => "a hunting query",
            Self::Fusion => "a Fusion rule",
            Self::IncidentCreation => "a Microsoft security rule",
            Self::CustomDetection => "a custom detection",
            Self::SummaryRule => "a summary rule",
            Self::AsimParser => "an ASIM parser",
            Self::Function => "a saved function",
            Self::WorkspaceParser => "a workspace parser",
            Self::Watchlist => "a watchlist",
            Self::ExplorationQuery => "an exploration query",
        }
    }

    /// Whether it is an analytics rule with a query of its own, or a hunting query: the kinds that share most keys, can be
    /// compiled to every target and laid out.
    pub const fn is_detection(self) -> bool {
        matches!(self, Self::Scheduled | Self::Nrt | Self::Hunting)
    }

    /// The name of its schema: `schemas/rule/NAME.json`.
    pub const fn schema_name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Nrt => "nrt",
            Self::Hunting => "hunting",
            Self::Fusion => "fusion",
            Self::IncidentCreation => "incident-creation",
            Self::CustomDetection => "custom-detection",
            Self::SummaryRule => "summary-rule",
            Self::AsimParser => "asim-parser",
            Self::Function => "function",
            Self::WorkspaceParser => "workspace-parser",
            Self::Watchlist => "watchlist",
            Self::ExplorationQuery => "exploration-query",
        }
    }
}
