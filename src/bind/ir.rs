//! The bound query: what a syntax tree means once every name is resolved.
//!
//! A [`Rel`] is a tabular expression with its output columns; an [`Expr`] is a scalar expression with its type. Columns
//! are indices into the input's columns, so whoever runs the tree needs no names. Functions declared with `let` are
//! expanded at each call; a `let` of a value is shared behind an [`Arc`], so that using it twice costs no second copy.
//! Spans are those of the query text (of the function's body for expanded functions).

mod columns;
mod expr;
mod graph;
mod name;
mod name_index;
mod operator;

use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use columns::ColumnsBuilder;
pub use columns::{Column, Columns};
pub use expr::{Expr, ExprKind};
pub use graph::{
    Connection, EDGE_EXTRAS, Graph, GraphId, GraphKind, GraphMatch, GraphNodes, GraphPart, GraphSearch, GraphStep,
    GraphVariable, NODE_EXTRAS, NodeTable, PathFold, PathValue,
};
pub use name::Name;
pub use operator::{
    Aggregate, Join, JoinColumn, JoinKind, MakeSeries, MvExpand, Parse, ParseKind, ParsePart, PartitionStrategy,
    PluginArg, Reduce, ReduceKind, Scan, ScanStep, SeriesGrid, SortKey, TopNestedLevel, UnionColumn, UnionLeg,
};

use crate::text::Span;
use crate::value::Type;

/// A tabular expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Rel {
    /// What it does.
    pub kind: RelKind,
    /// The columns it gives, in order.
    pub columns: Columns,
    /// The table may have more columns than are known (a `_CL` table without a schema, the output of `bag_unpack`).
    pub open: bool,
    /// Where it is written: the stage, or the source.
    pub span: Span,
}

impl Rel {
    /// The rows and one value for each output column, where every output row is computed from one row and nothing else:
    /// [`RelKind::Project`], [`RelKind::Extend`], [`RelKind::Pick`].
    pub fn computed(&self) -> Option<(&Self, Cow<'_, [Expr]>)> {
        match &self.kind {
            RelKind::Project { input, values } => Some((input, Cow::Borrowed(values))),
            RelKind::Pick { input, columns } => {
                Some((input, columns.iter().map(|&at| input.column(at, self.span)).collect()))
            }
            RelKind::Extend { input, replaced, added } => {
                let mut values: Vec<Expr> = (0..input.columns.len()).map(|at| input.column(at, self.span)).collect();
                for (at, value) in replaced {
                    if let Some(place) = values.get_mut(*at) {
                        place.clone_from(value);
                    }
                }
                values.extend_from_slice(added);
                Some((input, Cow::Owned(values)))
            }
            _ => None,
        }
    }

    /// The column of this index as an expression over a row of this table.
    pub fn column(&self, index: usize, span: Span) -> Expr {
        let ty = self.columns.get(index).map_or(Type::Unknown, |column| column.ty);
        Expr { kind: ExprKind::Column(index), ty, span }
    }
}

/// The kinds of tabular expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum RelKind {
    /// A table by name. The name may be that of a catalogue table or of a table the user supplied.
    Table {
        /// Its name.
        name: Name,
    },
    /// A call whose rows only the outside knows: a workspace function, `_GetWatchlist('x')`. Answered by fixtures.
    Function {
        /// Its name.
        name: Name,
        /// The arguments, in the order of the parameters.
        args: Vec<Expr>,
    },
    /// `datatable`: cells row by row.
    DataTable {
        /// The cells, row by row.
        cells: Vec<Expr>,
    },
    /// `externaldata`.
    ExternalData {
        /// Where the data lies.
        uris: Vec<Expr>,
        /// Name and value of each property.
        properties: Vec<(Name, Expr)>,
    },
    /// `print`: one row.
    Print {
        /// One value for each column.
        values: Vec<Expr>,
    },
    /// `range`.
    Range {
        /// The first value.
        from: Expr,
        /// The last value, at most.
        to: Expr,
        /// What is added each time.
        step: Expr,
    },
    /// The rows that an enclosing operator hands to its inner pipe (`mv-apply … on (…)`, `partition … (…)`, `fork`, `facet … with`).
    Context(ContextId),
    /// A tabular `let` or `materialize`, evaluated once however often it is used.
    Shared {
        /// The name it is bound to; empty for `materialize` without `let`.
        name: Name,
        /// The table.
        rel: Arc<Rel>,
    },
    /// Rows for which the predicate is true.
    Filter {
        /// The rows.
        input: Box<Rel>,
        /// What must be true.
        predicate: Expr,
    },
    /// New columns computed from the old: `project`.
    Project {
        /// The rows.
        input: Box<Rel>,
        /// One value for each output column, over the input row.
        values: Vec<Expr>,
    },
    /// The input's columns and new ones: `extend`, `serialize` with columns.
    Extend {
        /// The rows.
        input: Box<Rel>,
        /// Values in the place of the input's columns of these indices, in order.
        replaced: Vec<(usize, Expr)>,
        /// The values of the columns behind them, over the input row.
        added: Vec<Expr>,
    },
    /// Some of the input's columns, perhaps under other names: `project-away`, `project-rename` and their like.
    Pick {
        /// The rows.
        input: Box<Rel>,
        /// The index of each output column in the input row.
        columns: Vec<usize>,
    },
    /// Marks the order of rows as meaningful (`serialize`).
    Serialize {
        /// The rows.
        input: Box<Rel>,
    },
    /// `summarize`, `distinct`, `count`. The output row is computed by `outputs` over the keys followed by the columns of all
    /// aggregates. `keyed` is false without `by`: then there is exactly one row even for no input.
    Summarize {
        /// The rows.
        input: Box<Rel>,
        /// Written with `by`.
        keyed: bool,
        /// The keys, over the input row.
        keys: Vec<Expr>,
        /// The aggregates, over the input rows.
        aggregates: Vec<Aggregate>,
        /// One value for each output column.
        outputs: Vec<Expr>,
    },
    /// `sort`; and the sorting half of `top`.
    Sort {
        /// The rows.
        input: Box<Rel>,
        /// What is sorted by, most significant first.
        keys: Vec<SortKey>,
    },
    /// `take`; and the taking half of `top`.
    Take {
        /// The rows.
        input: Box<Rel>,
        /// How many.
        count: Expr,
    },
    /// `sample`.
    Sample {
        /// The rows.
        input: Box<Rel>,
        /// How many.
        count: Expr,
    },
    /// `join`, `lookup`.
    Join(Box<Join>),
    /// `union`.
    Union {
        /// The tables.
        legs: Vec<UnionLeg>,
    },
    /// `mv-expand`; the output is the input's columns with the expanded ones replaced or appended.
    MvExpand(Box<MvExpand>),
    /// `mv-apply`: for each input row the body runs over its expanded rows ([`RelKind::Context`] has the columns of `expand`'s
    /// own output); `output` takes columns from the input row (`Left`) and from the body (`Right`).
    MvApply {
        /// The expansion.
        expand: Box<MvExpand>,
        /// What runs over the expanded rows.
        body: Box<Rel>,
        /// Where each output column comes from.
        output: Vec<JoinColumn>,
        /// Its rows as the body sees them.
        context: ContextId,
    },
    /// `parse`, `parse-where`.
    Parse(Box<Parse>),
    /// `parse-kv`.
    ParseKv {
        /// The rows.
        input: Box<Rel>,
        /// The text taken apart.
        text: Expr,
        /// The keys wanted, with their types.
        columns: Vec<Column>,
        /// Delimiters and other properties.
        properties: Vec<(Name, Expr)>,
    },
    /// `make-series`.
    MakeSeries(Box<MakeSeries>),
    /// `partition by column (body)`.
    Partition {
        /// The rows.
        input: Box<Rel>,
        /// The column that splits them.
        by: Expr,
        /// What runs over each part.
        body: Box<Rel>,
        /// A part as the body sees it.
        context: ContextId,
        /// How many parts there may be.
        strategy: PartitionStrategy,
    },
    /// `evaluate plugin(…)`. `columns` of the [`Rel`] are as declared or known; `open` says that only running it tells.
    Plugin {
        /// The rows, if the plugin takes any.
        input: Option<Box<Rel>>,
        /// The plugin, or the function that `invoke` calls.
        name: Name,
        /// Its arguments.
        args: Vec<PluginArg>,
    },
    /// `getschema`.
    GetSchema {
        /// The table described.
        input: Box<Rel>,
    },
    /// `top-hitters`; the output is `of` and the (approximate) count, or sum of `by`.
    TopHitters {
        /// The rows.
        input: Box<Rel>,
        /// How many.
        count: Expr,
        /// The value counted.
        of: Expr,
        /// The number summed up instead of counting.
        by: Option<Expr>,
    },
    /// `top-nested`; the output has two columns for each level: the value and its aggregate.
    TopNested {
        /// The rows.
        input: Box<Rel>,
        /// The levels, outermost first.
        levels: Vec<TopNestedLevel>,
    },
    /// `scan`; the output is the input's columns, the declared ones and the match id.
    Scan(Box<Scan>),
    /// `fork`: each branch is a result of its own and starts at [`RelKind::Context`]. The columns of the [`Rel`] are empty, or
    /// those of the first result for a plugin that gives several.
    Fork {
        /// The rows.
        input: Box<Rel>,
        /// Name and pipe of each branch.
        branches: Vec<(Option<Name>, Rel)>,
        /// The rows as the branches see them.
        context: ContextId,
    },
    /// `search`: rows of which the predicate is true, with the name of their table first. A bare text in the predicate is a
    /// call of the pseudo function `search` over all columns.
    Search {
        /// The rows.
        input: Box<Rel>,
        /// What must be true.
        predicate: Expr,
        /// Texts are compared with regard to case.
        case_sensitive: bool,
    },
    /// A graph: only graph operators take it. Its `columns` are empty.
    Graph(Box<Graph>),
    /// `graph-to-table`: the ids asked for, then the properties.
    GraphTable {
        /// The graph.
        graph: Box<Graph>,
        /// Which half of it.
        part: GraphPart,
        /// The ids.
        ids: Vec<GraphId>,
    },
    /// `graph-match`, `graph-shortest-paths`.
    GraphMatch(Box<GraphMatch>),
    /// `reduce`.
    Reduce(Box<Reduce>),
    /// Whatever has no node of its own yet: `name` is the operator's word. An evaluator answers Unsupported.
    Other {
        /// The rows, if it takes any.
        input: Option<Box<Rel>>,
        /// The operator's word.
        name: Name,
    },
}

/// Tells the rows that one operator hands to its inner pipe from those of all others: a named table of an outer pipe may be
/// used in an inner one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ContextId(pub u32);

/// A bound query: one entry for each expression statement.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bound {
    /// The results, in order. Most queries have one.
    pub results: Vec<BoundResult>,
    /// What is wrong, by place.
    pub problems: Vec<Problem>,
    /// The tables that the query reads by name, each once.
    pub tables: Vec<String>,
}

/// One result of a query.
#[expect(clippy::large_enum_variant, reason = "a query has few of them")]
#[derive(Debug, Clone, PartialEq)]
pub enum BoundResult {
    /// A table.
    Table(Rel),
    /// A scalar (a query that is only an expression).
    Scalar(Expr),
}

/// How sure a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certainty {
    /// The language or the catalogue says so.
    #[default]
    Certain,
    /// Unless the workspace has a table or a saved function of this name: nothing known is spelt nearly like it.
    UnlessInWorkspace,
}

/// A mistake in names or types. `lint` names the kind: `unknown-column`, `type-mismatch` …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of mistake, a lint's name.
    pub lint: &'static str,
    /// What is wrong.
    pub message: String,
    /// The token a person would point to.
    pub span: Span,
    /// What to do.
    pub help: Option<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// What certainly should stand at `span` instead.
    pub replacement: Option<String>,
}
