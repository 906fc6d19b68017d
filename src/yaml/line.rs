//! The lines of a text with their places, and what can be told of a line of YAML without parsing it.

use crate::text::Span;

/// One line of a text.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Without its ending (`\n` or `\r\n`).
    pub(super) text: &'a str,
    pub(super) span: Span,
}

impl<'a> Line<'a> {
    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    pub(super) fn content(&self) -> &'a str {
        self.text.trim()
    }

    pub(super) fn content_span(&self) -> Span {
        let start = self.text.len() - self.text.trim_start().len();
        Span::from_range(start..start + self.content().len()).shifted(self.span.start)
    }

    /// Where the value after `key:` starts in the line, for a line `key: value` or `- key: value`.
    pub(super) fn value_start(&self) -> Option<usize> {
        let bare = self.text.trim_start().trim_start_matches("- ").trim_start();
        let lead = self.text.len() - bare.len();
        let name =
            bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-').len();
        let rest = bare[name..].strip_prefix(':')?;
        let value = rest.trim_start();
        (name > 0 && rest.starts_with([' ', '\t']) && !value.is_empty()).then(|| lead + bare.len() - value.len())
    }

    pub(super) fn has_block_header(&self) -> bool {
        let Some(at) = self.value_start() else { return false };
        let value = self.text[at..].trim_end();
        let header = value.split(" #").next().unwrap_or_default().trim_end();
        header.len() <= 3
            && header
                .strip_prefix(['|', '>'])
                .is_some_and(|rest| rest.chars().all(|c| matches!(c, '+' | '-' | '1'..='9')))
    }
}

pub(super) fn lines(text: &str) -> impl DoubleEndedIterator<Item = Line<'_>> {
    let first = text.as_ptr() as usize;
    text.split_inclusive('\n').map(move |line| {
        let start = line.as_ptr() as usize - first;
        let text = line.trim_end_matches(['\r', '\n']);
        Line { text, span: Span::from_range(start..start + text.len()) }
    })
}

pub(super) fn line_at(text: &str, at: usize) -> Line<'_> {
    let at = at.min(text.len());
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |at| at + 1);
    lines(&text[start..]).next().map_or(Line { text: "", span: Span::from_range(start..start) }, |line| Line {
        text: line.text,
        span: line.span.shifted(Span::from_range(start..start).start),
    })
}

pub(super) fn before<'a>(text: &'a str, line: Line<'_>) -> impl Iterator<Item = Line<'a>> {
    lines(&text[..line.span.start as usize]).rev()
}
