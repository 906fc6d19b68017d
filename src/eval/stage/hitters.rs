//! `top-hitters`: the most frequent values. The service approximates; here the counts are exact.

use super::Op;
use crate::bind::ir::{self, Aggregate, Column, Expr, ExprKind, Name, Rel, RelKind, SortKey};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::value::Type;

/// Compiles `top-hitters` as what it says: `summarize`, `sort`, `take`.
pub(super) fn compile(
    rel: &Rel,
    input: &Rel,
    count: &Expr,
    of: &Expr,
    by: Option<&Expr>,
    compiler: &mut Compiler,
) -> Result<Op, Error> {
    let span = rel.span;
    let number = rel.columns.get(1).cloned().unwrap_or(Column { name: Name::fixed("count_"), ty: Type::Long });
    let outputs: Vec<Expr> = rel
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| Expr { kind: ExprKind::Column(at), ty: column.ty, span })
        .collect();
    let aggregate = Aggregate {
        name: Name::fixed(if by.is_some() { "sum" } else { "count" }),
        args: by.cloned().into_iter().collect(),
        columns: vec![number],
        span,
    };
    let rank = outputs.last().cloned();
    let with = |kind| Rel { kind, columns: rel.columns.clone(), open: false, span };
    let summarized = with(RelKind::Summarize {
        input: Box::new(input.clone()),
        keyed: true,
        keys: vec![of.clone()],
        aggregates: vec![aggregate],
        outputs,
    });
    let keys = rank.into_iter().map(|value| SortKey { value, descending: true, nulls_first: false }).collect();
    let sorted = with(RelKind::Sort { input: Box::new(summarized), keys });
    let taken = with(RelKind::Take { input: Box::new(sorted), count: ir::Expr::clone(count) });
    super::compile(&taken, compiler)
}
