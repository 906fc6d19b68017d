//! What is wrong with a page, each finding at its place in the page.

use crate::catalog::products::Products;
use crate::diag::{Diagnostic, Level};
use crate::text::Span;

use super::filter::{Compare, Filter, Operand, Reading};
use super::page::{Line, Page, Scenario};
use super::restore::Restored;
use super::verdict::{Verdict, mixes_polarity};
use super::vocabulary::{Meaning, Stands, Vocabulary, is_address_range};

const CURLY: &[char] = &['“', '”', '„', '‘', '’'];

/// What is wrong with the page as a whole: its sections, its two copies of the query, its table notes.
pub(super) fn of_page(page: &Page<'_>, restored: &Restored, tables: &[String]) -> Vec<Diagnostic> {
    let mut found = restored.problems.clone();
    found.extend(copies_differ(page, restored));
    found.extend(curly_quotes(&page.rule));
    found.extend(table_notes(page, tables));
    found.extend(page.unread.first().map(|line| {
        let message = "text that belongs to no known section of a page; it is left out";
        Diagnostic::new("page-unread-text", Level::Note, message, line.span)
    }));
    found.extend(page.cut.map(|span| {
        let title = page.scenarios.last().map_or("", |scenario| &scenario.title.value);
        let message = format!("the page stops here, in the middle of the scenario \"{title}\"");
        Diagnostic::new("page-cut", Level::Warning, message, span)
            .help("read the rest on the site the page was saved from")
    }));
    found
}

/// The two copies of the query, compared line by line without the blanks around them.
fn copies_differ(page: &Page<'_>, restored: &Restored) -> Option<Diagnostic> {
    if page.query.is_empty() {
        return None;
    }
    let outside: Vec<&Line<'_>> = page.query.iter().filter(|line| !line.text.trim().is_empty()).collect();
    let inside: Vec<&(String, Span)> = restored.query.iter().filter(|(text, _)| !text.trim().is_empty()).collect();
    let differs = |at: &usize| match (outside.get(*at), inside.get(*at)) {
        (Some(outside), Some(inside)) => outside.text.trim() != inside.0.trim(),
        _ => true,
    };
    let at = (0..outside.len().max(inside.len())).find(differs)?;
    let last = inside.last().map_or(Span::default(), |(_, span)| Span::at(span.end));
    let place = inside.get(at).map_or(last, |(_, span)| *span);
    let message = match inside.get(at) {
        Some(_) => "the query of the rule differs here from the page's other copy; the rule's is taken",
        None => "the query of the rule ends here, the page's other copy goes on; the rule's is taken",
    };
    let found = Diagnostic::new("page-copies-differ", Level::Warning, message, place);
    Some(match outside.get(at) {
        Some(line) => found.related(line.span, "the other copy says"),
        None => found,
    })
}

fn curly_quotes(lines: &[Line<'_>]) -> Vec<Diagnostic> {
    let places = lines.iter().flat_map(|line| line.text.match_indices(CURLY).map(move |(at, quote)| (line, at, quote)));
    let quotes = places.filter(|(_, _, quote)| !matches!(*quote, "‘" | "’"));
    let found = quotes.map(|(line, at, quote)| {
        let start = line.span.start as usize + at;
        let span = Span::from_range(start..start + quote.len());
        let message = format!("a curly quote ({quote}) in the rule; neither YAML nor KQL takes it for a quote");
        Diagnostic::new("page-curly-quote", Level::Warning, message, span)
    });
    found.collect()
}

fn table_notes(page: &Page<'_>, tables: &[String]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for note in &page.notes {
        if !tables.is_empty() && !tables.contains(&note.table.value) {
            let message = format!("the page names the table `{}`, which the query does not read", note.table.value);
            let help = format!("the query reads {}", tables.join(", "));
            found.push(Diagnostic::new("page-table-not-read", Level::Warning, message, note.table.span).help(help));
        }
    }
    let Some(last) = page.notes.last() else { return found };
    let missing = tables.iter().filter(|table| page.notes.iter().all(|note| note.table.value != **table));
    found.extend(missing.map(|table| {
        let message = format!("the query reads `{table}`, which the page's list of tables leaves out");
        Diagnostic::new("page-table-not-listed", Level::Note, message, last.table.span)
    }));
    found
}

/// What is wrong with the text of one filter, before it is judged.
pub(super) fn of_filter(
    scenario: &Scenario,
    reading: &Reading,
    table: &str,
    vocabulary: &Vocabulary,
) -> Vec<Diagnostic> {
    let Some(text) = &scenario.filter else { return Vec::new() };
    let mut found = Vec::new();
    match (&reading.filter, reading.prose) {
        (None, _) if reading.cut.is_none() => found.push(Diagnostic::new(
            "page-prose-filter",
            Level::Note,
            "the filter is prose; no condition can be read from it",
            text.span,
        )),
        (_, Some(prose)) => found.push(
            Diagnostic::new("page-prose-filter", Level::Note, "the filter goes on in prose", prose)
                .help("only the condition before it is judged"),
        ),
        _ => {}
    }
    found.extend(
        reading.curly.iter().map(|span| {
            Diagnostic::new("page-curly-quote", Level::Note, "curly quotes; KQL takes only ' and \"", *span)
        }),
    );
    found.extend(reading.bare.iter().map(|span| {
        let message = "a text alone is no condition; `a contains \"x\" or \"y\"` compares only \"x\"";
        Diagnostic::new("page-bare-operand", Level::Warning, message, *span)
            .help("it is read as one more value of the comparison before it: `a has_any (\"x\", \"y\")`")
    }));
    let Some(filter) = &reading.filter else { return found };
    if mixes_polarity(filter) {
        let message = "negations and plain conditions are alternatives of one OR, so the benign case itself is kept";
        found.push(Diagnostic::new("page-mixed-polarity", Level::Warning, message, text.span));
    }
    for compare in filter.comparisons() {
        found.extend(of_comparison(compare, table, vocabulary));
    }
    found
}

fn of_comparison(compare: &Compare, table: &str, vocabulary: &Vocabulary) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let first = compare.values.first().map_or("", |value| value.text.as_str());
    let meaning = vocabulary.meaning(&compare.field.value, table, first);
    if !matches!(meaning, Meaning::Column { .. }) {
        let message = format!("`{}` is no column of {table}, and none is known to hold it", compare.field.value);
        found.push(Diagnostic::new("page-unmapped-field", Level::Warning, message, compare.field.span));
    }
    let is_process = matches!(meaning, Meaning::Column { role: "process" | "parent_process", .. });
    for value in &compare.values {
        found.extend(of_value(value, compare.values.len() > 1, vocabulary));
        if is_process && !value.hole && vocabulary.placeholder(&value.text).is_none() {
            found.extend(unknown_process(value, vocabulary));
        }
    }
    found
}

fn of_value(value: &Operand, in_list: bool, vocabulary: &Vocabulary) -> Option<Diagnostic> {
    let placeholder = vocabulary.placeholder(value.text.trim_matches(['<', '>']));
    if value.hole || placeholder.is_some() {
        let why = placeholder.map_or("it stands in angle brackets", |(_, why)| why);
        let found = Diagnostic::new(
            "page-placeholder",
            Level::Warning,
            format!("`{}` is a placeholder", value.text),
            value.span,
        );
        let stands_for_tool = placeholder.is_some_and(|(stands, _)| stands == Stands::Tool);
        let help = if stands_for_tool {
            "with the tool's own name the condition excludes the tool"
        } else {
            "put in your own value"
        };
        return Some(found.note(why).help(help));
    }
    if is_address_range(&value.text) {
        let place = if in_list { "a list of texts" } else { "a text" };
        let message = format!("the address range {} stands in {place}; no address equals it", value.text);
        return Some(
            Diagnostic::new("page-range-as-text", Level::Warning, message, value.span)
                .help("compare addresses with ipv4_is_in_any_range()"),
        );
    }
    None
}

fn unknown_process(value: &Operand, vocabulary: &Vocabulary) -> Option<Diagnostic> {
    let products: &Products = crate::catalog::products::products();
    if vocabulary.is_common_process(&value.text) || !products.claims_to_file(&value.text).is_empty() {
        return None;
    }
    let message = format!("`{}` is no process of Windows and of no product in the catalogue", value.text);
    Some(Diagnostic::new("page-unknown-process", Level::Note, message, value.span))
}

/// Why no filter of the page could be judged.
pub(super) fn of_unjudged(reason: &str, page: &Page<'_>) -> Diagnostic {
    let place = page.scenarios.first().map_or(Span::default(), |scenario| scenario.title.span);
    Diagnostic::new(
        "filter-not-judged",
        Level::Note,
        format!("the filters of the scenarios are not judged: {reason}"),
        place,
    )
}

/// The verdict on a filter as a finding.
pub(super) fn of_verdict(verdict: Verdict, filter: &Filter, span: Span) -> Diagnostic {
    let share = |part: usize, hits: usize| format!("{part} of {hits} hits ({}%)", part * 100 / hits.max(1));
    match verdict {
        Verdict::NegationsAlwaysTrue { hits } => Diagnostic::new(
            "filter-always-true",
            Level::Warning,
            format!("as an exclusion this filter blinds the rule: it is true on all {hits} hits made for the rule"),
            span,
        )
        .note("an OR of negations is false only where every value is there at once; as a condition to keep it removes nothing")
        .help(meant(filter)),
        Verdict::AlwaysTrue { hits } => Diagnostic::new(
            "filter-excludes-tool",
            Level::Warning,
            format!("as an exclusion this filter blinds the rule: it names the tool that the rule detects, on all {hits} hits"),
            span,
        ),
        Verdict::ExcludesTool { removed, hits } => Diagnostic::new(
            "filter-excludes-tool",
            Level::Warning,
            format!("this filter excludes the tool that the rule detects: it removes {}", share(removed, hits)),
            span,
        )
        .help("exclude what the tool does in your network, not the tool"),
        Verdict::NeverTrue { hits } => Diagnostic::new(
            "filter-never-true",
            Level::Warning,
            format!("this filter is dead: it is true on none of the {hits} hits made for the rule"),
            span,
        )
        .note("what it asks for contradicts the rule's own conditions, or is no value of the tool"),
        Verdict::Useful { removed, hits } => Diagnostic::new(
            "filter-useful",
            Level::Note,
            format!("as an exclusion this filter removes {}", share(removed, hits)),
            span,
        ),
        Verdict::Undecided { unknown, hits } => Diagnostic::new(
            "filter-undecided",
            Level::Note,
            format!("what this filter removes cannot be said: it depends on something unknown on {}", share(unknown, hits)),
            span,
        ),
    }
}

/// What an `OR` of negations was meant to be.
fn meant(filter: &Filter) -> String {
    let conditions: Vec<String> = filter.comparisons().iter().map(|compare| positive(compare)).collect();
    format!("meant is probably `not ({})`", conditions.join(" and "))
}

fn positive(compare: &Compare) -> String {
    use super::filter::Operator;
    let values: Vec<String> = compare.values.iter().map(|value| format!("\"{}\"", value.text)).collect();
    let operator = match (compare.operator, values.len()) {
        (Operator::Equals, 1) => "=~",
        (Operator::Equals, _) => "in~",
        (Operator::Contains, 1) => "contains",
        (Operator::Contains, _) => "has_any",
        (Operator::StartsWith, _) => "startswith",
        (Operator::EndsWith, _) => "endswith",
        (Operator::Order, _) => "compared with",
    };
    match values.as_slice() {
        [one] => format!("{} {operator} {one}", compare.field.value),
        many => format!("{} {operator} ({})", compare.field.value, many.join(", ")),
    }
}
