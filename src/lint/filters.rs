//! What a query filters by: for each pipe, however deep it stands, the conditions of its `where` stages.

use super::condition::{Condition, Reader};
use crate::kql::Syntax;
use crate::kql::ast::{Expr, ExprKind, JoinOperator, LetValue, NamedExpr, Operator, Pipe, Query, Stage, StatementKind};

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
    let mut walk = Walk { reader: Reader::new(&syntax.query, &syntax.text), source: &syntax.text, found: Vec::new() };
    walk.query(&syntax.query, Purpose::Select);
    walk.found
}

struct Walk<'q> {
    reader: Reader<'q>,
    source: &'q str,
    found: Vec<Filter>,
}

impl Walk<'_> {
    fn query(&mut self, query: &Query, purpose: Purpose) {
        for statement in &query.statements {
            match &statement.kind {
                StatementKind::Expression(expr) => self.expr(expr, purpose),
                StatementKind::Let { value: LetValue::Expr(expr), .. } => self.expr(expr, purpose),
                StatementKind::Let { value: LetValue::Function(function), .. } => self.query(&function.body, purpose),
                _ => {}
            }
        }
    }

    fn expr(&mut self, expr: &Expr, purpose: Purpose) {
        match &expr.kind {
            ExprKind::Pipe(pipe) => self.pipe(pipe, purpose),
            ExprKind::Paren(inner) => self.expr(inner, purpose),
            ExprKind::Call { args, .. } => args.iter().for_each(|arg| self.expr(&arg.value, purpose)),
            ExprKind::Logical { operands, .. } => operands.iter().for_each(|operand| self.expr(operand, purpose)),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left, purpose);
                self.expr(right, purpose);
            }
            ExprKind::Membership { value, list, .. } => {
                self.expr(value, purpose);
                list.iter().for_each(|element| self.expr(element, purpose));
            }
            ExprKind::Unary { operand, .. } => self.expr(operand, purpose),
            ExprKind::Member { base, .. } => self.expr(base, purpose),
            ExprKind::Index { base, index } => {
                self.expr(base, purpose);
                self.expr(index, purpose);
            }
            ExprKind::Between { value, low, high, .. } => {
                [value, low, high].into_iter().for_each(|part| self.expr(part, purpose));
            }
            _ => {}
        }
    }

    fn pipe(&mut self, pipe: &Pipe, purpose: Purpose) {
        let conditions = pipe.stages.iter().filter_map(|stage| match &stage.operator {
            Operator::Where { predicate, .. } => Some(self.reader.read(predicate)),
            _ => None,
        });
        let conditions: Vec<Condition> = conditions.collect();
        if !conditions.is_empty() {
            self.found.push(Filter { conditions, purpose });
        }
        if let Some(source) = &pipe.source {
            self.expr(source, purpose);
        }
        pipe.stages.iter().for_each(|stage| self.stage(stage, purpose));
    }

    /// The pipes inside a stage.
    fn stage(&mut self, stage: &Stage, purpose: Purpose) {
        match &stage.operator {
            Operator::Where { predicate, .. } => self.expr(predicate, purpose),
            Operator::Join(join) | Operator::Lookup(join) => self.expr(&join.right, self.purpose_of(join, purpose)),
            Operator::Union { tables, .. } => tables.iter().for_each(|table| self.expr(table, purpose)),
            Operator::MvApply(apply) => self.expr(&apply.on, purpose),
            Operator::Partition(partition) => self.expr(&partition.body, purpose),
            Operator::Fork(branches) => branches.iter().for_each(|branch| self.expr(&branch.pipe, purpose)),
            Operator::Extend(columns) | Operator::Project(columns) | Operator::Print(columns) => self.columns(columns, purpose),
            Operator::Summarize(summarize) => {
                self.columns(&summarize.aggregates, purpose);
                summarize.by.iter().for_each(|by| self.columns(by, purpose));
            }
            _ => {}
        }
    }

    fn columns(&mut self, columns: &[NamedExpr], purpose: Purpose) {
        columns.iter().for_each(|column| self.expr(&column.expr, purpose));
    }

    fn purpose_of(&self, join: &JoinOperator, purpose: Purpose) -> Purpose {
        let kind = join.parameters.iter().find(|parameter| parameter.name.text(self.source) == "kind");
        let kind = kind.map(|kind| kind.value.span.slice(self.source).to_ascii_lowercase()).unwrap_or_default();
        if ["anti", "leftanti", "leftantisemi"].contains(&kind.as_str()) { Purpose::Exclude } else { purpose }
    }
}
