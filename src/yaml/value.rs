//! A scalar as a text inside the file: the decoded value with the way back to the bytes it came from.
//!
//! Segments are made line by line while the scalar is decoded a second time, next to the parser's own value; where the
//! two disagree the scalar has no segments and every place in it falls back to the whole scalar.

use super::tree::{Node, Scalar, Style};
use crate::text::{Embedded, Segment, Span};

/// The text of a scalar of `file`, mapped to the file. `None` for other nodes.
///
/// For a block scalar `|` there is one segment a line, and one for the line feed where the file has CRLF; escapes and
/// folded line breaks of other styles are covered by no segment.
pub fn embedded(file: &str, node: &Node) -> Option<Embedded> {
    let scalar = node.as_scalar()?;
    let segments = match scalar.style {
        Style::Literal => literal_segments(file, node.span, &scalar.value),
        Style::Folded => folded_segments(file, node.span, &scalar.value),
        Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => flow_segments(file, node.span, scalar),
    };
    Some(Embedded::new(file, node.span, scalar.value.clone(), segments))
}

/// The lines below the block's header: the offset in the file and the text of each, without its ending.
fn block_lines(file: &str, span: Span) -> impl Iterator<Item = (usize, &str)> {
    let after = file.get(span.start as usize..).unwrap_or_default();
    let header = after.find('\n').map_or(after.len(), |at| at + 1);
    let mut at = span.start as usize + header;
    after[header..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line)))
    })
}

fn literal_segments(file: &str, span: Span, value: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut inner = 0;
    for (value_line, (start, line)) in value.split('\n').zip(block_lines(file, span)) {
        if !line.ends_with(value_line) {
            return Vec::new();
        }
        let outer = start + line.len() - value_line.len();
        let crlf = file.get(start + line.len()..).is_some_and(|rest| rest.starts_with("\r\n"));
        let feed = inner + value_line.len() < value.len();
        // The line feed belongs to the line where both texts have the same byte right behind it.
        let joined = usize::from(feed && !crlf && start + line.len() < file.len());
        if value_line.len() + joined > 0 {
            segments.push(segment(inner, outer, value_line.len() + joined));
        }
        if feed && crlf {
            segments.push(segment(inner + value_line.len(), start + line.len() + 1, 1));
        }
        inner += value_line.len() + 1;
    }
    segments
}

/// Folding turns a line break into a blank or drops it, so each line is looked for a few such bytes further on.
fn folded_segments(file: &str, span: Span, value: &str) -> Vec<Segment> {
    let Some(first) = value.split('\n').find(|line| !line.trim().is_empty()) else { return Vec::new() };
    let mut segments = Vec::new();
    let mut inner = 0;
    let mut indent = None;
    for (start, line) in block_lines(file, span) {
        if line.trim().is_empty() {
            continue;
        }
        let width = *indent.get_or_insert_with(|| {
            let own = first.len() - first.trim_start_matches(' ').len();
            (line.len() - line.trim_start_matches(' ').len()).saturating_sub(own)
        });
        let Some(content) = line.get(width..) else { break };
        let rest = value.get(inner..).unwrap_or_default();
        let skipped = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\n')).count();
        let Some(skip) = (0..=skipped).find(|&skip| rest[skip..].starts_with(content)) else { break };
        segments.push(segment(inner + skip, start + width, content.len()));
        inner += skip + content.len();
        if inner >= value.len() {
            break;
        }
    }
    segments
}

fn flow_segments(file: &str, span: Span, scalar: &Scalar) -> Vec<Segment> {
    let raw = span.slice(file);
    let (raw, offset) = match scalar.style {
        Style::Plain => (raw, 0),
        _ => (raw.get(1..raw.len().max(2) - 1).unwrap_or_default(), 1),
    };
    let decoded = decode_flow(raw, scalar.style);
    if decoded.text != scalar.value {
        return Vec::new();
    }
    decoded.runs.into_iter().map(|(inner, at, len)| segment(inner, span.start as usize + offset + at, len)).collect()
}

#[derive(Default)]
struct Decoded {
    text: String,
    /// (offset in `text`, offset in the raw text, length)
    runs: Vec<(usize, usize, usize)>,
}

impl Decoded {
    fn copy(&mut self, raw: &str, at: usize) {
        let inner = self.text.len();
        self.text.push_str(raw);
        match self.runs.last_mut() {
            Some((last_inner, last_at, len)) if *last_inner + *len == inner && *last_at + *len == at => {
                *len += raw.len();
            }
            _ => self.runs.push((inner, at, raw.len())),
        }
    }

    fn made(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

fn decode_flow(raw: &str, style: Style) -> Decoded {
    let mut decoded = Decoded::default();
    let mut at = 0;
    while let Some(c) = raw[at..].chars().next() {
        let rest = &raw[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let fold = rest[blank..].starts_with(['\r', '\n']);
        at += match c {
            '\r' | '\n' | ' ' | '\t' if fold => fold_break(&mut decoded, rest),
            '\'' if style == Style::SingleQuoted => {
                decoded.made("'");
                // The raw text of a value that only a repair quotes may hold a quote that is not doubled.
                if rest.starts_with("''") { 2 } else { 1 }
            }
            '\\' if style == Style::DoubleQuoted => escape(&mut decoded, rest),
            _ => {
                decoded.copy(&rest[..c.len_utf8()], at);
                c.len_utf8()
            }
        };
    }
    decoded
}

/// One line break (with the blanks around it) is a blank, more are one line feed less. Gives the bytes read.
fn fold_break(decoded: &mut Decoded, rest: &str) -> usize {
    let white = &rest[..rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()];
    match white.matches('\n').count() {
        0 | 1 => decoded.made(" "),
        breaks => decoded.made(&"\n".repeat(breaks - 1)),
    }
    white.len()
}

/// Decodes one escape of a double-quoted scalar. Gives the bytes read.
fn escape(decoded: &mut Decoded, rest: &str) -> usize {
    let Some(code) = rest[1..].chars().next() else { return 1 };
    let simple = match code {
        '0' => "\0",
        'a' => "\u{7}",
        'b' => "\u{8}",
        't' | '\t' => "\t",
        'n' => "\n",
        'v' => "\u{b}",
        'f' => "\u{c}",
        'r' => "\r",
        'e' => "\u{1b}",
        ' ' => " ",
        '"' => "\"",
        '/' => "/",
        '\\' => "\\",
        'N' => "\u{85}",
        '_' => "\u{a0}",
        'L' => "\u{2028}",
        'P' => "\u{2029}",
        '\r' | '\n' => return rest.len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len(),
        'x' => return hex_escape(decoded, rest, 2),
        'u' => return hex_escape(decoded, rest, 4),
        'U' => return hex_escape(decoded, rest, 8),
        _ => "",
    };
    decoded.made(simple);
    1 + code.len_utf8()
}

fn hex_escape(decoded: &mut Decoded, rest: &str, digits: usize) -> usize {
    let Some(hex) = rest.get(2..2 + digits) else { return 1 };
    // A surrogate pair is left out: the decoded text then differs from the parser's, and no segment is made.
    decoded.text.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
    2 + digits
}

fn segment(inner: usize, outer: usize, len: usize) -> Segment {
    let inner = Span::from_range(inner..inner + len);
    Segment { inner: inner.start, outer: Span::from_range(outer..outer + len).start, len: inner.len() }
}
