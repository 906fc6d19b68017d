//! Tabular operators: one file each. A stage compiles from its bound form and runs over the table its input gives.

mod aggregate;
mod chunk;
mod expand;
mod external;
mod filter;
mod graph;
mod hitters;
mod join;
mod nested;
mod pairs;
mod parse;
mod partition;
mod piecewise;
mod reduce;
mod scan;
mod search;
mod serialized;
mod series;
pub(super) mod source;
mod summarize;
mod union;

use super::compile::Compiler;
use super::error::Error;
use super::expr::{Expr, Scope};
use super::order::{self, Key};
use super::plan::Stage;
use super::plugin;
use super::run::Run;
use super::stream;
use super::strings::Strings;
use super::table::Table;
use crate::bind::call_text;
use crate::bind::ir::{self, RelKind};
use crate::eval::column::{Cells, Column};
use crate::text::Span;
use crate::value::Value;

pub(super) use aggregate::Aggregate;
pub(super) use filter::holding;

type Input = Box<Stage>;

/// An inner pipe, and the rows it starts from.
#[derive(Debug)]
pub(crate) struct Inner {
    stage: Box<Stage>,
    context: ir::ContextId,
}

impl Inner {
    /// Runs the pipe over some rows.
    fn run(&self, rows: Table, run: &Run) -> Result<Table, Error> {
        run.with_context(self.context, rows, || self.stage.run(run))
    }
}

/// What a stage does.
#[derive(Debug)]
pub(crate) enum Op {
    Table { name: String, open: bool },
    Function { call: String },
    DataTable { cells: Vec<Expr> },
    Print { values: Vec<Expr> },
    Range { from: Expr, to: Expr, step: Expr },
    Context(ir::ContextId),
    Shared { slot: usize },
    Filter { input: Input, conjuncts: Vec<Expr> },
    Project { input: Input, values: Vec<Expr> },
    Serialize { input: Input },
    Summarize(summarize::Summarize),
    Sort { input: Input, keys: Vec<SortKey> },
    Take { input: Input, count: Expr },
    Sample { input: Input, count: Expr },
    Join(Box<join::Join>),
    Union { legs: Vec<union::Leg> },
    Expand(Box<expand::Expand>),
    Apply { expand: Box<expand::Expand>, body: Inner, output: Vec<ir::JoinColumn> },
    Parse(Box<parse::Parse>),
    Series(Box<series::Series>),
    Partition { input: Input, by: Expr, body: Inner, strategy: ir::PartitionStrategy },
    Schema { input: Input },
    Plugin(plugin::Plugin),
    External(external::External),
    Nested(Box<nested::Nested>),
    Scan(Box<scan::Scan>),
    Pairs(Box<pairs::Pairs>),
    Reduce(Box<reduce::Reduce>),
    GraphTable(Box<graph::GraphTable>),
    GraphMatch(Box<super::graph::Matching>),
}

/// One key of `sort`.
#[derive(Debug)]
pub(crate) struct SortKey {
    value: Expr,
    descending: bool,
    nulls_first: bool,
}

impl SortKey {
    /// What is sorted by.
    pub(super) fn value(&self) -> &Expr {
        &self.value
    }
}

/// Compiles a tabular expression.
pub(crate) fn compile(rel: &ir::Rel, compiler: &mut Compiler) -> Result<Op, Error> {
    serialized::check(rel)?;
    let unsupported = |what: &str| Err(Error::unsupported(what, rel.span));
    Ok(match &rel.kind {
        RelKind::Table { name } => Op::Table { name: name.to_string(), open: rel.open },
        RelKind::Function { name, args } => Op::Function { call: call_text(name, args) },
        RelKind::DataTable { cells } => Op::DataTable { cells: compiler.exprs(cells)? },
        RelKind::ExternalData { uris, properties } => {
            Op::External(external::External::compile(uris, properties, compiler)?)
        }
        RelKind::Print { values } => Op::Print { values: compiler.exprs(values)? },
        RelKind::Range { from, to, step } => {
            Op::Range { from: compiler.expr(from)?, to: compiler.expr(to)?, step: compiler.expr(step)? }
        }
        RelKind::Context(context) => {
            compiler.reads_context(*context);
            Op::Context(*context)
        }
        RelKind::Shared { rel, .. } => Op::Shared { slot: compiler.shared_table(rel)? },
        RelKind::Filter { input, predicate } => filter::compile(input, predicate, compiler)?,
        RelKind::Project { input, .. } | RelKind::Extend { input, .. } | RelKind::Pick { input, .. } => {
            let input = Box::new(compiler.input(input)?);
            let values = rel.computed().map(|(_, values)| compiler.exprs(&values)).transpose()?.unwrap_or_default();
            Op::Project { input, values }
        }
        RelKind::Serialize { input } => Op::Serialize { input: Box::new(compiler.input(input)?) },
        RelKind::Summarize { input, keyed, keys, aggregates, outputs } => {
            Op::Summarize(summarize::compile(input, *keyed, keys, aggregates, outputs, compiler)?)
        }
        RelKind::Sort { input, keys } => {
            let input = Box::new(compiler.input(input)?);
            Op::Sort { input, keys: keys.iter().map(|key| sort_key(key, compiler)).collect::<Result<_, _>>()? }
        }
        RelKind::Take { input, count } => {
            Op::Take { input: Box::new(compiler.input(input)?), count: compiler.expr(count)? }
        }
        RelKind::Sample { input, count } => {
            Op::Sample { input: Box::new(compiler.input(input)?), count: compiler.expr(count)? }
        }
        RelKind::Join(join) => Op::Join(Box::new(join::compile(join, compiler)?)),
        RelKind::Union { legs } => Op::Union { legs: union::compile(legs, compiler)? },
        RelKind::MvExpand(expand) => Op::Expand(Box::new(expand::compile(expand, compiler)?)),
        RelKind::MvApply { expand, body, output, context } => Op::Apply {
            output: output.clone(),
            expand: Box::new(expand::compile(expand, compiler)?),
            body: Inner { stage: Box::new(compiler.body(body, *context)?), context: *context },
        },
        RelKind::Parse(parse) => {
            let types: Vec<_> = rel.columns.iter().map(|column| column.ty).collect();
            Op::Parse(Box::new(parse::compile(parse, &types, compiler)?))
        }
        RelKind::ParseKv { input, text, columns, properties } => {
            Op::Pairs(Box::new(pairs::compile(input, text, columns, properties, rel.span, compiler)?))
        }
        RelKind::MakeSeries(series) => Op::Series(Box::new(series::compile(series, compiler)?)),
        RelKind::Partition { input, by, body, context, strategy } => Op::Partition {
            input: Box::new(compiler.rel(input)?),
            by: compiler.expr(by)?,
            body: Inner { stage: Box::new(compiler.body(body, *context)?), context: *context },
            strategy: *strategy,
        },
        RelKind::Plugin { input: Some(input), name, .. } if rel.open && plugin::columns_come_from_rows(name) => {
            return Err(compiler.stop_at(rel, input));
        }
        RelKind::Plugin { .. } => Op::Plugin(plugin::compile(rel, compiler)?),
        RelKind::GetSchema { input } => Op::Schema { input: Box::new(compiler.rel(input)?) },
        RelKind::TopHitters { input, count, of, by } => hitters::compile(rel, input, count, of, by.as_ref(), compiler)?,
        RelKind::TopNested { input, levels } => Op::Nested(Box::new(nested::compile(input, levels, compiler)?)),
        RelKind::Scan(scan) => Op::Scan(Box::new(scan::compile(scan, rel.span, compiler)?)),
        RelKind::Fork { .. } => {
            return unsupported(
                "an operator or plugin that gives several tables (fork, facet, preview …) where one is wanted",
            );
        }
        RelKind::Search { input, predicate, case_sensitive } => {
            let case = if *case_sensitive { search::Case::Matters } else { search::Case::Ignored };
            search::compile(input, predicate, case, compiler)?
        }
        RelKind::Graph(_) => return unsupported("a graph where a table is wanted"),
        RelKind::GraphTable { graph, part, ids } => {
            Op::GraphTable(Box::new(graph::compile(graph, *part, ids, rel.span, compiler)?))
        }
        RelKind::GraphMatch(found) => Op::GraphMatch(Box::new(super::graph::compile_match(found, rel.span, compiler)?)),
        RelKind::Reduce(reduce) => Op::Reduce(Box::new(reduce::compile(reduce, rel.span, compiler)?)),
        RelKind::Other { name, .. } => return unsupported(&without_node(name)),
    })
}

/// An operator that is not built, with the reason where there is one.
fn without_node(name: &str) -> String {
    match name {
        "project-by-names" => {
            "project-by-names with names that are no constants, or of columns that are not known,".to_owned()
        }
        "macro-expand" => "macro-expand, which needs the databases of its entity group,".to_owned(),
        _ => name.to_owned(),
    }
}

fn sort_key(key: &ir::SortKey, compiler: &mut Compiler) -> Result<SortKey, Error> {
    Ok(SortKey { value: compiler.expr(&key.value)?, descending: key.descending, nulls_first: key.nulls_first })
}

/// Runs a stage.
pub(crate) fn run(stage: &Stage, run: &Run) -> Result<Table, Error> {
    match &stage.op {
        Op::Table { name, open } => source::table(stage, name, *open, run),
        Op::Function { call } => source::function(stage, call, run),
        Op::DataTable { cells } => source::data_table(stage, cells, run),
        Op::Print { values } => project(stage, values, Scope::constant(), run),
        Op::Range { from, to, step } => source::range(stage, [from, to, step], run),
        Op::Context(context) => run.context(*context, stage.span),
        Op::Shared { slot } => run.table(*slot),
        Op::Filter { input, conjuncts } => filter::run(input, conjuncts, run),
        Op::Project { input, values } => {
            let rows = source::Reading::new(input, values, run)?;
            project(stage, values, rows.scope(), run)
        }
        Op::Serialize { input } => input.run(run),
        Op::Summarize(summarize) => summarize.run(stage, run),
        Op::Sort { input, keys } => sort(stage, &input.run(run)?, keys, run),
        Op::Take { input, count } => take(input, count, run),
        Op::Sample { input, count } => sample(&input.run(run)?, count, run),
        Op::Join(join) => join.run(stage, run),
        Op::Union { legs } => union::run(stage, legs, run),
        Op::Expand(expand) => expand.run(stage, run),
        Op::Apply { expand, body, output } => expand.apply(stage, body, output, run),
        Op::Parse(parse) => parse.run(stage, run),
        Op::Series(series) => series.run(stage, run),
        Op::Partition { input, by, body, strategy } => {
            partition::run(stage, &input.run(run)?, by, *strategy, body, run)
        }
        Op::Schema { input } => input.run(run).map(|table| schema(stage, &table)),
        Op::Plugin(plugin) => plugin::run(stage, plugin, run),
        Op::External(external) => external.run(stage, run),
        Op::Nested(nested) => nested.run(stage, run),
        Op::Scan(scan) => scan.run(stage, run),
        Op::Reduce(reduce) => reduce.run(stage, run),
        Op::Pairs(pairs) => pairs.run(stage, run),
        Op::GraphTable(table) => table.run(stage, run),
        Op::GraphMatch(matching) => matching.run(stage, run),
    }
}

fn project(stage: &Stage, values: &[Expr], scope: Scope, run: &Run) -> Result<Table, Error> {
    let columns = values.iter().map(|value| value.eval_column(scope, run)).collect::<Result<_, _>>()?;
    Ok(stage.table(columns, scope.rows()))
}

fn sort(stage: &Stage, input: &Table, keys: &[SortKey], run: &Run) -> Result<Table, Error> {
    let scope = Scope::all(input.columns(), input.rows());
    let mut columns = Vec::with_capacity(keys.len());
    for key in keys {
        let column = key.value.eval_column(scope, run)?;
        columns.push(Key { column, descending: key.descending, nulls_first: key.nulls_first });
    }
    match order::sorted(&columns, input.rows()) {
        Some(order) => Ok(input.gather(&order)),
        None => Err(Error::unsupported("sort by a dynamic", stage.span)),
    }
}

/// The number of rows an expression asks for.
pub(super) fn row_count(count: &Expr, run: &Run) -> Result<usize, Error> {
    match count.eval_constant(run)? {
        Value::Int(count) => Ok(usize::try_from(count).unwrap_or(0)),
        Value::Long(count) => Ok(usize::try_from(count).unwrap_or(0)),
        _ => Err(Error::runtime("the number of rows must be a whole number", count.span)),
    }
}

fn take(input: &Stage, count: &Expr, run: &Run) -> Result<Table, Error> {
    let count = row_count(count, run)?;
    let input = match stream::file_under(input, run) {
        Some(file) => stream::rows(input, file, count, run)?,
        None => input.run(run)?,
    };
    let count = count.min(input.rows());
    Ok(if count == input.rows() { input } else { input.gather(&first_rows(count)) })
}

fn first_rows(count: usize) -> Vec<u32> {
    (0..u32::try_from(count).unwrap_or(u32::MAX)).collect()
}

/// Rows drawn by the random numbers of the run, in the order of the input: the same for the same seed.
fn sample(input: &Table, count: &Expr, run: &Run) -> Result<Table, Error> {
    let mut wanted = row_count(count, run)?.min(input.rows());
    let mut drawn = Vec::with_capacity(wanted);
    for row in 0..input.rows() {
        let left = input.rows() - row;
        let number = run.functions.random() % u64::try_from(left).unwrap_or(u64::MAX);
        if number < u64::try_from(wanted).unwrap_or(u64::MAX) {
            drawn.push(u32::try_from(row).unwrap_or(u32::MAX));
            wanted -= 1;
        }
    }
    Ok(input.gather(&drawn))
}

fn schema(stage: &Stage, table: &Table) -> Table {
    let names: Strings = table.names().iter().map(String::as_str).collect();
    let ordinals = (0..i32::try_from(table.names().len()).unwrap_or(0)).collect();
    let data_types: Strings = table.schema().map(|(_, ty)| clr_type(ty)).collect();
    let types: Strings = table.schema().map(|(_, ty)| ty.as_str()).collect();
    let columns = vec![
        Column::String(names),
        Column::Int(Cells::new(ordinals)),
        Column::String(data_types),
        Column::String(types),
    ];
    let rows = table.names().len();
    stage.table(columns, rows)
}

/// The .NET type that `getschema` shows for a type (Microsoft: "getschema operator").
fn clr_type(ty: crate::value::Type) -> &'static str {
    use crate::value::Type;
    match ty {
        Type::Bool => "System.SByte",
        Type::Int => "System.Int32",
        Type::Long => "System.Int64",
        Type::Real => "System.Double",
        Type::Decimal => "System.Data.SqlTypes.SqlDecimal",
        Type::String => "System.String",
        Type::DateTime => "System.DateTime",
        Type::TimeSpan => "System.TimeSpan",
        Type::Guid => "System.Guid",
        Type::Dynamic | Type::Unknown => "System.Object",
    }
}

/// That the data do not have the types the query was bound to.
pub(super) fn mismatch(mismatch: super::builder::Mismatch, span: Span) -> Error {
    Error::unsupported(format!("a value of type {} where {} stands", mismatch.found, mismatch.expected), span)
}
