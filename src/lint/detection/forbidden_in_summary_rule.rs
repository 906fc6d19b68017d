//! Something in the query of a summary rule that the service does not run there.

use crate::diag::{Diagnostic, Level};
use crate::kql::ast::{ExprKind, LetValue, Operator, Stage, StatementKind};
use crate::kql::walk::{Node, Step, walk};
use crate::lint::time::window::time_condition;
use crate::lint::{Check, Context, Lint};
use crate::rule::Kind;
use crate::text::Span;

pub(super) static LINT: Lint = Lint {
    name: "forbidden-in-summary-rule",
    group: "detection",
    level: Level::Error,
    summary: "the query of a summary rule uses what the service does not run there",
    page: include_str!("forbidden_in_summary_rule.md"),
    check: Check::Unit(check),
};

/// Functions that read from elsewhere than the rule's own workspace.
const ELSEWHERE: [&str; 5] = ["workspace", "app", "resource", "adx", "arg"];
/// Plugins whose columns depend on the rows.
const PLUGINS: [&str; 3] = ["bag_unpack", "narrow", "pivot"];

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let is_summary = cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::SummaryRule);
    let Some(query) = cx.query().filter(|_| is_summary) else { return };
    let source = query.syntax.text.as_str();
    let mut found: Vec<Diagnostic> = Vec::new();
    walk(&query.syntax.query, &mut |node| {
        match node {
            Node::Stage(stage) => {
                found.extend(in_stage(stage, source).map(|(span, why)| refused(cx, span, &why)));
                found.extend(time_condition(stage, source).map(|span| own_time(cx, span)));
            }
            node => found.extend(in_node(node, source).map(|(span, why)| refused(cx, span, &why))),
        }
        Step::Into
    });
    sink.append(&mut found);
}

fn refused(cx: &Context<'_>, span: Span, why: &str) -> Diagnostic {
    cx.at_query(&LINT, span, format!("{why}, which a summary rule cannot do")).help("write the query without it")
}

/// The service does not refuse it, but what is left of a bin is not what the rule is said to sum up.
fn own_time(cx: &Context<'_>, span: Span) -> Diagnostic {
    let message = "the query bounds the time itself, but each run is given its own bin of time";
    let found = Diagnostic { level: Level::Warning, ..cx.at_query(&LINT, span, message) };
    found.help("leave the condition out: `binSize` and `binDelay` set the stretch of a run")
}

fn in_node(node: Node<'_>, source: &str) -> Option<(Span, String)> {
    match node {
        Node::Expr(expr) => {
            let ExprKind::Call { name, .. } = &expr.kind else { return None };
            let called = name.text(source);
            let why = format!("`{called}()` reads from elsewhere than the workspace");
            ELSEWHERE.contains(&called.as_ref()).then_some((name.span, why))
        }
        Node::Statement(statement) => {
            let StatementKind::Let { name, value: LetValue::Function(_) } = &statement.kind else { return None };
            Some((name.span, format!("`{}` is a function of the query's own", name.text(source))))
        }
        _ => None,
    }
}

fn in_stage(stage: &Stage, source: &str) -> Option<(Span, String)> {
    match &stage.operator {
        Operator::Evaluate { call, .. } => {
            let ExprKind::Call { name, .. } = &call.kind else { return None };
            let called = name.text(source);
            let why = format!("the columns that `{called}` gives depend on the rows");
            PLUGINS.contains(&called.as_ref()).then_some((name.span, why))
        }
        Operator::Union { parameters, tables } => {
            let all = tables.iter().find(|table| matches!(table.kind, ExprKind::Wildcard(_) | ExprKind::Star));
            let fuzzy = parameters.iter().find(|parameter| parameter.name.text(source) == "isfuzzy");
            all.map(|table| (table.span, "the union reads tables by a pattern".to_owned())).or_else(|| {
                fuzzy.map(|found| (found.name.span, "`isfuzzy` leaves out tables that are not there".to_owned()))
            })
        }
        _ => None,
    }
}
