//! `make-graph`: a graph of tables, or one for each value of a column (Microsoft: "make-graph operator").

use std::sync::Arc;

use super::super::ir::{
    Column, Columns, Graph, GraphKind, GraphNodes, Join, JoinColumn, JoinKind, Name, NodeTable, PartitionStrategy, Rel,
    RelKind, UnionColumn, UnionLeg,
};
use super::super::name::shared_table;
use super::super::scope::{Binder, Row, column as column_of, unknown_table};
use super::graph::{flowing, unfollowed};
use crate::kql::ast::{self, EdgeDirection};
use crate::text::Span;
use crate::value::Type;

/// The tables that a graph is made of.
struct Tables {
    edges: Rel,
    /// The columns of the edges that hold the ids of their ends.
    source: usize,
    target: usize,
    /// With the column of the id and where it is written.
    nodes: Vec<(Rel, usize, Span)>,
}

impl Tables {
    fn all(&self) -> impl Iterator<Item = &Rel> {
        std::iter::once(&self.edges).chain(self.nodes.iter().map(|(table, ..)| table))
    }

    /// Each table, with the place that stands for it, made another one with the same columns.
    fn each(self, places: &[usize], mut make: impl FnMut(Rel, usize) -> Rel) -> Self {
        let (of_edges, of_nodes) = places.split_first().map_or((0, places), |(first, rest)| (*first, rest));
        let edges = make(self.edges, of_edges);
        let nodes = self.nodes.into_iter().zip(of_nodes).map(|((table, id, span), at)| (make(table, *at), id, span));
        Self { edges, nodes: nodes.collect(), ..self }
    }
}

impl<'a> Binder<'a> {
    pub(super) fn make_graph(&mut self, input: Rel, make: &'a ast::MakeGraphOperator, span: Span) -> Rel {
        let row = Row::of(&input);
        let (source, target) = (self.column_index(&make.source, row), self.column_index(&make.target, row));
        let nodes = self.node_tables(make);
        let (Some(source), Some(target)) = (source, target) else { return unfollowed("make-graph", input, span) };
        let tables = Tables { edges: input, source, target, nodes };
        match &make.partitioned_by {
            Some((column, body)) => self.graph_partitions(tables, make, column, body, span),
            None => self.graph_of(tables, make, span),
        }
    }

    /// `make-graph … partitioned-by column (body)`: the body runs over the graph of the edges and nodes of each value of the
    /// column, which every table must have (Microsoft: "make-graph operator").
    fn graph_partitions(
        &mut self,
        tables: Tables,
        make: &'a ast::MakeGraphOperator,
        column: &'a ast::Expr,
        body: &'a ast::Expr,
        span: Span,
    ) -> Rel {
        // Every table is asked before the first answer counts: each that lacks the column is reported.
        let of_tables: Vec<_> = tables.all().map(|table| self.column_index(column, Row::of(table))).collect();
        let Some(places) = of_tables.into_iter().collect::<Option<Vec<usize>>>() else {
            return unfollowed("make-graph with partitioned-by", tables.edges, span);
        };
        let by = tables.edges.columns[places[0]].clone();
        if tables.all().zip(&places).any(|(table, place)| table.columns[*place].ty != by.ty) {
            return unfollowed("make-graph with partitioned-by of columns of several types", tables.edges, span);
        }
        let columns = Columns::from(vec![by]);
        let context = self.new_context();
        let part = Rel { kind: RelKind::Context(context), columns: columns.clone(), open: false, span };
        let mut legs = Vec::with_capacity(places.len());
        let tables = tables.each(&places, |table, place| {
            let shared = shared_table(Name::default(), Arc::new(table), span);
            legs.push(UnionLeg { rel: shared.clone(), output: vec![UnionColumn::Column(place)] });
            rows_of_part(shared, place, part.clone())
        });
        let graph = self.graph_of(tables, make, span);
        let Some(body) = self.pipe_from(graph, body) else { return unknown_table("", span) };
        let by = column_of(&columns, 0, span);
        let input = Box::new(Rel { kind: RelKind::Union { legs }, columns, open: false, span });
        let (columns, open, strategy) = (body.columns.clone(), body.open, PartitionStrategy::AnyNumber);
        let kind = RelKind::Partition { input, by, body: Box::new(body), context, strategy };
        Rel { kind, columns, open, span }
    }

    fn graph_of(&mut self, tables: Tables, make: &'a ast::MakeGraphOperator, span: Span) -> Rel {
        let Tables { edges: input, source, target, nodes } = tables;
        if make.direction == EdgeDirection::Any {
            return unfollowed("make-graph with edges that have no direction", input, span);
        }
        let id_type = input.columns[source].ty;
        let mut ids = vec![(input.columns[target].ty, make.target.span)];
        ids.extend(nodes.iter().map(|(table, id, span)| (table.columns[*id].ty, *span)));
        for (ty, span) in ids {
            let known = ty != Type::Unknown && id_type != Type::Unknown;
            if known && ty != id_type {
                self.report("type-mismatch", span, format!("the ids of nodes are {id_type} here, this is a {ty}"));
            }
        }
        let open = input.open || nodes.iter().any(|(table, ..)| table.open);
        let edges = input.columns.clone();
        let (columns, nodes) = match make.node_id {
            Some(name) => (vec![Column { name: self.name(name).into(), ty: id_type }], GraphNodes::Ids),
            None if make.nodes.is_empty() => (Vec::new(), GraphNodes::Bare),
            None => with_properties(nodes),
        };
        let kind = GraphKind::Make { edges: Box::new(input), source, target, nodes };
        flowing(Graph { kind, nodes: columns.into(), edges, open, span })
    }

    /// The tables of `with T on id`, with the column of the id and where it is written.
    fn node_tables(&mut self, make: &'a ast::MakeGraphOperator) -> Vec<(Rel, usize, Span)> {
        let context = self.context.take();
        let mut tables = Vec::new();
        for (table, id) in &make.nodes {
            let table = self.table(table, Row::default());
            if let Some(index) = self.column_index(id, Row::of(&table)) {
                tables.push((table, index, id.span));
            }
        }
        self.context = context;
        tables
    }
}

/// The properties of nodes that several tables have: all of their columns, those of one name and type only once. A name that
/// two tables give different types is no property.
fn with_properties(tables: Vec<(Rel, usize, Span)>) -> (Vec<Column>, GraphNodes) {
    let mut columns: Vec<Column> = Vec::new();
    let mut contested = Vec::new();
    for (table, ..) in &tables {
        for column in &table.columns {
            match columns.iter().find(|known| known.name == column.name) {
                Some(known) if known.ty != column.ty => contested.push(column.name.clone()),
                Some(_) => {}
                None => columns.push(column.clone()),
            }
        }
    }
    columns.retain(|column| !contested.contains(&column.name));
    let nodes = tables.into_iter().map(|(rel, id, _)| {
        let place = |column: &Column| rel.columns.iter().position(|own| own.name == column.name);
        let output = columns.iter().map(place).collect();
        NodeTable { rel, id, output }
    });
    let nodes = GraphNodes::Tables(nodes.collect());
    (columns, nodes)
}

/// The rows of a table whose value is that of a part.
fn rows_of_part(left: Rel, place: usize, right: Rel) -> Rel {
    let on = vec![(column_of(&left.columns, place, left.span), column_of(&right.columns, 0, right.span))];
    let output = (0..left.columns.len()).map(JoinColumn::Left).collect();
    let (columns, open, span) = (left.columns.clone(), left.open, left.span);
    let kind = RelKind::Join(Box::new(Join { kind: JoinKind::LeftSemi, left, right, on, output }));
    Rel { kind, columns, open, span }
}
