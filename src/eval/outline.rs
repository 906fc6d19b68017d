//! The stages of a plan as a list for people: what runs over what, what each stage reads, and what each one cost.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::stage::Op;
use crate::text::Span;

/// Which columns of a stage are read; empty until it is known, and then all are.
pub(crate) type Wanted = Arc<OnceLock<Vec<bool>>>;

/// A stage of a plan.
#[derive(Debug)]
pub struct Entry {
    /// Where the stage is written: the operator, or the source.
    pub span: Span,
    /// How many stages stand between this one and the result that it is for.
    pub depth: usize,
    /// What the plan makes of it beyond what is written.
    pub note: Note,
    columns: usize,
    wanted: Wanted,
}

/// What a plan makes of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// What is written.
    Plain,
    /// A table of the database.
    Table,
    /// A `where`, maybe several in one: its conditions in the order in which they run.
    Conditions(Vec<Span>),
    /// A table that is computed once, here, however often it is used.
    Shared,
    /// The `where` is part of the stage that comes next in the list.
    Merged,
}

impl Entry {
    /// How many columns the stage gives, and how many of them are read.
    pub fn columns(&self) -> (usize, usize) {
        let read = self.wanted.get().map_or(self.columns, |wanted| wanted.iter().filter(|&&read| read).count());
        (self.columns, read)
    }
}

/// What a stage cost in one run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// How often it ran: several times inside `partition` and over a file that is read chunk by chunk.
    pub runs: usize,
    /// Rows it gave, all runs together.
    pub rows: usize,
    /// Time it took, without the stages it runs over.
    pub time: Duration,
}

/// Collects the list while a plan is compiled: a stage comes before those it runs over.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) entries: Vec<Entry>,
    depth: usize,
}

impl Outline {
    /// Begins a stage; gives its number.
    pub(crate) fn begin(&mut self, span: Span, columns: usize) -> usize {
        self.entries.push(Entry { span, depth: self.depth, note: Note::Plain, columns, wanted: Wanted::default() });
        self.depth += 1;
        self.entries.len() - 1
    }

    /// Ends a stage that was begun.
    pub(crate) fn end(&mut self, id: usize, op: &Op) -> Wanted {
        self.depth -= 1;
        let Some(entry) = self.entries.get_mut(id) else { return Wanted::default() };
        entry.note = match op {
            Op::Table { .. } => Note::Table,
            Op::Filter { conjuncts, .. } => Note::Conditions(conjuncts.iter().map(|part| part.span).collect()),
            Op::Shared { .. } => Note::Shared,
            _ => Note::Plain,
        };
        Arc::clone(&entry.wanted)
    }

    /// Says that a stage is part of the one that runs over it.
    pub(crate) fn merge(&mut self, id: usize) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.note = Note::Merged;
        }
    }
}
