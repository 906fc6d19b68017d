//! A value of a list that another value of the list already covers.

use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::condition::{Condition, Quantifier, Test, Value};
use crate::lint::{Check, Context, Lint};
use crate::text::{Edit, Span};

pub(super) static LINT: Lint = Lint {
    name: "redundant-value",
    group: "redundant",
    level: Level::Warning,
    summary: "a value is already covered by another value of the same test",
    page: include_str!("redundant_value.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for condition in cx.filters().iter().flat_map(|filter| &filter.conditions) {
        visit(cx, condition, sink);
    }
}

fn visit(cx: &Context<'_>, condition: &Condition, sink: &mut Vec<Diagnostic>) {
    match condition {
        Condition::Test(test) => in_list(cx, test, sink),
        Condition::All(parts, _) | Condition::Any(parts, _) => parts.iter().for_each(|part| visit(cx, part, sink)),
        Condition::Other(_) => {}
    }
}

fn in_list(cx: &Context<'_>, test: &Test, sink: &mut Vec<Diagnostic>) {
    let mut redundant: Vec<usize> = Vec::new();
    for (index, value) in test.values.iter().enumerate() {
        let others = test.values.iter().enumerate().filter(|(other, _)| *other != index && !redundant.contains(other));
        let covering = others.into_iter().find(|(other, candidate)| {
            let covers = does_without(test, &value.text, &candidate.text);
            // Of two equal values the later one is the redundant one.
            covers && (*other < index || !does_without(test, &candidate.text, &value.text))
        });
        if let Some((_, by)) = covering {
            redundant.push(index);
            sink.push(report(cx, test, value, by));
        }
    }
}

/// Whether the test says the same without `value` as long as `other` stays.
fn does_without(test: &Test, value: &str, other: &str) -> bool {
    match test.quantifier {
        Quantifier::Any => test.covers(other, value),
        Quantifier::All => test.covers(value, other),
    }
}

fn report(cx: &Context<'_>, test: &Test, value: &Value, by: &Value) -> Diagnostic {
    let operator = test.op_span.slice(cx.query().map_or("", |query| query.syntax.text.as_str()));
    let message = if value.text.to_lowercase() == by.text.to_lowercase() {
        format!("'{}' stands in the list twice", value.text)
    } else {
        format!("'{}' is already covered by '{}'", value.text, by.text)
    };
    let found = cx
        .at_query(&LINT, value.span, message)
        .label("changes nothing")
        .related(cx.to_file(by.span), "covers it")
        .help(format!("remove it: whatever it matches under `{operator}`, '{}' matches too", by.text));
    match removal(cx, test, value) {
        Some(edit) => found.fix(Fix { title: format!("remove '{}'", value.text), edits: vec![edit], safety: Safety::Safe }),
        None => found,
    }
}

/// Takes the value and one comma out of its list. `None` where a comment stands in the way or the list is shared by
/// several tests (a `let`), for which the value may matter.
fn removal(cx: &Context<'_>, test: &Test, value: &Value) -> Option<Edit> {
    let query = cx.query()?;
    let list = value.list.filter(|list| test.span.contains(*list))?;
    let text = &query.syntax.text;
    let before = text.get(list.start as usize..value.span.start as usize)?;
    let after = text.get(value.span.end as usize..list.end as usize)?;
    let span = if before.trim_end().ends_with(',') {
        Span::new(list.start + offset(before.trim_end().len() - 1), value.span.end)
    } else if let Some(rest) = after.trim_start().strip_prefix(',') {
        Span::new(value.span.start, list.end - offset(rest.trim_start().len()))
    } else {
        return None;
    };
    let has_comment = span.slice(text).contains("//");
    let span = query.embedded.exact(span).filter(|_| !has_comment)?;
    Some(Edit::delete(span))
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
