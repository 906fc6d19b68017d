//! A character beyond ASCII.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::text::Span;

pub(super) static LINT: Lint = Lint {
    name: "non-ascii-character",
    group: "format",
    level: Level::Note,
    summary: "the file has characters beyond ASCII",
    page: include_str!("non_ascii_character.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let text = cx.unit.source.text();
    let mut beyond = text.char_indices().filter(|(_, character)| !character.is_ascii() && *character != '\u{feff}');
    let Some((at, first)) = beyond.next() else { return };
    let more = beyond.count();
    let shown = if first.is_control() || first.is_whitespace() { String::new() } else { format!("`{first}`, ") };
    let message = format!("a character beyond ASCII: {shown}U+{:04X}", u32::from(first));
    let found = LINT.finding(Span::from_range(at..at + first.len_utf8()), message);
    sink.push(match more {
        0 => found,
        more => found.note(format!("and {more} more in this file")),
    });
}
