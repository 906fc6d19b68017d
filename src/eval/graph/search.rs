//! Looks for a pattern in a graph: step by step, each step extends the matches of those before by one edge or path.

use super::path::{Ground, Hop, Path};
use super::{Graph, number};
use crate::bind::ir::{GraphSearch, GraphStep};
use crate::eval::column::ABSENT;
use crate::eval::error::Error;
use crate::eval::run::Run;
use crate::kql::ast::EdgeDirection;
use crate::text::Span;

/// How many edges a path may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) min: usize,
    pub(super) max: usize,
}

/// A variable of the pattern, with what is known before the search of the elements that it can be.
#[derive(Debug)]
pub(super) enum Variable {
    /// A node: which ones; all where there is none.
    Node(Option<Vec<bool>>),
    /// An edge: which ones.
    Edge(Option<Vec<bool>>),
    /// A path: how long, along which edges, through which nodes.
    Path { limits: Limits, edges: Option<Vec<bool>>, inner: Option<Vec<bool>> },
}

/// What a pattern's variables are, or some of them.
#[derive(Debug, Clone)]
pub(super) struct Match {
    /// Node or edge of each variable; [`ABSENT`] for those not found yet and for paths.
    pub(super) elements: Vec<u32>,
    /// The variables that are nodes.
    nodes: Vec<usize>,
    /// The variables that are edges.
    edges: Vec<usize>,
    /// The path of each variable that is one.
    pub(super) paths: Vec<(usize, Path)>,
}

impl Match {
    pub(super) fn has_node(&self, node: u32) -> bool {
        self.nodes.iter().any(|&at| self.elements[at] == node)
    }

    pub(super) fn has_inner(&self, node: u32) -> bool {
        self.paths.iter().any(|(_, path)| path.inner.contains(&node))
    }

    pub(super) fn has_edge(&self, edge: u32) -> bool {
        self.edges.iter().any(|&at| self.elements[at] == edge)
            || self.paths.iter().any(|(_, path)| path.edges.contains(&edge))
    }

    /// How many edges it has.
    pub(super) fn length(&self) -> usize {
        self.edges.len() + self.paths.iter().map(|(_, path)| path.edges.len()).sum::<usize>()
    }

    /// The path of a variable.
    pub(super) fn path(&self, variable: usize) -> Option<&Path> {
        self.paths.iter().find(|(at, _)| *at == variable).map(|(_, path)| path)
    }

    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let paths: usize = self.paths.iter().map(|(_, path)| path.edges.len() + path.inner.len()).sum();
        128 + 4 * (self.elements.len() + paths) + 8 * (self.nodes.len() + self.edges.len())
    }
}

/// The edges from each node, by the direction they are walked.
struct Hops {
    away: Vec<Vec<Hop>>,
    towards: Vec<Vec<Hop>>,
    both: Vec<Vec<Hop>>,
}

impl Hops {
    fn of(graph: &Graph) -> Self {
        let mut away = vec![Vec::new(); graph.len()];
        let mut towards = vec![Vec::new(); graph.len()];
        let mut both = vec![Vec::new(); graph.len()];
        for (edge, &(source, target)) in graph.ends.iter().enumerate() {
            let edge = number(edge);
            away[source as usize].push((edge, target));
            towards[target as usize].push((edge, source));
            both[source as usize].push((edge, target));
            both[target as usize].push((edge, source));
        }
        Self { away, towards, both }
    }

    fn along(&self, direction: EdgeDirection) -> &[Vec<Hop>] {
        match direction {
            EdgeDirection::Outbound => &self.away,
            EdgeDirection::Inbound => &self.towards,
            EdgeDirection::Any => &self.both,
        }
    }
}

const fn opposite(direction: EdgeDirection) -> EdgeDirection {
    match direction {
        EdgeDirection::Outbound => EdgeDirection::Inbound,
        EdgeDirection::Inbound => EdgeDirection::Outbound,
        EdgeDirection::Any => EdgeDirection::Any,
    }
}

/// A search.
pub(super) struct Search<'g> {
    pub(super) graph: &'g Graph,
    pub(super) variables: &'g [Variable],
    pub(super) steps: &'g [GraphStep],
    pub(super) mode: GraphSearch,
    /// Nothing is asked of a match once it is found, so only the shortest ways need be walked.
    pub(super) is_final: bool,
    pub(super) span: Span,
}

/// A step seen from the end that is known.
struct Leg<'s> {
    step: &'s GraphStep,
    from: usize,
    to: usize,
    direction: EdgeDirection,
}

impl Search<'_> {
    /// All matches; of shortest paths maybe longer ones too.
    pub(super) fn matches(&self, run: &Run) -> Result<Vec<Match>, Error> {
        let hops = Hops::of(self.graph);
        let Some(first) = self.first_node() else { return Ok(Vec::new()) };
        let mut matches = Vec::new();
        for node in (0..number(self.graph.len())).filter(|node| self.is_allowed(first, *node)) {
            let mut elements = vec![ABSENT; self.variables.len()];
            elements[first] = node;
            matches.push(Match { elements, nodes: vec![first], edges: Vec::new(), paths: Vec::new() });
        }
        let mut known = vec![first];
        let mut left: Vec<&GraphStep> = self.steps.iter().collect();
        while let Some(leg) = self.next_leg(&mut left, &known) {
            let mut longer = Vec::new();
            let mut bytes = 0;
            for so_far in &matches {
                self.extend(so_far, &leg, hops.along(leg.direction), run, |found| {
                    bytes += found.bytes();
                    run.budget.bytes(bytes, self.span)?;
                    run.budget.row(longer.len(), self.span)?;
                    longer.push(found);
                    run.budget.rows(longer.len(), self.span)
                })?;
            }
            known.push(leg.to);
            matches = longer;
        }
        Ok(matches)
    }

    /// The node with the fewest candidates.
    fn first_node(&self) -> Option<usize> {
        let is_node = |at: &usize| matches!(self.variables[*at], Variable::Node(_));
        (0..self.variables.len()).filter(is_node).min_by_key(|at| self.candidates(*at))
    }

    fn candidates(&self, variable: usize) -> usize {
        match &self.variables[variable] {
            Variable::Node(Some(allowed)) => allowed.iter().filter(|allowed| **allowed).count(),
            _ => self.graph.len(),
        }
    }

    fn is_allowed(&self, variable: usize, element: u32) -> bool {
        match &self.variables[variable] {
            Variable::Node(Some(allowed)) | Variable::Edge(Some(allowed)) => allowed[element as usize],
            _ => true,
        }
    }

    /// The next step to take: one between nodes that are known, else the one with the fewest candidates at its end.
    fn next_leg<'s>(&self, left: &mut Vec<&'s GraphStep>, known: &[usize]) -> Option<Leg<'s>> {
        let cost = |step: &GraphStep| match (known.contains(&step.left), known.contains(&step.right)) {
            (true, true) => Some(0),
            (true, false) => Some(1 + self.candidates(step.right)),
            (false, true) => Some(1 + self.candidates(step.left)),
            (false, false) => None,
        };
        let costs = left.iter().enumerate().filter_map(|(at, step)| Some((cost(step)?, at)));
        let (_, at) = costs.min()?;
        let step = left.remove(at);
        Some(if known.contains(&step.left) {
            Leg { step, from: step.left, to: step.right, direction: step.direction }
        } else {
            Leg { step, from: step.right, to: step.left, direction: opposite(step.direction) }
        })
    }

    /// The matches that one more step makes of a match.
    fn extend(
        &self,
        so_far: &Match,
        leg: &Leg<'_>,
        hops: &[Vec<Hop>],
        run: &Run,
        mut add: impl FnMut(Match) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = so_far.elements[leg.from];
        if let Variable::Path { limits, edges, inner } = &self.variables[leg.step.edge] {
            let ground = Ground {
                hops,
                edges: edges.as_deref(),
                inner: inner.as_deref(),
                limits: *limits,
                search: self.mode,
                span: self.span,
            };
            let mut arrive = |end: u32, path: &Path| match self.arrived(so_far, leg, end, path) {
                Some(found) => add(found),
                None => Ok(()),
            };
            let is_shortest = matches!(self.mode, GraphSearch::AnyShortest | GraphSearch::AllShortest);
            if is_shortest && self.is_final && limits.min <= 1 {
                return ground.shortest(start, run, |end| self.fits(so_far, leg, end), arrive);
            }
            return ground.walk(start, so_far, run, &mut arrive);
        }
        for &(edge, end) in &hops[start as usize] {
            let is_taken = self.mode == GraphSearch::UniqueEdges && so_far.has_edge(edge);
            if !is_taken && self.is_allowed(leg.step.edge, edge) && self.fits(so_far, leg, end) {
                let mut found = so_far.clone();
                found.elements[leg.step.edge] = edge;
                found.edges.push(leg.step.edge);
                found.bind_node(leg.to, end);
                add(found)?;
            }
        }
        Ok(())
    }

    /// Whether the end of a step may be this node.
    fn fits(&self, so_far: &Match, leg: &Leg<'_>, end: u32) -> bool {
        let known = so_far.elements[leg.to];
        if known != ABSENT {
            return known == end;
        }
        let is_taken = || self.mode == GraphSearch::UniqueNodes && (so_far.has_node(end) || so_far.has_inner(end));
        self.is_allowed(leg.to, end) && !is_taken()
    }

    fn arrived(&self, so_far: &Match, leg: &Leg<'_>, end: u32, path: &Path) -> Option<Match> {
        if !self.fits(so_far, leg, end) {
            return None;
        }
        let mut found = so_far.clone();
        let path = if leg.from == leg.step.left { path.clone() } else { path.clone().reversed() };
        found.paths.push((leg.step.edge, path));
        found.bind_node(leg.to, end);
        Some(found)
    }
}

impl Match {
    fn bind_node(&mut self, variable: usize, node: u32) {
        if self.elements[variable] == ABSENT {
            self.elements[variable] = node;
            self.nodes.push(variable);
        }
    }
}
