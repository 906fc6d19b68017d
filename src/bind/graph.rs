//! Names inside the clauses of `graph-match`: the variables of the pattern (`n.name`, `e`), and the functions that speak of
//! them (`map`, `all`, `any`, `inner_nodes`, `node_degree_in`, `node_id`, `labels`).
//!
//! An expression is over one row for each match ([`GraphMatch`](super::ir::GraphMatch) says what its columns are), so a
//! variable's property is a column of that row. What is asked of all edges of a path is collected on the way and becomes a
//! column too.

use super::ir::{Columns, Expr, ExprKind, Graph, GraphPart, GraphVariable, PathFold, PathValue};
use super::naming;
use super::scope::{Binder, Row, error};
use crate::catalog::{self, Naming};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value};

/// Which clause is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    /// `where`
    Where,
    /// `project`
    Project,
}

/// The variables of a pattern while its clauses are bound.
#[derive(Debug)]
pub(super) struct GraphScope {
    pub(super) graph: Graph,
    /// Name, what it is, and its first column.
    pub(super) variables: Vec<(Option<String>, GraphVariable, usize)>,
    /// How many columns the variables have together.
    pub(super) width: usize,
    pub(super) clause: Clause,
    pub(super) values_of_paths: Vec<PathValue>,
    /// While a value of a path is bound: of what, and how many columns that has before those of the match.
    element: Option<(GraphPart, usize)>,
}

impl GraphScope {
    pub(super) fn new(graph: Graph, variables: Vec<(Option<String>, GraphVariable)>) -> Self {
        let mut width = 0;
        let placed = variables.into_iter().map(|(name, variable)| {
            let first = width;
            width += variable.width(&graph);
            (name, variable, first)
        });
        let variables = placed.collect();
        Self { graph, variables, width, clause: Clause::Where, values_of_paths: Vec::new(), element: None }
    }

    /// The variable of this name; a node before an edge.
    fn find(&self, name: &str) -> Option<usize> {
        let is = |at: &usize| self.variables[*at].0.as_deref() == Some(name);
        let is_node = |at: &usize| self.variables[*at].1 == GraphVariable::Node;
        let all = 0..self.variables.len();
        all.clone().find(|at| is(at) && is_node(at)).or_else(|| all.into_iter().find(is))
    }

    /// The path that an expression names.
    fn find_path(&self, name: &str) -> Option<usize> {
        let at = self.find(name)?;
        matches!(self.variables[at].1, GraphVariable::Path { .. }).then_some(at)
    }

    fn properties(&self, part: GraphPart) -> &Columns {
        match part {
            GraphPart::Nodes => &self.graph.nodes,
            GraphPart::Edges => &self.graph.edges,
        }
    }

    fn shift(&self) -> usize {
        self.element.map_or(0, |(_, width)| width)
    }

    /// The column of a value of a path.
    fn add(&mut self, value: PathValue, span: Span) -> Expr {
        let ty = if value.fold == PathFold::Map { Type::Dynamic } else { Type::Bool };
        let known = self.values_of_paths.iter().position(|other| *other == value);
        let at = known.unwrap_or_else(|| {
            self.values_of_paths.push(value);
            self.values_of_paths.len() - 1
        });
        Expr { kind: ExprKind::Column(self.width + at), ty, span }
    }
}

const fn at(index: usize, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Column(index), ty, span }
}

impl<'a> Binder<'a> {
    /// `n` alone: its properties in a bag; a path is an array of such bags.
    pub(super) fn graph_variable(&mut self, name: &str, span: Span) -> Option<Expr> {
        let scope = self.graph.as_mut()?;
        let found = scope.find(name)?;
        let (_, variable, first) = &scope.variables[found];
        Some(match variable {
            GraphVariable::Node => at(scope.shift() + first + scope.graph.nodes.len(), Type::Dynamic, span),
            GraphVariable::Edge => at(scope.shift() + first + scope.graph.edges.len(), Type::Dynamic, span),
            GraphVariable::Path { .. } => {
                let value = at(scope.graph.edges.len(), Type::Dynamic, span);
                self.path_value(found, GraphPart::Edges, PathFold::Map, value, span)
            }
        })
    }

    /// `n.name`.
    pub(super) fn graph_member(&mut self, base: &ast::Expr, selector: &ast::Expr, span: Span) -> Option<Expr> {
        let (ast::ExprKind::Name(variable), ast::ExprKind::Name(property)) = (&base.kind, &selector.kind) else {
            return None;
        };
        let variable_name = self.name(*variable);
        let property_name = self.name(*property);
        let scope = self.graph.as_ref()?;
        let found = scope.find(&variable_name)?;
        let (_, variable, first) = &scope.variables[found];
        let part = if *variable == GraphVariable::Node { GraphPart::Nodes } else { GraphPart::Edges };
        let is_path = matches!(variable, GraphVariable::Path { .. });
        let first = if is_path { 0 } else { scope.shift() + first };
        let columns = scope.properties(part);
        let Some(index) = columns.iter().position(|column| *column.name == *property_name) else {
            if scope.graph.open {
                return Some(Expr { kind: ExprKind::OpenColumn(property_name.into()), ty: Type::Unknown, span });
            }
            let columns = columns.clone();
            self.unknown_column(&property_name, property.span, Row { columns: &columns, ..Row::default() });
            return Some(error(span));
        };
        let value = at(first + index, columns[index].ty, span);
        if !is_path {
            return Some(value);
        }
        if scope.clause == Clause::Where {
            let message = format!(
                "`{variable_name}` is a path of several edges: ask it with `all({variable_name}, …)` or `any({variable_name}, …)`"
            );
            self.report("type-mismatch", span, message);
            return Some(error(span));
        }
        Some(self.path_value(found, part, PathFold::Map, value, span))
    }

    fn path_value(&mut self, path: usize, part: GraphPart, fold: PathFold, value: Expr, span: Span) -> Expr {
        let inside = self.graph.as_ref().is_some_and(|scope| scope.element.is_some());
        if inside {
            self.report("unsupported", span, "a path inside a question about a path is not supported");
            return error(span);
        }
        match &mut self.graph {
            Some(scope) => scope.add(PathValue { path, part, fold, value }, span),
            None => error(span),
        }
    }

    /// A call of one of the functions that speak of the elements of a pattern.
    pub(super) fn graph_call(&mut self, function: &str, args: &'a [ast::Arg], span: Span) -> Option<Expr> {
        self.graph.as_ref()?;
        match function {
            "map" => self.path_call(PathFold::Map, args, span),
            "all" => self.path_call(PathFold::All, args, span),
            "any" => self.path_call(PathFold::Any, args, span),
            "node_degree_in" => self.node_extra(args, 1, Type::Long, span),
            "node_degree_out" => self.node_extra(args, 2, Type::Long, span),
            "node_id" => self.node_extra(args, 3, Type::String, span),
            // Only graphs that are stored have labels.
            "labels" => {
                let none = Value::Dynamic(Dynamic::Array(Vec::new()));
                Some(Expr { kind: ExprKind::Literal(none), ty: Type::Dynamic, span })
            }
            _ => None,
        }
    }

    /// `map(p, e)`, `all(inner_nodes(p), e)`.
    fn path_call(&mut self, fold: PathFold, args: &'a [ast::Arg], span: Span) -> Option<Expr> {
        let [of, value] = args else { return None };
        let (path, part) = self.path_of(&of.value)?;
        let scope = self.graph.as_mut()?;
        let extras = match part {
            GraphPart::Nodes => super::ir::NODE_EXTRAS,
            GraphPart::Edges => super::ir::EDGE_EXTRAS,
        };
        let columns = scope.properties(part).clone();
        let outer = scope.element.replace((part, columns.len() + extras));
        let row = Row { columns: &columns, open: scope.graph.open, ..Row::default() };
        let bound =
            if fold == PathFold::Map { self.scalar(&value.value, row) } else { self.predicate(&value.value, row) };
        if let Some(scope) = &mut self.graph {
            scope.element = outer;
        }
        Some(self.path_value(path, part, fold, bound, span))
    }

    /// The path that `p` or `inner_nodes(p)` is about.
    fn path_of(&self, expr: &ast::Expr) -> Option<(usize, GraphPart)> {
        let scope = self.graph.as_ref()?;
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.path_of(inner),
            ast::ExprKind::Name(name) => Some((scope.find_path(&self.name(*name))?, GraphPart::Edges)),
            ast::ExprKind::Call { name, args } if self.name(*name) == "inner_nodes" => {
                let (path, _) = self.path_of(&args.first()?.value)?;
                Some((path, GraphPart::Nodes))
            }
            _ => None,
        }
    }

    /// A column that a node has besides its properties; without an argument, of the node inside a path that is asked.
    fn node_extra(&mut self, args: &'a [ast::Arg], extra: usize, ty: Type, span: Span) -> Option<Expr> {
        let scope = self.graph.as_ref()?;
        let nodes = scope.graph.nodes.len();
        match args {
            [] => match scope.element {
                Some((GraphPart::Nodes, _)) => Some(at(nodes + extra, ty, span)),
                _ => None,
            },
            [arg] => {
                let ast::ExprKind::Name(name) = &arg.value.kind else { return None };
                let (_, variable, first) = &scope.variables[scope.find(&self.name(*name))?];
                let place = scope.shift() + first + nodes + extra;
                (*variable == GraphVariable::Node).then(|| at(place, ty, span))
            }
            _ => None,
        }
    }

    /// The name of a column of `project` that got none (`a_age`, `p_w`, `inner_nodes_p_id`), as the service makes it up.
    pub(super) fn graph_column_name(&self, expr: &ast::Expr) -> Option<String> {
        let called = |name: &ast::Name| self.name(*name).into_owned();
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.graph_column_name(inner),
            ast::ExprKind::Name(name) => {
                let scope = self.graph.as_ref()?;
                let found = scope.find(&called(name));
                let is_bare = found.is_some_and(|at| scope.variables[at].1 == GraphVariable::Node)
                    && scope.graph.nodes.is_empty();
                (!is_bare).then(|| called(name))
            }
            ast::ExprKind::Member { .. } | ast::ExprKind::Index { .. } => {
                naming::of_expression(expr, self.text, &|_| false).map(|name| name.to_string())
            }
            ast::ExprKind::Call { name, args } => {
                let function = called(name);
                match function.as_str() {
                    "map" | "all" | "any" => {
                        let of = self.element_name(&args.first()?.value)?;
                        let value = match &args.get(1)?.value.kind {
                            ast::ExprKind::Name(name) => called(name),
                            ast::ExprKind::Call { name, args } if args.is_empty() => called(name),
                            _ => "Column".to_owned(),
                        };
                        Some(format!("{of}_{value}"))
                    }
                    "labels" | "node_id" | "node_degree_in" | "node_degree_out" => {
                        Some(format!("{function}_{}", self.element_name(&args.first()?.value)?))
                    }
                    _ => match catalog::scalar_function(&function)?.naming {
                        Naming::Prefixed(prefix) => Some(format!("{prefix}_")),
                        Naming::Fixed(name) => Some(name.to_owned()),
                        _ => None,
                    },
                }
            }
            _ => None,
        }
    }

    fn element_name(&self, expr: &ast::Expr) -> Option<String> {
        match &expr.kind {
            ast::ExprKind::Name(name) => Some(self.name(*name).into_owned()),
            ast::ExprKind::Call { name, args } => {
                Some(format!("{}_{}", self.name(*name), self.element_name(&args.first()?.value)?))
            }
            _ => None,
        }
    }
}
