//! Graph operators: `make-graph` makes a graph of tables, the others read it (Microsoft: "Graph operators").

use std::sync::Arc;

use super::super::graph::{Clause, GraphScope};
use super::super::ir::{
    Column, Columns, Connection, Expr, ExprKind, Graph, GraphId, GraphKind, GraphMatch, GraphPart, GraphSearch,
    GraphStep, GraphVariable, Name, Rel, RelKind,
};
use super::super::name::shared_table;
use super::super::naming;
use super::super::projection::{Clash, Projection};
use super::super::scope::{Binder, Named, Row, unknown_table};
use crate::kql::ast::{self, GraphElement, LogicalOp};
use crate::text::Span;
use crate::value::Type;

/// The pattern of `graph-match` taken apart.
#[derive(Default)]
struct Pattern {
    variables: Vec<(Option<String>, GraphVariable)>,
    steps: Vec<GraphStep>,
}

/// A graph as what flows through a pipe.
pub(super) fn flowing(graph: Graph) -> Rel {
    let span = graph.span;
    Rel { kind: RelKind::Graph(Box::new(graph)), columns: Columns::default(), open: true, span }
}

/// What is not followed; the first such operator of a pipe stands for those behind it.
pub(super) fn unfollowed(what: &str, input: Rel, span: Span) -> Rel {
    if matches!(input.kind, RelKind::Other { .. }) {
        return input;
    }
    let kind = RelKind::Other { input: Some(Box::new(input)), name: what.to_owned().into() };
    Rel { kind, columns: Columns::default(), open: true, span }
}

/// The graph that flows into an operator; what flows there instead where it is none.
fn graph_of(input: Rel) -> Result<Graph, Box<Rel>> {
    match input.kind {
        RelKind::Graph(graph) => Ok(*graph),
        RelKind::Shared { ref rel, .. } => match &rel.kind {
            RelKind::Graph(graph) => Ok(graph.as_ref().clone()),
            _ => Err(Box::new(input)),
        },
        _ => Err(Box::new(input)),
    }
}

/// Whether a graph flows, not a table.
pub(super) fn is_graph(input: &Rel) -> bool {
    match &input.kind {
        RelKind::Graph(_) => true,
        RelKind::Shared { rel, .. } => matches!(rel.kind, RelKind::Graph(_)),
        _ => false,
    }
}

/// Whether an operator takes a graph.
pub(super) const fn takes_graphs(operator: &ast::Operator) -> bool {
    use ast::Operator as O;
    matches!(
        operator,
        O::GraphMarkComponents(_)
            | O::GraphMatch(_)
            | O::GraphToTable(_)
            | O::GraphWhereNodes(_)
            | O::GraphWhereEdges(_)
            | O::As { .. }
    )
}

impl<'a> Binder<'a> {
    /// An operator on graphs behind a table.
    fn not_a_graph(&mut self, what: &str, input: Rel, span: Span) -> Rel {
        if !input.open {
            self.report(
                "type-mismatch",
                span,
                format!("`{what}` takes a graph, this is a table: `make-graph` makes one"),
            );
        }
        unfollowed(what, input, span)
    }

    pub(super) fn graph_components(&mut self, input: Rel, parameters: &'a [ast::OperatorParameter], span: Span) -> Rel {
        let graph = match graph_of(input) {
            Ok(graph) => graph,
            Err(input) => return self.not_a_graph("graph-mark-components", *input, span),
        };
        let connection = self
            .choice(parameters, "kind", &[("weak", Connection::Weak), ("strong", Connection::Strong)])
            .unwrap_or(Connection::Weak);
        let name = self.parameter_word(parameters, "with_component_id").unwrap_or("ComponentId".into());
        let mut nodes = graph.nodes.to_vec();
        nodes.push(Column { name: name.into(), ty: Type::Long });
        let (edges, open) = (graph.edges.clone(), graph.open);
        flowing(Graph {
            kind: GraphKind::Components { graph: Box::new(graph), connection },
            nodes: nodes.into(),
            edges,
            open,
            span,
        })
    }

    pub(super) fn graph_where(&mut self, input: Rel, part: GraphPart, predicate: &'a ast::Expr, span: Span) -> Rel {
        let graph = match graph_of(input) {
            Ok(graph) => graph,
            Err(input) => return self.not_a_graph("graph-where", *input, span),
        };
        let columns = match part {
            GraphPart::Nodes => graph.nodes.clone(),
            GraphPart::Edges => graph.edges.clone(),
        };
        let predicate = self.predicate(predicate, Row { columns: &columns, open: graph.open, ..Row::default() });
        let (nodes, edges, open) = (graph.nodes.clone(), graph.edges.clone(), graph.open);
        let kind = GraphKind::Filter { graph: Box::new(graph), part, predicate };
        flowing(Graph { kind, nodes, edges, open, span })
    }

    pub(super) fn graph_to_table(&mut self, input: Rel, outputs: &'a [ast::GraphToTableOutput], span: Span) -> Rel {
        let graph = match graph_of(input) {
            Ok(graph) => graph,
            Err(input) => return self.not_a_graph("graph-to-table", *input, span),
        };
        let mut tables = Vec::new();
        for output in outputs {
            let table = self.graph_table(&graph, output, span);
            tables.push((output.name.map(|name| Name::from(self.name(name))), table));
        }
        if tables.len() == 1
            && let Some((None, table)) = tables.pop_if(|(name, _)| name.is_none())
        {
            return table;
        }
        let mut branches = Vec::new();
        for (name, table) in tables {
            let shared = Arc::new(table);
            let text = name.clone().unwrap_or_default();
            let branch = shared_table(text, Arc::clone(&shared), span);
            self.names.extend(name.clone().map(|name| (name, Named::Table(shared))));
            branches.push((name, branch));
        }
        if let Some((_, table)) = branches.pop_if(|_| outputs.len() == 1) {
            return table;
        }
        let rows = Rel { kind: RelKind::Print { values: Vec::new() }, open: false, ..unknown_table("", span) };
        let kind = RelKind::Fork { input: Box::new(rows), branches, context: self.new_context() };
        Rel { kind, columns: Columns::default(), open: true, span }
    }

    fn graph_table(&self, graph: &Graph, output: &'a ast::GraphToTableOutput, span: Span) -> Rel {
        let (part, properties) =
            if output.nodes { (GraphPart::Nodes, &graph.nodes) } else { (GraphPart::Edges, &graph.edges) };
        let all =
            [("with_node_id", GraphId::Node), ("with_source_id", GraphId::Source), ("with_target_id", GraphId::Target)];
        let mut ids = Vec::new();
        let mut columns = Vec::new();
        for (parameter, id) in all {
            if let Some(name) = self.parameter_word(&output.parameters, parameter) {
                ids.push(id);
                columns.push(Column { name: name.into(), ty: Type::Long });
            }
        }
        let columns = naming::side_by_side(&columns.into(), properties.iter());
        let kind = RelKind::GraphTable { graph: Box::new(graph.clone()), part, ids };
        Rel { kind, columns, open: graph.open, span }
    }

    pub(super) fn graph_match(&mut self, input: Rel, operator: &'a ast::GraphMatchOperator, span: Span) -> Rel {
        let word = if operator.shortest_paths { "graph-shortest-paths" } else { "graph-match" };
        let graph = match graph_of(input) {
            Ok(graph) => graph,
            Err(input) => return self.not_a_graph(word, *input, span),
        };
        let Some(pattern) = self.graph_pattern(&operator.patterns) else {
            return unfollowed("this pattern of a graph", flowing(graph), span);
        };
        if !pattern.is_connected() {
            self.report(
                "type-mismatch",
                span,
                "the parts of the pattern share no node: one connected pattern is expected",
            );
        }
        let search = self.graph_search(operator);
        let scope = GraphScope::new(graph, pattern.variables);
        let outer = self.graph.replace(scope);
        let mut predicates = Vec::new();
        if let Some(predicate) = &operator.predicate {
            split(self.predicate(predicate, Row::default()), &mut predicates);
        }
        if let Some(scope) = &mut self.graph {
            scope.clause = Clause::Project;
        }
        let projection = self.graph_projection(&operator.project);
        let Some(scope) = std::mem::replace(&mut self.graph, outer) else { return unknown_table("", span) };
        let (columns, values) = projection.finish();
        let kind = RelKind::GraphMatch(Box::new(GraphMatch {
            graph: scope.graph,
            search,
            variables: scope.variables.into_iter().map(|(_, variable, _)| variable).collect(),
            steps: pattern.steps,
            values_of_paths: scope.values_of_paths,
            predicates,
            values,
        }));
        Rel { kind, columns, open: false, span }
    }

    fn graph_search(&mut self, operator: &'a ast::GraphMatchOperator) -> GraphSearch {
        use GraphSearch as G;
        if operator.shortest_paths {
            let outputs = [("any", G::AnyShortest), ("all", G::AllShortest)];
            return self.choice(&operator.parameters, "output", &outputs).unwrap_or(G::AnyShortest);
        }
        let cycles = [("all", G::Cycles), ("none", G::UniqueNodes), ("unique_edges", G::UniqueEdges)];
        self.choice(&operator.parameters, "cycles", &cycles).unwrap_or(G::UniqueEdges)
    }

    fn graph_projection(&mut self, items: &'a [ast::NamedExpr]) -> Projection {
        let mut projection = Projection::default();
        for item in items {
            let item = match &item.expr.kind {
                ast::ExprKind::Assign(assigned) if item.names.is_empty() => assigned,
                _ => item,
            };
            let value = self.scalar(&item.expr, Row::default());
            let ty = value.ty;
            if let Some(name) = item.names.first() {
                let column = Column { name: self.name(*name).into(), ty };
                self.declare_column(&mut projection, column, value, None, Clash::Number, name.span);
                continue;
            }
            let made_up = self.graph_column_name(&item.expr).map(Name::from);
            let name = made_up.unwrap_or_else(|| projection.default_name(&|_| false));
            projection.add(Column { name, ty }, value, None, Clash::Number);
        }
        projection
    }

    /// The variables and steps of a pattern; none where nodes and edges do not alternate.
    fn graph_pattern(&mut self, sequences: &'a [Vec<GraphElement>]) -> Option<Pattern> {
        let mut pattern = Pattern::default();
        for sequence in sequences {
            let mut elements = sequence.iter();
            let GraphElement::Node(first) = elements.next()? else { return None };
            let mut left = self.pattern_node(*first, &mut pattern);
            while let Some(element) = elements.next() {
                let GraphElement::Edge { name, hops, direction } = element else { return None };
                let GraphElement::Node(next) = elements.next()? else { return None };
                let variable = match hops {
                    Some((min, max)) => GraphVariable::Path {
                        min: self.integer(min, Row::default()),
                        max: self.integer(max, Row::default()),
                    },
                    None => GraphVariable::Edge,
                };
                pattern.variables.push((name.map(|name| self.name(name).into_owned()), variable));
                let edge = pattern.variables.len() - 1;
                let right = self.pattern_node(*next, &mut pattern);
                pattern.steps.push(GraphStep { left, edge, right, direction: *direction });
                left = right;
            }
        }
        Some(pattern)
    }

    fn pattern_node(&self, name: Option<ast::Name>, pattern: &mut Pattern) -> usize {
        let name = name.map(|name| self.name(name).into_owned()).filter(|name| !name.is_empty());
        let known = |known: &(Option<String>, GraphVariable)| known.0 == name && known.1 == GraphVariable::Node;
        if name.is_some()
            && let Some(found) = pattern.variables.iter().position(known)
        {
            return found;
        }
        pattern.variables.push((name, GraphVariable::Node));
        pattern.variables.len() - 1
    }
}

impl Pattern {
    /// Whether every node can be reached from every other along the edges of the pattern.
    fn is_connected(&self) -> bool {
        let is_node = |at: &usize| self.variables[*at].1 == GraphVariable::Node;
        let nodes: Vec<usize> = (0..self.variables.len()).filter(is_node).collect();
        let mut reached: Vec<usize> = nodes.first().copied().into_iter().collect();
        let mut next = 0;
        while let Some(&node) = reached.get(next) {
            next += 1;
            for step in &self.steps {
                for (one, other) in [(step.left, step.right), (step.right, step.left)] {
                    if one == node && !reached.contains(&other) {
                        reached.push(other);
                    }
                }
            }
        }
        reached.len() == nodes.len()
    }
}

/// The parts of an `and`.
fn split(predicate: Expr, into: &mut Vec<Expr>) {
    match predicate.kind {
        ExprKind::Logical { op: LogicalOp::And, operands } => operands.into_iter().for_each(|part| split(part, into)),
        _ => into.push(predicate),
    }
}
