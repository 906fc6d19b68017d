//! `graph-to-table`: the nodes or the edges of a graph as rows (Microsoft: "graph-to-table operator").

use crate::bind::ir::{self, GraphId, GraphPart};
use crate::eval::call::Function;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::graph::{self, Recipe};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::Vector;
use crate::text::Span;
use crate::value::Type;

/// A compiled `graph-to-table` of one half of a graph.
#[derive(Debug)]
pub(crate) struct GraphTable {
    recipe: Recipe,
    part: GraphPart,
    /// The ids, and the function that makes their hash.
    ids: Vec<(GraphId, Function)>,
}

/// Compiles `graph-to-table`. The id of a node is shown as its `hash()`, as the service does.
pub(super) fn compile(
    graph: &ir::Graph,
    part: GraphPart,
    ids: &[GraphId],
    span: Span,
    compiler: &mut Compiler,
) -> Result<GraphTable, Error> {
    let ty = id_type(graph);
    let hashed = |id: &GraphId| Ok((*id, Function::find("hash", vec![ty], Type::Long, span)?));
    let ids = ids.iter().map(hashed).collect::<Result<_, Error>>()?;
    Ok(GraphTable { recipe: graph::compile(graph, compiler)?, part, ids })
}

fn id_type(graph: &ir::Graph) -> Type {
    match &graph.kind {
        ir::GraphKind::Make { edges, source, .. } => edges.columns.get(*source).map_or(Type::Unknown, |id| id.ty),
        ir::GraphKind::Components { graph, .. } | ir::GraphKind::Filter { graph, .. } => id_type(graph),
    }
}

impl GraphTable {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let graph = self.recipe.make(run)?;
        let (properties, rows) = graph.properties(self.part);
        let mut columns = Vec::with_capacity(stage.types.len());
        for (id, hash) in &self.ids {
            let hashes = hash.apply(&[Vector::Many(graph.ids(*id))], rows, run)?;
            columns.push(hashes.into_column(Type::Long, rows).map_err(|failure| super::mismatch(failure, stage.span))?);
        }
        columns.extend_from_slice(properties);
        stage.conform(columns, rows)
    }
}
