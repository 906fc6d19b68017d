//! The syntax tree of a query: plain data with spans, no strings.
//!
//! Every node's span lies inside its parent's. A tabular expression is an [`Expr`] too, because KQL lets one stand
//! wherever the other may (`toscalar(T | count)`, `x in (T | project y)`): a [`Pipe`] is a source followed by [`Stage`]s.
//! What could not be parsed is [`ExprKind::Missing`] or [`Operator::Unknown`]; the parser has already said why.

mod expr;
mod graph;
mod stage;
mod statement;

pub use expr::{
    Arg, BinaryOp, ColumnDecl, Expr, ExprKind, ExternalData, GivenNames, Json, JsonKind, Literal, LiteralKind,
    LogicalOp, MembershipOp, Name, NamedExpr, Pipe, TypeName, UnaryOp,
};
pub use graph::{EdgeDirection, GraphElement, GraphMatchOperator, GraphToTableOutput, MakeGraphOperator};
pub use stage::{
    FacetOperator, FindOperator, ForkBranch, JoinCondition, JoinOperator, MakeSeriesAggregate, MakeSeriesOperator,
    MakeSeriesRange, MvApplyOperator, MvExpandColumn, MvExpandOperator, Operator, OperatorParameter, ParseKvOperator,
    ParseOperator, ParsePart, PartitionOperator, ScanOperator, ScanOrder, ScanStep, SearchOperator, SortKey, SortNulls,
    SortOrder, Stage, SummarizeOperator, TopNestedClause,
};
pub use statement::{
    Function, LetValue, Parameter, ParameterType, Pattern, PatternCase, Query, Statement, StatementKind,
};
