//! The query of a rule as a `|` block.

use super::{Left, line_start};
use crate::kql::print;
use crate::text::{Edit, Span, line_end};
use crate::unit::Unit;
use crate::yaml::{Document, Style, write};

/// How far the lines of the query are indented below the key.
const INDENT: usize = 2;

/// The edit that puts the query in its layout; `None` for a rule without one.
pub(super) fn edit(unit: &Unit, document: &Document) -> Result<Option<Edit>, Left> {
    let text = unit.source.text();
    let (Some(field), Some(query)) = (&unit.rule.query, &unit.query) else { return Ok(None) };
    let formatted = print::format(&query.syntax).map_err(Left::Query)?;
    if formatted.is_empty() {
        return Ok(None);
    }
    let key = field.key.start as usize;
    let indent = key - line_start(text, key) + INDENT;
    let block = write::block(&formatted, indent).ok_or(Left::QueryCharacters)?;
    let (header, lines) = block.split_once('\n').unwrap_or((&block, ""));
    let lines = lines.trim_end_matches('\n').replace('\n', line_end(text));
    let comment = comment(text, document, field.span);
    let block = format!("{header}{}{}{lines}", comment.slice(text), line_end(text));
    Ok(Some(Edit::replace(field.span.to(comment), block)))
}

/// The comment behind the header of a block or behind a query in quotes, with the blanks before it; the header keeps it.
/// The empty span at the start of the query where there is none.
fn comment(text: &str, document: &Document, query: Span) -> Span {
    let style = document
        .root
        .as_ref()
        .and_then(|root| root.as_mapping())
        .and_then(|rule| rule.entries.iter().find(|entry| entry.value.span == query))
        .and_then(|entry| entry.value.as_scalar())
        .map(|scalar| scalar.style);
    let from = match style {
        Some(Style::Literal | Style::Folded) => query.start as usize,
        _ => query.end as usize,
    };
    let line = text[from..].lines().next().unwrap_or_default().trim_end();
    match line.find('#') {
        Some(at) => Span::from_range(from + line[..at].trim_end().len()..from + line.len()),
        None => Span::at(query.start),
    }
}
