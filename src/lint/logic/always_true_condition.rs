//! A condition that every row meets.

use crate::diag::{Diagnostic, Level};
use crate::lint::condition::{Condition, Matching, Quantifier, Test};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "always-true-condition",
    group: "logic",
    level: Level::Warning,
    summary: "a condition that is true for every row",
    page: include_str!("always_true_condition.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for condition in cx.filters().iter().flat_map(|filter| &filter.conditions) {
        visit(cx, condition, sink);
    }
}

fn visit(cx: &Context<'_>, condition: &Condition, sink: &mut Vec<Diagnostic>) {
    match condition {
        Condition::All(parts, _) => {
            for part in parts {
                visit(cx, part, sink);
            }
        }
        Condition::Any(parts, span) => {
            if let Some((one, other)) = contradicting_negations(parts) {
                let operand = &one.operand;
                let message = format!("this is true for every row: no `{operand}` fails both of its negated tests");
                let found = cx.at_query(&LINT, *span, message).label("always true");
                let found = found
                    .related(cx.to_file(one.span), "fails only for one value …")
                    .related(cx.to_file(other.span), "… and this for another");
                sink.push(found.help(format!("to leave out both, write `and` between the tests of `{operand}`")));
                return;
            }
            for part in parts {
                visit(cx, part, sink);
            }
        }
        Condition::Test(test) if matches_everything(test) => {
            let message = format!("`{}` with an empty text is true for every row", operator(cx, test));
            let found = cx.at_query(&LINT, test.span, message).label("always true");
            sink.push(found.help("write the text that is looked for, or remove the condition"));
        }
        _ => {}
    }
}

fn operator<'c>(cx: &'c Context<'_>, test: &Test) -> &'c str {
    cx.query().map_or("", |query| test.op_span.slice(&query.syntax.text))
}

fn matches_everything(test: &Test) -> bool {
    let everywhere = matches!(test.matching, Matching::Contains | Matching::StartsWith | Matching::EndsWith);
    everywhere && !test.negated && test.values.iter().any(|value| value.text.is_empty())
}

/// Two negated tests of one operand whose positive forms no value meets both.
fn contradicting_negations(parts: &[Condition]) -> Option<(&Test, &Test)> {
    let negated: Vec<&Test> = parts.iter().filter_map(negated_test).collect();
    negated.iter().enumerate().find_map(|(index, one)| {
        let other =
            negated[index + 1..].iter().find(|other| other.operand == one.operand && exclude_each_other(one, other))?;
        Some((*one, *other))
    })
}

fn negated_test(condition: &Condition) -> Option<&Test> {
    match condition {
        Condition::Test(test)
            if test.negated && test.complete && test.quantifier == Quantifier::Any && !test.values.is_empty() =>
        {
            Some(test)
        }
        _ => None,
    }
}

/// Whether no text matches a value of `one` and a value of `other`. Compared without case, which is the cautious way.
fn exclude_each_other(one: &Test, other: &Test) -> bool {
    let lower = |test: &Test| test.values.iter().map(|value| value.text.to_lowercase()).collect::<Vec<_>>();
    let (ours, theirs) = (lower(one), lower(other));
    let apart = |a: &str, b: &str| match (one.matching, other.matching) {
        (Matching::Equal, Matching::Equal) => a != b,
        (Matching::StartsWith, Matching::StartsWith) => !a.starts_with(b) && !b.starts_with(a),
        (Matching::EndsWith, Matching::EndsWith) => !a.ends_with(b) && !b.ends_with(a),
        (Matching::Equal, Matching::StartsWith) => !a.starts_with(b),
        (Matching::StartsWith, Matching::Equal) => !b.starts_with(a),
        (Matching::Equal, Matching::EndsWith) => !a.ends_with(b),
        (Matching::EndsWith, Matching::Equal) => !b.ends_with(a),
        _ => false,
    };
    ours.iter().all(|a| theirs.iter().all(|b| apart(a, b)))
}
