//! A file cut at its top-level keys, so that one broken part does not hide the others.

use std::ops::Range;

/// One top-level key with everything up to the next one: byte offsets in the text that was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) range: Range<usize>,
}

/// The most sections that a file is cut into; a rule has about twenty keys.
const MAX_SECTIONS: usize = 10_000;

/// The sections of `text`, in order. What stands before the first key (comments, `---`) belongs to none; what stands
/// behind the last of [`MAX_SECTIONS`] keys belongs to that one.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if sections.len() < MAX_SECTIONS && starts_section(line) {
            sections.push(Section { range: at..at });
        }
        at += line.len();
        if let Some(open) = sections.last_mut() {
            open.range.end = at;
        }
    }
    sections
}

/// Whether the line starts with a key in the first column: `name:`, also `name:value` where the space was forgotten,
/// but no address (`https://…`).
fn starts_section(line: &str) -> bool {
    let word = line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let name = &line[..line.len() - word.len()];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return false;
    }
    let Some(rest) = word.trim_start_matches([' ', '\t']).strip_prefix(':') else { return false };
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    let tight = word.starts_with(':') && !rest.starts_with(['/', ':', '=', '\\']);
    spaced || tight
}
