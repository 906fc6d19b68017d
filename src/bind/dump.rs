//! The bound tree as text, for tests and for people who want to see what a query was taken to mean.
//!
//! One line for each stage, sources deeper than what they flow into; columns as `name:type` behind it, and problems last.

use std::fmt::Write as _;

use super::ir::{
    Aggregate, Bound, BoundResult, Column, Expr, ExprKind, Graph, GraphKind, GraphNodes, JoinColumn, Rel, RelKind,
    SortKey, UnionColumn,
};
use crate::text::Span;

/// The whole bound query; `text` is the query it was bound from.
pub fn bound(bound: &Bound, text: &str) -> String {
    let mut out = String::new();
    for result in &bound.results {
        match result {
            BoundResult::Table(rel) => table(rel, 0, &mut out),
            BoundResult::Scalar(value) => writeln!(out, "{}: {}", expression(value), value.ty).unwrap_or_default(),
        }
    }
    out.push_str(&problems(bound, text));
    out
}

/// The columns of the last result: `a:string, b:long`, and `...` where there may be more.
pub fn columns(bound: &Bound) -> String {
    match bound.results.last() {
        Some(BoundResult::Table(rel)) => schema(&rel.columns, rel.open),
        Some(BoundResult::Scalar(value)) => value.ty.to_string(),
        None => String::new(),
    }
}

/// The problems, one a line: lint, place, what stands there, message and help.
pub fn problems(bound: &Bound, text: &str) -> String {
    let mut out = String::new();
    for problem in &bound.problems {
        let Span { start, end } = problem.span;
        let shown = problem.span.slice(text);
        let _ = write!(out, "{} {start}..{end} {shown:?}: {}", problem.lint, problem.message);
        if let Some(help) = &problem.help {
            let _ = write!(out, " ({help})");
        }
        out.push('\n');
    }
    out
}

fn schema(columns: &[Column], open: bool) -> String {
    let mut names: Vec<String> = columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
    if open {
        names.push("...".to_owned());
    }
    names.join(", ")
}

fn table(rel: &Rel, depth: usize, out: &mut String) {
    let _ = write!(out, "{:width$}{}", "", headline(rel), width = depth * 2);
    let _ = writeln!(out, " -> {}", schema(&rel.columns, rel.open));
    for input in inputs(rel) {
        table(input, depth + 1, out);
    }
}

/// A table in one line, its sources behind it.
fn inline(rel: &Rel) -> String {
    let sources = inputs(rel).into_iter().map(|input| format!(" < {}", inline(input)));
    std::iter::once(headline(rel)).chain(sources).collect()
}

fn headline(rel: &Rel) -> String {
    match &rel.kind {
        RelKind::Table { name } => format!("table {name}"),
        RelKind::Function { name, args } => format!("function {name}({})", list(args)),
        RelKind::DataTable { cells } => format!("datatable [{}]", list(cells)),
        RelKind::ExternalData { uris, .. } => format!("externaldata [{}]", list(uris)),
        RelKind::Print { values } => format!("print {}", list(values)),
        RelKind::Range { from, to, step } => {
            format!("range {} .. {} step {}", expression(from), expression(to), expression(step))
        }
        RelKind::Context(_) => "context".to_owned(),
        RelKind::Shared { name, .. } => format!("shared {name}"),
        RelKind::Filter { predicate, .. } => format!("filter {}", expression(predicate)),
        RelKind::Project { .. } | RelKind::Extend { .. } | RelKind::Pick { .. } => {
            format!("project {}", rel.computed().map_or(String::new(), |(_, values)| list(&values)))
        }
        RelKind::Serialize { .. } => "serialize".to_owned(),
        RelKind::Summarize { keyed, keys, aggregates: met, outputs, .. } => {
            let by = if *keyed { format!(" by {}", list(keys)) } else { String::new() };
            format!("summarize {}{by} give {}", aggregates(met), list(outputs))
        }
        RelKind::Sort { keys, .. } => format!("sort {}", keys.iter().map(sort_key).collect::<Vec<_>>().join(", ")),
        RelKind::Take { count, .. } => format!("take {}", expression(count)),
        RelKind::Sample { count, .. } => format!("sample {}", expression(count)),
        RelKind::Join(join) => {
            let on: Vec<String> =
                join.on.iter().map(|(left, right)| format!("{} == {}", expression(left), expression(right))).collect();
            format!("join {:?} on {} give {}", join.kind, on.join(", "), sides(&join.output))
        }
        RelKind::Union { legs } => {
            let outputs: Vec<String> = legs.iter().map(|leg| union_columns(&leg.output)).collect();
            format!("union {}", outputs.join(" | "))
        }
        RelKind::MvExpand(expand) => format!("mv-expand {}", expanded(&expand.columns)),
        RelKind::MvApply { expand, output, .. } => {
            format!("mv-apply {} give {}", expanded(&expand.columns), sides(output))
        }
        RelKind::Parse(parse) => format!("parse {:?} {} with {:?}", parse.kind, expression(&parse.text), parse.pattern),
        RelKind::ParseKv { text, .. } => format!("parse-kv {}", expression(text)),
        RelKind::MakeSeries(series) => {
            let met: Vec<Aggregate> = series.aggregates.iter().map(|(aggregate, _)| aggregate.clone()).collect();
            format!(
                "make-series {} on {} step {} by {} give {}",
                aggregates(&met),
                expression(&series.axis),
                expression(&series.step),
                list(&series.keys),
                list(&series.outputs)
            )
        }
        RelKind::Partition { by, .. } => format!("partition by {}", expression(by)),
        RelKind::Plugin { name, .. } => format!("plugin {name}"),
        RelKind::GetSchema { .. } => "getschema".to_owned(),
        RelKind::TopHitters { count, of, .. } => format!("top-hitters {} of {}", expression(count), expression(of)),
        RelKind::TopNested { levels, .. } => {
            let levels: Vec<String> =
                levels.iter().map(|level| format!("{} by {}", expression(&level.of), expression(&level.by))).collect();
            format!("top-nested {}", levels.join(", "))
        }
        RelKind::Scan(scan) => {
            let steps: Vec<String> =
                scan.steps.iter().map(|step| format!("{}: {}", step.name, expression(&step.condition))).collect();
            format!("scan {}", steps.join("; "))
        }
        RelKind::Fork { .. } => "fork".to_owned(),
        RelKind::Search { predicate, .. } => format!("search {}", expression(predicate)),
        RelKind::Graph(_) => "graph".to_owned(),
        RelKind::GraphTable { part, .. } => format!("graph-to-table {part:?}"),
        RelKind::GraphMatch(found) => {
            let (search, steps) = (found.search, found.steps.len());
            format!(
                "graph-match {search:?} {steps} steps where {} give {}",
                list(&found.predicates),
                list(&found.values)
            )
        }
        RelKind::Reduce(reduce) => format!("reduce {:?} by {}", reduce.gives, expression(&reduce.text)),
        RelKind::Other { name, .. } => format!("other {name}"),
    }
}

fn inputs(rel: &Rel) -> Vec<&Rel> {
    match &rel.kind {
        RelKind::Table { .. }
        | RelKind::Function { .. }
        | RelKind::DataTable { .. }
        | RelKind::ExternalData { .. }
        | RelKind::Print { .. }
        | RelKind::Range { .. }
        | RelKind::Context(_) => Vec::new(),
        RelKind::Shared { rel, .. } => vec![rel],
        RelKind::Filter { input, .. }
        | RelKind::Project { input, .. }
        | RelKind::Extend { input, .. }
        | RelKind::Pick { input, .. }
        | RelKind::Serialize { input }
        | RelKind::Summarize { input, .. }
        | RelKind::Sort { input, .. }
        | RelKind::Take { input, .. }
        | RelKind::Sample { input, .. }
        | RelKind::ParseKv { input, .. }
        | RelKind::GetSchema { input }
        | RelKind::TopHitters { input, .. }
        | RelKind::TopNested { input, .. }
        | RelKind::Search { input, .. } => vec![input],
        RelKind::Join(join) => vec![&join.left, &join.right],
        RelKind::Union { legs } => legs.iter().map(|leg| &leg.rel).collect(),
        RelKind::MvExpand(expand) => vec![&expand.input],
        RelKind::MvApply { expand, body, .. } => vec![&expand.input, body],
        RelKind::Parse(parse) => vec![&parse.input],
        RelKind::MakeSeries(series) => vec![&series.input],
        RelKind::Partition { input, body, .. } => vec![input, body],
        RelKind::Scan(scan) => vec![&scan.input],
        RelKind::Reduce(reduce) => vec![&reduce.input],
        RelKind::Fork { input, branches, .. } => {
            std::iter::once(input.as_ref()).chain(branches.iter().map(|(_, branch)| branch)).collect()
        }
        RelKind::Graph(graph) | RelKind::GraphTable { graph, .. } => graph_inputs(graph),
        RelKind::GraphMatch(found) => graph_inputs(&found.graph),
        RelKind::Plugin { input, .. } | RelKind::Other { input, .. } => input.as_deref().into_iter().collect(),
    }
}

/// The tables that a graph is made of.
fn graph_inputs(graph: &Graph) -> Vec<&Rel> {
    match &graph.kind {
        GraphKind::Make { edges, nodes: GraphNodes::Tables(tables), .. } => {
            std::iter::once(edges.as_ref()).chain(tables.iter().map(|table| &table.rel)).collect()
        }
        GraphKind::Make { edges, .. } => vec![edges.as_ref()],
        GraphKind::Components { graph, .. } | GraphKind::Filter { graph, .. } => graph_inputs(graph),
    }
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(expression).collect::<Vec<_>>().join(", ")
}

fn aggregates(aggregates: &[Aggregate]) -> String {
    let calls = aggregates.iter().map(|aggregate| format!("{}({})", aggregate.name, list(&aggregate.args)));
    calls.collect::<Vec<_>>().join(", ")
}

fn sort_key(key: &SortKey) -> String {
    let order = if key.descending { "desc" } else { "asc" };
    let nulls = if key.nulls_first { "first" } else { "last" };
    format!("{} {order} nulls {nulls}", expression(&key.value))
}

fn sides(output: &[JoinColumn]) -> String {
    let columns = output.iter().map(|column| match column {
        JoinColumn::Left(index) => format!("L{index}"),
        JoinColumn::Right(index) => format!("R{index}"),
    });
    columns.collect::<Vec<_>>().join(" ")
}

fn union_columns(output: &[UnionColumn]) -> String {
    let columns = output.iter().map(|column| match column {
        UnionColumn::Column(index) => format!("#{index}"),
        UnionColumn::Absent => "-".to_owned(),
        UnionColumn::Source(name) => format!("{name:?}"),
    });
    columns.collect::<Vec<_>>().join(" ")
}

fn expanded(columns: &[(Expr, usize)]) -> String {
    columns.iter().map(|(value, to)| format!("{} to #{to}", expression(value))).collect::<Vec<_>>().join(", ")
}

/// An expression in one line; columns are `#index`, what functions were called with is shown by name only.
pub fn expression(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(value) => format!("{value:?}"),
        ExprKind::TypeLiteral(columns) => format!("typeof({})", schema(columns, false)),
        ExprKind::Column(index) => format!("#{index}"),
        ExprKind::OpenColumn(name) => format!("?{name}"),
        ExprKind::Shared { name, .. } | ExprKind::Argument { name, .. } => format!("${name}"),
        ExprKind::Call { name, args } => format!("{name}({})", list(args)),
        ExprKind::Unary { op, operand } => format!("{op:?}({})", expression(operand)),
        ExprKind::Binary { op, left, right } => format!("({} {} {})", expression(left), op.as_str(), expression(right)),
        ExprKind::Logical { op, operands } => {
            let operands: Vec<String> = operands.iter().map(expression).collect();
            format!("({})", operands.join(&format!(" {} ", op.as_str())))
        }
        ExprKind::Membership { op, value, list: items } => {
            format!("({} {} ({}))", expression(value), op.as_str(), list(items))
        }
        ExprKind::MembershipTable { op, value, table: rel } => {
            format!("({} {} ({}))", expression(value), op.as_str(), inline(rel))
        }
        ExprKind::Between { negated, value, low, high } => {
            let not = if *negated { "!" } else { "" };
            format!("({} {not}between ({} .. {}))", expression(value), expression(low), expression(high))
        }
        ExprKind::Index { base, index } => format!("{}[{}]", expression(base), expression(index)),
        ExprKind::ToScalar(rel) => format!("toscalar({})", inline(rel)),
        ExprKind::Error => "error".to_owned(),
    }
}
