//! Something in the query of a summary rule that the service does not run there.

use crate::diag::{Diagnostic, Level};
use crate::kql::ast::{ExprKind, LetValue, Operator, StatementKind};
use crate::kql::walk::{Node, Step, walk};
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
    let mut found: Vec<(Span, String)> = Vec::new();
    walk(&query.syntax.query, &mut |node| {
        match node {
            Node::Expr(expr) => {
                if let ExprKind::Call { name, .. } = &expr.kind
                    && ELSEWHERE.contains(&name.text(source).as_ref())
                {
                    found.push((
                        name.span,
                        format!("`{}()` reads from elsewhere than the workspace", name.text(source)),
                    ));
                }
            }
            Node::Statement(statement) => {
                if let StatementKind::Let { name, value: LetValue::Function(_) } = &statement.kind {
                    let message = format!("`{}` is a function of the query's own", name.text(source));
                    found.push((name.span, message));
                }
            }
            Node::Stage(stage) => {
                if let Operator::Evaluate { call, .. } = &stage.operator
                    && let ExprKind::Call { name, .. } = &call.kind
                    && PLUGINS.contains(&name.text(source).as_ref())
                {
                    let message = format!("the columns that `{}` gives depend on the rows", name.text(source));
                    found.push((name.span, message));
                }
            }
            Node::Function(_) => {}
        }
        Step::Into
    });
    sink.extend(found.into_iter().map(|(span, why)| {
        cx.at_query(&LINT, span, format!("{why}, which a summary rule cannot do")).help("write the query without it")
    }));
}
