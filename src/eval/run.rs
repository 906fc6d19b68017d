//! One run of a plan: the data it reads, its clock and limits, and what it has computed once.

use std::cell::{OnceCell, RefCell};

use super::database::Settings;
use super::error::Error;
use super::function::Context;
use super::kernel::membership::List;
use super::limits::Budget;
use super::plan::{Plan, Slot};
use super::table::{Database, Table};
use crate::kql::ast::MembershipOp;
use crate::text::Span;
use crate::value::Value;

/// What a slot holds once it is computed.
#[derive(Debug, Clone)]
enum Computed {
    Value(Value),
    Table(Table),
}

/// One run of a plan.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) database: &'a Database,
    pub(crate) settings: &'a Settings,
    pub(crate) budget: Budget,
    /// What scalar functions know: clock, random numbers, compiled patterns.
    pub(crate) functions: Context,
    slots: Vec<OnceCell<Computed>>,
    contexts: RefCell<Vec<Table>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(plan: &'a Plan, database: &'a Database, settings: &'a Settings) -> Self {
        Self {
            plan,
            database,
            settings,
            budget: Budget::new(settings.limits),
            functions: Context::new(settings.now, settings.seed),
            slots: plan.slots.iter().map(|_| OnceCell::new()).collect(),
            contexts: RefCell::new(Vec::new()),
        }
    }

    /// The value of a scalar slot.
    pub(crate) fn scalar(&self, slot: usize) -> Result<Value, Error> {
        match self.computed(slot)? {
            Computed::Value(value) => Ok(value.clone()),
            Computed::Table(table) => Ok(table.value(0, 0)),
        }
    }

    /// The table of a tabular slot.
    pub(crate) fn table(&self, slot: usize) -> Result<Table, Error> {
        match self.computed(slot)? {
            Computed::Table(table) => Ok(table.clone()),
            Computed::Value(_) => Ok(Table::default()),
        }
    }

    /// The first column of a tabular slot as a list.
    pub(crate) fn list(&self, slot: usize, op: MembershipOp) -> Result<List, Error> {
        let table = self.table(slot)?;
        Ok(List::new(op, (0..table.rows()).map(|row| table.value(row, 0))))
    }

    fn computed(&self, slot: usize) -> Result<&Computed, Error> {
        let missing = || Error::unsupported("a value that no statement computes", Span::default());
        let (cell, source) = self.slots.get(slot).zip(self.plan.slots.get(slot)).ok_or_else(missing)?;
        if cell.get().is_none() {
            let computed = match source {
                Slot::Scalar(expr) => Computed::Value(expr.eval_constant(self)?),
                Slot::Table(stage) => Computed::Table(stage.run(self)?),
            };
            // Nothing else fills the slot meanwhile: a statement cannot refer to itself.
            drop(cell.set(computed));
        }
        cell.get().ok_or_else(missing)
    }

    /// Runs `body` with `rows` as what an inner pipe starts from.
    pub(crate) fn with_context<T>(&self, rows: Table, body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        self.contexts.borrow_mut().push(rows);
        let result = body();
        self.contexts.borrow_mut().pop();
        result
    }

    /// The rows of the enclosing operator.
    pub(crate) fn context(&self, span: Span) -> Result<Table, Error> {
        let outside = || Error::unsupported("an inner pipe without rows to start from", span);
        self.contexts.borrow().last().cloned().ok_or_else(outside)
    }
}
