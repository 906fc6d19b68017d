//! A text that lives inside another: the query in a YAML block, with the way back to the file.

use super::Span;

/// `len` bytes of the inner text at `inner` that stand byte for byte at `outer` in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Offset in the inner text.
    pub inner: u32,
    /// Offset in the file.
    pub outer: u32,
    /// Length in bytes, the same in both.
    pub len: u32,
}

/// A text decoded out of a file, and where each part of it stands there.
///
/// Invariant: for every segment the inner bytes equal the file's bytes. Segments are sorted and do
/// not overlap; inner bytes that no segment covers were made by decoding (an escape, a folded line).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    text: String,
    segments: Vec<Segment>,
    whole: Span,
}

impl Embedded {
    /// `inner`, decoded from `whole` of `file`. Segments that do not hold the same bytes on both sides are a mistake of
    /// the decoder: they are dropped, so that places inside them fall back to the whole scalar instead of lying.
    pub fn new(file: &str, whole: Span, inner: String, mut segments: Vec<Segment>) -> Self {
        let same = |segment: &Segment| {
            let inner_span = Span::new(segment.inner, segment.inner + segment.len);
            let outer_span = Span::new(segment.outer, segment.outer + segment.len);
            inner.get(inner_span.range()).is_some_and(|bytes| Some(bytes) == file.get(outer_span.range()))
        };
        segments.retain(same);
        segments.sort_by_key(|segment| segment.inner);
        Self { text: inner, segments, whole }
    }

    /// A whole file that is itself the inner text (a bare `.kql` file).
    pub fn whole_file(text: &str) -> Self {
        let span = Span::from_range(0..text.len());
        Self { text: text.to_owned(), segments: vec![Segment { inner: 0, outer: 0, len: span.end }], whole: span }
    }

    /// The inner text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The scalar in the file, quotes or block included.
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// Where `inner` stands in the file; the whole scalar when either end cannot be mapped exactly.
    pub fn to_file(&self, inner: Span) -> Span {
        self.exact(inner).unwrap_or(self.whole)
    }

    /// Where `inner` stands in the file, when both ends map exactly: its first and last byte (for an empty span, its
    /// place) stand in the file as they are.
    pub fn exact(&self, inner: Span) -> Option<Span> {
        if inner.is_empty() {
            return self.place(inner.start).map(Span::at);
        }
        // The end is mapped through its last byte, so that it stays on the line where the span ends.
        let (start, end) = (self.byte(inner.start)?, self.byte(inner.end - 1)? + 1);
        (start < end).then_some(Span::new(start, end))
    }

    /// Whether `inner` lies in one segment, so that an edit of the file there is an edit of the inner text alone.
    pub fn is_contiguous(&self, inner: Span) -> bool {
        self.exact(inner).is_some_and(|outer| outer.len() == inner.len())
    }

    /// Where the byte at `at` stands.
    fn byte(&self, at: u32) -> Option<u32> {
        let (segment, into) = self.segment(at)?;
        (into < segment.len).then_some(segment.outer + into)
    }

    /// Where the place before the byte at `at` is; right after the last byte of a segment is still a place (the end of
    /// the text).
    fn place(&self, at: u32) -> Option<u32> {
        let (segment, into) = self.segment(at)?;
        (into <= segment.len).then_some(segment.outer + into)
    }

    fn segment(&self, at: u32) -> Option<(Segment, u32)> {
        let index = self.segments.partition_point(|segment| segment.inner <= at).checked_sub(1)?;
        let segment = self.segments[index];
        Some((segment, at - segment.inner))
    }
}
