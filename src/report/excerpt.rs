//! The lines of a file that a finding shows. A line that is wider than the screen is cut to the part around the place.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::text::{Source, Span};

/// Characters of a line that fit beside its number.
const FITS: usize = 72;
/// Lines of a place that are shown; longer places show their first.
const MOST_LINES: u32 = 20;

/// A file of which miette sees whole lines, and of them only those that it underlines something in.
#[derive(Debug)]
pub(super) struct Excerpts<'f> {
    pub(super) source: &'f Source,
    pub(super) path: String,
    pub(super) window: Option<Window>,
}

/// The part of a line that is shown.
#[derive(Debug)]
pub(super) struct Window {
    /// The place to underline, as far as it is shown.
    pub(super) place: Span,
    /// What part of the file is shown.
    span: Span,
    /// Its text, with marks where the line goes on.
    text: String,
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
        let (lines, data) = if let Some(window) = &self.window {
            (window.span, window.text.as_bytes())
        } else {
            let lines = self.source.line_span(start.line).to(self.source.line_span(end.line));
            (lines, self.source.slice(lines).as_bytes())
        };
        let place = SourceSpan::from(lines.range());
        let (line, column) = (start.line as usize - 1, start.column as usize - 1);
        let count = (end.line - start.line) as usize + 1;
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), data, place, line, column, count)))
    }
}

/// Whether the lines of a place can be shown whole: few, and narrow.
pub(super) fn fits(source: &Source, place: Span) -> bool {
    let (first, last) = (source.position(place.start).line, source.position(place.end).line);
    last - first < MOST_LINES
        && (first..=last).all(|line| source.slice(source.line_span(line)).chars().nth(FITS).is_none())
}

/// The part of the first line of a place that fits, the start of the place in it. `mark` says that the line goes on; it
/// has 3 bytes.
pub(super) fn window(source: &Source, place: Span, mark: &str) -> Window {
    let line = source.line_span(source.position(place.start).line);
    let start = place.start.min(line.end);
    let underlined = source.slice(Span::new(start, place.end.clamp(start, line.end)));
    let underlined = first_chars(underlined, FITS * 2 / 3);
    let place = Span::new(start, start + length(underlined));
    let (before, after) = (source.slice(Span::new(line.start, start)), source.slice(Span::new(place.end, line.end)));
    let room = FITS - underlined.chars().count();
    let behind = after.chars().take(room).count();
    let before = last_chars(before, (room / 2).max(room - behind));
    let after = first_chars(after, room - before.chars().count());
    let span = Span::new(start - length(before), place.end + length(after));
    let mut text = source.slice(span).to_owned();
    // The mark takes the room of as many bytes, so that the places of the rest stay what they are.
    if span.start > line.start && before.get(..mark.len()).is_some_and(str::is_ascii) {
        text.replace_range(..mark.len(), mark);
    }
    if span.end < line.end {
        text.push_str(mark);
    }
    Window { place, span, text }
}

impl Window {
    /// What is shown.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

fn last_chars(text: &str, count: usize) -> &str {
    let Some(before_first) = count.checked_sub(1) else { return "" };
    text.char_indices().rev().nth(before_first).map_or(text, |(start, _)| &text[start..])
}

fn length(text: &str) -> u32 {
    Span::from_range(0..text.len()).end
}
