//! SARIF 2.1.0 (OASIS standard "Static Analysis Results Interchange Format"), the form that code scanning services read.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::{Finding, shown};
use crate::diag::{Diagnostic, Fix, Level};
use crate::lint::{Lint, registry};
use crate::text::{Edit, Source, Span};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: Message,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Debug, Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixObject>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    place: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// Lines and columns are 1-based, offsets 0-based; an end column is after the last character.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FixObject {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

/// All findings as one SARIF log with one run, indented.
pub fn sarif(findings: &[Finding<'_>]) -> String {
    let mut found: Vec<&'static Lint> = registry::all().collect();
    found.retain(|lint| findings.iter().any(|finding| finding.diagnostic.lint == lint.name));
    found.sort_by_key(|lint| lint.name);
    let results = findings.iter().map(|finding| result(finding, &found)).collect();
    let rules = found.into_iter().map(descriptor).collect();
    let driver = Driver { name: "sentinelc", semantic_version: env!("CARGO_PKG_VERSION"), rules };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    // Plain structs of text and numbers: serializing them cannot fail.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn descriptor(lint: &'static Lint) -> ReportingDescriptor {
    ReportingDescriptor {
        id: lint.name,
        short_description: message(lint.summary),
        help: Help { text: lint.page, markdown: lint.page },
        default_configuration: Configuration { level: level(lint.level) },
    }
}

fn result(finding: &Finding<'_>, rules: &[&Lint]) -> SarifResult {
    let (source, diagnostic) = (finding.source, finding.diagnostic);
    SarifResult {
        rule_id: diagnostic.lint,
        rule_index: rules.iter().position(|lint| lint.name == diagnostic.lint),
        level: level(diagnostic.level),
        message: message(&whole_message(diagnostic)),
        locations: [Location { id: None, place: physical(source, diagnostic.primary.span), message: None }],
        related_locations: related(source, diagnostic),
        fixes: diagnostic.fix.iter().map(|fix| fix_object(source, fix)).collect(),
    }
}

/// A viewer shows nothing but the message, so the evidence and the help belong to it.
fn whole_message(diagnostic: &Diagnostic) -> String {
    let paragraphs = std::iter::once(&diagnostic.message).chain(&diagnostic.notes).chain(&diagnostic.help);
    paragraphs.map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn related(source: &Source, diagnostic: &Diagnostic) -> Vec<Location> {
    let here = diagnostic.related.iter().map(|label| (physical(source, label.span), &label.text));
    let elsewhere = diagnostic.elsewhere.iter().map(|other| {
        let region = Region {
            start_line: other.line,
            start_column: other.column,
            end_line: other.line,
            end_column: other.column,
            char_offset: None,
            char_length: None,
            byte_offset: None,
            byte_length: None,
            snippet: None,
        };
        (PhysicalLocation { artifact_location: artifact(&other.path), region }, &other.text)
    });
    let places = here.chain(elsewhere).enumerate();
    places.map(|(id, (place, text))| Location { id: Some(id), place, message: Some(message(text)) }).collect()
}

fn fix_object(source: &Source, fix: &Fix) -> FixObject {
    let replacement =
        |edit: &Edit| Replacement { deleted_region: region(source, edit.span), inserted_content: message(&edit.text) };
    let replacements = fix.edits.iter().map(replacement).collect();
    let change = ArtifactChange { artifact_location: artifact(source.path()), replacements };
    FixObject { description: message(&fix.title), artifact_changes: [change] }
}

fn physical(source: &Source, span: Span) -> PhysicalLocation {
    let snippet = Some(message(source.slice(span)));
    PhysicalLocation { artifact_location: artifact(source.path()), region: Region { snippet, ..region(source, span) } }
}

fn region(source: &Source, span: Span) -> Region {
    let (start, end) = (source.position(span.start), source.position(span.end));
    let before = &source.text()[..(span.start as usize).min(source.text().len())];
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        // A byte order mark is no character of the text.
        char_offset: Some(before.trim_start_matches('\u{feff}').chars().count()),
        char_length: Some(source.slice(span).chars().count()),
        byte_offset: Some(span.start),
        byte_length: Some(span.len()),
        snippet: None,
    }
}

fn artifact(path: &Path) -> ArtifactLocation {
    let shown = shown(path);
    let scheme = if path.is_absolute() { "file://" } else { "" };
    let mut uri = String::from(scheme);
    for byte in shown.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    ArtifactLocation { uri }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
        Level::Off => "none",
    }
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned() }
}
