//! What single tabular operators say, beside their input: join kinds, legs of a union, levels of `top-nested` and so on.

use super::{Column, Columns, Expr, Name, Rel};
use crate::text::Span;

/// One aggregate of `summarize`.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The aggregate function: `count`, `make_set`, `arg_max`.
    pub name: Name,
    /// Its arguments over the input's columns. For `arg_max(x, *)` the star is already expanded.
    pub args: Vec<Expr>,
    /// The columns it gives: one for most, one per argument for `arg_max`, one per percentile for `percentiles`.
    pub columns: Vec<Column>,
    /// Where it is written.
    pub span: Span,
}

/// One key of `sort`.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// What is sorted by.
    pub value: Expr,
    /// Largest first.
    pub descending: bool,
    /// Nulls before all other values.
    pub nulls_first: bool,
}

/// The kinds of `join`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// The default: left rows made unique by key, then inner.
    InnerUnique,
    /// `inner`
    Inner,
    /// `leftouter`
    LeftOuter,
    /// `rightouter`
    RightOuter,
    /// `fullouter`
    FullOuter,
    /// `leftsemi`
    LeftSemi,
    /// `rightsemi`
    RightSemi,
    /// `leftanti`, `anti`, `leftantisemi`
    LeftAnti,
    /// `rightanti`, `rightantisemi`
    RightAnti,
}

/// `join` and `lookup`.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Which rows meet and stay.
    pub kind: JoinKind,
    /// Left table.
    pub left: Rel,
    /// Right table.
    pub right: Rel,
    /// Pairs of expressions over the left and the right columns that must be equal.
    pub on: Vec<(Expr, Expr)>,
    /// Where each output column comes from.
    pub output: Vec<JoinColumn>,
}

/// Where a column of a join comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinColumn {
    /// The left table's column of this index.
    Left(usize),
    /// The right table's column of this index.
    Right(usize),
}

/// One leg of `union`.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionLeg {
    /// Its rows.
    pub rel: Rel,
    /// For each output column what stands in it.
    pub output: Vec<UnionColumn>,
}

/// What a leg puts into an output column of `union`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnionColumn {
    /// The leg's column of this index.
    Column(usize),
    /// Nothing: null, or `""` for strings.
    Absent,
    /// The name of the leg's table (`withsource=`).
    Source(Name),
}

/// `mv-expand` and the expanding half of `mv-apply`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvExpand {
    /// The rows expanded.
    pub input: Rel,
    /// The arrays and bags expanded in parallel, and the output column each goes to.
    pub columns: Vec<(Expr, usize)>,
    /// The columns of the expanded rows: the input's, some of them replaced, and new ones.
    pub output: Columns,
    /// The output column that gets the index (`with_itemindex`).
    pub item_index: Option<usize>,
    /// Bags become `[key, value]` arrays instead of one-slot bags (`bagexpansion=array`).
    pub bags_as_arrays: bool,
    /// `limit`.
    pub limit: Option<Expr>,
}

/// `reduce`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduce {
    /// The rows.
    pub input: Rel,
    /// The text whose patterns are wanted.
    pub text: Expr,
    /// The share that makes a pattern.
    pub threshold: Option<Expr>,
    /// What separates words.
    pub characters: Option<Expr>,
    /// What is given.
    pub gives: ReduceKind,
}

/// What `reduce` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReduceKind {
    /// One row for each pattern.
    Groups,
    /// The rows with their patterns (`kind=source`).
    Rows,
}

/// `parse` and `parse-where`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parse {
    /// The rows.
    pub input: Rel,
    /// The text taken apart.
    pub text: Expr,
    /// How.
    pub kind: ParseKind,
    /// `flags=` of `kind=regex`.
    pub flags: String,
    /// The pattern; columns are indices of the output.
    pub pattern: Vec<ParsePart>,
    /// Rows that do not match are dropped (`parse-where`).
    pub matching_only: bool,
}

/// The kinds of `parse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseKind {
    /// `simple`
    Simple,
    /// `regex`
    Regex,
    /// `relaxed`
    Relaxed,
}

/// One element of a `parse` pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsePart {
    /// `*`
    Star,
    /// Text that must stand there (a regular expression for `kind=regex`).
    Text(String),
    /// Text that goes to the output column of this index.
    Column(usize),
}

/// How the parts of `partition` are worked on, which bounds their number (Microsoft: "partition operator").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionStrategy {
    /// `legacy`, which is the default: 64 parts at most.
    Legacy,
    /// `native` and `shuffle`.
    AnyNumber,
}

/// `make-series`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeSeries {
    /// The rows.
    pub input: Rel,
    /// Series keys.
    pub keys: Vec<Expr>,
    /// The aggregates with the value of empty bins.
    pub aggregates: Vec<(Aggregate, Expr)>,
    /// Aggregate outputs over keys followed by aggregates, as in [`RelKind::Summarize`](super::RelKind::Summarize).
    pub outputs: Vec<Expr>,
    /// What is binned.
    pub axis: Expr,
    /// Where bins lie.
    pub grid: SeriesGrid,
    /// First bin.
    pub from: Option<Expr>,
    /// End.
    pub to: Option<Expr>,
    /// Width of a bin.
    pub step: Expr,
    /// Without keys there is one series even for no input (`kind=nonempty`).
    pub nonempty: bool,
}

/// Where the bins of `make-series` lie (Microsoft: "make-series operator").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesGrid {
    /// They count from the first; the end is not included.
    FromFirst,
    /// At multiples of their width; that of the end is included (`in range()`).
    Multiples,
}

/// One level of `top-nested`.
#[derive(Debug, Clone, PartialEq)]
pub struct TopNestedLevel {
    /// How many; all if left out.
    pub count: Option<Expr>,
    /// The value, over the input's columns.
    pub of: Expr,
    /// The value of the row that sums up the rest.
    pub others: Option<Expr>,
    /// The aggregates that rank, over the input's columns.
    pub aggregates: Vec<Aggregate>,
    /// The ranking value, over the columns of `aggregates`.
    pub by: Expr,
    /// Largest first.
    pub descending: bool,
}

/// `scan`. Its expressions are over the row of input and declared columns followed, for each step in order, by that step's
/// state: the input's and declared columns of the last row the step took.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The rows, in order.
    pub input: Rel,
    /// The values that the declared columns have before a step sets them.
    pub declared: Vec<Expr>,
    /// The partitions that are scanned on their own.
    pub partition_by: Vec<Expr>,
    /// The steps.
    pub steps: Vec<ScanStep>,
}

/// One step of `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// The step may be passed over.
    pub optional: bool,
    /// Which of its rows are given out; `All` if not written.
    pub output: crate::kql::ast::ScanOrder,
    /// When a row enters the step.
    pub condition: Expr,
    /// The declared columns (by their index in the output) that the step sets.
    pub assignments: Vec<(usize, Expr)>,
}

/// An argument of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub enum PluginArg {
    /// A scalar over the input's columns.
    Scalar(Expr),
    /// A scalar written with a name: `columnsConflict='keep_source'`.
    Named(Name, Expr),
    /// An aggregate, as in `pivot(x, count())`.
    Aggregate(Aggregate),
    /// A table.
    Table(Rel),
}
