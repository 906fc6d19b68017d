//! Graphs: nodes and edges with properties, made of tables (`make-graph`), and the patterns that are looked for in them.
//!
//! A graph is no table: only the graph operators read it, and `graph-match`, `graph-shortest-paths` and `graph-to-table` make
//! tables of it (Microsoft: "Graph operators").

use super::{Columns, Expr, Rel};
use crate::kql::ast::EdgeDirection;
use crate::text::Span;

/// A graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// How it comes about.
    pub kind: GraphKind,
    /// The properties of a node.
    pub nodes: Columns,
    /// The properties of an edge.
    pub edges: Columns,
    /// Nodes or edges may have more properties than are known.
    pub open: bool,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of graphs.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphKind {
    /// `make-graph`: each row is an edge.
    Make {
        /// The rows.
        edges: Box<Rel>,
        /// The column of the node an edge starts from.
        source: usize,
        /// The column of the node an edge leads to.
        target: usize,
        /// Where the nodes have their properties from.
        nodes: GraphNodes,
    },
    /// `graph-mark-components`: the last property of a node is the number of its component.
    Components {
        /// The graph.
        graph: Box<Graph>,
        /// What makes a component.
        connection: Connection,
    },
    /// `graph-where-nodes`, `graph-where-edges`.
    Filter {
        /// The graph.
        graph: Box<Graph>,
        /// What is filtered.
        part: GraphPart,
        /// What must be true, over the properties.
        predicate: Expr,
    },
}

/// Where the nodes of a graph have their properties from.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphNodes {
    /// They have none.
    Bare,
    /// Their id is their only property (`with_node_id=`).
    Ids,
    /// Tables of nodes (`with T on id`).
    Tables(Vec<NodeTable>),
}

/// A table of nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeTable {
    /// The rows.
    pub rel: Rel,
    /// The column of the ids.
    pub id: usize,
    /// For each property of a node the column that has it.
    pub output: Vec<Option<usize>>,
}

/// What makes a component of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// A way from node to node, whatever the direction of its edges.
    Weak,
    /// A way there and a way back.
    Strong,
}

/// A half of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphPart {
    /// Its nodes.
    Nodes,
    /// Its edges.
    Edges,
}

/// The hash of an id as a column of `graph-to-table`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphId {
    /// `with_node_id=`
    Node,
    /// `with_source_id=`
    Source,
    /// `with_target_id=`
    Target,
}

/// `graph-match` and `graph-shortest-paths`.
///
/// Its expressions are over one row for each match: the properties of each variable in turn ([`GraphVariable`] says which
/// columns it takes), then the columns of `values_of_paths`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphMatch {
    /// The graph.
    pub graph: Graph,
    /// Which matches count.
    pub search: GraphSearch,
    /// What the pattern binds.
    pub variables: Vec<GraphVariable>,
    /// The edges of the pattern.
    pub steps: Vec<GraphStep>,
    /// What is asked of paths.
    pub values_of_paths: Vec<PathValue>,
    /// All must be true.
    pub predicates: Vec<Expr>,
    /// One value for each output column.
    pub values: Vec<Expr>,
}

/// Which matches of a pattern count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphSearch {
    /// All, edges as often as they fit (`cycles=all`).
    Cycles,
    /// All in which no edge occurs twice (`cycles=unique_edges`, the default).
    UniqueEdges,
    /// All in which no node occurs twice (`cycles=none`).
    UniqueNodes,
    /// One of the shortest for each choice of nodes (`graph-shortest-paths`).
    AnyShortest,
    /// All of the shortest for each choice of nodes (`output=all`).
    AllShortest,
}

/// What a pattern binds.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphVariable {
    /// A node. Its columns: the properties, then the [`NODE_EXTRAS`].
    Node,
    /// An edge. Its columns: the properties, then all of them in a bag.
    Edge,
    /// A way of several edges. It has no columns.
    Path {
        /// The fewest edges.
        min: Expr,
        /// The most edges.
        max: Expr,
    },
}

/// The columns of a node behind its properties: all of them in a bag, the numbers of edges that lead to it and away from it,
/// its id as text.
pub const NODE_EXTRAS: usize = 4;

/// The columns of an edge behind its properties.
pub const EDGE_EXTRAS: usize = 1;

impl GraphVariable {
    /// How many columns of a match are those of the variable.
    pub fn width(&self, graph: &Graph) -> usize {
        match self {
            Self::Node => graph.nodes.len() + NODE_EXTRAS,
            Self::Edge => graph.edges.len() + EDGE_EXTRAS,
            Self::Path { .. } => 0,
        }
    }
}

/// An edge of a pattern; nodes and edge are places in the list of variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphStep {
    /// The node on its left.
    pub left: usize,
    /// The edge or path.
    pub edge: usize,
    /// The node on its right.
    pub right: usize,
    /// Which way it leads.
    pub direction: EdgeDirection,
}

/// What is asked of the edges of a path, or of the nodes inside it.
#[derive(Debug, Clone, PartialEq)]
pub struct PathValue {
    /// The path, a place in the list of variables.
    pub path: usize,
    /// Of what.
    pub part: GraphPart,
    /// What is made of the values.
    pub fold: PathFold,
    /// The value, over the columns of the edge or node and then those of a match.
    pub value: Expr,
}

/// What is made of the values along a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFold {
    /// An array of them.
    Map,
    /// Whether all are true.
    All,
    /// Whether any is true.
    Any,
}
