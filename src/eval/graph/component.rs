//! The connected components of a graph (Microsoft: "graph-mark-components operator"). The service numbers them as it likes;
//! here they are numbered in the order of their first nodes.

use crate::bind::ir::Connection;

/// The number of each node's component, from 0.
pub(super) fn numbers(nodes: usize, ends: &[(u32, u32)], connection: Connection) -> Vec<i64> {
    let roots = match connection {
        Connection::Weak => weak(nodes, ends),
        Connection::Strong => strong(nodes, ends),
    };
    let mut known: Vec<Option<i64>> = vec![None; nodes];
    let mut next = 0;
    let number = |&root: &usize| {
        *known[root].get_or_insert_with(|| {
            next += 1;
            next - 1
        })
    };
    roots.iter().map(number).collect()
}

/// One node that stands for each node's component, whatever the direction of edges.
fn weak(nodes: usize, ends: &[(u32, u32)]) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..nodes).collect();
    for &(source, target) in ends {
        let (one, other) = (root(&mut parents, source as usize), root(&mut parents, target as usize));
        parents[one.max(other)] = one.min(other);
    }
    (0..nodes).map(|node| root(&mut parents, node)).collect()
}

fn root(parents: &mut [usize], mut node: usize) -> usize {
    while parents[node] != node {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    node
}

/// One node that stands for each node's strong component: two walks, the second against the edges and in the order in which
/// the first one left the nodes (Kosaraju).
fn strong(nodes: usize, ends: &[(u32, u32)]) -> Vec<usize> {
    let mut away = vec![Vec::new(); nodes];
    let mut towards = vec![Vec::new(); nodes];
    for &(source, target) in ends {
        away[source as usize].push(target as usize);
        towards[target as usize].push(source as usize);
    }
    let mut left = Vec::with_capacity(nodes);
    let mut seen = vec![false; nodes];
    for start in 0..nodes {
        walk(start, &away, &mut seen, |node| left.push(node));
    }
    let mut roots = vec![0; nodes];
    let mut seen = vec![false; nodes];
    for &start in left.iter().rev() {
        walk(start, &towards, &mut seen, |node| roots[node] = start);
    }
    roots
}

/// Visits what can be reached from `start` and was not seen; `leave` gets each node once all behind it are done.
fn walk(start: usize, next: &[Vec<usize>], seen: &mut [bool], mut leave: impl FnMut(usize)) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut stack = vec![(start, 0)];
    while let Some((node, at)) = stack.last_mut() {
        let Some(&neighbour) = next[*node].get(*at) else {
            leave(*node);
            stack.pop();
            continue;
        };
        *at += 1;
        if !std::mem::replace(&mut seen[neighbour], true) {
            stack.push((neighbour, 0));
        }
    }
}
