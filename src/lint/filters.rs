//! What a query filters by: for each pipe, however deep it stands, the conditions of its `where` stages.

use super::condition::{Condition, Reader};
use crate::kql::Syntax;
use crate::kql::ast::{ExprKind, Operator, Pipe, Stage};
use crate::kql::walk::{Node, Step, walk};
use crate::text::Span;

/// The conditions that the rows of one pipe must meet, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// One entry for each `where` stage.
    pub(super) conditions: Vec<Condition>,
    /// What becomes of the rows.
    pub(super) purpose: Purpose,
}

/// What becomes of the rows that a pipe gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// They are what is looked for.
    Select,
    /// They are taken away from others (the right side of an anti join).
    Exclude,
}

/// The filters of a query, outer pipes first.
pub(super) fn of(syntax: &Syntax) -> Vec<Filter> {
    let reader = Reader::new(&syntax.query, &syntax.text);
    let mut excluded: Vec<Span> = Vec::new();
    let mut found = Vec::new();
    walk(&syntax.query, &mut |node| {
        match node {
            Node::Stage(stage) => excluded.extend(taken_away(stage, &syntax.text)),
            Node::Expr(expr) => {
                if let ExprKind::Pipe(pipe) = &expr.kind {
                    let is_excluded = excluded.iter().any(|span| span.contains(expr.span));
                    let purpose = if is_excluded { Purpose::Exclude } else { Purpose::Select };
                    let conditions = conditions(pipe, &reader);
                    found.extend((!conditions.is_empty()).then_some(Filter { conditions, purpose }));
                }
            }
            Node::Statement(_) | Node::Function(_) => {}
        }
        Step::Into
    });
    found
}

fn conditions(pipe: &Pipe, reader: &Reader<'_>) -> Vec<Condition> {
    let predicates = pipe.stages.iter().filter_map(|stage| match &stage.operator {
        Operator::Where { predicate, .. } => Some(reader.read(predicate)),
        _ => None,
    });
    predicates.collect()
}

/// The right side of an anti join: its rows are taken away from the left's.
fn taken_away(stage: &Stage, source: &str) -> Option<Span> {
    let Operator::Join(join) = &stage.operator else { return None };
    let kind = join.parameters.iter().find(|parameter| parameter.name.text(source) == "kind")?;
    let kind = kind.value.span.slice(source).to_ascii_lowercase();
    ["anti", "leftanti", "leftantisemi"].contains(&kind.as_str()).then_some(join.right.span)
}
