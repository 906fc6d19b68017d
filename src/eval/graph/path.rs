//! Ways through a graph from one node: all of them with a number of edges within bounds, or only the shortest to each node.

use std::collections::VecDeque;

use super::search::{Limits, Match};
use crate::bind::ir::GraphSearch;
use crate::eval::error::Error;
use crate::eval::run::Run;
use crate::text::Span;

/// An edge to walk along, with the node at its other end.
pub(super) type Hop = (u32, u32);

/// A way: its edges, and the nodes between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) edges: Vec<u32>,
    pub(super) inner: Vec<u32>,
}

impl Path {
    /// The same way walked from its end.
    pub(super) fn reversed(mut self) -> Self {
        self.edges.reverse();
        self.inner.reverse();
        self
    }
}

/// Where a way may lead.
pub(super) struct Ground<'g> {
    /// From each node, the edges that may be walked.
    pub(super) hops: &'g [Vec<Hop>],
    /// The edges allowed; all where there is none.
    pub(super) edges: Option<&'g [bool]>,
    /// The nodes that may lie inside; all where there is none.
    pub(super) inner: Option<&'g [bool]>,
    pub(super) limits: Limits,
    pub(super) search: GraphSearch,
    pub(super) span: Span,
}

fn allows(allowed: Option<&[bool]>, at: u32) -> bool {
    allowed.is_none_or(|allowed| allowed.get(at as usize).copied().unwrap_or(false))
}

impl Ground<'_> {
    /// Every way from `start`: `arrive` gets it with the node where it ends.
    pub(super) fn walk(
        &self,
        start: u32,
        so_far: &Match,
        run: &Run,
        mut arrive: impl FnMut(u32, &Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut path = Path::default();
        if self.limits.min == 0 {
            arrive(start, &path)?;
        }
        if self.limits.max == 0 {
            return Ok(());
        }
        // The nodes of the way with the next hop to try from each.
        let mut stack = vec![(start, 0)];
        let mut steps = 0_usize;
        while let Some((node, at)) = stack.last_mut() {
            steps += 1;
            run.budget.row(steps, self.span)?;
            let node = *node;
            let Some(&(edge, next)) = self.hops[node as usize].get(*at) else {
                stack.pop();
                path.edges.pop();
                path.inner.pop();
                continue;
            };
            *at += 1;
            let nodes = stack.iter().map(|(node, _)| *node);
            if !allows(self.edges, edge) || !self.is_free(edge, next, nodes, &path, so_far) {
                continue;
            }
            let length = path.edges.len() + 1;
            path.edges.push(edge);
            if length > 1 {
                path.inner.push(node);
            }
            if length >= self.limits.min {
                arrive(next, &path)?;
            }
            let goes_on = length < self.limits.max
                && allows(self.inner, next)
                && !(self.search == GraphSearch::UniqueNodes && so_far.has_node(next));
            if goes_on {
                stack.push((next, 0));
                continue;
            }
            path.edges.pop();
            if length > 1 {
                path.inner.pop();
            }
        }
        Ok(())
    }

    /// Whether the search lets a way go along this edge to this node.
    fn is_free(&self, edge: u32, next: u32, mut nodes: impl Iterator<Item = u32>, path: &Path, so_far: &Match) -> bool {
        match self.search {
            GraphSearch::Cycles => true,
            GraphSearch::UniqueEdges => !path.edges.contains(&edge) && !so_far.has_edge(edge),
            GraphSearch::UniqueNodes => nodes.all(|node| node != next) && !so_far.has_inner(next),
            GraphSearch::AnyShortest | GraphSearch::AllShortest => nodes.all(|node| node != next),
        }
    }

    /// The shortest ways from `start` to every other node, one or all of each: `arrive` gets them.
    pub(super) fn shortest(
        &self,
        start: u32,
        run: &Run,
        wanted: impl Fn(u32) -> bool,
        mut arrive: impl FnMut(u32, &Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut before: Vec<Vec<Hop>> = vec![Vec::new(); self.hops.len()];
        let mut lengths: Vec<Option<usize>> = vec![None; self.hops.len()];
        lengths[start as usize] = Some(0);
        let mut reached = Vec::new();
        let mut open = VecDeque::from([(start, 0)]);
        while let Some((node, length)) = open.pop_front() {
            run.budget.row(reached.len(), self.span)?;
            if length == self.limits.max || (node != start && !allows(self.inner, node)) {
                continue;
            }
            for &(edge, next) in self.hops[node as usize].iter().filter(|(edge, _)| allows(self.edges, *edge)) {
                match lengths[next as usize] {
                    None => {
                        lengths[next as usize] = Some(length + 1);
                        reached.push(next);
                        open.push_back((next, length + 1));
                    }
                    Some(known) if known == length + 1 && self.search == GraphSearch::AllShortest => {}
                    Some(_) => continue,
                }
                before[next as usize].push((edge, node));
            }
        }
        if self.limits.min == 0 && wanted(start) {
            arrive(start, &Path::default())?;
        }
        for end in reached.into_iter().filter(|end| wanted(*end)) {
            self.back(start, end, &before, run, &mut arrive)?;
        }
        Ok(())
    }

    /// The ways back from `end` along the edges that led to each node.
    fn back(
        &self,
        start: u32,
        end: u32,
        before: &[Vec<Hop>],
        run: &Run,
        arrive: &mut impl FnMut(u32, &Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut path = Path::default();
        let mut stack = vec![(end, 0)];
        let mut steps = 0_usize;
        while let Some((node, at)) = stack.last_mut() {
            steps += 1;
            run.budget.row(steps, self.span)?;
            let node = *node;
            let Some(&(edge, previous)) = before[node as usize].get(*at) else {
                stack.pop();
                path.edges.pop();
                path.inner.pop();
                continue;
            };
            *at += 1;
            path.edges.push(edge);
            if previous == start {
                arrive(end, &path.clone().reversed())?;
                path.edges.pop();
                continue;
            }
            path.inner.push(previous);
            stack.push((previous, 0));
        }
        Ok(())
    }
}
