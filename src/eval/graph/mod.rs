//! Graphs as values: nodes and edges numbered from 0, with a column for each property.
//!
//! A graph lives only while a query runs; the tables it is made of are read when an operator first asks for it (Microsoft:
//! "make-graph operator").

mod component;
mod matching;
mod path;
mod search;

use super::builder::{self, ColumnBuilder};
use super::column::Column;
use super::compile::Compiler;
use super::error::Error;
use super::expr::{Expr, Scope};
use super::grouping::Groups;
use super::plan::Stage;
use super::run::Run;
use super::stage::{holding, mismatch};
use super::table::Table;
use crate::bind::ir::{self, Connection, GraphPart};
use crate::text::Span;
use crate::value::{Type, Value};

pub(super) use matching::{Matching, compile as compile_match};

/// A graph.
pub(super) struct Graph {
    /// The id of each node.
    ids: Column,
    /// The properties of the nodes.
    nodes: Vec<Column>,
    /// The properties of the edges.
    edges: Vec<Column>,
    /// The nodes that each edge leads from and to.
    ends: Vec<(u32, u32)>,
}

/// A compiled graph: how to make it.
#[derive(Debug)]
pub(crate) struct Recipe {
    kind: Kind,
    node_types: Vec<Type>,
    span: Span,
}

#[derive(Debug)]
enum Kind {
    Make { edges: Box<Stage>, ends: [usize; 2], nodes: Nodes },
    Components { graph: Box<Recipe>, connection: Connection },
    Filter { graph: Box<Recipe>, part: GraphPart, predicate: Expr },
}

#[derive(Debug)]
enum Nodes {
    Bare,
    Ids,
    Tables(Vec<Source>),
}

/// A table of nodes.
#[derive(Debug)]
struct Source {
    rows: Stage,
    id: usize,
    /// For each property the column that has it.
    output: Vec<Option<usize>>,
}

/// Compiles a graph.
pub(super) fn compile(graph: &ir::Graph, compiler: &mut Compiler) -> Result<Recipe, Error> {
    let kind = match &graph.kind {
        ir::GraphKind::Make { edges, source, target, nodes } => {
            let nodes = match nodes {
                ir::GraphNodes::Bare => Nodes::Bare,
                ir::GraphNodes::Ids => Nodes::Ids,
                ir::GraphNodes::Tables(tables) => {
                    let source = |table: &ir::NodeTable| {
                        let rows = compiler.rel(&table.rel)?;
                        Ok(Source { rows, id: table.id, output: table.output.clone() })
                    };
                    Nodes::Tables(tables.iter().map(source).collect::<Result<_, Error>>()?)
                }
            };
            if edges.columns.get(*source).is_some_and(|column| column.ty == Type::Dynamic) {
                return Err(Error::unsupported("a dynamic as the id of a node", graph.span));
            }
            Kind::Make { edges: Box::new(compiler.rel(edges)?), ends: [*source, *target], nodes }
        }
        ir::GraphKind::Components { graph, connection } => {
            Kind::Components { graph: Box::new(compile(graph, compiler)?), connection: *connection }
        }
        ir::GraphKind::Filter { graph, part, predicate } => Kind::Filter {
            graph: Box::new(compile(graph, compiler)?),
            part: *part,
            predicate: compiler.expr(predicate)?,
        },
    };
    let node_types = graph.nodes.iter().map(|column| column.ty).collect();
    Ok(Recipe { kind, node_types, span: graph.span })
}

/// A place in a table as the number of a row.
fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

impl Recipe {
    /// Makes the graph.
    pub(super) fn make(&self, run: &Run) -> Result<Graph, Error> {
        run.budget.check(self.span)?;
        match &self.kind {
            Kind::Make { edges, ends, nodes } => self.make_of(&edges.run(run)?, *ends, nodes, run),
            Kind::Components { graph, connection } => {
                let mut graph = graph.make(run)?;
                let numbers = component::numbers(graph.ids.len(), &graph.ends, *connection);
                graph.nodes.push(Column::Long(super::column::Cells::new(numbers)));
                Ok(graph)
            }
            Kind::Filter { graph, part: GraphPart::Nodes, predicate } => graph.make(run)?.with_nodes(predicate, run),
            Kind::Filter { graph, part: GraphPart::Edges, predicate } => {
                let graph = graph.make(run)?;
                match holding(Scope::all(&graph.edges, graph.ends.len()), std::slice::from_ref(predicate), run)? {
                    Some(kept) => Ok(graph.with_edges(&kept)),
                    None => Ok(graph),
                }
            }
        }
    }

    /// The nodes are those of the tables, in order, then those that only edges name, in order.
    fn make_of(&self, edges: &Table, ends: [usize; 2], nodes: &Nodes, run: &Run) -> Result<Graph, Error> {
        let missing = || Error::unsupported("a column of a row that is not at hand", self.span);
        let [source, target] = ends.map(|at| edges.columns().get(at).ok_or_else(missing));
        let (source, target) = (source?, target?);
        let ty = source.ty();
        let failed = |failure| mismatch(failure, self.span);
        let rows = edges.rows();
        let by_turns: Vec<u32> = (0..rows).flat_map(|row| [number(row), number(row + rows)]).collect();
        let end_ids = builder::concat(ty, [source, target]).map_err(failed)?.gather(&by_turns);
        let empty = Vec::new();
        let sources = if let Nodes::Tables(sources) = nodes { sources } else { &empty };
        let tables = sources.iter().map(|source| source.rows.run(run)).collect::<Result<Vec<_>, _>>()?;
        let mut id_columns = Vec::with_capacity(tables.len() + 1);
        for (source, table) in sources.iter().zip(&tables) {
            id_columns.push(table.columns().get(source.id).ok_or_else(missing)?);
        }
        id_columns.push(&end_ids);
        let all_ids = builder::concat(ty, id_columns).map_err(failed)?;
        let groups = Groups::of(std::slice::from_ref(&all_ids), all_ids.len());
        run.budget.rows(groups.len(), self.span)?;
        let ids = all_ids.gather(&groups.firsts);
        let of_tables: usize = tables.iter().map(Table::rows).sum();
        let ends = groups.ids[of_tables..].chunks_exact(2).map(|ends| (ends[0], ends[1])).collect();
        let nodes = match nodes {
            Nodes::Bare => Vec::new(),
            Nodes::Ids => vec![ids.clone()],
            Nodes::Tables(_) => self.properties(sources, &tables, &groups, &ids)?,
        };
        Ok(Graph { ids, nodes, edges: edges.columns().to_vec(), ends })
    }

    /// The properties of the nodes. A node that is in no table has its id where tables have theirs, and else nothing.
    fn properties(
        &self,
        sources: &[Source],
        tables: &[Table],
        groups: &Groups,
        ids: &Column,
    ) -> Result<Vec<Column>, Error> {
        let places = self.places(tables, groups)?;
        let mut columns = Vec::with_capacity(self.node_types.len());
        for (at, &ty) in self.node_types.iter().enumerate() {
            let is_id = sources.iter().any(|source| source.output.get(at) == Some(&Some(source.id)));
            let mut cells = ColumnBuilder::new(ty);
            for (node, place) in places.iter().enumerate() {
                let value = match place {
                    Some((table, row)) => match sources[*table].output.get(at).copied().flatten() {
                        Some(column) => tables[*table].value(*row, column),
                        None => Value::Null,
                    },
                    None if is_id => ids.value(node),
                    None => Value::Null,
                };
                cells.push(value).map_err(|failure| mismatch(failure, self.span))?;
            }
            columns.push(cells.finish());
        }
        Ok(columns)
    }

    /// For each node the table and row it comes from. The first of several rows counts; of several tables the service takes
    /// one or the other, so that is not answered.
    fn places(&self, tables: &[Table], groups: &Groups) -> Result<Vec<Option<(usize, usize)>>, Error> {
        let mut places: Vec<Option<(usize, usize)>> = vec![None; groups.len()];
        let rows = tables.iter().enumerate().flat_map(|(table, rows)| (0..rows.rows()).map(move |row| (table, row)));
        for ((table, row), &node) in rows.zip(&groups.ids) {
            match &mut places[node as usize] {
                place @ None => *place = Some((table, row)),
                Some((known, _)) if *known != table => {
                    return Err(Error::unsupported("a node that stands in two tables of make-graph", self.span));
                }
                Some(_) => {}
            }
        }
        Ok(places)
    }
}

impl Graph {
    /// The number of nodes.
    fn len(&self) -> usize {
        self.ids.len()
    }

    fn with_edges(&self, kept: &[u32]) -> Self {
        Self {
            ids: self.ids.clone(),
            nodes: self.nodes.clone(),
            edges: self.edges.iter().map(|column| column.gather(kept)).collect(),
            ends: kept.iter().map(|&edge| self.ends[edge as usize]).collect(),
        }
    }

    /// The nodes for which the predicate is true, and the edges between them.
    fn with_nodes(self, predicate: &Expr, run: &Run) -> Result<Self, Error> {
        let kept = holding(Scope::all(&self.nodes, self.len()), std::slice::from_ref(predicate), run)?;
        let Some(kept) = kept else { return Ok(self) };
        let mut numbers = vec![None; self.len()];
        for (new, &old) in kept.iter().enumerate() {
            numbers[old as usize] = Some(number(new));
        }
        let both = |edge: &u32| {
            let (source, target) = self.ends[*edge as usize];
            numbers[source as usize].zip(numbers[target as usize])
        };
        let edges: Vec<u32> = (0..number(self.ends.len())).filter(|edge| both(edge).is_some()).collect();
        Ok(Self {
            ids: self.ids.gather(&kept),
            nodes: self.nodes.iter().map(|column| column.gather(&kept)).collect(),
            edges: self.edges.iter().map(|column| column.gather(&edges)).collect(),
            ends: edges.iter().filter_map(both).collect(),
        })
    }

    /// Its nodes, or its edges: their properties.
    pub(super) fn properties(&self, part: GraphPart) -> (&[Column], usize) {
        match part {
            GraphPart::Nodes => (&self.nodes, self.len()),
            GraphPart::Edges => (&self.edges, self.ends.len()),
        }
    }

    /// The ids of its nodes, of the nodes its edges lead from, or of those they lead to.
    pub(super) fn ids(&self, id: ir::GraphId) -> Column {
        let ends: Vec<u32> = match id {
            ir::GraphId::Node => return self.ids.clone(),
            ir::GraphId::Source => self.ends.iter().map(|(source, _)| *source).collect(),
            ir::GraphId::Target => self.ends.iter().map(|(_, target)| *target).collect(),
        };
        self.ids.gather(&ends)
    }
}
