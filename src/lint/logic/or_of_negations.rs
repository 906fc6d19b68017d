//! Negated tests of one column joined by `or`.

use crate::diag::{Diagnostic, Level};
use crate::lint::condition::{Condition, Matching, Quantifier, Test};
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "or-of-negations",
    group: "logic",
    level: Level::Warning,
    summary: "negated tests of one column joined by `or` leave almost nothing out",
    page: include_str!("or_of_negations.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for condition in cx.filters().iter().flat_map(|filter| &filter.conditions) {
        visit(cx, condition, sink);
    }
}

fn visit(cx: &Context<'_>, condition: &Condition, sink: &mut Vec<Diagnostic>) {
    match condition {
        Condition::All(parts, _) | Condition::Any(parts, _) => {
            let is_any = matches!(condition, Condition::Any(..));
            sink.extend(pair(parts).filter(|_| is_any).map(|(one, other)| report(cx, one, other)));
            for part in parts {
                visit(cx, part, sink);
            }
        }
        _ => {}
    }
}

/// Two tests that say "the text lacks …" of one operand.
fn pair(parts: &[Condition]) -> Option<(&Test, &Test)> {
    let tests: Vec<&Test> = parts.iter().filter_map(lack).collect();
    tests.iter().enumerate().find_map(|(index, one)| {
        let other = tests[index + 1..].iter().find(|other| other.operand == one.operand)?;
        Some((*one, *other))
    })
}

fn lack(condition: &Condition) -> Option<&Test> {
    let Condition::Test(test) = condition else { return None };
    // Tests whose positive forms no text meets together are always true, and reported as that.
    let within =
        matches!(test.matching, Matching::Has | Matching::Contains | Matching::HasPrefix | Matching::HasSuffix);
    let is_lack = within && test.negated && test.quantifier == Quantifier::Any && !test.values.is_empty();
    is_lack.then_some(test)
}

fn report(cx: &Context<'_>, one: &Test, other: &Test) -> Diagnostic {
    let message = format!("only rows whose `{}` fails both negated tests are left out", one.operand);
    let found = cx.at_query(&LINT, one.span.to(other.span), message).label("`or` between negations");
    found.help(format!("to leave out rows that have either, write `and` between the tests of `{}`", one.operand))
}
