//! Scalar expressions of the bound tree.

use std::sync::Arc;

use super::{Column, Name, Rel};
use crate::kql::ast::{BinaryOp, LogicalOp, MembershipOp, UnaryOp};
use crate::text::Span;
use crate::value::{Type, Value};

/// A scalar expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it is written.
    pub span: Span,
}

impl Expr {
    /// The expressions right below this one that are over the same row, in written order.
    pub fn operands(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Literal(_)
            | ExprKind::TypeLiteral(_)
            | ExprKind::Column(_)
            | ExprKind::OpenColumn(_)
            | ExprKind::Shared { .. }
            | ExprKind::ToScalar(_)
            | ExprKind::Error => Vec::new(),
            ExprKind::Argument { value, .. } => vec![value.as_ref()],
            ExprKind::Call { args: operands, .. } | ExprKind::Logical { operands, .. } => operands.iter().collect(),
            ExprKind::Unary { operand, .. } => vec![operand.as_ref()],
            ExprKind::MembershipTable { value, .. } => vec![value.as_ref()],
            ExprKind::Binary { left, right, .. } => vec![left.as_ref(), right.as_ref()],
            ExprKind::Membership { value, list, .. } => std::iter::once(value.as_ref()).chain(list).collect(),
            ExprKind::Between { value, low, high, .. } => vec![value.as_ref(), low.as_ref(), high.as_ref()],
            ExprKind::Index { base, index } => vec![base.as_ref(), index.as_ref()],
        }
    }

    /// The expressions of [`Self::operands`] that are this one's own, not shared with others.
    pub fn operands_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Literal(_)
            | ExprKind::TypeLiteral(_)
            | ExprKind::Column(_)
            | ExprKind::OpenColumn(_)
            | ExprKind::Shared { .. }
            | ExprKind::Argument { .. }
            | ExprKind::ToScalar(_)
            | ExprKind::Error => Vec::new(),
            ExprKind::Call { args: operands, .. } | ExprKind::Logical { operands, .. } => operands.iter_mut().collect(),
            ExprKind::Unary { operand, .. } => vec![operand.as_mut()],
            ExprKind::MembershipTable { value, .. } => vec![value.as_mut()],
            ExprKind::Binary { left, right, .. } => vec![left.as_mut(), right.as_mut()],
            ExprKind::Membership { value, list, .. } => std::iter::once(value.as_mut()).chain(list).collect(),
            ExprKind::Between { value, low, high, .. } => vec![value.as_mut(), low.as_mut(), high.as_mut()],
            ExprKind::Index { base, index } => vec![base.as_mut(), index.as_mut()],
        }
    }

    /// The number of its own expressions, itself included; what is shared with others is not.
    pub fn size(&self) -> usize {
        1 + self.operands().into_iter().map(Self::size).sum::<usize>()
    }

    /// Whether its value depends on the row.
    pub fn has_columns(&self) -> bool {
        matches!(self.kind, ExprKind::Column(_) | ExprKind::OpenColumn(_))
            || self.operands().into_iter().any(Self::has_columns)
    }

    /// Whether every evaluation gives another value.
    pub fn is_volatile(&self) -> bool {
        matches!(&self.kind, ExprKind::Call { name, .. } if VOLATILE.contains(&name.as_str()))
            || self.operands().into_iter().any(Self::is_volatile)
    }
}

/// Functions whose every call gives another value (Microsoft: "`rand()`", "`new_guid()`").
const VOLATILE: [&str; 2] = ["rand", "new_guid"];

/// The kinds of scalar expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// `typeof(long)` as an argument: the types it names, each with its column name (empty for a bare type).
    TypeLiteral(Vec<Column>),
    /// A column of the input, by index.
    Column(usize),
    /// A column of an open input that is known by name only.
    OpenColumn(Name),
    /// A scalar `let`, evaluated once.
    Shared {
        /// The name it is bound to.
        name: Name,
        /// The value.
        value: Arc<Expr>,
    },
    /// A value that a function declared in the query was called with, or a call that gives several columns: over the row of
    /// the call, and the same for every use with the same [`Arc`].
    Argument {
        /// The name of the parameter.
        name: Name,
        /// The value.
        value: Arc<Expr>,
    },
    /// A built-in function.
    Call {
        /// The function.
        name: Name,
        /// Its arguments; `*` is expanded.
        args: Vec<Expr>,
    },
    /// A prefix operator.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// An operator with two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// A chain of `and` or `or`.
    Logical {
        /// The operator.
        op: LogicalOp,
        /// The operands, in order.
        operands: Vec<Expr>,
    },
    /// `in`, `has_any` and their like over scalars (dynamic arrays count by their elements).
    Membership {
        /// The operator.
        op: MembershipOp,
        /// Left operand.
        value: Box<Expr>,
        /// The list.
        list: Vec<Expr>,
    },
    /// `in (T | project x)`: the first column of a table.
    MembershipTable {
        /// The operator.
        op: MembershipOp,
        /// Left operand.
        value: Box<Expr>,
        /// The table whose first column is the list.
        table: Box<Rel>,
    },
    /// `between`, `!between`.
    Between {
        /// `!between`.
        negated: bool,
        /// What is compared.
        value: Box<Expr>,
        /// Lower end, included.
        low: Box<Expr>,
        /// Upper end, included.
        high: Box<Expr>,
    },
    /// `d.name`, `d["name"]`, `d[0]` on a dynamic; and the n-th result of a call that gives several (`series_fit_line`): then
    /// `base` is that call and `index` a long literal.
    Index {
        /// The dynamic.
        base: Box<Expr>,
        /// A string or an integer.
        index: Box<Expr>,
    },
    /// `toscalar(T)`: the first cell, typed.
    ToScalar(Box<Rel>),
    /// Could not be bound; a problem says why.
    Error,
}
