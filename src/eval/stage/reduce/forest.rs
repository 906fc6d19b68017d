//! Groups of texts, put together smallest first. Texts that share words lie under the same node of a tree, whose path is the
//! shared words, the most frequent first: the deeper the node, the more alike they are.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::words::Words;
use crate::eval::error::Error;
use crate::eval::run::Run;
use crate::text::Span;

/// The most words of a text that its path holds.
const DEPTH: usize = 32;
/// About what an entry of a node takes.
const ENTRY: usize = 48;

/// The rows and the different texts that have a word at a place.
pub(super) type Support<'t> = BTreeMap<(usize, &'t str), (usize, usize)>;

/// Groups of texts under the nodes of trees.
pub(super) struct Forest {
    nodes: Vec<Node>,
    /// Those that were put together are empty.
    groups: Vec<Group>,
    /// How many are not empty.
    count: usize,
}

#[derive(Default)]
struct Node {
    parent: Option<usize>,
    /// The groups at or under the node, the smallest first.
    groups: BTreeSet<Sized>,
}

/// A group by its number of rows and its own number: of equal ones the one that was met first is the smaller.
type Sized = (usize, usize);

struct Group {
    rows: usize,
    /// The deepest node whose words all its texts have.
    node: Option<usize>,
    texts: Vec<usize>,
}

impl Forest {
    /// Each text as a group of its own.
    pub(super) fn new(
        texts: &[Words],
        counts: &[usize],
        support: &Support,
        span: Span,
        run: &Run,
    ) -> Result<Self, Error> {
        let mut forest = Self { nodes: Vec::new(), groups: Vec::with_capacity(texts.len()), count: texts.len() };
        let mut shapes: HashMap<&[&str], usize> = HashMap::new();
        let mut known: HashMap<(Step, (usize, &str)), usize> = HashMap::new();
        let mut entries = 0;
        for (text, (words, &rows)) in texts.iter().zip(counts).enumerate() {
            run.budget.row(text, span)?;
            let next = shapes.len();
            let shape = *shapes.entry(&words.separators).or_insert(next);
            let mut step = Step::Shape(shape);
            let mut node = None;
            for word in path(words, support) {
                let at = *known.entry((step, word)).or_insert_with(|| {
                    forest.nodes.push(Node { parent: node, groups: BTreeSet::new() });
                    forest.nodes.len() - 1
                });
                forest.nodes[at].groups.insert((rows, text));
                (step, node) = (Step::Node(at), Some(at));
                entries += 1;
            }
            run.budget.bytes(entries * ENTRY, span)?;
            forest.groups.push(Group { rows, node, texts: vec![text] });
        }
        Ok(forest)
    }

    /// Puts groups together until there are no more than wanted, or none are alike.
    pub(super) fn shrink(&mut self, wanted: usize, span: Span, run: &Run) -> Result<(), Error> {
        let groups = self.groups.iter().enumerate();
        let mut queue: BTreeSet<Sized> = groups.map(|(number, group)| (group.rows, number)).collect();
        while self.count > wanted
            && let Some(smallest) = queue.pop_first()
        {
            run.budget.check(span)?;
            let Some((node, partner)) = self.partner(smallest) else { continue };
            queue.remove(&partner);
            self.remove(smallest);
            self.remove(partner);
            queue.insert(self.join(smallest.1, partner.1, node));
        }
        Ok(())
    }

    /// The smallest of the other groups that are most like a group, and the node of the words they share.
    fn partner(&self, group: Sized) -> Option<(usize, Sized)> {
        self.upwards(self.groups[group.1].node).find_map(|node| {
            let other = self.nodes[node].groups.iter().find(|other| **other != group)?;
            Some((node, *other))
        })
    }

    /// A node and those above it.
    fn upwards(&self, from: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(from, |&node| self.nodes[node].parent)
    }

    fn remove(&mut self, group: Sized) {
        for node in self.upwards(self.groups[group.1].node).collect::<Vec<_>>() {
            self.nodes[node].groups.remove(&group);
        }
    }

    /// Makes one group of two.
    fn join(&mut self, one: usize, other: usize, node: usize) -> Sized {
        let mut texts = std::mem::take(&mut self.groups[one].texts);
        let mut more = std::mem::take(&mut self.groups[other].texts);
        if texts.len() < more.len() {
            std::mem::swap(&mut texts, &mut more);
        }
        texts.append(&mut more);
        let rows = self.groups[one].rows + self.groups[other].rows;
        let joined = (rows, self.groups.len());
        self.groups.push(Group { rows, node: Some(node), texts });
        for node in self.upwards(Some(node)).collect::<Vec<_>>() {
            self.nodes[node].groups.insert(joined);
        }
        self.count -= 1;
        joined
    }

    /// The texts of each group.
    pub(super) fn into_groups(self) -> impl Iterator<Item = Vec<usize>> {
        self.groups.into_iter().map(|group| group.texts).filter(|texts| !texts.is_empty())
    }
}

/// What a word of a path stands behind: the separators of the text, or the words before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Shape(usize),
    Node(usize),
}

/// The words that another text has too, with their places, the most frequent first.
fn path<'t>(text: &Words<'t>, support: &Support) -> Vec<(usize, &'t str)> {
    let shared = text.words.iter().copied().enumerate().filter_map(|word| match support.get(&word) {
        Some((rows, texts)) if *texts > 1 => Some((*rows, word)),
        _ => None,
    });
    let mut shared: Vec<(usize, (usize, &str))> = shared.collect();
    shared.sort_by(|(one, (first, _)), (other, (second, _))| other.cmp(one).then(first.cmp(second)));
    shared.into_iter().map(|(_, word)| word).take(DEPTH).collect()
}
