//! Findings as a person reads them in a terminal: the line with the place underlined, then the evidence and what to do.

use std::borrow::Cow;
use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceSpan, ThemeCharacters, ThemeStyles};

use super::excerpt::{Excerpts, fits, window};
use super::{Finding, Tally, shown};
use crate::diag::{Diagnostic, Label, Level};
use crate::text::{Source, Span};

/// The width that text is wrapped to, in columns.
const WIDTH: usize = 80;

/// How the text may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// With colours or without.
    pub color: Color,
    /// Which characters lines are drawn with.
    pub charset: Charset,
}

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// The terminal shows them.
    Always,
    /// No escape sequences at all.
    Never,
}

/// The characters lines are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Box-drawing characters.
    Unicode,
    /// ASCII only (what a rule says is still shown as it is).
    Ascii,
}

/// All findings, and a last line that counts them.
pub fn text(findings: &[Finding<'_>], tally: Tally, look: Look) -> String {
    let mut out = uncounted(findings, look);
    let _ = writeln!(out, "{tally}");
    out
}

/// All findings, an empty line behind each.
pub fn uncounted(findings: &[Finding<'_>], look: Look) -> String {
    let handler = handler(look);
    let mut out = String::new();
    for finding in findings {
        write_finding(&mut out, &handler, finding, look.charset);
        out.push('\n');
    }
    out
}

fn handler(look: Look) -> GraphicalReportHandler {
    let characters = match look.charset {
        Charset::Unicode => ThemeCharacters::unicode(),
        Charset::Ascii => ThemeCharacters::ascii(),
    };
    let characters =
        ThemeCharacters { error: "error:".into(), warning: "warning:".into(), advice: "note:".into(), ..characters };
    let styles = match look.color {
        Color::Always => ThemeStyles::ansi(),
        Color::Never => ThemeStyles::none(),
    };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(WIDTH)
        .with_links(false)
        .with_context_lines(0)
        .without_syntax_highlighting()
}

fn write_finding(out: &mut String, handler: &GraphicalReportHandler, finding: &Finding<'_>, charset: Charset) {
    let shown = Shown::new(finding, charset);
    // Writing to a string does not fail; a place miette cannot show is shown as line and column.
    if handler.render_report(out, &shown).is_err() {
        let at = finding.source.position(finding.diagnostic.primary.span.start);
        let _ = writeln!(out, "{}:{}:{}: {}", shown.path, at.line, at.column, shown);
    }
    if shown.labels.is_empty() {
        let at = finding.source.position(finding.diagnostic.primary.span.start);
        let _ = writeln!(out, "   at {}:{}:{}", shown.path, at.line, at.column);
    }
    for label in &shown.told {
        let at = finding.source.position(label.span.start);
        write_paragraph(out, "also: ", &format!("{}:{}:{}: {}", shown.path, at.line, at.column, label.text));
    }
    for other in &finding.diagnostic.elsewhere {
        let place = format!("{}:{}:{}", super::shown(&other.path), other.line, other.column);
        write_paragraph(out, "also: ", &format!("{place}: {}", other.text));
    }
    finding.diagnostic.notes.iter().for_each(|note| write_paragraph(out, "note: ", note));
    finding.diagnostic.help.iter().for_each(|help| write_paragraph(out, "help: ", help));
    if let Some(fix) = &finding.diagnostic.fix {
        let how = match fix.safety {
            crate::diag::Safety::Safe => "--fix does it",
            crate::diag::Safety::Unsafe => "not done by --fix: it changes the rule",
        };
        write_paragraph(out, "fix: ", &format!("{} ({how})", fix.title));
    }
}

/// `text` behind `head`, wrapped, its lines in line.
fn write_paragraph(out: &mut String, head: &str, text: &str) {
    let indent = 2 + head.len();
    let _ = write!(out, "  {head}");
    let mut column = indent;
    for (index, word) in unbroken(text).into_iter().map(harmless).enumerate() {
        let width = word.chars().count();
        if index > 0 && column + 1 + width > WIDTH {
            let _ = write!(out, "\n{:indent$}", "");
            column = indent;
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(&word);
        column += width;
    }
    out.push('\n');
}

/// The words of a text; code in backticks is one word, so that it can be copied.
fn unbroken(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let is_break = |c: char| {
        in_code ^= c == '`';
        c.is_whitespace() && !in_code
    };
    text.split(is_break).filter(|word| !word.is_empty()).collect()
}

/// A finding as miette sees it.
#[derive(Debug)]
struct Shown<'f> {
    diagnostic: &'f Diagnostic,
    path: String,
    excerpts: Excerpts<'f>,
    labels: Vec<LabeledSpan>,
    /// Places of the file that are told, because their lines cannot be shown with the others.
    told: Vec<&'f Label>,
}

impl<'f> Shown<'f> {
    fn new(finding: &Finding<'f>, charset: Charset) -> Self {
        let (source, diagnostic) = (finding.source, finding.diagnostic);
        let path = harmless(&shown(source.path())).into_owned();
        let primary = &diagnostic.primary;
        let mark = match charset {
            Charset::Unicode => "…",
            Charset::Ascii => "...",
        };
        let window = (!fits(source, primary.span)).then(|| window(source, primary.span, mark));
        let is_plain = match &window {
            Some(window) => is_plain(window.text()),
            None => is_plain(source.slice(lines(source, primary.span))),
        };
        let beside = |label: &&Label| {
            is_plain
                && window.is_none()
                && fits(source, label.span)
                && self::is_plain(source.slice(lines(source, label.span)))
        };
        let (beside, told): (Vec<&Label>, Vec<&Label>) = diagnostic.related.iter().partition(beside);
        let text = |label: &Label| (!label.text.is_empty()).then(|| harmless(&label.text).into_owned());
        let mut labels = Vec::new();
        if is_plain {
            let place = window.as_ref().map_or(primary.span, |window| window.place);
            labels.push(LabeledSpan::new_primary_with_span(text(primary), SourceSpan::from(place.range())));
            let others = beside.iter();
            labels.extend(
                others.map(|label| LabeledSpan::new_with_span(text(label), SourceSpan::from(label.span.range()))),
            );
        }
        Self { diagnostic, excerpts: Excerpts { source, path: path.clone(), window }, path, labels, told }
    }
}

/// The whole lines of a place.
fn lines(source: &Source, place: Span) -> Span {
    let (start, end) = (source.position(place.start), source.position(place.end));
    source.line_span(start.line).to(source.line_span(end.line))
}

/// Whether a terminal shows a text as it is.
fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| is_harmful(c) && !matches!(c, '\t' | '\n' | '\r'))
}

/// Text for a terminal: characters that could change what it shows are written out, line breaks too.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| if is_harmful(c) { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(written).collect())
}

/// Control characters, and those that change the direction of the text after them (Unicode, "Bidirectional Algorithm").
fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&harmless(&self.diagnostic.message))
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.lint))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note | Level::Off => Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
