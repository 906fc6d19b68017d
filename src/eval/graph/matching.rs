//! `graph-match` and `graph-shortest-paths`: finds what fits a pattern and makes a row of each match (Microsoft:
//! "graph-match operator", "graph-shortest-paths operator").
//!
//! A condition on one node, one edge, or all edges of a path thins out what the search may take; the others are asked of the
//! matches found.

use std::sync::Arc;

use hashbrown::HashMap;

use super::path::Path;
use super::search::{Limits, Match, Search, Variable};
use super::{Graph, Recipe, number};
use crate::bind::ir::{self, GraphPart, GraphSearch, GraphStep, GraphVariable, PathFold};
use crate::eval::builder::bools;
use crate::eval::column::{Cells, Column, Shared};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope, truth};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::{holding, row_count};
use crate::eval::table::Table;
use crate::eval::vector::Operand;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, convert};

/// A compiled pattern with its clauses.
#[derive(Debug)]
pub(crate) struct Matching {
    recipe: Recipe,
    search: GraphSearch,
    slots: Vec<Slot>,
    steps: Vec<GraphStep>,
    /// How many columns of a match are those of variables.
    width: usize,
    values_of_paths: Vec<PathValue>,
    /// Conditions on one variable each.
    on_variables: Vec<(usize, Expr)>,
    /// Paths of which all edges, or all nodes inside, must meet a condition.
    on_paths: Vec<usize>,
    /// The other conditions.
    predicates: Vec<Expr>,
    values: Vec<Expr>,
    /// The columns of a match that are read.
    read: Vec<bool>,
    /// The names of the properties, for bags.
    names: [Vec<String>; 2],
    span: Span,
}

/// A variable and its columns in a match.
#[derive(Debug)]
struct Slot {
    kind: SlotKind,
    first: usize,
    width: usize,
}

#[derive(Debug)]
enum SlotKind {
    Node,
    Edge,
    Path(Box<[Expr; 2]>),
}

#[derive(Debug)]
struct PathValue {
    path: usize,
    part: GraphPart,
    fold: PathFold,
    value: Expr,
    /// The columns that `value` reads: those of the element, then those of the match.
    read: Vec<bool>,
    element: usize,
}

/// Compiles `graph-match` or `graph-shortest-paths`.
pub(in crate::eval) fn compile(found: &ir::GraphMatch, span: Span, compiler: &mut Compiler) -> Result<Matching, Error> {
    let is_shortest = matches!(found.search, GraphSearch::AnyShortest | GraphSearch::AllShortest);
    if is_shortest && found.steps.len() != 1 {
        return Err(Error::unsupported("graph-shortest-paths with more than one edge in its pattern", span));
    }
    let recipe = super::compile(&found.graph, compiler)?;
    let mut width = 0;
    let mut slots = Vec::with_capacity(found.variables.len());
    for variable in &found.variables {
        let own = variable.width(&found.graph);
        let kind = match variable {
            GraphVariable::Node => SlotKind::Node,
            GraphVariable::Edge => SlotKind::Edge,
            GraphVariable::Path { min, max } => SlotKind::Path(Box::new([compiler.expr(min)?, compiler.expr(max)?])),
        };
        slots.push(Slot { kind, first: width, width: own });
        width += own;
    }
    let mut read = vec![false; width + found.values_of_paths.len()];
    let mut values_of_paths = Vec::with_capacity(found.values_of_paths.len());
    for value in &found.values_of_paths {
        let element = match value.part {
            GraphPart::Nodes => GraphVariable::Node.width(&found.graph),
            GraphPart::Edges => GraphVariable::Edge.width(&found.graph),
        };
        let asked = compiler.expr(&value.value)?;
        let mut own = vec![false; element + width];
        asked.mark_columns(&mut own);
        for (read, own) in read.iter_mut().zip(&own[element..]) {
            *read |= own;
        }
        let (path, part, fold) = (value.path, value.part, value.fold);
        values_of_paths.push(PathValue { path, part, fold, value: asked, read: own, element });
    }
    let names = [&found.graph.nodes, &found.graph.edges]
        .map(|columns| columns.iter().map(|column| column.name.to_string()).collect());
    let mut matching = Matching {
        recipe,
        search: found.search,
        slots,
        steps: found.steps.clone(),
        width,
        values_of_paths,
        on_variables: Vec::new(),
        on_paths: Vec::new(),
        predicates: Vec::new(),
        values: compiler.exprs(&found.values)?,
        read,
        names,
        span,
    };
    for predicate in compiler.exprs(&found.predicates)? {
        matching.place(predicate);
    }
    for value in &matching.values {
        value.mark_columns(&mut matching.read);
    }
    Ok(matching)
}

impl Matching {
    /// Puts a condition where it is asked.
    fn place(&mut self, predicate: Expr) {
        if let Some(at) = predicate.column_index().and_then(|at| at.checked_sub(self.width)) {
            let asked = &self.values_of_paths[at];
            if asked.fold == PathFold::All && !asked.read[asked.element..].contains(&true) {
                self.on_paths.push(at);
                return;
            }
        }
        let mut read = vec![false; self.read.len()];
        predicate.mark_columns(&mut read);
        let is_of = |slot: &Slot| {
            let own = slot.first..slot.first + slot.width;
            slot.width > 0 && (0..read.len()).all(|at| !read[at] || own.contains(&at))
        };
        if let Some(at) = self.slots.iter().position(is_of)
            && read.contains(&true)
        {
            self.on_variables.push((at, predicate));
            return;
        }
        for (known, read) in self.read.iter_mut().zip(read) {
            *known |= read;
        }
        self.predicates.push(predicate);
    }

    /// Finds the matches and gives their table.
    pub(in crate::eval) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let graph = self.recipe.make(run)?;
        let variables = self.variables(&graph, run)?;
        let search = Search {
            graph: &graph,
            variables: &variables,
            steps: &self.steps,
            mode: self.search,
            is_final: self.predicates.is_empty() && self.has_one_path(),
            span: self.span,
        };
        let mut matches = search.matches(run)?;
        let mut columns = self.columns(&graph, &matches, run)?;
        if let Some(kept) = holding(Scope::all(&columns, matches.len()), &self.predicates, run)? {
            matches = kept.iter().map(|&row| matches[row as usize].clone()).collect();
            columns = columns.iter().map(|column| column.gather(&kept)).collect();
        }
        if let Some(kept) = self.shortest(&matches) {
            let count = kept.len();
            columns = columns.iter().map(|column| column.gather(&kept)).collect();
            return self.project(stage, &columns, count, run);
        }
        self.project(stage, &columns, matches.len(), run)
    }

    fn project(&self, stage: &Stage, columns: &[Column], rows: usize, run: &Run) -> Result<Table, Error> {
        let scope = Scope::all(columns, rows);
        let values = self.values.iter().map(|value| value.eval_column(scope, run)).collect::<Result<_, _>>()?;
        Ok(stage.table(values, rows))
    }

    fn has_one_path(&self) -> bool {
        self.slots.iter().filter(|slot| matches!(slot.kind, SlotKind::Path(_))).count() == 1
    }

    /// What each variable may be.
    fn variables(&self, graph: &Graph, run: &Run) -> Result<Vec<Variable>, Error> {
        let mut variables = Vec::with_capacity(self.slots.len());
        for (at, slot) in self.slots.iter().enumerate() {
            variables.push(match &slot.kind {
                SlotKind::Node => Variable::Node(self.allowed(graph, at, GraphPart::Nodes, run)?),
                SlotKind::Edge => Variable::Edge(self.allowed(graph, at, GraphPart::Edges, run)?),
                SlotKind::Path(bounds) => {
                    let limits = limits(bounds, run)?;
                    let edges = self.allowed_on_path(graph, at, GraphPart::Edges, run)?;
                    Variable::Path { limits, edges, inner: self.allowed_on_path(graph, at, GraphPart::Nodes, run)? }
                }
            });
        }
        Ok(variables)
    }

    /// The nodes or edges that meet the conditions on a variable; none where there are no conditions.
    fn allowed(&self, graph: &Graph, at: usize, part: GraphPart, run: &Run) -> Result<Option<Vec<bool>>, Error> {
        let mut predicates = Vec::new();
        let mut read = vec![false; self.read.len()];
        for (_, predicate) in self.on_variables.iter().filter(|(variable, _)| *variable == at) {
            predicate.mark_columns(&mut read);
            predicates.push(predicate.clone());
        }
        if predicates.is_empty() {
            return Ok(None);
        }
        let slot = &self.slots[at];
        let (_, rows) = graph.properties(part);
        let all: Vec<u32> = (0..number(rows)).collect();
        let mut columns = vec![Column::nulls(Type::Dynamic, rows); self.read.len()];
        let own = slot.first..slot.first + slot.width;
        for (column, made) in columns[own.clone()].iter_mut().zip(self.element(graph, part, &all, &read[own])) {
            *column = made;
        }
        let kept = holding(Scope::all(&columns, rows), &predicates, run)?;
        Ok(kept.map(|kept| mask(&kept, rows)))
    }

    /// The edges that a path may have, or the nodes that may lie inside it.
    fn allowed_on_path(
        &self,
        graph: &Graph,
        path: usize,
        part: GraphPart,
        run: &Run,
    ) -> Result<Option<Vec<bool>>, Error> {
        let asked = self.on_paths.iter().map(|&at| &self.values_of_paths[at]);
        let asked: Vec<&PathValue> = asked.filter(|asked| asked.path == path && asked.part == part).collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let (_, rows) = graph.properties(part);
        let all: Vec<u32> = (0..number(rows)).collect();
        let mut allowed = vec![true; rows];
        for asked in asked {
            let columns = self.element(graph, part, &all, &asked.read[..asked.element]);
            let kept = holding(Scope::all(&columns, rows), std::slice::from_ref(&asked.value), run)?;
            if let Some(kept) = kept {
                allowed.iter_mut().zip(mask(&kept, rows)).for_each(|(allowed, kept)| *allowed &= kept);
            }
        }
        Ok(Some(allowed))
    }

    /// The columns of some nodes or edges: properties and what stands behind them. Those not read hold nothing.
    fn element(&self, graph: &Graph, part: GraphPart, rows: &[u32], read: &[bool]) -> Vec<Column> {
        let (properties, all) = graph.properties(part);
        let is_read = |at: usize| read.get(at).copied().unwrap_or(false);
        let nothing = || Column::nulls(Type::Dynamic, rows.len());
        let mut columns: Vec<Column> = Vec::with_capacity(read.len());
        for (at, column) in properties.iter().enumerate() {
            columns.push(if is_read(at) { column.gather(rows) } else { nothing() });
        }
        let names = &self.names[usize::from(part == GraphPart::Edges)];
        columns.push(if is_read(columns.len()) { bags(names, properties, all).gather(rows) } else { nothing() });
        if part == GraphPart::Nodes {
            for ends in [|(_, target): &(u32, u32)| *target, |(source, _): &(u32, u32)| *source] {
                let is_read = is_read(columns.len());
                columns.push(if is_read { degrees(graph, ends).gather(rows) } else { nothing() });
            }
            let texts = || Column::String((0..all).map(|node| convert::to_text(&graph.ids.value(node))).collect());
            columns.push(if is_read(columns.len()) { texts().gather(rows) } else { nothing() });
        }
        columns
    }

    /// The columns of the matches.
    fn columns(&self, graph: &Graph, matches: &[Match], run: &Run) -> Result<Vec<Column>, Error> {
        let mut columns = Vec::with_capacity(self.read.len());
        for (at, slot) in self.slots.iter().enumerate() {
            let part = match slot.kind {
                SlotKind::Node => GraphPart::Nodes,
                SlotKind::Edge => GraphPart::Edges,
                SlotKind::Path(_) => continue,
            };
            let rows: Vec<u32> = matches.iter().map(|found| found.elements[at]).collect();
            columns.extend(self.element(graph, part, &rows, &self.read[slot.first..slot.first + slot.width]));
        }
        let mut asked = Vec::with_capacity(self.values_of_paths.len());
        for (at, value) in self.values_of_paths.iter().enumerate() {
            asked.push(if self.read[self.width + at] {
                self.value_of_path(value, graph, matches, &columns, run)?
            } else {
                Column::nulls(Type::Dynamic, matches.len())
            });
        }
        columns.extend(asked);
        Ok(columns)
    }

    /// What is asked of the path of each match.
    fn value_of_path(
        &self,
        asked: &PathValue,
        graph: &Graph,
        matches: &[Match],
        columns: &[Column],
        run: &Run,
    ) -> Result<Column, Error> {
        let mut elements = Vec::new();
        let mut owners = Vec::new();
        let mut counts = Vec::with_capacity(matches.len());
        let none = Path::default();
        for (row, found) in matches.iter().enumerate() {
            let path = found.path(asked.path).unwrap_or(&none);
            let own = if asked.part == GraphPart::Nodes { &path.inner } else { &path.edges };
            elements.extend_from_slice(own);
            owners.resize(elements.len(), number(row));
            counts.push(own.len());
        }
        run.budget.rows(elements.len(), self.span)?;
        let mut row = self.element(graph, asked.part, &elements, &asked.read[..asked.element]);
        for (column, read) in columns.iter().zip(&asked.read[asked.element..]) {
            row.push(if *read { column.gather(&owners) } else { Column::nulls(Type::Dynamic, owners.len()) });
        }
        let values = asked.value.eval(Scope::all(&row, elements.len()), run)?;
        let mut next = 0..;
        if asked.fold == PathFold::Map {
            let arrays = counts.iter().map(|&count| {
                let items = next.by_ref().take(count).map(|at: usize| Dynamic::from_value(&values.value(at)));
                Some(Shared(Arc::new(Dynamic::Array(items.collect()))))
            });
            return Ok(Column::Dynamic(arrays.collect()));
        }
        let holds: Box<dyn Fn(usize) -> bool> = match truth(&values, elements.len()) {
            Some(Operand::One(holds)) => Box::new(move |_| holds == Some(true)),
            Some(Operand::Many(cells)) => Box::new(move |at| cells.get(at) == Some(&true)),
            None => return Err(Error::unsupported("a condition that is no bool", asked.value.span)),
        };
        let fold = |count: &usize| {
            let mut own = next.by_ref().take(*count).map(&holds).collect::<Vec<_>>().into_iter();
            if asked.fold == PathFold::All { own.all(|holds| holds) } else { own.any(|holds| holds) }
        };
        Ok(bools(counts.iter().map(fold).collect()))
    }

    /// The matches that are shortest among those with the same nodes, where that is asked.
    fn shortest(&self, matches: &[Match]) -> Option<Vec<u32>> {
        if !matches!(self.search, GraphSearch::AnyShortest | GraphSearch::AllShortest) {
            return None;
        }
        let key = |found: &Match| -> Vec<u32> {
            let nodes = self.slots.iter().zip(&found.elements).filter(|(slot, _)| matches!(slot.kind, SlotKind::Node));
            nodes.map(|(_, element)| *element).collect()
        };
        let mut best: HashMap<Vec<u32>, (usize, u32)> = HashMap::new();
        for (row, found) in matches.iter().enumerate() {
            let new = (found.length(), number(row));
            best.entry(key(found)).and_modify(|known| *known = (*known).min(new)).or_insert(new);
        }
        let is_kept = |row: &u32| {
            let found = &matches[*row as usize];
            best.get(&key(found)).is_some_and(|(length, first)| match self.search {
                GraphSearch::AllShortest => *length == found.length(),
                _ => first == row,
            })
        };
        Some((0..number(matches.len())).filter(is_kept).collect())
    }
}

/// How many edges a path may have.
fn limits(bounds: &[Expr; 2], run: &Run) -> Result<Limits, Error> {
    let [least, most] = bounds;
    let is_negative = matches!(least.eval_constant(run)?, Value::Int(..0) | Value::Long(..0));
    let limits = Limits { min: row_count(least, run)?, max: row_count(most, run)? };
    if is_negative || limits.min > limits.max {
        return Err(Error::schema(
            "a path has from 0 edges on, and its least number is not above its most",
            least.span,
        ));
    }
    Ok(limits)
}

fn mask(kept: &[u32], rows: usize) -> Vec<bool> {
    let mut mask = vec![false; rows];
    for &row in kept {
        mask[row as usize] = true;
    }
    mask
}

/// The properties of each element in a bag. Nulls and empty texts are left out.
fn bags(names: &[String], properties: &[Column], rows: usize) -> Column {
    let bag = |row| {
        let slots = names.iter().zip(properties).filter_map(|(name, column)| match column.value(row) {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            value => Some((name.clone(), Dynamic::from_value(&value))),
        });
        Some(Shared(Arc::new(Dynamic::Bag(slots.collect()))))
    };
    Column::Dynamic((0..rows).map(bag).collect())
}

/// How many edges have each node at one of their ends.
fn degrees(graph: &Graph, end: fn(&(u32, u32)) -> u32) -> Column {
    let mut counts = vec![0; graph.len()];
    for ends in &graph.ends {
        counts[end(ends) as usize] += 1;
    }
    Column::Long(Cells::new(counts))
}
