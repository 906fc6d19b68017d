//! One run of a plan: the data it reads, its clock and limits, and what it has computed once.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::database::Settings;
use super::error::Error;
use super::function::Context;
use super::kernel::membership::List;
use super::limits::Budget;
use super::load::{Chunk, TableFile};
use super::outline::Cost;
use super::plan::{Plan, SlotKind};
use super::table::{Database, Table};
use crate::bind::ir::ContextId;
use crate::kql::ast::MembershipOp;
use crate::text::Span;
use crate::value::{Type, Value};

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
    slots: Vec<RefCell<Option<Computed>>>,
    contexts: RefCell<Vec<(ContextId, Table)>>,
    /// The part of a file that stands for its table while a chain of operators runs over it.
    chunk: RefCell<Option<Arc<Chunk>>>,
    /// What each stage cost, where that is asked for.
    costs: Option<RefCell<Vec<Cost>>>,
    /// Time of the stages within the one that is measured.
    inner_time: Cell<Duration>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(plan: &'a Plan, database: &'a Database, settings: &'a Settings) -> Self {
        Self {
            plan,
            database,
            settings,
            budget: Budget::new(settings.limits),
            functions: Context::new(settings.now, settings.seed),
            slots: plan.slots.iter().map(|_| RefCell::default()).collect(),
            contexts: RefCell::new(Vec::new()),
            chunk: RefCell::default(),
            costs: None,
            inner_time: Cell::default(),
        }
    }

    /// The run with a record of what each stage costs.
    pub(crate) fn with_profile(self) -> Self {
        let costs = vec![Cost::default(); self.plan.outline.len()];
        Self { costs: Some(RefCell::new(costs)), ..self }
    }

    /// What each stage cost; empty where that was not asked for.
    pub(crate) fn costs(&self) -> Vec<Cost> {
        self.costs.as_ref().map(|costs| costs.borrow().clone()).unwrap_or_default()
    }

    /// Runs `body` and records its cost as that of a stage.
    pub(crate) fn measured(&self, id: usize, body: impl FnOnce() -> Result<Table, Error>) -> Result<Table, Error> {
        if self.costs.is_none() {
            return body();
        }
        let before = self.inner_time.replace(Duration::ZERO);
        let start = Instant::now();
        let result = body();
        let own = start.elapsed().saturating_sub(self.inner_time.replace(before));
        self.record(id, result.as_ref().map_or(0, Table::rows), own);
        self.inner_time.set(before + start.elapsed());
        result
    }

    /// Adds a run to the cost of a stage that runs within the one that is measured.
    pub(crate) fn record_inner(&self, id: usize, rows: usize, time: Duration) {
        self.record(id, rows, time);
        self.inner_time.set(self.inner_time.get() + time);
    }

    fn record(&self, id: usize, rows: usize, time: Duration) {
        if let Some(costs) = &self.costs
            && let Some(cost) = costs.borrow_mut().get_mut(id)
        {
            cost.runs += 1;
            cost.rows += rows;
            cost.time += time;
        }
    }

    /// The part of a file that stands for its table.
    pub(crate) fn chunk(&self) -> Option<Arc<Chunk>> {
        self.chunk.borrow().clone()
    }

    /// Runs `body` with a part of a file, or none, as what stands for its table.
    pub(crate) fn with_chunk<T>(
        &self,
        chunk: Option<Arc<Chunk>>,
        body: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let outer = self.chunk.replace(chunk);
        let result = body();
        self.chunk.replace(outer);
        result
    }

    /// Whether the rows of a file are read once and for all: more than one stage asks for them, and they fit.
    pub(crate) fn reads_whole(&self, name: &str, file: &TableFile) -> bool {
        let is_shared = self.plan.readers.get(name).is_none_or(|&readers| readers > 1);
        file.is_loaded() || file.fits() && (is_shared || !self.contexts.borrow().is_empty())
    }

    /// The value of a scalar slot.
    pub(crate) fn scalar(&self, slot: usize) -> Result<Value, Error> {
        match self.computed(slot)? {
            Computed::Value(value) => Ok(value),
            Computed::Table(table) => Ok(table.value(0, 0)),
        }
    }

    /// The table of a tabular slot.
    pub(crate) fn table(&self, slot: usize) -> Result<Table, Error> {
        match self.computed(slot)? {
            Computed::Table(table) => Ok(table),
            Computed::Value(_) => Ok(Table::default()),
        }
    }

    /// The first column of a tabular slot as a list for values of a type.
    pub(crate) fn list(&self, slot: usize, op: MembershipOp, ty: Type) -> Result<List, Error> {
        let table = self.table(slot)?;
        Ok(List::new(op, ty, (0..table.rows()).map(|row| table.value(row, 0))))
    }

    fn computed(&self, slot: usize) -> Result<Computed, Error> {
        let missing = || Error::unsupported("a value that no statement computes", Span::default());
        let (cell, source) = self.slots.get(slot).zip(self.plan.slots.get(slot)).ok_or_else(missing)?;
        if let Some(computed) = cell.borrow().as_ref() {
            return Ok(computed.clone());
        }
        let computed = self.with_chunk(None, || match &source.kind {
            SlotKind::Scalar(expr) => expr.eval_constant(self).map(Computed::Value),
            SlotKind::Table(stage) => stage.run(self).map(Computed::Table),
        })?;
        cell.replace(Some(computed.clone()));
        Ok(computed)
    }

    /// Runs `body` with `rows` as what an inner pipe starts from. What was computed of other rows is computed anew.
    pub(crate) fn with_context<T>(
        &self,
        context: ContextId,
        rows: Table,
        body: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.contexts.borrow_mut().push((context, rows));
        let result = body();
        self.contexts.borrow_mut().pop();
        for &slot in self.plan.dependent.get(&context).into_iter().flatten() {
            if let Some(slot) = self.slots.get(slot) {
                slot.replace(None);
            }
        }
        result
    }

    /// The rows that an inner pipe starts from.
    pub(crate) fn context(&self, context: ContextId, span: Span) -> Result<Table, Error> {
        let outside = || Error::unsupported("an inner pipe without rows to start from", span);
        let contexts = self.contexts.borrow();
        contexts.iter().rev().find(|(own, _)| *own == context).map(|(_, rows)| rows.clone()).ok_or_else(outside)
    }
}
