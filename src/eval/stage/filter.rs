//! `where`: rows for which the predicate is true. The parts of an `and` run one after the other, each over the rows that
//! the ones before left, once those are few.

use super::Op;
use super::source::{self, Reading};
use crate::bind::ir;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, ListSource, Node, Scope, truth};
use crate::eval::kernel::compare::Comparison;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::Operand;
use crate::eval::window::Window;
use crate::kql::ast::{LogicalOp, MembershipOp};
use crate::value::Type;

/// Compiles `where`; several in a row become one, and what concerns only the left side of an `innerunique` join runs before
/// it, as in the service: it decides which of several left rows with one key the join keeps. A predicate that looks at
/// neighbouring rows is asked in one piece, of all rows: others must not take its neighbours away.
pub(super) fn compile(input: &ir::Rel, predicate: &ir::Expr, compiler: &mut Compiler) -> Result<Op, Error> {
    let mut input = compiler.input(input)?;
    if Window::call_in(predicate).is_some() {
        return Ok(Op::Filter { input: Box::new(input), conjuncts: vec![compiler.expr(predicate)?] });
    }
    let mut conjuncts = Vec::new();
    split(predicate, &mut conjuncts);
    let (early, late): (Vec<_>, Vec<_>) = conjuncts.into_iter().partition(|part| match &input.op {
        Op::Join(join) => join.takes_early(part),
        _ => false,
    });
    let early = early.into_iter().map(|part| compiler.expr(part)).collect::<Result<Vec<_>, _>>()?;
    let mut conjuncts = late.into_iter().map(|part| compiler.expr(part)).collect::<Result<Vec<_>, _>>()?;
    if let Op::Join(join) = &mut input.op {
        join.filter_left(early);
        if conjuncts.is_empty() {
            compiler.outline.merge(input.id);
            return Ok(input.op);
        }
    }
    match input.op {
        Op::Filter { input: inner, conjuncts: earlier } if !earlier.iter().any(Expr::looks_at_neighbours) => {
            compiler.outline.merge(input.id);
            conjuncts = earlier.into_iter().chain(conjuncts).collect();
            input = *inner;
        }
        op => input.op = op,
    }
    conjuncts.sort_by_key(|conjunct| !asks_texts(conjunct)); // stable: otherwise as written
    Ok(Op::Filter { input: Box::new(input), conjuncts })
}

/// Whether a conjunct compares the texts of a column with constants. Those go first: a column that repeats its texts is
/// asked once for each of them, and rules look for few of them.
fn asks_texts(conjunct: &Expr) -> bool {
    let is_text_column = |expr: &Expr| expr.ty == Type::String && matches!(expr.node, Node::Column(_));
    match &conjunct.node {
        Node::Text(_, Some(_), operands) => is_text_column(&operands[0]),
        Node::Compare(Comparison::Equal, operands) => is_text_column(&operands[0]) && operands[1].constant().is_some(),
        Node::Membership(op, value, ListSource::Prepared(_)) => {
            !matches!(op, MembershipOp::NotIn | MembershipOp::NotInTilde) && is_text_column(value)
        }
        Node::Logical(_, operands) => operands.iter().all(asks_texts),
        _ => false,
    }
}

fn split<'e>(predicate: &'e ir::Expr, into: &mut Vec<&'e ir::Expr>) {
    match &predicate.kind {
        ir::ExprKind::Logical { op: LogicalOp::And, operands } => operands.iter().for_each(|part| split(part, into)),
        _ => into.push(predicate),
    }
}

/// The rows for which every conjunct is true.
pub(super) fn run(input: &Stage, conjuncts: &[Expr], run: &Run) -> Result<Table, Error> {
    if let Some(part) = source::part(input, run)? {
        return part.filtered(input, conjuncts, run);
    }
    let rows = Reading::new(input, conjuncts, run)?;
    let kept = holding(rows.scope(), conjuncts, run)?;
    Ok(rows.kept(input, kept.as_deref()))
}

/// The rows for which every conjunct is true; `None` for all rows.
pub(in crate::eval) fn holding(all: Scope, conjuncts: &[Expr], run: &Run) -> Result<Option<Vec<u32>>, Error> {
    let mut kept: Option<Vec<u32>> = None;
    for conjunct in conjuncts {
        kept = narrow(conjunct, all, kept, run)?;
        if kept.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
    }
    Ok(kept)
}

/// The rows of `kept` (all rows if `None`) for which the conjunct is true.
fn narrow(conjunct: &Expr, all: Scope, kept: Option<Vec<u32>>, run: &Run) -> Result<Option<Vec<u32>>, Error> {
    let scope = match &kept {
        Some(rows) => all.selected(rows),
        None => all,
    };
    let value = conjunct.eval(scope, run)?;
    let Some(mask) = truth(&value, scope.rows()) else {
        let what = format!("where with a predicate of type {}", value.ty(conjunct.ty));
        return Err(Error::unsupported(what, conjunct.span));
    };
    let cells = match mask {
        Operand::One(Some(true)) => return Ok(kept),
        Operand::One(_) => return Ok(Some(Vec::new())),
        Operand::Many(cells) => cells,
    };
    let row_of = |at: usize| match &kept {
        Some(rows) => rows[at],
        None => u32::try_from(at).unwrap_or(u32::MAX),
    };
    let values = cells.values().iter().enumerate();
    Ok(Some(match cells.mask() {
        None => values.filter(|&(_, &holds)| holds).map(|(at, _)| row_of(at)).collect(),
        Some(valid) => values.filter(|&(at, &holds)| holds && valid[at]).map(|(at, _)| row_of(at)).collect(),
    }))
}
