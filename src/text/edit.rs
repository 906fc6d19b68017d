//! Changes to a text, and how they are applied.

use super::Span;

/// Replaces the bytes under `span` by `text`. An empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// The edit that puts `text` in the place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// The edit that inserts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self::replace(Span::at(offset), text)
    }

    /// The edit that removes `span`.
    pub fn delete(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// Two edits touch the same bytes, or one lies outside the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the change at bytes {}..{} overlaps another change or lies outside the text", .0.start, .0.end)]
pub struct EditConflict(pub Span);

/// The text after all `edits`, in whatever order they are given. Fails, changing nothing, when two overlap.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditConflict> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        let range = edit.span.range();
        let kept = text.get(done..range.start).ok_or(EditConflict(edit.span))?;
        if text.get(range.clone()).is_none() {
            return Err(EditConflict(edit.span));
        }
        out.push_str(kept);
        out.push_str(&edit.text);
        done = range.end;
    }
    out.push_str(&text[done..]);
    Ok(out)
}
