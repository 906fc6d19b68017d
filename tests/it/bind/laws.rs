//! What holds for every query: binding ends without a panic, points into the text, and gives a tree whose indices exist.

use proptest::prelude::*;
use sentinelc::bind::ir::{
    BoundResult, Expr, ExprKind, Graph, GraphKind, GraphMatch, GraphNodes, GraphPart, GraphVariable, JoinColumn,
    MvExpand, ParsePart, Rel, RelKind, UnionColumn,
};
use sentinelc::bind::{Environment, bind};
use sentinelc::kql;

/// Everything that is wrong with the indices of a table's tree.
pub(super) fn broken(rel: &Rel) -> Vec<String> {
    let mut found = Vec::new();
    check(rel, &mut found);
    found
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of table")]
fn check(rel: &Rel, found: &mut Vec<String>) {
    let width = rel.columns.len();
    match &rel.kind {
        RelKind::Table { .. }
        | RelKind::Context(_)
        | RelKind::Function { .. }
        | RelKind::DataTable { .. }
        | RelKind::ExternalData { .. }
        | RelKind::Range { .. } => {}
        RelKind::Print { values } => count(values, 0, width, "print", found),
        RelKind::Shared { rel: shared, .. } => {
            equal(shared.columns.len(), width, "shared", found);
            check(shared, found);
        }
        RelKind::Filter { input, predicate } | RelKind::Search { input, predicate, .. } => {
            expression(predicate, input.columns.len(), "filter", found);
            equal(input.columns.len(), width, "filter", found);
            check(input, found);
        }
        RelKind::Project { input, .. } | RelKind::Extend { input, .. } | RelKind::Pick { input, .. } => {
            if let RelKind::Extend { replaced, .. } = &rel.kind {
                for (at, _) in replaced {
                    index_in(*at, input.columns.len(), "extend", found);
                }
            }
            let values = rel.computed().map(|(_, values)| values).unwrap_or_default();
            count(&values, input.columns.len(), width, "project", found);
            check(input, found);
        }
        RelKind::Serialize { input } | RelKind::Take { input, .. } | RelKind::Sample { input, .. } => {
            equal(input.columns.len(), width, "rows", found);
            check(input, found);
        }
        RelKind::Summarize { input, keys, aggregates, outputs, .. } => {
            let before = input.columns.len();
            for key in keys {
                expression(key, before, "key", found);
            }
            let mut keyed = keys.len();
            for aggregate in aggregates {
                for arg in &aggregate.args {
                    expression(arg, before, "aggregate", found);
                }
                keyed += aggregate.columns.len();
            }
            count(outputs, keyed, width, "summarize", found);
            check(input, found);
        }
        RelKind::Sort { input, keys } => {
            for key in keys {
                expression(&key.value, input.columns.len(), "sort", found);
            }
            check(input, found);
        }
        RelKind::Join(join) => {
            for (left, right) in &join.on {
                expression(left, join.left.columns.len(), "left key", found);
                expression(right, join.right.columns.len(), "right key", found);
            }
            sides(&join.output, join.left.columns.len(), join.right.columns.len(), width, found);
            check(&join.left, found);
            check(&join.right, found);
        }
        RelKind::Union { legs } => {
            for leg in legs {
                equal(leg.output.len(), width, "union", found);
                for column in &leg.output {
                    if let UnionColumn::Column(index) = column {
                        index_in(*index, leg.rel.columns.len(), "union leg", found);
                    }
                }
                check(&leg.rel, found);
            }
        }
        RelKind::MvExpand(expand) => {
            equal(expand.output.len(), width, "mv-expand", found);
            expansion(expand, found);
        }
        RelKind::MvApply { expand, body, output, .. } => {
            expansion(expand, found);
            sides(output, expand.input.columns.len(), body.columns.len(), width, found);
            check(body, found);
        }
        RelKind::Parse(parse) => {
            expression(&parse.text, parse.input.columns.len(), "parse", found);
            for part in &parse.pattern {
                if let ParsePart::Column(index) = part {
                    index_in(*index, width, "parse", found);
                }
            }
            check(&parse.input, found);
        }
        RelKind::MakeSeries(series) => {
            let before = series.input.columns.len();
            let given: usize = series.aggregates.iter().map(|(aggregate, _)| aggregate.columns.len()).sum();
            for key in &series.keys {
                expression(key, before, "series key", found);
            }
            expression(&series.axis, before, "axis", found);
            count(&series.outputs, series.keys.len() + given, width.saturating_sub(1), "make-series", found);
            check(&series.input, found);
        }
        RelKind::Partition { input, by, body, .. } => {
            expression(by, input.columns.len(), "partition", found);
            check(input, found);
            check(body, found);
        }
        RelKind::ParseKv { input, .. } | RelKind::GetSchema { input } | RelKind::TopHitters { input, .. } => {
            check(input, found);
        }
        RelKind::TopNested { input, levels } => {
            equal(levels.len() * 2, width, "top-nested", found);
            check(input, found);
        }
        RelKind::Scan(scan) => check(&scan.input, found),
        RelKind::Reduce(reduce) => {
            expression(&reduce.text, reduce.input.columns.len(), "reduce", found);
            check(&reduce.input, found);
        }
        RelKind::Fork { input, .. } => check(input, found),
        RelKind::Graph(own) => graph(own, found),
        RelKind::GraphTable { graph: own, part, ids } => {
            let properties = if *part == GraphPart::Nodes { &own.nodes } else { &own.edges };
            equal(ids.len() + properties.len(), width, "graph-to-table", found);
            graph(own, found);
        }
        RelKind::GraphMatch(own) => graph_match(own, width, found),
        RelKind::Plugin { input, .. } | RelKind::Other { input, .. } => {
            if let Some(input) = input {
                check(input, found);
            }
        }
    }
}

fn graph(graph_is: &Graph, found: &mut Vec<String>) {
    match &graph_is.kind {
        GraphKind::Make { edges, source, target, nodes } => {
            index_in(*source, edges.columns.len(), "source", found);
            index_in(*target, edges.columns.len(), "target", found);
            check(edges, found);
            let GraphNodes::Tables(tables) = nodes else { return };
            for table in tables {
                equal(table.output.len(), graph_is.nodes.len(), "nodes", found);
                index_in(table.id, table.rel.columns.len(), "id", found);
                check(&table.rel, found);
            }
        }
        GraphKind::Components { graph: inner, .. } => graph(inner, found),
        GraphKind::Filter { graph: inner, part, predicate } => {
            let properties = if *part == GraphPart::Nodes { &inner.nodes } else { &inner.edges };
            expression(predicate, properties.len(), "graph-where", found);
            graph(inner, found);
        }
    }
}

fn graph_match(own: &GraphMatch, width: usize, found: &mut Vec<String>) {
    let of_variables: usize = own.variables.iter().map(|variable| variable.width(&own.graph)).sum();
    for value in &own.values_of_paths {
        let element = if value.part == GraphPart::Nodes { GraphVariable::Node } else { GraphVariable::Edge };
        expression(&value.value, element.width(&own.graph) + of_variables, "path", found);
        index_in(value.path, own.variables.len(), "path", found);
    }
    let row = of_variables + own.values_of_paths.len();
    count(&own.values, row, width, "graph-match", found);
    for predicate in &own.predicates {
        expression(predicate, row, "graph-match", found);
    }
    for step in &own.steps {
        for at in [step.left, step.edge, step.right] {
            index_in(at, own.variables.len(), "step", found);
        }
    }
    graph(&own.graph, found);
}

fn expansion(expand: &MvExpand, found: &mut Vec<String>) {
    for (value, to) in &expand.columns {
        expression(value, expand.input.columns.len(), "mv-expand", found);
        index_in(*to, expand.output.len(), "mv-expand", found);
    }
    check(&expand.input, found);
}

fn sides(output: &[JoinColumn], left: usize, right: usize, width: usize, found: &mut Vec<String>) {
    equal(output.len(), width, "sides", found);
    for column in output {
        match column {
            JoinColumn::Left(index) => index_in(*index, left, "left", found),
            JoinColumn::Right(index) => index_in(*index, right, "right", found),
        }
    }
}

fn count(values: &[Expr], before: usize, width: usize, what: &str, found: &mut Vec<String>) {
    equal(values.len(), width, what, found);
    for value in values {
        expression(value, before, what, found);
    }
}

fn equal(one: usize, other: usize, what: &str, found: &mut Vec<String>) {
    if one != other {
        found.push(format!("{what}: {one} for {other} columns"));
    }
}

fn index_in(index: usize, width: usize, what: &str, found: &mut Vec<String>) {
    if index >= width {
        found.push(format!("{what}: column {index} of {width}"));
    }
}

fn expression(expr: &Expr, width: usize, what: &str, found: &mut Vec<String>) {
    let mut each = |part: &Expr| expression(part, width, what, found);
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::TypeLiteral(_) | ExprKind::OpenColumn(_) | ExprKind::Error => {}
        ExprKind::Column(index) => index_in(*index, width, what, found),
        ExprKind::Shared { value, .. } => expression(value, 0, "let", found),
        ExprKind::Argument { value, .. } => each(value),
        ExprKind::Call { args, .. } => args.iter().for_each(each),
        ExprKind::Unary { operand, .. } => each(operand),
        ExprKind::Binary { left, right, .. } => [left, right].into_iter().for_each(|part| each(part)),
        ExprKind::Logical { operands, .. } => operands.iter().for_each(each),
        ExprKind::Membership { value, list, .. } => {
            each(value);
            list.iter().for_each(each);
        }
        ExprKind::MembershipTable { value, table, .. } => {
            each(value);
            check(table, found);
        }
        ExprKind::Between { value, low, high, .. } => [value, low, high].into_iter().for_each(|part| each(part)),
        ExprKind::Index { base, index } => [base, index].into_iter().for_each(|part| each(part)),
        ExprKind::ToScalar(table) => check(table, found),
    }
}

const WORDS: &[&str] = &[
    "datatable(a:long, b:string, d:dynamic)[]",
    "DeviceInfo",
    "|",
    "|",
    "|",
    "where",
    "project",
    "extend",
    "summarize",
    "by",
    "join",
    "on",
    "union",
    "mv-expand",
    "mv-apply",
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    ",",
    ",",
    "=",
    "==",
    "a",
    "b",
    "d",
    "a",
    "b",
    "x",
    "*",
    "d*",
    "count()",
    "max(a)",
    "arg_max(a, *)",
    "take_any(*)",
    "'t'",
    "1",
    "1d",
    "let",
    "f",
    ";",
    "{",
    "}",
    "in",
    "and",
    "+",
    "-",
    ".",
    "$left",
    "$right",
    "print",
    "range",
    "from",
    "to",
    "step",
    "top",
    "sort",
    "distinct",
    "parse",
    "with",
    "lookup",
    "make-series",
    "partition",
    "evaluate",
    "bag_unpack(d)",
    "pivot(b)",
    "invoke",
    "toscalar",
    "project-away",
    "project-reorder",
    "project-rename",
    "has_any",
    "between",
    "..",
    "(a:long)",
    "(T:(*))",
    "strcat(b, b)",
    "iff(a > 1, a, 2)",
    "typeof(long)",
    "search",
    "find",
    "fork",
    "facet",
    "scan",
    "top-nested",
    "of",
    "materialize",
    "kind=inner",
    "withsource=s",
    "as",
    "series_fit_line(d)",
];

proptest! {
    #[test]
    fn no_text_breaks_binding(words in prop::collection::vec(prop::sample::select(WORDS), 1..24)) {
        let query = words.join(" ");
        let bound = bind(&kql::parse(&query), &Environment::new());
        for problem in &bound.problems {
            prop_assert!(query.get(problem.span.range()).is_some(), "{:?} in {query}", problem);
        }
        for result in &bound.results {
            if let BoundResult::Table(rel) = result {
                prop_assert_eq!(broken(rel), Vec::<String>::new(), "{}", query);
            }
        }
    }
}
