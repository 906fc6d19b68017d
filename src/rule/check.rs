//! The rule file against the JSON Schema of its kind, in the words of someone who writes detections. One mistake is one
//! finding, at the place where it is written.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value;

use super::dialect::{self, Dialect};
use super::instance::{Instance, Place, instance, nearest};
use super::model::{Kind, Rule};
use super::read::{entry, top};
use super::{kind, schema};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::text::{Edit, Span};
use crate::yaml::Node;

/// Checks a rule file: its kind, then its keys and values against the schema of that kind.
///
/// `text` is the file, `root` its YAML, `rule` what was read from it. `broken` are the places that are no YAML: nothing
/// is reported inside them, and no key is reported missing while one of them may hold it.
pub fn check(text: &str, root: &Node, rule: &Rule, broken: &[Span]) -> Vec<Diagnostic> {
    let about_kind = kind::check(root, broken);
    let mut found: Vec<Diagnostic> = about_kind.into_iter().collect();
    if let Some(kind) = rule.kind.as_ref().map(|kind| kind.value)
        && let Some(compiled) = schema::compiled(kind)
    {
        let read = instance(text, kind, compiled, root);
        for error in compiled.validator.iter_errors(&read.value) {
            found.extend(violation(kind, &read, root, &error, broken));
        }
        found.extend(missing_connectors(kind, rule, root, broken));
        found.extend(missing_alternatives(kind, root, broken));
        found.extend(read.findings);
    }
    found.retain(|found| {
        !broken.iter().any(|part| part.contains(found.primary.span)) || found.lint == "unknown-rule-kind"
    });
    found
}

/// Microsoft's validators want `requiredDataConnectors` in every scheduled rule; repositories of the ISO dialect leave
/// it out where there is none.
fn missing_connectors(kind: Kind, rule: &Rule, root: &Node, broken: &[Span]) -> Option<Diagnostic> {
    let mapping = root.as_mapping()?;
    let wanted = kind == Kind::Scheduled && broken.is_empty() && dialect::of(rule) == Some(Dialect::Upstream);
    (wanted && entry(mapping, "requiredDataConnectors").is_none())
        .then(|| missing(kind, "requiredDataConnectors", top(mapping), Level::Error))
}

/// Keys of which a kind must have one, under whatever name: the way down to them, and their names.
const ALTERNATIVES: [(Kind, &[&str], [&str; 2]); 4] = [
    (Kind::IncidentCreation, &[], ["displayName", "name"]),
    (Kind::SummaryRule, &[], ["displayName", "name"]),
    (Kind::CustomDetection, &[], ["status", "isEnabled"]),
    (Kind::CustomDetection, &["schedule"], ["frequency", "period"]),
];

fn missing_alternatives(kind: Kind, root: &Node, broken: &[Span]) -> Vec<Diagnostic> {
    let Some(root) = root.as_mapping().filter(|_| broken.is_empty()) else { return Vec::new() };
    let missing = |&(_, way, names): &(Kind, &'static [&'static str], [&str; 2])| {
        let inside = way.iter().try_fold(root, |mapping, key| entry(mapping, key)?.value.as_mapping())?;
        let absent = names.iter().all(|name| entry(inside, name).is_none());
        absent.then(|| missing(kind, names[0], top(inside), Level::Error))
    };
    ALTERNATIVES.iter().filter(|(of, ..)| *of == kind).filter_map(missing).collect()
}

fn violation(
    kind: Kind,
    read: &Instance<'_>,
    root: &Node,
    error: &ValidationError<'_>,
    broken: &[Span],
) -> Option<Diagnostic> {
    let pointer = error.instance_path().as_str();
    let place = read.places.get(pointer)?;
    if let Violation::Required { property } = error.kind() {
        let key = property.as_str()?;
        return missing_key(kind, pointer, place, root, key, broken);
    }
    // The kind has a finding of its own.
    if pointer == "/kind" {
        return None;
    }
    let subject = subject(pointer);
    let level = level(kind, pointer);
    let found = match error.kind() {
        Violation::Enum { options } => not_in_enum(&subject, level, place, error.instance(), options),
        Violation::Pattern { pattern } => not_of_form(&subject, level, place, error.instance(), pattern),
        Violation::Not { .. } => {
            let must_not = place.schema.get("notErrorMessage").and_then(Value::as_str)?;
            Diagnostic::new("rule-schema", level, format!("{subject} {must_not}"), place.node.span)
        }
        Violation::PropertyNames { error } => return bad_name(level, read, pointer, error),
        other => Diagnostic::new("rule-schema", level, limit(&subject, other, place)?, place.node.span),
    };
    Some(found)
}

/// A text of another form than its field asks for; where only blanks around it or its case are wrong, the fix says so.
fn not_of_form(subject: &str, level: Level, place: &Place<'_>, value: &Value, pattern: &str) -> Diagnostic {
    let must = place.schema.get("patternErrorMessage").and_then(Value::as_str).unwrap_or("has another form");
    let written = value.as_str().unwrap_or_default();
    let shown = shorten(written);
    let message = if written.trim().is_empty() {
        format!("{subject} {must}, but is empty")
    } else {
        format!("{subject} {must}, but is `{shown}`")
    };
    let found = Diagnostic::new("rule-schema", level, message, place.node.span);
    let right = written.trim().to_ascii_uppercase();
    let fits = regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(&right));
    if place.is_part || right.is_empty() || !fits {
        return found;
    }
    found.fix(Fix {
        title: format!("write `{right}`"),
        edits: vec![Edit::replace(place.node.span, right)],
        safety: Safety::Safe,
    })
}

/// What the remaining violations say of the value, as a sentence. `None` for those that say nothing of their own.
fn limit(subject: &str, violation: &Violation, place: &Place<'_>) -> Option<String> {
    let length = || scalar_text(place.node).chars().count();
    Some(match violation {
        Violation::Type { .. } => {
            format!("{subject} must be {}, but is {}", wanted(place.schema), place.node.describe())
        }
        Violation::MaxLength { limit } => {
            format!("{subject} holds {} characters; at most {limit} are allowed", length())
        }
        Violation::MinLength { .. } => format!("{subject} is empty"),
        Violation::MinItems { limit } => {
            format!("{subject} must have at least {limit} {}; leave the key out if there is none", items(*limit))
        }
        Violation::MaxItems { limit } => {
            let count = place.node.as_sequence().map_or(1, <[Node]>::len);
            format!("{subject} has {count} items; at most {limit} are allowed")
        }
        Violation::MaxProperties { limit } => {
            let count = place.node.as_mapping().map_or(0, |mapping| mapping.entries.len());
            format!("{subject} has {count} entries; at most {limit} are allowed")
        }
        // Unknown keys are reported, and taken out, before the schema sees the file.
        Violation::AdditionalProperties { .. } => return None,
        other => format!("{subject} breaks the rule `{}` of the schema", other.keyword()),
    })
}

fn items(count: u64) -> &'static str {
    if count == 1 { "item" } else { "items" }
}

/// What a schema asks for, in words.
fn wanted(schema: &Value) -> &'static str {
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => "a list",
        Some("object") => "a mapping (`key: value` lines)",
        _ => "text",
    }
}

fn missing_key(
    kind: Kind,
    pointer: &str,
    place: &Place<'_>,
    root: &Node,
    key: &str,
    broken: &[Span],
) -> Option<Diagnostic> {
    let mapping = place.node.as_mapping()?;
    let empty = mapping.entries.iter().find(|entry| entry.key.value.eq_ignore_ascii_case(key));
    if let Some(entry) = empty {
        let message = format!("`{key}` has no value");
        return Some(Diagnostic::new("rule-schema", Level::Error, message, entry.key.span));
    }
    if pointer.is_empty() {
        let at = top(root.as_mapping()?);
        return broken.is_empty().then(|| missing(kind, key, at, level(kind, key)));
    }
    // The key stands in the first column, which is reported there.
    if root.as_mapping().is_some_and(|root| entry(root, key).is_some() && !is_known(kind, key)) {
        return None;
    }
    let message = format!("{} lacks the key `{key}`", subject(pointer));
    Some(Diagnostic::new("rule-schema", level(kind, pointer), message, place.key))
}

/// Whether a rule of this kind has the key at its top.
fn is_known(kind: Kind, key: &str) -> bool {
    let properties = schema::compiled(kind).and_then(|compiled| compiled.schema.get("properties"));
    properties.is_some_and(|properties| properties.get(key).is_some())
}

fn missing(kind: Kind, key: &str, at: Span, level: Level) -> Diagnostic {
    let what = kind.describe();
    let found = Diagnostic::new("rule-schema", level, format!("the key `{key}` is missing; {what} must have it"), at);
    match key {
        "requiredDataConnectors" => found.help("write `requiredDataConnectors: []` if the rule needs no connector"),
        "dataTypes" => found.help("list the tables that the query reads from the connector"),
        _ => found,
    }
}

fn not_in_enum(subject: &str, level: Level, place: &Place<'_>, value: &Value, options: &Value) -> Diagnostic {
    let options: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let written = value.as_str().map_or_else(|| scalar_text(place.node), str::to_owned);
    let listed = options.join(", ");
    if place.node.as_scalar().is_none() || place.node.is_null() {
        let message = format!("{subject} must be one of {listed}, but is {}", place.node.describe());
        return Diagnostic::new("rule-schema", level, message, place.node.span);
    }
    let squeezed =
        |word: &str| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let same = options.iter().find(|option| squeezed(option) == squeezed(&written)).copied();
    let near = same.or_else(|| nearest(&written, options.iter().copied()));
    let message = match same {
        Some(right) => format!("{subject} must be written `{right}`, but is `{}`", shorten(&written)),
        None => format!("{subject} is `{}`, which is none of its known values", shorten(&written)),
    };
    // Microsoft's reader forgives another case, so that such a rule still deploys; the operator it compares exactly.
    let other_case = same.is_some_and(|right| right.eq_ignore_ascii_case(&written));
    let level = if other_case && subject != "`triggerOperator`" { Level::Warning } else { level };
    let found = Diagnostic::new("rule-schema", level, message, place.node.span);
    // Who wrote the right word otherwise needs no list.
    let found = if same.is_none() { found.help(format!("one of: {listed}")) } else { found };
    let Some(right) = near else { return found };
    let found = if same.is_none() { found.label(format!("did you mean `{right}`?")) } else { found };
    if place.is_part {
        return found;
    }
    found.fix(Fix {
        title: format!("write `{right}`"),
        edits: vec![Edit::replace(place.node.span, right)],
        safety: if same.is_some() || is_slip(subject, &written, right) { Safety::Safe } else { Safety::Unsafe },
    })
}

/// Whether a word can be nothing else than a slip of the known one: a tactic with a letter or two wrong. No two tactics are so near
/// to one another, and the query does not read them.
fn is_slip(subject: &str, written: &str, right: &str) -> bool {
    const LETTERS: usize = 2;
    let distance = strsim::osa_distance(&written.to_ascii_lowercase(), &right.to_ascii_lowercase());
    subject == "an item of `tactics`" && right.len() > 4 * LETTERS && distance <= LETTERS
}

/// A name in a free mapping (`customDetails`) that breaks its rule; the name is the violation's own instance.
fn bad_name(level: Level, read: &Instance<'_>, pointer: &str, error: &ValidationError<'_>) -> Option<Diagnostic> {
    let name = error.instance().as_str()?;
    let place = read.places.get(pointer)?;
    let entry = place.node.as_mapping()?.get(name)?;
    let message = if let Violation::MaxLength { limit } = error.kind() {
        format!("the name `{name}` holds {} characters; at most {limit} are allowed", name.chars().count())
    } else {
        let must = place.schema.pointer("/propertyNames/patternErrorMessage").and_then(Value::as_str);
        format!("the name `{name}` {}", must.unwrap_or("has another form"))
    };
    Some(Diagnostic::new("rule-schema", level, message, entry.key.span))
}

/// What the service or Microsoft's validators refuse is an error. They read of a hunting query little more than its name
/// and its query, and of a near-real-time rule everything but the techniques; the rest is advice.
fn level(kind: Kind, pointer: &str) -> Level {
    let key = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    let refused = match kind {
        _ if key == "metadata" => false,
        Kind::Scheduled => key != "techniques",
        Kind::Nrt => !matches!(key, "relevantTechniques" | "techniques"),
        Kind::Hunting => matches!(key, "name" | "query"),
        Kind::ExplorationQuery => false,
        _ => true,
    };
    if refused { Level::Error } else { Level::Warning }
}

/// What a JSON pointer names, in words: "`severity`", "an item of `tactics`", "`identifier` of `fieldMappings`".
fn subject(pointer: &str) -> String {
    let mut steps = pointer.rsplit('/').filter(|step| !step.is_empty());
    let Some(last) = steps.next() else { return "the file".to_owned() };
    let name = |step: &str| step.replace("~1", "/").replace("~0", "~");
    let is_index = |step: &str| step.bytes().all(|byte| byte.is_ascii_digit());
    let parent = steps.find(|step| !is_index(step)).map(name);
    match parent {
        Some(parent) if is_index(last) => format!("an item of `{parent}`"),
        Some(parent) => format!("`{}` of `{parent}`", name(last)),
        None => format!("`{}`", name(last)),
    }
}

fn scalar_text(node: &Node) -> String {
    node.as_scalar().map(|scalar| scalar.value.clone()).unwrap_or_default()
}

/// The text in one line of at most 60 characters.
fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 60 && line.len() == text.trim_end().len() {
        return line.to_owned();
    }
    line.chars().take(57).chain("…".chars()).collect()
}
