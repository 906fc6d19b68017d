//! A condition that no row meets.

use crate::diag::{Diagnostic, Level};
use crate::lint::condition::{Condition, Matching, Quantifier, Test};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "never-true-condition",
    group: "logic",
    level: Level::Warning,
    summary: "a condition that is true for no row",
    page: include_str!("never_true_condition.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for condition in cx.filters().iter().flat_map(|filter| &filter.conditions) {
        visit(cx, condition, sink);
    }
}

fn visit(cx: &Context<'_>, condition: &Condition, sink: &mut Vec<Diagnostic>) {
    match condition {
        Condition::Any(parts, _) => {
            for part in parts {
                visit(cx, part, sink);
            }
        }
        Condition::All(parts, span) => {
            let required = condition.required();
            let tests: Vec<&Test> = required.iter().filter_map(|part| positive_test(part)).collect();
            let pairs = tests
                .iter()
                .enumerate()
                .flat_map(|(index, one)| tests[index + 1..].iter().map(move |other| (*one, *other)));
            if let Some((one, other)) = pairs.into_iter().find(|(one, other)| contradict(one, other)) {
                let message = format!("this is true for no row: no `{}` meets both of its tests", one.operand);
                let found = cx.at_query(&LINT, *span, message).label("never true");
                let found = found
                    .related(cx.to_file(one.span), "asks for this …")
                    .related(cx.to_file(other.span), "… and this for that");
                sink.push(found.help(format!("to accept either, write `or` between the tests of `{}`", one.operand)));
                return;
            }
            for part in parts {
                visit(cx, part, sink);
            }
        }
        _ => {}
    }
}

fn positive_test(condition: &Condition) -> Option<&Test> {
    match condition {
        Condition::Test(test)
            if !test.negated && test.complete && test.quantifier == Quantifier::Any && !test.values.is_empty() =>
        {
            Some(test)
        }
        _ => None,
    }
}

/// Whether no text meets both tests. Compared without case, which is the cautious way.
fn contradict(one: &Test, other: &Test) -> bool {
    if one.operand != other.operand {
        return false;
    }
    let meets = |text: &str, test: &Test, wanted: &str| match test.matching {
        Matching::Equal => text == wanted,
        Matching::StartsWith => text.starts_with(wanted),
        Matching::EndsWith => text.ends_with(wanted),
        // What a term is depends on more than the text: only what is not in it at all is certainly not met.
        _ => text.contains(wanted),
    };
    let apart = |a: &str, b: &str| match (one.matching, other.matching) {
        (Matching::Equal, _) => !meets(a, other, b),
        (_, Matching::Equal) => !meets(b, one, a),
        (Matching::StartsWith, Matching::StartsWith) => !a.starts_with(b) && !b.starts_with(a),
        (Matching::EndsWith, Matching::EndsWith) => !a.ends_with(b) && !b.ends_with(a),
        _ => false,
    };
    let lower = |test: &Test| test.values.iter().map(|value| value.text.to_lowercase()).collect::<Vec<_>>();
    let (ours, theirs) = (lower(one), lower(other));
    ours.iter().all(|a| theirs.iter().all(|b| apart(a, b)))
}
