//! Tabular operators: the stages of a pipe.

use super::{
    Arg, ColumnDecl, Expr, GraphMatchOperator, GraphToTableOutput, MakeGraphOperator, Name, NamedExpr, TypeName,
};
use crate::text::Span;

/// One operator of a pipe.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What it does.
    pub operator: Operator,
    /// The operator's word: `where`, `project-away`, `order`.
    pub keyword: Span,
    /// From its word to its last token (the `|` before it is not part of it).
    pub span: Span,
}

/// `kind=inner`, `hint.strategy=shuffle`, `isfuzzy=true`: a parameter of an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct OperatorParameter {
    /// Its name, dots included: `hint.strategy`.
    pub name: Name,
    /// Its value: a literal, a name, or a list of names in parentheses.
    pub value: Expr,
}

/// The tabular operators of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// `as [hint.materialized=true] T`
    As {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The name.
        name: Name,
    },
    /// `assert-schema (a:string)`
    AssertSchema(Vec<ColumnDecl>),
    /// `consume`
    Consume(Vec<OperatorParameter>),
    /// `count [as N]`
    Count {
        /// The name.
        name: Option<Name>,
    },
    /// `distinct a, b`, `distinct *`
    Distinct {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The columns.
        columns: Vec<Expr>,
    },
    /// `evaluate plugin(…) [: (schema)]`
    Evaluate {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The plugin and its arguments.
        call: Box<Expr>,
        /// `: (a:string)`, where it is written.
        schema: Option<Vec<ColumnDecl>>,
    },
    /// `execute_and_cache`
    ExecuteAndCache,
    /// `extend a = …`
    Extend(Vec<NamedExpr>),
    /// `facet by a, b [with (…)]`
    Facet(FacetOperator),
    /// `find [in (…)] where … [project …]`
    Find(Box<FindOperator>),
    /// `fork name=(…) (…)`
    Fork(Vec<ForkBranch>),
    /// `getschema`
    GetSchema,
    /// `graph-mark-components`
    GraphMarkComponents(Vec<OperatorParameter>),
    /// `graph-match …` and `graph-shortest-paths …`
    GraphMatch(Box<GraphMatchOperator>),
    /// `graph-to-table nodes as N with_node_id=id, edges as E`
    GraphToTable(Vec<GraphToTableOutput>),
    /// `graph-where-nodes predicate`
    GraphWhereNodes(Expr),
    /// `graph-where-edges predicate`
    GraphWhereEdges(Expr),
    /// `invoke f(…)`
    Invoke(Expr),
    /// `join kind=inner (…) on …`
    Join(Box<JoinOperator>),
    /// `lookup kind=leftouter (…) on …`
    Lookup(Box<JoinOperator>),
    /// `macro-expand [isfuzzy=true] group as scope ( … )`
    MacroExpand {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The entity group.
        group: Box<Expr>,
        /// The name of each member in the body.
        scope: Option<Name>,
        /// The query for each member.
        body: Box<super::Query>,
    },
    /// `make-graph a --> b with …`
    MakeGraph(Box<MakeGraphOperator>),
    /// `make-series …`
    MakeSeries(Box<MakeSeriesOperator>),
    /// `mv-apply … on (…)`
    MvApply(Box<MvApplyOperator>),
    /// `mv-expand …`, `mvexpand …`
    MvExpand(Box<MvExpandOperator>),
    /// `parse …`
    Parse(Box<ParseOperator>),
    /// `parse-where …`
    ParseWhere(Box<ParseOperator>),
    /// `parse-kv …`
    ParseKv(Box<ParseKvOperator>),
    /// `partition …`
    Partition(Box<PartitionOperator>),
    /// `print a = 1`
    Print(Vec<NamedExpr>),
    /// `project a, b = c`
    Project(Vec<NamedExpr>),
    /// `project-away a, b*`
    ProjectAway(Vec<Expr>),
    /// `project-keep a, b*`
    ProjectKeep(Vec<Expr>),
    /// `project-rename a = b`
    ProjectRename(Vec<NamedExpr>),
    /// `project-reorder a, b* asc`
    ProjectReorder(Vec<SortKey>),
    /// `project-by-names …`
    ProjectByNames(Vec<Expr>),
    /// `range x from a to b step c`
    Range {
        /// The name.
        name: Name,
        /// First value.
        from: Box<Expr>,
        /// Last value.
        to: Box<Expr>,
        /// Distance of two values.
        step: Box<Expr>,
    },
    /// `reduce by x with threshold=…`
    Reduce {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// What decides.
        by: Box<Expr>,
        /// `with (…)`.
        with: Vec<Arg>,
    },
    /// `render timechart with (…)`
    Render {
        /// The kind of chart.
        visualization: Name,
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// `with (…)`.
        properties: Vec<OperatorParameter>,
    },
    /// `sample n`
    Sample {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// How many.
        count: Expr,
    },
    /// `sample-distinct n of x`
    SampleDistinct {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// How many.
        count: Box<Expr>,
        /// Of what.
        of: Box<Expr>,
    },
    /// `scan …`
    Scan(Box<ScanOperator>),
    /// `search …`
    Search(Box<SearchOperator>),
    /// `serialize a = …`
    Serialize(Vec<NamedExpr>),
    /// `sort by …`, `order by …`
    Sort {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The keys.
        keys: Vec<SortKey>,
    },
    /// `summarize … by …`
    Summarize(SummarizeOperator),
    /// `take n`, `limit n`
    Take {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// How many.
        count: Expr,
    },
    /// `top n by x`
    Top {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// How many.
        count: Box<Expr>,
        /// What decides.
        by: Box<SortKey>,
    },
    /// `top-hitters n of x by y`
    TopHitters {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// How many.
        count: Box<Expr>,
        /// Of what.
        of: Box<NamedExpr>,
        /// What decides.
        by: Option<Box<Expr>>,
    },
    /// `top-nested …`
    TopNested(Vec<TopNestedClause>),
    /// `union …`
    Union {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The tables.
        tables: Vec<Expr>,
    },
    /// `where …`, `filter …`
    Where {
        /// Hints and other parameters.
        parameters: Vec<OperatorParameter>,
        /// The condition.
        predicate: Expr,
    },
    /// An operator this version does not know, or that could not be read.
    Unknown,
}

/// `facet`.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetOperator {
    /// The columns.
    pub by: Vec<Expr>,
    /// The pipe (without source) applied to each facet.
    pub with: Option<Box<Expr>>,
}

/// `find`.
#[derive(Debug, Clone, PartialEq)]
pub struct FindOperator {
    /// `withsource=…` and hints.
    pub parameters: Vec<OperatorParameter>,
    /// `in (T1, T2)`; empty for all tables.
    pub tables: Vec<Expr>,
    /// The predicate after `where`, or alone.
    pub predicate: Option<Expr>,
    /// `project-smart` is written as no columns and `smart`.
    pub smart: bool,
    /// `project a, b:long, pack(*)`.
    pub project: Vec<(Expr, Option<TypeName>)>,
    /// `project-away …`.
    pub project_away: Vec<Expr>,
}

/// One branch of `fork`.
#[derive(Debug, Clone, PartialEq)]
pub struct ForkBranch {
    /// Its name.
    pub name: Option<Name>,
    /// The pipe without source.
    pub pipe: Expr,
}

/// `join` and `lookup`.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinOperator {
    /// `kind=…` and hints.
    pub parameters: Vec<OperatorParameter>,
    /// The right table.
    pub right: Expr,
    /// How rows meet; `None` where it is missing (then the parser has said so).
    pub condition: Option<JoinCondition>,
}

/// How the rows of a join meet.
#[derive(Debug, Clone, PartialEq)]
pub enum JoinCondition {
    /// `on a, $left.b == $right.c`
    On(Vec<Expr>),
    /// `where predicate`
    Where(Expr),
}

/// `make-series`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeSeriesOperator {
    /// `kind=nonempty` and hints.
    pub parameters: Vec<OperatorParameter>,
    /// The aggregates.
    pub aggregates: Vec<MakeSeriesAggregate>,
    /// `on axis`.
    pub on: NamedExpr,
    /// The bounds.
    pub range: MakeSeriesRange,
    /// `by …`.
    pub by: Vec<NamedExpr>,
}

/// `n = count() default=0`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeSeriesAggregate {
    /// The aggregate.
    pub column: NamedExpr,
    /// The value of empty bins.
    pub default: Option<Expr>,
}

/// The bounds of `make-series`.
#[derive(Debug, Clone, PartialEq)]
pub enum MakeSeriesRange {
    /// `from a to b step c`; both ends may be left out.
    FromToStep {
        /// First bin.
        from: Option<Expr>,
        /// End, not included.
        to: Option<Expr>,
        /// Width of a bin.
        step: Expr,
    },
    /// `in range(a, b, c)`.
    InRange(Vec<Arg>),
}

/// `mv-apply`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvApplyOperator {
    /// `with_itemindex=i` and hints.
    pub parameters: Vec<OperatorParameter>,
    /// The columns expanded.
    pub columns: Vec<MvExpandColumn>,
    /// `limit n`.
    pub limit: Option<Expr>,
    /// `id g`: context id.
    pub context_id: Option<Expr>,
    /// The pipe (without source) applied to each row's elements.
    pub on: Expr,
}

/// `mv-expand`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvExpandOperator {
    /// `bagexpansion=array`, `kind=…`, `with_itemindex=i`.
    pub parameters: Vec<OperatorParameter>,
    /// The columns expanded.
    pub columns: Vec<MvExpandColumn>,
    /// `limit n`.
    pub limit: Option<Expr>,
}

/// `a = b to typeof(long)`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvExpandColumn {
    /// The column.
    pub column: NamedExpr,
    /// `to typeof(…)`.
    pub to: Option<TypeName>,
}

/// `parse` and `parse-where`.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseOperator {
    /// `kind=regex flags=U`.
    pub parameters: Vec<OperatorParameter>,
    /// The text taken apart.
    pub expr: Expr,
    /// The pattern after `with`.
    pub pattern: Vec<ParsePart>,
}

/// One element of a `parse` pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsePart {
    /// `*`
    Star(Span),
    /// `"text"`
    Text(super::Literal),
    /// `name:type`
    Column(ColumnDecl),
}

/// `parse-kv`.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseKvOperator {
    /// The text taken apart.
    pub expr: Expr,
    /// `as (a:string, b:long)`.
    pub columns: Vec<ColumnDecl>,
    /// `with (pair_delimiter=' ', …)`.
    pub properties: Vec<OperatorParameter>,
}

/// `partition`.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionOperator {
    /// Hints.
    pub parameters: Vec<OperatorParameter>,
    /// `by column`.
    pub by: Expr,
    /// `in (scope)`: legacy explicit scope.
    pub scope: Option<Expr>,
    /// The pipe in `( … )` (without source) or the query in `{ … }`.
    pub body: Expr,
    /// Written with braces: the body names its own source.
    pub legacy: bool,
}

/// `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanOperator {
    /// `with_match_id=id` and others.
    pub parameters: Vec<OperatorParameter>,
    /// `order by …`.
    pub order_by: Vec<SortKey>,
    /// `partition by …`.
    pub partition_by: Vec<Expr>,
    /// `declare (a:long = 0)`.
    pub declare: Vec<(ColumnDecl, Option<Expr>)>,
    /// The steps.
    pub steps: Vec<ScanStep>,
}

/// `step s: condition => a = …;`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// `optional`.
    pub optional: bool,
    /// `output=all|last|none`.
    pub output: Option<ScanOrder>,
    /// The condition.
    pub condition: Expr,
    /// The assignments.
    pub assignments: Vec<NamedExpr>,
    /// The whole step.
    pub span: Span,
}

/// Which rows of a step `scan` gives out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanOrder {
    /// `output=all`
    All,
    /// `output=last`
    Last,
    /// `output=none`
    None,
}

/// `search`.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOperator {
    /// `kind=case_sensitive` and hints.
    pub parameters: Vec<OperatorParameter>,
    /// `in (T1, T2)`.
    pub tables: Vec<Expr>,
    /// The predicate.
    pub predicate: Expr,
}

/// `x desc nulls last`.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// What is sorted by.
    pub key: NamedExpr,
    /// `asc`, `desc`; default is `desc` (none in `project-reorder`).
    pub order: Option<SortOrder>,
    /// `nulls first`, `nulls last`.
    pub nulls: Option<SortNulls>,
}

/// `asc`, `desc`, and in `project-reorder` also `granny-asc`, `granny-desc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// `asc`
    Ascending,
    /// `desc`
    Descending,
    /// `granny-asc`
    GrannyAscending,
    /// `granny-desc`
    GrannyDescending,
}

/// `nulls first`, `nulls last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortNulls {
    /// `nulls first`
    First,
    /// `nulls last`
    Last,
}

/// `summarize`.
#[derive(Debug, Clone, PartialEq)]
pub struct SummarizeOperator {
    /// Hints.
    pub parameters: Vec<OperatorParameter>,
    /// The aggregates.
    pub aggregates: Vec<NamedExpr>,
    /// The keys; `None` without `by`.
    pub by: Option<Vec<NamedExpr>>,
}

/// `top-nested 3 of x with others='o' by count()`.
#[derive(Debug, Clone, PartialEq)]
pub struct TopNestedClause {
    /// How many; all if left out.
    pub count: Option<Expr>,
    /// The column.
    pub of: NamedExpr,
    /// `with others=…`.
    pub others: Option<Expr>,
    /// The aggregate that ranks.
    pub by: NamedExpr,
    /// `asc`, `desc`.
    pub order: Option<SortOrder>,
}
