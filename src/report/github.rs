//! Workflow commands of GitHub Actions: one annotation a finding. Format and escapes: "Workflow commands for GitHub Actions".

use super::{Finding, shown};
use crate::diag::Level;

/// All findings as annotations.
pub fn github(findings: &[Finding<'_>]) -> String {
    findings.iter().map(annotation).collect()
}

fn annotation(finding: &Finding<'_>) -> String {
    let (source, diagnostic) = (finding.source, finding.diagnostic);
    let start = source.position(diagnostic.primary.span.start);
    let end = source.position(diagnostic.primary.span.end);
    let command = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note | Level::Off => "notice",
    };
    let mut properties = vec![
        ("file", property(&shown(source.path()))),
        ("line", start.line.to_string()),
        ("endLine", end.line.to_string()),
    ];
    // Columns are only understood for places on one line; the end is the last character's column there.
    if start.line == end.line {
        properties.push(("col", start.column.to_string()));
        properties.push(("endColumn", end.column.saturating_sub(1).max(start.column).to_string()));
    }
    properties.push(("title", property(diagnostic.lint)));
    let properties: Vec<String> = properties.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    let paragraphs = std::iter::once(&diagnostic.message).chain(&diagnostic.notes).chain(&diagnostic.help);
    let message: Vec<String> = paragraphs.map(|text| data(text)).collect();
    format!("::{command} {}::{}\n", properties.join(","), message.join("%0A"))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
