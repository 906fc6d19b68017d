//! Slips of indentation, and keys without their colon: lines that stand where YAML cannot tell what they belong to.

use super::build::Failure;
use super::explain::Slip;
use super::line::{Line, before, line_at, lines};
use crate::diag::Safety;
use crate::text::{Edit, Span};

/// A line of a block's text in the column of the block's key, or left of it: YAML takes it for the next key.
pub(super) fn block_line_flush(text: &str, failure: &Failure) -> Option<Slip> {
    let here = line_at(text, failure.at);
    let header = before(text, here).find(|line| line.indent() <= here.indent() && line.has_block_header())?;
    let below = lines(text).skip_while(|line| line.span.start <= header.span.start);
    let mut inside = below.filter(|line| !line.content().is_empty());
    let first = inside.next().filter(|first| first.indent() > header.indent() && first.span.start < here.span.start)?;
    let is_between = |line: &Line<'_>| line.span.start > header.span.start && line.span.start < here.span.start;
    let is_text = |line: &Line<'_>| line.content().is_empty() || line.indent() > header.indent();
    if is_key(here.content()) || !lines(text).filter(is_between).all(|line| is_text(&line)) {
        return None;
    }
    let wanted = first.indent();
    let lost = std::iter::once(here).chain(lines(text).skip_while(|line| line.span.start <= here.span.start));
    let edits = lost
        .filter(|line| !line.content().is_empty())
        .take_while(|line| line.indent() > header.indent() || !is_key(line.content()))
        .filter(|line| line.indent() < wanted)
        .map(|line| Edit::insert(line.span.start, " ".repeat(wanted - line.indent())))
        .take(super::explain::MAX_EDITS + 1)
        .collect();
    Some(Slip {
        message: format!(
            "this line is not indented like the text above it: YAML ends the text of `{}` here",
            header.content()
        ),
        span: here.content_span(),
        related: Some((first.content_span(), "the first line sets the indentation of the whole text".to_owned())),
        help: format!("indent every line of the text by at least {wanted} spaces"),
        edits,
        fix_title: "indent the line like the first line of the text",
        safety: Safety::Unsafe,
        sure: true,
        template: false,
    })
}

/// A key that is indented deeper than the key above it, though that has its value on its own line.
pub(super) fn key_too_deep(text: &str, failure: &Failure) -> Option<Slip> {
    let here = line_at(text, failure.at);
    let is_content = |line: &Line<'_>| !line.content().is_empty() && !line.content().starts_with('#');
    let candidates = std::iter::once(here).chain(before(text, here).filter(is_content).take(1));
    let (line, above, wanted) = candidates.filter(|line| is_key(line.content())).find_map(|line| {
        let above = before(text, line).find(is_content)?;
        let start = above.value_start().filter(|_| !above.has_block_header())?;
        let opens = above.text[start..].starts_with(['[', '{', '&', '!', '|', '>', '"', '\'']);
        let wanted = key_column(&above);
        (!opens && line.indent() > wanted).then_some((line, above, wanted))
    })?;
    let surplus = line.indent() - wanted;
    let own = std::iter::once(line).chain(lines(text).skip_while(|other| other.span.start <= line.span.start));
    let edits = own
        .take_while(|other| other.content().is_empty() || other.indent() >= line.indent())
        .filter(|other| !other.content().is_empty())
        .map(|other| Edit::delete(Span::from_range(0..surplus).shifted(other.span.start)))
        .take(super::explain::MAX_EDITS + 1)
        .collect();
    let (key, upper) = (key_of(line.content())?, key_of(above.content())?);
    // Where the line before that one stands like this line, or is not in this section, the one between may have lost its indentation.
    let is_clear =
        before(text, above).find(is_content).is_some_and(|line_before| key_column(&line_before) != line.indent());
    Some(Slip {
        message: format!("`{key}:` is indented deeper than `{upper}:` above it, which has its value already"),
        span: line.content_span(),
        related: Some((above.content_span(), "nothing can stand inside this".to_owned())),
        help: match wanted {
            0 => format!("start `{key}:` in the first column, like `{upper}:`"),
            _ => format!("indent `{key}:` by {wanted} spaces, like `{upper}:`"),
        },
        edits,
        fix_title: "indent the key like the one above it",
        safety: if is_clear { Safety::Safe } else { Safety::Unsafe },
        sure: false,
        template: false,
    })
}

/// A key without its colon: `tactics` above a list, or `severity High`.
pub(super) fn missing_colon(text: &str, failure: &Failure) -> Option<Slip> {
    let here = line_at(text, failure.at);
    let is_content = |line: &Line<'_>| !line.content().is_empty() && !line.content().starts_with('#');
    let candidates = std::iter::once(here).chain(before(text, here).filter(is_content).take(1));
    let (line, word, is_alone) = candidates.into_iter().find_map(|line| {
        let content = line.content().trim_start_matches("- ").trim_start();
        let (word, value) = content.split_once(' ').unwrap_or((content, ""));
        let is_word =
            !word.is_empty() && word.chars().all(char::is_alphanumeric) && word.starts_with(char::is_alphabetic);
        let is_header = value.starts_with(['|', '>']) && value.len() <= 3;
        let is_value = !value.contains(['|', '(', '=']) && word.starts_with(char::is_lowercase);
        (is_word && (value.is_empty() || is_header || is_value)).then_some((line, word, value.is_empty()))
    })?;
    let end = line.text.len() - line.text.trim_start().trim_start_matches("- ").trim_start().len() + word.len();
    Some(Slip {
        message: format!(
            "a colon is missing after `{word}`: without it YAML reads the line as plain text, not as a key"
        ),
        span: line.content_span(),
        related: None,
        help: format!("write `{word}:`"),
        edits: vec![Edit::insert(line.span.start + Span::from_range(0..end).end, ":")],
        fix_title: "add the colon",
        safety: if is_alone { Safety::Safe } else { Safety::Unsafe },
        sure: false,
        template: false,
    })
}

/// A line in a column that no line above it has opened, or of another sort than the lines of its column.
pub(super) fn between_levels(text: &str, failure: &Failure) -> Option<Slip> {
    let here = line_at(text, failure.at);
    let (levels, items) = levels(text, here);
    let indent = here.indent();
    let is_item = here.content().starts_with("- ");
    if here.content().is_empty() || levels.is_empty() {
        return None;
    }
    let message = if !levels.contains(&indent) {
        let listed: Vec<String> = levels.iter().map(usize::to_string).collect();
        format!(
            "this line is indented by {indent} spaces; the lines above that it can belong to are indented by {}",
            listed.join(", ")
        )
    } else if is_item && !items.contains(&indent) {
        format!("a list item stands here, but the lines of this level (indented by {indent} spaces) are keys")
    } else {
        return None;
    };
    Some(Slip {
        message,
        span: here.content_span(),
        related: None,
        help: "indent the line like those that it belongs to".to_owned(),
        edits: Vec::new(),
        fix_title: "",
        safety: Safety::Unsafe,
        sure: true,
        template: false,
    })
}

/// The columns that are open at a line, and those of them that list items stand in; the text of blocks is passed over.
fn levels(text: &str, here: Line<'_>) -> (Vec<usize>, Vec<usize>) {
    let (mut levels, mut items): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut block: Option<usize> = None;
    for line in lines(text).take_while(|line| line.span.start < here.span.start) {
        let indent = line.indent();
        if line.content().is_empty() || line.content().starts_with('#') || block.is_some_and(|block| indent > block) {
            continue;
        }
        block = line.has_block_header().then_some(indent);
        levels.retain(|level| *level < indent);
        items.retain(|level| *level <= indent);
        levels.push(indent);
        if line.content().starts_with("- ") {
            items.push(indent);
            levels.push(key_column(&line));
        }
    }
    (levels, items)
}

/// The column of a line's key: behind the dash where there is one.
fn key_column(line: &Line<'_>) -> usize {
    let content = line.content();
    line.indent() + (content.len() - content.trim_start_matches("- ").trim_start().len())
}

fn key_of(content: &str) -> Option<&str> {
    Some(content.trim_start_matches("- ").split_once(':')?.0.trim())
}

/// `key:`, `key: value` or `- key: value`.
fn is_key(content: &str) -> bool {
    let bare = content.trim_start_matches("- ").trim_start();
    bare.split_once(':').is_some_and(|(key, rest)| {
        !key.is_empty()
            && key.chars().all(|c| c.is_alphanumeric() || c == '_')
            && (rest.is_empty() || rest.starts_with(' '))
    })
}
