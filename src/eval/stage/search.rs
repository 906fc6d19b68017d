//! `search`: rows of which a text stands in any column (Microsoft: "search operator"). `*` at the ends of a text leaves that
//! end of the term open, inside it stands for anything.

use super::Op;
use crate::bind::ir::{self, ExprKind};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::kql::ast::{BinaryOp, LogicalOp, MembershipOp};
use crate::value::{Type, Value};

/// Whether upper and lower case are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Matters,
    Ignored,
}

/// Compiles `search` as a filter.
pub(super) fn compile(input: &ir::Rel, predicate: &ir::Expr, case: Case, compiler: &mut Compiler) -> Result<Op, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let mut predicate = predicate.clone();
    spell_out(&mut predicate, &input.columns, case, compiler)?;
    Ok(Op::Filter { input: stage, conjuncts: vec![compiler.expr(&predicate)?] })
}

/// Makes a predicate what `where` would have in its place: a bare text is a comparison of each column.
fn spell_out(expr: &mut ir::Expr, columns: &[ir::Column], case: Case, compiler: &mut Compiler) -> Result<(), Error> {
    for operand in expr.operands_mut() {
        spell_out(operand, columns, case, compiler)?;
    }
    let span = expr.span;
    match &mut expr.kind {
        ExprKind::Call { name, args } if name == "search" => {
            let [text] = args.as_slice() else {
                return Err(Error::unsupported("search of several texts", span));
            };
            let text = compiler.expr(text)?;
            let Some(Value::String(term)) = text.constant() else {
                return Err(Error::unsupported("search of a text that is no constant", span));
            };
            let (op, pattern) = comparison(term, case);
            // The first column is the name of the table, which is not searched.
            let operands = columns.iter().enumerate().skip(1).map(|(at, column)| {
                let left = Box::new(ir::Expr { kind: ExprKind::Column(at), ty: column.ty, span });
                let pattern = ExprKind::Literal(Value::String(pattern.clone()));
                let right = Box::new(ir::Expr { kind: pattern, ty: Type::String, span });
                ir::Expr { kind: ExprKind::Binary { op, left, right }, ty: Type::Bool, span }
            });
            expr.kind = ExprKind::Logical { op: LogicalOp::Or, operands: operands.collect() };
        }
        ExprKind::Binary { op, .. } if case == Case::Matters => *op = minding_case(*op),
        ExprKind::Membership { op, .. } | ExprKind::MembershipTable { op, .. } if case == Case::Matters => {
            *op = match op {
                MembershipOp::In | MembershipOp::InTilde => MembershipOp::In,
                MembershipOp::NotIn | MembershipOp::NotInTilde => MembershipOp::NotIn,
                MembershipOp::HasAny | MembershipOp::HasAll => {
                    return Err(Error::unsupported(format!("`{}` that minds case", op.as_str()), span));
                }
            };
        }
        _ => {}
    }
    Ok(())
}

/// The comparison that a bare text stands for, and its right side.
fn comparison(term: &str, case: Case) -> (BinaryOp, String) {
    let (open_start, open_end) = (term.starts_with('*'), term.len() > 1 && term.ends_with('*'));
    let inner = term.trim_matches('*');
    if inner.contains('*') {
        let parts: Vec<String> = inner.split('*').map(regex::escape).collect();
        let edge = |open: bool| if open { "" } else { r"\b" };
        let flags = if case == Case::Ignored { "(?is)" } else { "(?s)" };
        let pattern = format!("{flags}{}{}{}", edge(open_start), parts.join(".*"), edge(open_end));
        return (BinaryOp::MatchesRegex, pattern);
    }
    let op = match (open_start, open_end) {
        (false, false) => BinaryOp::Has,
        (false, true) => BinaryOp::HasPrefix,
        (true, false) => BinaryOp::HasSuffix,
        (true, true) => BinaryOp::Contains,
    };
    let op = if case == Case::Matters { minding_case(op) } else { op };
    (op, inner.to_owned())
}

/// The operator that tells upper and lower case apart and is otherwise the same.
const fn minding_case(op: BinaryOp) -> BinaryOp {
    use BinaryOp as B;
    match op {
        B::EqualTilde => B::Equal,
        B::NotEqualTilde => B::NotEqual,
        B::Has | B::Colon => B::HasCs,
        B::NotHas => B::NotHasCs,
        B::HasPrefix => B::HasPrefixCs,
        B::NotHasPrefix => B::NotHasPrefixCs,
        B::HasSuffix => B::HasSuffixCs,
        B::NotHasSuffix => B::NotHasSuffixCs,
        B::Contains => B::ContainsCs,
        B::NotContains => B::NotContainsCs,
        B::StartsWith => B::StartsWithCs,
        B::NotStartsWith => B::NotStartsWithCs,
        B::EndsWith => B::EndsWithCs,
        B::NotEndsWith => B::NotEndsWithCs,
        op => op,
    }
}
