//! A published hunting page, taken apart: the hypothesis, the query, the rule, the table notes and the scenarios.
//!
//! Such a page is a web page saved as text. Its sections stand under fixed heads; the indentation of the YAML rule is
//! lost, sections may be missing, and the text may stop anywhere. Every part keeps its place in the file.

use crate::text::{Source, Span, Spanned};

use super::keys::RuleKeys;

/// One line of the page, without its line ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'s> {
    /// The text of the line.
    pub text: &'s str,
    /// Where it stands in the file.
    pub span: Span,
}

/// A page, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'s> {
    /// The sentences above the query.
    pub hypothesis: Option<Spanned<String>>,
    /// The copy of the query that stands outside the rule; empty where the page has none.
    pub query: Vec<Line<'s>>,
    /// The lines of the YAML rule; at least one.
    pub rule: Vec<Line<'s>>,
    /// The rows of the table of tables.
    pub notes: Vec<TableNote>,
    /// The benign scenarios.
    pub scenarios: Vec<Scenario>,
    /// Lines that belong to no known section.
    pub unread: Vec<Line<'s>>,
    /// The end of the text, where it stops in the middle of a scenario.
    pub cut: Option<Span>,
}

/// One row of the table of tables: a table's name and what the page says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableNote {
    /// The table.
    pub table: Spanned<String>,
    /// The remark; may be empty.
    pub note: String,
}

/// One benign scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its title.
    pub title: Spanned<String>,
    /// What happens in it.
    pub description: Option<Spanned<String>>,
    /// The text of its filter; `None` where the page gives none.
    pub filter: Option<Spanned<String>>,
}

/// The file is no page of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPage {
    /// No `query:` key stands at the start of a line.
    #[error("{path}: is no hunting page: it holds no rule (no line starts with `query:`)")]
    NoRule {
        /// The file.
        path: String,
    },
    /// There is a query, but none of the keys that make a rule.
    #[error("{path}: is no hunting page: the `query:` of line {line} has no `id:` or `name:` beside it")]
    NoName {
        /// The file.
        path: String,
        /// The 1-based line of the key.
        line: u32,
    },
}

/// Takes a page apart. Fails on text that holds no rule.
pub fn read<'s>(source: &'s Source, keys: &RuleKeys) -> Result<Page<'s>, NotAPage> {
    let lines = lines(source.text());
    let path = || source.path().display().to_string();
    let query_key = position(&lines, 0, |line| keys.root_key(line.text) == Some("query"))
        .ok_or_else(|| NotAPage::NoRule { path: path() })?;
    let head = position(&lines[..query_key], 0, is_query_head);
    let after_head = head.map_or(0, |at| at + 1);
    let start = position(&lines, after_head, |line| keys.root_key(line.text).is_some()).unwrap_or(query_key);
    let scenarios = position(&lines, start, |line| scenario_head(line).is_some_and(|(head, _)| head == Head::Scenario));
    let scenarios = scenarios.unwrap_or(lines.len());
    let notes = position(&lines[..scenarios], start, is_table_head).unwrap_or(scenarios);
    let rule = trimmed(&lines[start..notes]).to_vec();
    if !rule.iter().any(|line| matches!(keys.root_key(line.text), Some("id" | "name"))) {
        return Err(NotAPage::NoName { path: path(), line: source.position(lines[query_key].span.start).line });
    }
    let (rows, unread) = table_notes(&lines[notes..scenarios]);
    let read = read_scenarios(&lines[scenarios..]);
    Ok(Page {
        hypothesis: paragraph(&lines[..head.unwrap_or(start)]),
        query: head.map(|_| without_fences(&lines[after_head..start])).unwrap_or_default(),
        rule: rule.into_iter().filter(|line| !is_fence(line)).collect(),
        notes: rows,
        cut: cut_end(&read),
        scenarios: read,
        unread,
    })
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = Vec::new();
    for raw in text[at..].split_inclusive('\n') {
        let content = raw.trim_end_matches(['\r', '\n']);
        lines.push(Line { text: content, span: Span::from_range(at..at + content.len()) });
        at += raw.len();
    }
    lines
}

fn position(lines: &[Line<'_>], from: usize, is: impl Fn(&Line<'_>) -> bool) -> Option<usize> {
    lines.get(from..)?.iter().position(is).map(|at| from + at)
}

fn trimmed<'a, 's>(lines: &'a [Line<'s>]) -> &'a [Line<'s>] {
    let blank = |line: &Line<'_>| line.text.trim().is_empty();
    let start = lines.iter().position(|line| !blank(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !blank(line)).map_or(start, |at| at + 1);
    &lines[start..end]
}

fn without_fences<'s>(lines: &[Line<'s>]) -> Vec<Line<'s>> {
    let kept: Vec<Line<'s>> = lines.iter().filter(|line| !is_fence(line)).copied().collect();
    trimmed(&kept).to_vec()
}

fn is_fence(line: &Line<'_>) -> bool {
    line.text.trim_start().starts_with("```")
}

/// The line without what a web page or Markdown puts around a head: `## `, `**`, `- `, `1. `.
fn undecorated(text: &str) -> &str {
    text.trim().trim_start_matches(['#', '*', '-', '_', '>', ' ']).trim_end_matches(['*', '_', ' '])
}

fn is_query_head(line: &Line<'_>) -> bool {
    let head = undecorated(line.text).trim_end_matches(':').to_ascii_lowercase();
    matches!(head.as_str(), "kql query" | "kql" | "query" | "hunting query" | "detection query")
}

fn cells(text: &str) -> Option<Vec<&str>> {
    let inner = text.trim();
    inner.contains('|').then(|| inner.trim_matches('|').split('|').map(str::trim).collect())
}

fn is_table_head(line: &Line<'_>) -> bool {
    let Some(cells) = cells(line.text) else { return false };
    let word = |cell: &&str, word: &str| cell.to_ascii_lowercase().split_whitespace().any(|part| part == word);
    cells.len() >= 2
        && cells.first().is_some_and(|cell| word(cell, "table") || word(cell, "tables"))
        && !cells[0].contains('=')
}

/// The rows below the head of the table of tables, and the lines after it that are none.
fn table_notes<'s>(lines: &[Line<'s>]) -> (Vec<TableNote>, Vec<Line<'s>>) {
    let mut rows = Vec::new();
    let mut unread = Vec::new();
    for line in lines.iter().skip(1).filter(|line| !line.text.trim().is_empty()) {
        match cells(line.text) {
            Some(cells)
                if cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' '))) => {}
            Some(cells) if cells.len() >= 2 && !cells[0].is_empty() => {
                let start = line.text.find(cells[0]).unwrap_or_default() + line.span.start as usize;
                let span = Span::from_range(start..start + cells[0].len());
                let name = cells[0].trim_matches('`').to_owned();
                rows.push(TableNote { table: Spanned::new(name, span), note: cells[1..].join(" | ") });
            }
            _ => unread.push(*line),
        }
    }
    (rows, unread)
}

fn paragraph(lines: &[Line<'_>]) -> Option<Spanned<String>> {
    let lines = trimmed(lines);
    let (first, last) = (lines.first()?, lines.last()?);
    let words: Vec<&str> = lines.iter().map(|line| line.text.trim()).filter(|text| !text.is_empty()).collect();
    Some(Spanned::new(words.join(" "), first.span.to(last.span)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    Scenario,
    Description,
    Filter,
}

/// The head a line of a scenario starts with, and the byte offset in the line where its text starts.
fn scenario_head(line: &Line<'_>) -> Option<(Head, usize)> {
    let text = line.text;
    let start = text.len() - text.trim_start_matches(['#', '*', '-', '_', '>', ' ', '\t', '.', ')']).len();
    let start = start + leading_number(&text[start..]);
    let rest = &text[start..];
    let colon = rest.find(':')?;
    let head = rest[..colon].trim_matches(['*', '_', ' ']).to_ascii_lowercase();
    let numbered = head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    let head = match numbered {
        "scenario" => Head::Scenario,
        "description" => Head::Description,
        "filter/exclusion"
        | "filter / exclusion"
        | "exclusion/filter"
        | "filter"
        | "exclusion"
        | "filters"
        | "exclusions"
        | "suggested filter"
        | "suggested exclusion" => Head::Filter,
        _ => return None,
    };
    let after = &rest[colon + 1..];
    let lead = after.len() - after.trim_start_matches(['*', '_', ' ', '\t']).len();
    Some((head, start + colon + 1 + lead))
}

/// The length of `1. ` or `2) ` at the start.
fn leading_number(text: &str) -> usize {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &text[digits..];
    if digits == 0 || !rest.starts_with(['.', ')']) {
        return 0;
    }
    text.len() - rest[1..].trim_start().len()
}

fn read_scenarios(lines: &[Line<'_>]) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut part = Head::Scenario;
    for line in lines {
        match scenario_head(line) {
            Some((Head::Scenario, at)) => {
                part = Head::Scenario;
                scenarios.push(Scenario { title: rest_of(line, at), description: None, filter: None });
            }
            Some((head, at)) => {
                part = head;
                if let Some(scenario) = scenarios.last_mut() {
                    *scenario.part(head) = Some(rest_of(line, at));
                }
            }
            None if line.text.trim().is_empty() || is_fence(line) => {}
            None => {
                if let Some(scenario) = scenarios.last_mut() {
                    scenario.extend(part, line);
                }
            }
        }
    }
    scenarios
}

impl Scenario {
    fn part(&mut self, head: Head) -> &mut Option<Spanned<String>> {
        if head == Head::Filter { &mut self.filter } else { &mut self.description }
    }

    /// A line without a head goes on with the part above it.
    fn extend(&mut self, head: Head, line: &Line<'_>) {
        let target = match head {
            Head::Scenario => &mut self.title,
            other => match self.part(other) {
                Some(part) => part,
                None => return,
            },
        };
        // A line feed and nothing else between the lines keeps offsets of a filter of one line exact.
        if target.value.is_empty() {
            *target = rest_of(line, 0);
            return;
        }
        let gap = line.span.start.saturating_sub(target.span.end) as usize;
        target.value.push_str(&"\n".repeat(gap));
        target.value.push_str(line.text);
        target.span = target.span.to(line.span);
    }
}

fn rest_of(line: &Line<'_>, at: usize) -> Spanned<String> {
    let text = line.text[at..].trim_end();
    let lead = text.len() - text.trim_start().len();
    let start = line.span.start as usize + at + lead;
    Spanned::new(text[lead..].to_owned(), Span::from_range(start..start + text.len() - lead))
}

/// Where the text stops in the middle: the last scenario lacks its filter although others have one, or a part does not
/// end as a sentence or a closed expression ends.
fn cut_end(scenarios: &[Scenario]) -> Option<Span> {
    let (last, others) = scenarios.split_last()?;
    let others_have_filters = others.iter().any(|scenario| scenario.filter.is_some());
    let end = match (&last.filter, &last.description) {
        (Some(filter), _) => return ends_open(&filter.value).then_some(Span::at(filter.span.end)),
        (None, Some(description)) => description.span.end,
        (None, None) => last.title.span.end,
    };
    others_have_filters.then_some(Span::at(end))
}

/// Whether a text stops where something more must come: after `OR`, in a quote, in a bracket.
fn ends_open(text: &str) -> bool {
    let last_word = text.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
    let dangling =
        matches!(last_word.as_str(), "or" | "and" | "not" | "in" | "==" | "!=" | "=" | "contains" | "," | "(");
    let count = |c: char| text.matches(c).count();
    let quotes = count('“') != count('”') || count('"') % 2 == 1 || count('`') % 2 == 1;
    text.is_empty() || dangling || quotes || count('(') > count(')')
}
