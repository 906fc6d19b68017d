//! Graph operators: what stands in their patterns and clauses.

use super::{Expr, Name, NamedExpr, OperatorParameter};

/// `make-graph`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeGraphOperator {
    /// Hints.
    pub parameters: Vec<OperatorParameter>,
    /// The source column.
    pub source: Expr,
    /// The arrow.
    pub direction: EdgeDirection,
    /// The target column.
    pub target: Expr,
    /// `with T1 on a, T2 on b`.
    pub nodes: Vec<(Expr, Expr)>,
    /// `with_node_id=n`.
    pub node_id: Option<Name>,
    /// `partitioned-by column (…)`.
    pub partitioned_by: Option<(Expr, Expr)>,
}

/// The arrow of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeDirection {
    /// `-->`
    Outbound,
    /// `<--`
    Inbound,
    /// `--`
    Any,
}

/// `graph-match` and `graph-shortest-paths`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphMatchOperator {
    /// `graph-shortest-paths` instead of `graph-match`.
    pub shortest_paths: bool,
    /// `cycles=…`, `output=…`.
    pub parameters: Vec<OperatorParameter>,
    /// The patterns, each nodes and edges by turns.
    pub patterns: Vec<Vec<GraphElement>>,
    /// `where …`.
    pub predicate: Option<Expr>,
    /// `project …`.
    pub project: Vec<NamedExpr>,
}

/// A node or an edge of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphElement {
    /// `(n)`, `()`.
    Node(Option<Name>),
    /// `-[e*1..3]->`.
    Edge {
        /// Its name.
        name: Option<Name>,
        /// `*1..3`.
        hops: Option<(Expr, Expr)>,
        /// The arrow.
        direction: EdgeDirection,
    },
}

/// One output of `graph-to-table`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphToTableOutput {
    /// `nodes` (else `edges`).
    pub nodes: bool,
    /// `as T`.
    pub name: Option<Name>,
    /// `with_node_id=…`, `with_source_id=…`, `with_target_id=…`.
    pub parameters: Vec<OperatorParameter>,
}
