//! `and` and `or` with three values (Microsoft: "Logical operators", "Null values"): false wins over null in `and`, true
//! in `or`.

use crate::eval::column::Cells;
use crate::eval::vector::Operand;
use crate::kql::ast::LogicalOp;

/// One step of a chain.
pub(crate) fn combine(op: LogicalOp, a: &Operand<bool>, b: &Operand<bool>) -> Operand<bool> {
    let decisive = op == LogicalOp::Or;
    match (a, b) {
        (Operand::One(a), Operand::One(b)) => Operand::One(cell(decisive, *a, *b)),
        (Operand::One(one), Operand::Many(cells)) | (Operand::Many(cells), Operand::One(one)) => match one {
            Some(value) if *value == decisive => Operand::One(Some(decisive)),
            Some(_) => Operand::Many(cells.clone()),
            None => Operand::Many(cells.iter().map(|b| cell(decisive, None, b.copied())).collect()),
        },
        (Operand::Many(a), Operand::Many(b)) => Operand::Many(columns(decisive, a, b)),
    }
}

fn columns(decisive: bool, a: &Cells<bool>, b: &Cells<bool>) -> Cells<bool> {
    if a.mask().is_some() || b.mask().is_some() {
        return a.iter().zip(b.iter()).map(|(a, b)| cell(decisive, a.copied(), b.copied())).collect();
    }
    let pairs = a.values().iter().zip(b.values());
    Cells::new(if decisive { pairs.map(|(a, b)| a | b).collect() } else { pairs.map(|(a, b)| a & b).collect() })
}

fn cell(decisive: bool, a: Option<bool>, b: Option<bool>) -> Option<bool> {
    if a == Some(decisive) || b == Some(decisive) {
        return Some(decisive);
    }
    a.and(b)
}
