//! Why a section is no YAML, in words an analyst understands, and what would mend it. Each slip is one function that
//! looks at the section and at what the parser refused; the first that recognises its slip wins.

use granit_parser::ErrorKind;

use super::build::{Cause, Failure};
use super::line::{Line, before, line_at, lines};
use super::slip_indent;
use crate::diag::{Diagnostic, Level, Safety};
use crate::text::{Edit, Span};

/// A slip found in a section; places are offsets in the section.
#[derive(Debug)]
pub(super) struct Slip {
    pub(super) message: String,
    pub(super) span: Span,
    pub(super) related: Option<(Span, String)>,
    pub(super) help: String,
    pub(super) edits: Vec<Edit>,
    pub(super) fix_title: &'static str,
    pub(super) safety: Safety,
    /// Whether the words hold even where no edit makes the section parse.
    pub(super) sure: bool,
    /// Whether this is no mistake but a template's placeholder.
    pub(super) template: bool,
}

pub(super) type Find = fn(&str, &Failure) -> Option<Slip>;

/// The most edits of one fix; a section that needs more is explained without one.
pub(super) const MAX_EDITS: usize = 2_000;

/// In the order they are tried: the most certain first.
pub(super) const SLIPS: &[Find] = &[
    placeholder,
    tab_indentation,
    key_at_dash,
    block_text_not_indented,
    blank_line_too_wide,
    block_line_outdented,
    missing_space,
    value_needs_quotes,
    unclosed_quote,
    slip_indent::block_line_flush,
    slip_indent::key_too_deep,
    slip_indent::missing_colon,
    slip_indent::between_levels,
];

/// The finding for a failure no slip explains: the parser's words and place.
pub(super) fn plain(text: &str, base: u32, failure: &Failure) -> Diagnostic {
    let words = match &failure.cause {
        Cause::Scan(kind) => kind.to_string(),
        Cause::SecondDocument(_) => "a second document starts here".to_owned(),
        Cause::AliasBudget => "the aliases repeat too many values".to_owned(),
        Cause::TooLarge => "it holds too many values".to_owned(),
    };
    let line = line_at(text, failure.at);
    let shown = if line.content().is_empty() { line.span } else { line.content_span() };
    Diagnostic::new("yaml-syntax", Level::Error, format!("this is no YAML: {words}"), shown.shifted(base))
        .help("check the indentation of this line and of the lines above it, and quote text with special characters")
}

fn kind(failure: &Failure) -> Option<&ErrorKind> {
    match &failure.cause {
        Cause::Scan(kind) => Some(kind),
        _ => None,
    }
}

/// `id: %%GUID%%`: a template to be filled in later.
fn placeholder(text: &str, failure: &Failure) -> Option<Slip> {
    if !matches!(kind(failure)?, ErrorKind::UnexpectedCharacter { character: '%' }) {
        return None;
    }
    let rest = text.get(failure.at..)?.strip_prefix("%%")?;
    let name = &rest[..rest.find("%%")?];
    if name.is_empty() || name.contains(|c: char| c.is_whitespace()) {
        return None;
    }
    let span = Span::from_range(failure.at..failure.at + name.len() + 4);
    Some(Slip {
        message: format!("this file is a template: `%%{name}%%` is a placeholder to be filled in"),
        span,
        related: None,
        help: "fill the template in, then check the file that comes out".to_owned(),
        edits: Vec::new(),
        fix_title: "",
        safety: Safety::Unsafe,
        sure: true,
        template: true,
    })
}

fn tab_indentation(text: &str, failure: &Failure) -> Option<Slip> {
    let kind = kind(failure)?;
    let about_tabs = matches!(
        kind,
        ErrorKind::TabInIndentation
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabNotAllowed
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::UnexpectedCharacter { character: '\t' }
    );
    let tabbed = |line: &Line<'_>| line.text.trim_start_matches(' ').starts_with('\t') && !line.content().is_empty();
    let here = line_at(text, failure.at);
    if !about_tabs && !tabbed(&here) {
        return None;
    }
    let first = lines(text).find(tabbed)?;
    let indented_with_spaces = lines(text).any(|line| line.indent() > 0 && !line.content().is_empty());
    let mut above: Option<Line<'_>> = None;
    let mut edits = Vec::new();
    for line in lines(text).filter(|line| !line.content().is_empty()) {
        if line.text.contains('\t') && tabbed(&line) {
            let white = &line.text[..line.text.len() - line.text.trim_start_matches([' ', '\t']).len()];
            let beside = above.as_ref().is_some_and(is_whole_entry) && is_entry(line.content());
            let width = if beside { 0 } else { white.chars().map(|c| if c == '\t' { 2 } else { 1 }).sum() };
            edits.push(Edit::replace(Span::from_range(0..white.len()).shifted(line.span.start), " ".repeat(width)));
        }
        if edits.len() > MAX_EDITS {
            break;
        }
        above = Some(line);
    }
    let white = first.text.len() - first.text.trim_start_matches([' ', '\t']).len();
    Some(Slip {
        message: "this line is indented with a tab; YAML allows only spaces for indentation".to_owned(),
        span: Span::from_range(0..white).shifted(first.span.start),
        related: None,
        help: "replace each tab before the text by two spaces".to_owned(),
        edits,
        fix_title: "indent with spaces instead of tabs",
        safety: if indented_with_spaces { Safety::Unsafe } else { Safety::Safe },
        sure: true,
        template: false,
    })
}

/// Whether a line in the first column is a key with its value, so that nothing can be indented below it.
fn is_whole_entry(line: &Line<'_>) -> bool {
    let value = line.text.split_once(": ").map(|(_, value)| value.trim()).unwrap_or_default();
    let is_flush = line.text.starts_with(|c: char| c.is_alphabetic());
    is_flush && is_entry(line.content()) && !value.is_empty() && !value.starts_with(['|', '>', '&', '#', '!'])
}

/// `key:` or `key: value`.
fn is_entry(content: &str) -> bool {
    content.split_once(':').is_some_and(|(key, rest)| {
        !key.is_empty() && key.chars().all(char::is_alphanumeric) && (rest.is_empty() || rest.starts_with(' '))
    })
}

/// Keys that stand in the items of lists and nowhere else. Any other key below a dash may as well be one of the file's own that was
/// indented by mistake.
const OF_ITEMS: [&str; 7] =
    ["connectorId", "dataTypes", "entityType", "fieldMappings", "identifier", "columnName", "alertProperty"];

/// `- connectorId: X` with `dataTypes:` below the dash instead of below `connectorId`.
fn key_at_dash(text: &str, failure: &Failure) -> Option<Slip> {
    if !matches!(kind(failure)?, ErrorKind::ExpectedBlockSequenceEntry) {
        return None;
    }
    let here = line_at(text, failure.at);
    let indent = here.indent();
    let dash = before(text, here).find(|line| line.indent() == indent && line.content().starts_with("- "))?;
    let first_key = dash.content()[1..].trim_start();
    let wanted = dash.text.trim_end().len() - first_key.len();
    let pad = " ".repeat(wanted - indent);
    let key = here.content().split(':').next().unwrap_or_default();
    let above = first_key.split(':').next().unwrap_or_default();
    if !here.content().contains(':') {
        return None;
    }
    // A list of texts in the column of its key goes with it.
    let is_text =
        |line: &Line<'_>| line.indent() == indent && line.content().starts_with("- ") && !line.content().contains(": ");
    let below = lines(text).skip_while(|line| line.span.start <= here.span.start);
    let below = below.take_while(is_text).take(MAX_EDITS).filter(|_| here.content().ends_with(':'));
    let own = std::iter::once(here).chain(below);
    let stands = format!("`{key}:` stands under the dash of `- {above}:`, so YAML expects another `-` here");
    let deeper = format!("indent `{key}:` by {} more spaces, so that it lines up with `{above}:`", pad.len());
    let is_of_items = OF_ITEMS.contains(&key);
    let (message, help) = if is_of_items {
        (format!("{stands}; it belongs to the same item and must stand under `{above}`"), deeper)
    } else {
        (stands, format!("{deeper}; or, if it is no part of the item, start it in the column of the list's own key"))
    };
    Some(Slip {
        message,
        span: Span::from_range(0..key.len() + 1).shifted(here.content_span().start),
        related: Some((dash.content_span(), format!("the item that `{key}` stands under"))),
        help,
        edits: own.map(|line| Edit::insert(line.span.start, pad.clone())).collect(),
        fix_title: "indent the key to the item it belongs to",
        safety: if is_of_items { Safety::Safe } else { Safety::Unsafe },
        sure: true,
        template: false,
    })
}

/// `query: |` with its text in the first column.
fn block_text_not_indented(text: &str, failure: &Failure) -> Option<Slip> {
    kind(failure)?;
    let here = line_at(text, failure.at);
    let mut above = before(text, here).filter(|line| !line.content().is_empty());
    let header = above.next().filter(Line::has_block_header).or_else(|| here.has_block_header().then_some(here))?;
    let indent = header.indent();
    let below = || lines(&text[header.span.end as usize..]).skip(1).filter(|line| !line.content().is_empty());
    let shift = header.span.end;
    let first = below().next()?;
    if first.indent() > indent {
        return None;
    }
    let pad = " ".repeat(indent + 2);
    let indented = |line: Line<'_>| Edit::insert(line.span.start + shift, pad.clone());
    let edits = below().map(indented).take(MAX_EDITS + 1).collect();
    let key = header.content().trim_start_matches("- ").split(':').next().unwrap_or_default();
    Some(Slip {
        message: format!(
            "the text of `{key}` is not indented: every line below `{}` must start further right than `{key}`",
            header.content()
        ),
        span: first.content_span().shifted(shift),
        related: Some((header.content_span(), "the block that this text belongs to".to_owned())),
        help: format!("indent every line of the text by {} spaces", pad.len()),
        edits,
        fix_title: "indent the text of the block",
        safety: Safety::Unsafe,
        sure: true,
        template: false,
    })
}

/// A blank line above the first line of a block, with more spaces than that line.
fn blank_line_too_wide(text: &str, failure: &Failure) -> Option<Slip> {
    if !matches!(kind(failure)?, ErrorKind::InvalidBlockScalarIndent) {
        return None;
    }
    let here = line_at(text, failure.at);
    let blank = |line: &Line<'_>| line.content().is_empty();
    let wide: Vec<Line<'_>> =
        before(text, here).take_while(blank).filter(|line| line.indent() > here.indent()).collect();
    let first = wide.last()?;
    Some(Slip {
        message: "a blank line at the start of this text holds more spaces than the text is indented by".to_owned(),
        span: first.span,
        related: Some((here.content_span(), "the first line of the text".to_owned())),
        help: "remove the spaces of the blank line".to_owned(),
        edits: wide.iter().map(|line| Edit::delete(line.span)).collect(),
        fix_title: "remove the spaces of the blank line",
        safety: Safety::Safe,
        sure: true,
        template: false,
    })
}

/// A line of a block that is indented less than the block's first line, which ends the block for YAML.
fn block_line_outdented(text: &str, failure: &Failure) -> Option<Slip> {
    kind(failure)?;
    let here = line_at(text, failure.at);
    let header = before(text, here).find(|line| line.has_block_header() && line.indent() < here.indent())?;
    let inside = || {
        lines(text)
            .skip_while(|line| line.span.start <= header.span.start)
            .filter(|line| !line.content().is_empty())
            .take_while(|line| line.indent() > header.indent())
    };
    let first = inside().next().filter(|first| first.indent() > here.indent() && first.span.start < here.span.start)?;
    let edits = inside()
        .filter(|line| line.indent() < first.indent())
        .map(|line| Edit::insert(line.span.start, " ".repeat(first.indent() - line.indent())))
        .take(MAX_EDITS + 1)
        .collect();
    Some(Slip {
        message: format!(
            "this line is indented by {} spaces, the text above it by {}: YAML ends the text of `{}` here",
            here.indent(),
            first.indent(),
            header.content()
        ),
        span: here.content_span(),
        related: Some((first.content_span(), "the first line sets the indentation of the whole text".to_owned())),
        help: format!("indent every line of the text by at least {} spaces", first.indent()),
        edits,
        fix_title: "indent the line like the first line of the text",
        safety: Safety::Unsafe,
        sure: false,
        template: false,
    })
}

/// `severity:High`
fn missing_space(text: &str, failure: &Failure) -> Option<Slip> {
    kind(failure)?;
    let here = line_at(text, failure.at);
    let candidates = std::iter::once(here).chain(before(text, here).take(3)).collect::<Vec<_>>();
    let (line, colon) = candidates.into_iter().find_map(|line| tight_colon(line.text).map(|at| (line, at)))?;
    let at = line.span.start + Span::from_range(0..colon + 1).end;
    let key = line.text[..colon].trim_start().trim_start_matches("- ");
    Some(Slip {
        message: format!(
            "a space is missing after `{key}:`; without it YAML reads the line as plain text, not as a key"
        ),
        span: line.content_span(),
        related: None,
        help: format!("write `{key}: ` with a space after the colon"),
        edits: vec![Edit::insert(at, " ")],
        fix_title: "add the space after the colon",
        safety: Safety::Safe,
        sure: false,
        template: false,
    })
}

/// The offset of the colon in `key:value`, with an optional `- ` before it; not for addresses.
fn tight_colon(line: &str) -> Option<usize> {
    let bare = line.trim_start().trim_start_matches("- ").trim_start();
    let rest = bare.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let name = bare.len() - rest.len();
    let value = rest.strip_prefix(':')?;
    let tight = name > 0 && !value.is_empty() && !value.starts_with([' ', '\t', '/', ':', '=', '\\']);
    tight.then(|| line.len() - rest.len())
}

/// A plain value with a character that means something else to YAML.
fn value_needs_quotes(text: &str, failure: &Failure) -> Option<Slip> {
    kind(failure)?;
    let here = line_at(text, failure.at);
    let line = std::iter::once(here).chain(before(text, here).take(1)).find(|line| line.value_start().is_some())?;
    let start = line.value_start()?;
    let value = line.text[start..].trim_end();
    let (why, safety) = match value.chars().next()? {
        c @ ('%' | '@' | '`') => (format!("a value must not start with `{c}`"), Safety::Safe),
        '{' if value.starts_with("{{") => ("YAML reads `{{` as the start of a nested mapping".to_owned(), Safety::Safe),
        c @ ('{' | '[') => (format!("YAML reads the `{c}` at the start as the start of a collection"), Safety::Unsafe),
        '*' => ("YAML reads `*` at the start as a reference to another value".to_owned(), Safety::Safe),
        c @ ('&' | '!') => (format!("YAML gives `{c}` at the start a meaning of its own"), Safety::Safe),
        c @ ('"' | '\'') if value[1..].contains(c) => {
            (format!("the value goes on behind the closing `{c}`"), Safety::Unsafe)
        }
        '|' | '>' | '"' | '\'' => return None,
        _ if value.contains(": ") || value.ends_with(':') => {
            ("YAML reads the colon inside the value as another key".to_owned(), Safety::Safe)
        }
        _ => return None,
    };
    let span = Span::from_range(start..start + value.len()).shifted(line.span.start);
    Some(Slip {
        message: format!("this value must be quoted: {why}"),
        span,
        related: None,
        help: "write the value between single quotes, with each `'` inside it doubled".to_owned(),
        edits: vec![Edit::replace(span, format!("'{}'", value.replace('\'', "''")))],
        fix_title: "quote the value",
        safety,
        sure: false,
        template: false,
    })
}

fn unclosed_quote(text: &str, failure: &Failure) -> Option<Slip> {
    if !matches!(kind(failure)?, ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent) {
        return None;
    }
    let here = line_at(text, failure.at);
    let quoted = |line: &Line<'_>| line.value_start().is_some_and(|at| line.text[at..].starts_with(['"', '\'']));
    let line = std::iter::once(here).chain(before(text, here)).find(quoted)?;
    let start = line.value_start()?;
    let quote = &line.text[start..=start];
    Some(Slip {
        message: format!("the value starts with a quote ({quote}) that is never closed"),
        span: Span::from_range(start..line.text.trim_end().len()).shifted(line.span.start),
        related: None,
        help: format!("add the closing {quote}, or put the whole value between quotes of the other kind"),
        edits: Vec::new(),
        fix_title: "",
        safety: Safety::Unsafe,
        sure: true,
        template: false,
    })
}
