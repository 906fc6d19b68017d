//! A value of a list that another value of the list already covers.

use std::collections::{BTreeMap, HashMap};

use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::lint::condition::{Condition, Matching, Quantifier, Test, Value};
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

/// In longer lists only equal values are looked for: comparing each with each would take too long.
const LONGEST_COMPARED: usize = 2_000;
/// More findings about one query help nobody.
const MOST_REPORTED: usize = 200;

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let conditions = cx.filters().iter().flat_map(|filter| &filter.conditions);
    let tests: Vec<&Test> = conditions.flat_map(Condition::tests).collect();
    let mut found: BTreeMap<Span, Vec<(&Test, &Value, &Value)>> = BTreeMap::new();
    for test in &tests {
        for (value, by) in redundant(test) {
            found.entry(value.span).or_default().push((test, value, by));
        }
    }
    for (span, uses) in found.into_iter().take(MOST_REPORTED) {
        // A list that a `let` names may serve several tests; the value must be of no use to any of them.
        let tests_with_it = tests.iter().filter(|test| test.values.iter().any(|value| value.span == span)).count();
        if let [(test, value, by), ..] = uses.as_slice()
            && uses.len() == tests_with_it
        {
            sink.push(report(cx, test, value, by));
        }
    }
}

/// The values that the test could do without, each with one that covers it.
fn redundant(test: &Test) -> Vec<(&Value, &Value)> {
    let compared = test.compared();
    let mut redundant: Vec<(usize, usize)> = Vec::new();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, value) in compared.iter().enumerate() {
        // Of two equal values the later one is the redundant one.
        if let Some(by) = first.get(value.as_str()) {
            redundant.push((index, *by));
            continue;
        }
        first.insert(value, index);
        if compared.len() <= LONGEST_COMPARED && test.matching != Matching::Equal {
            let by = compared.iter().position(|other| other != value && does_without(test, value, other));
            redundant.extend(by.map(|by| (index, by)));
        }
    }
    redundant.into_iter().map(|(index, by)| (&test.values[index], &test.values[by])).collect()
}

/// Whether the test says the same without `value` as long as `other` stays.
fn does_without(test: &Test, value: &str, other: &str) -> bool {
    match test.quantifier {
        Quantifier::Any => test.matching.covers(other, value),
        Quantifier::All => test.matching.covers(value, other),
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
        Some(edit) => {
            found.fix(Fix { title: format!("remove '{}'", value.text), edits: vec![edit], safety: Safety::Safe })
        }
        None => found,
    }
}

/// Takes the value and one comma out of its list. `None` where a comment stands in the way or the list is shared by
/// several tests (a `let`), for which the value may matter.
fn removal(cx: &Context<'_>, test: &Test, value: &Value) -> Option<Edit> {
    let query = cx.query()?;
    let list = value.list.filter(|list| test.span.contains(*list))?;
    let source = &query.syntax.text;
    let before = source.get(list.start as usize..value.span.start as usize)?;
    let after = source.get(value.span.end as usize..list.end as usize)?;
    let span = if before.trim_end().ends_with(',') {
        Span::new(list.start + offset(before.trim_end().len() - 1), value.span.end)
    } else if let Some(rest) = after.trim_start().strip_prefix(',') {
        Span::new(value.span.start, list.end - offset(rest.trim_start().len()))
    } else {
        return None;
    };
    let has_comment = span.slice(source).contains("//");
    let span = query.embedded.exact(span).filter(|_| !has_comment)?;
    Some(Edit::delete(span))
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
