//! The query of a rule as a `|` block.

use super::Left;
use crate::kql::print;
use crate::text::{Edit, Span, line_end};
use crate::unit::Unit;
use crate::yaml::{Document, Style, write};

/// How far the lines of the query are indented.
const INDENT: usize = 2;

/// The edit that puts the query in its layout; `None` for a rule without one.
pub(super) fn edit(unit: &Unit, document: &Document) -> Result<Option<Edit>, Left> {
    let text = unit.source.text();
    let (Some(field), Some(query)) = (&unit.rule.query, &unit.query) else { return Ok(None) };
    let formatted = print::format(&query.syntax).map_err(Left::Query)?;
    if formatted.is_empty() {
        return Ok(None);
    }
    let block = write::block(&formatted, INDENT).ok_or(Left::QueryCharacters)?;
    let (header, lines) = block.split_once('\n').unwrap_or((&block, ""));
    let lines = lines.trim_end_matches('\n').replace('\n', line_end(text));
    let behind = behind_header(text, document, field.span);
    let block = format!("{header}{behind}{}{lines}", line_end(text));
    Ok(Some(Edit::replace(field.span, block)))
}

/// The comment behind the header of the block that stands there now.
fn behind_header<'t>(text: &'t str, document: &Document, value: Span) -> &'t str {
    let style = document
        .root
        .as_ref()
        .and_then(|root| root.as_mapping())
        .and_then(|rule| rule.entries.iter().find(|entry| entry.value.span == value))
        .and_then(|entry| entry.value.as_scalar())
        .map(|scalar| scalar.style);
    if !matches!(style, Some(Style::Literal | Style::Folded)) {
        return "";
    }
    let header = value.slice(text).lines().next().unwrap_or_default();
    header.find('#').map_or("", |at| header[header[..at].trim_end().len()..].trim_end())
}
