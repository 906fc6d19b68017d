//! Findings as a person reads them in a terminal: the line with the place underlined, then the evidence and what to do.

use std::borrow::Cow;
use std::fmt::Write as _;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::{Finding, Tally, shown};
use crate::diag::{Diagnostic, Label, Level};
use crate::text::{Source, Span};

/// The width that text is wrapped to, in columns.
const WIDTH: usize = 80;
/// Lines longer than this are not shown: a screen full of one line helps nobody. In bytes.
const LONGEST_LINE: u32 = 2_000;

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
    let handler = handler(look);
    let mut out = String::new();
    for finding in findings {
        write_finding(&mut out, &handler, finding);
        out.push('\n');
    }
    let _ = writeln!(out, "{tally}");
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

fn write_finding(out: &mut String, handler: &GraphicalReportHandler, finding: &Finding<'_>) {
    let shown = Shown::new(finding);
    // Writing to a string does not fail; a place miette cannot show is shown as line and column.
    if handler.render_report(out, &shown).is_err() {
        let at = finding.source.position(finding.diagnostic.primary.span.start);
        let _ = writeln!(out, "{}:{}:{}: {}", shown.path, at.line, at.column, shown);
    }
    if shown.labels.is_empty() {
        let at = finding.source.position(finding.diagnostic.primary.span.start);
        let _ = writeln!(out, "   at {}:{}:{}", shown.path, at.line, at.column);
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
            crate::diag::Safety::Unsafe => "not done by --fix: it changes what the rule matches",
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
}

impl<'f> Shown<'f> {
    fn new(finding: &Finding<'f>) -> Self {
        let (source, diagnostic) = (finding.source, finding.diagnostic);
        let path = harmless(&shown(source.path())).into_owned();
        let places = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
        let all_shown = places.clone().all(|label| can_show(source, label.span));
        // miette counts a label as primary by its constructor, and shows it where the place is named.
        let label = |(index, label): (usize, &Label)| {
            let text = (!label.text.is_empty()).then(|| harmless(&label.text).into_owned());
            let span = SourceSpan::from(label.span.range());
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        };
        let labels = if all_shown { places.enumerate().map(label).collect() } else { Vec::new() };
        Self { diagnostic, excerpts: Excerpts { source, path: path.clone() }, path, labels }
    }
}

/// A file of which miette sees whole lines, and of them only those that it underlines something in.
#[derive(Debug)]
struct Excerpts<'f> {
    source: &'f Source,
    path: String,
}

impl SourceCode for Excerpts<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = Span::from_range(span.offset()..span.offset() + span.len());
        let (start, end) = (self.source.position(span.start), self.source.position(span.end));
        let lines = self.source.line_span(start.line).to(self.source.line_span(end.line));
        let data = self.source.slice(lines).as_bytes();
        let place = SourceSpan::from(lines.range());
        let (line, column) = (start.line as usize - 1, start.column as usize - 1);
        let count = (end.line - start.line) as usize + 1;
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), data, place, line, column, count)))
    }
}

/// Text for a terminal: control characters, which could change what it shows, are written out.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(written).collect())
}

/// Whether the lines of a place can be shown: few, short, and without control characters.
fn can_show(source: &Source, span: Span) -> bool {
    let (first, last) = (source.position(span.start).line, source.position(span.end).line);
    let is_plain =
        |line: Span| line.len() <= LONGEST_LINE && !source.slice(line).contains(|c: char| c.is_control() && c != '\t');
    last - first < 20 && (first..=last).all(|line| is_plain(source.line_span(line)))
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
