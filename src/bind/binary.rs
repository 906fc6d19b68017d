//! The type of an operator over two operands. It depends on nothing but their types, so it is found out once a process.

use std::sync::OnceLock;

use super::overload;
use super::types::Argument;
use crate::catalog;
use crate::kql::ast::BinaryOp;
use crate::value::Type;

const TYPES: usize = Type::Unknown as usize + 1;
const OPERATORS: usize = 64;

/// What an operator gives for operands of two types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) ty: Type,
    /// It is defined for operands of these types.
    pub(super) is_defined: bool,
}

/// `None` for an operator that the catalogue does not have.
pub(super) fn outcome(op: BinaryOp, left: Type, right: Type) -> Option<Outcome> {
    static KNOWN: [OnceLock<Option<Outcome>>; OPERATORS * TYPES * TYPES] =
        [const { OnceLock::new() }; OPERATORS * TYPES * TYPES];
    let place = (op as usize * TYPES + left as usize) * TYPES + right as usize;
    match KNOWN.get(place) {
        Some(known) => *known.get_or_init(|| found_out(op, left, right)),
        None => found_out(op, left, right),
    }
}

fn found_out(op: BinaryOp, left: Type, right: Type) -> Option<Outcome> {
    let text = if op == BinaryOp::NotEqualAngle { "!=" } else { op.as_str() };
    let operands = [Argument::Scalar(left), Argument::Scalar(right)];
    let choice = overload::choose_operator(catalog::operator(text)?, &operands);
    Some(Outcome { ty: choice.ty, is_defined: choice.mismatches.is_empty() })
}
