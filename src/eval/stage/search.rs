//! `search`: rows of which a text stands in any column (Microsoft: "search operator"). `*` at the ends of a text leaves that
//! end of the term open, inside it stands for anything.

use super::Op;
use crate::bind::ir::{self, ExprKind};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Node};
use crate::eval::kernel::text::{Matcher, Shape, TextOp};
use crate::kql::ast::LogicalOp;
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
    let predicate = anywhere(predicate, &input.columns, case, compiler)?;
    Ok(Op::Filter { input: stage, conjuncts: vec![predicate] })
}

fn anywhere(expr: &ir::Expr, columns: &[ir::Column], case: Case, compiler: &mut Compiler) -> Result<Expr, Error> {
    let logical = |op, operands| Expr { node: Node::Logical(op, operands), ty: Type::Bool, span: expr.span };
    match &expr.kind {
        ExprKind::Logical { op, operands } => {
            let operands = operands.iter().map(|operand| anywhere(operand, columns, case, compiler));
            Ok(logical(*op, operands.collect::<Result<_, _>>()?))
        }
        ExprKind::Call { name, args } if name == "search" => {
            let [text] = args.as_slice() else {
                return Err(Error::unsupported("search of several texts", expr.span));
            };
            let text = compiler.expr(text)?;
            let Some(Value::String(term)) = text.constant() else {
                return Err(Error::unsupported("search of a text that is no constant", expr.span));
            };
            let (op, matcher) = term_matcher(term, case).map_err(|reason| Error::runtime(reason, expr.span))?;
            // The first column is the name of the table, which is not searched.
            let searched = columns.iter().enumerate().skip(1);
            let operands = searched.map(|(at, column)| {
                let value = Expr { node: Node::Column(at), ty: column.ty, span: expr.span };
                let node = Node::Text(op, Some(matcher.clone()), Box::new([value, text.clone()]));
                Expr { node, ty: Type::Bool, span: expr.span }
            });
            Ok(logical(LogicalOp::Or, operands.collect()))
        }
        _ => {
            let plain = compiler.expr(expr)?;
            if case == Case::Matters { sensitive(plain) } else { Ok(plain) }
        }
    }
}

/// A comparison of texts that tells upper and lower case apart.
fn sensitive(expr: Expr) -> Result<Expr, Error> {
    let Node::Text(op, _, operands) = expr.node else { return Ok(expr) };
    let op = TextOp { ignore_case: false, ..op };
    let matcher = match operands[1].constant() {
        Some(Value::String(pattern)) => {
            Some(Matcher::new(op, pattern).map_err(|reason| Error::runtime(reason, operands[1].span))?)
        }
        _ => None,
    };
    Ok(Expr { node: Node::Text(op, matcher, operands), ..expr })
}

fn term_matcher(term: &str, case: Case) -> Result<(TextOp, Matcher), String> {
    let (open_start, open_end) = (term.starts_with('*'), term.len() > 1 && term.ends_with('*'));
    let inner = term.trim_matches('*');
    if inner.contains('*') {
        let parts: Vec<String> = inner.split('*').map(regex::escape).collect();
        let edge = |open: bool| if open { "" } else { r"\b" };
        let flags = if case == Case::Ignored { "(?is)" } else { "(?s)" };
        let pattern = format!("{flags}{}{}{}", edge(open_start), parts.join(".*"), edge(open_end));
        let op = TextOp { shape: Shape::Regex, ignore_case: false, negated: false };
        return Ok((op, Matcher::new(op, &pattern)?));
    }
    let shape = match (open_start, open_end) {
        (false, false) => Shape::Term,
        (false, true) => Shape::TermPrefix,
        (true, false) => Shape::TermSuffix,
        (true, true) => Shape::Anywhere,
    };
    let op = TextOp { shape, ignore_case: case == Case::Ignored, negated: false };
    Ok((op, Matcher::new(op, inner)?))
}
