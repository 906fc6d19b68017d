//! The stages of a plan for people: `--explain-plan` and `--profile`.

use std::fmt::Write as _;

use crate::eval::{Cost, Entry, Note, Plan};
use crate::text::Span;
use crate::unit::Query;

/// The width that is aimed at, in characters.
const WIDTH: usize = 80;
/// The width of the columns with figures.
const FIGURES: usize = 40;

/// The stages, each above those it runs over.
pub(super) fn explain(plan: &Plan, query: &Query) -> String {
    let mut text = String::new();
    let depths = depths(plan.outline());
    for (entry, depth) in plan.outline().iter().zip(depths).filter(|(entry, _)| entry.note != Note::Merged) {
        let indent = "  ".repeat(depth);
        line(&mut text, &format!("{indent}{}", title(entry, query)));
        for detail in details(entry, query) {
            line(&mut text, &format!("{indent}  - {detail}"));
        }
    }
    text
}

/// The stages with what they cost.
pub(super) fn profile(plan: &Plan, costs: &[Cost], query: &Query) -> String {
    let mut text = format!("{:>12} {:>12} {:>12}  stage\n", "rows in", "rows out", "time");
    let depths = depths(plan.outline());
    for (at, ((entry, cost), depth)) in plan.outline().iter().zip(costs).zip(&depths).enumerate() {
        if entry.note == Note::Merged || cost.runs == 0 {
            continue;
        }
        let inputs = || inputs(&depths, plan.outline(), at).filter_map(|input| costs.get(input));
        let has_input = inputs().next().is_some();
        let rows_in =
            if has_input { inputs().map(|input| input.rows).sum::<usize>().to_string() } else { "-".to_owned() };
        let title: String = format!("{}{}", "  ".repeat(*depth), title(entry, query));
        let title: String = cut(&title, WIDTH - FIGURES);
        let milliseconds = format!("{:.3} ms", cost.time.as_secs_f64() * 1e3);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{rows_in:>12} {:>12} {milliseconds:>12}  {title}", cost.rows);
    }
    text
}

/// How deep each stage stands where merged stages do not count.
fn depths(outline: &[Entry]) -> Vec<usize> {
    let mut merged: Vec<usize> = Vec::new();
    let depth = |entry: &Entry| {
        merged.retain(|&depth| depth < entry.depth);
        let depth = entry.depth - merged.len();
        if entry.note == Note::Merged {
            merged.push(entry.depth);
        }
        depth
    };
    outline.iter().map(depth).collect()
}

/// The stages that a stage runs over.
fn inputs(depths: &[usize], outline: &[Entry], at: usize) -> impl Iterator<Item = usize> {
    let own = depths.get(at).copied().unwrap_or(0);
    let below = depths.iter().zip(outline).enumerate().skip(at + 1);
    let below = below.take_while(move |(_, (depth, entry))| **depth > own || entry.note == Note::Merged);
    below.filter(move |(_, (depth, entry))| **depth == own + 1 && entry.note != Note::Merged).map(|(at, _)| at)
}

fn title(entry: &Entry, query: &Query) -> String {
    let written = excerpt(query, entry.span);
    match entry.note {
        Note::Table => {
            let (columns, read) = entry.columns();
            format!("{written}: {read} of {columns} columns")
        }
        Note::Shared => format!("{written}: computed once"),
        _ => written,
    }
}

fn details(entry: &Entry, query: &Query) -> Vec<String> {
    match &entry.note {
        Note::Conditions(conditions) if conditions.len() > 1 => {
            conditions.iter().map(|&condition| excerpt(query, condition)).collect()
        }
        _ => Vec::new(),
    }
}

/// What is written at a place, in one line.
fn excerpt(query: &Query, span: Span) -> String {
    let written = query.embedded.text().get(span.range()).unwrap_or_default();
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line(text: &mut String, line: &str) {
    text.push_str(&cut(line, WIDTH));
    text.push('\n');
}

fn cut(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    line.chars().take(width - 1).chain(['…']).collect()
}
