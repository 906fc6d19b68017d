//! The compiled form of a bound query: a tree of stages, and the values and tables that are computed once a run.

use hashbrown::HashMap;

use super::builder;
use super::column::Column;
use super::database::Settings;
use super::error::Error;
use super::expr::{Expr, Scope};
use super::outline::{Cost, Entry, Wanted};
use super::run::Run;
use super::stage::{self, Op};
use super::stream;
use super::table::{Database, Table};
use crate::bind::ir::ContextId;
use crate::text::Span;
use crate::value::Type;

/// A compiled query. Compile once, run over as many databases as needed.
#[derive(Debug)]
pub struct Plan {
    pub(crate) results: Vec<PlanResult>,
    pub(crate) slots: Vec<Slot>,
    /// The slots that hold something else for each of the rows that an inner pipe starts from.
    pub(crate) dependent: HashMap<ContextId, Vec<usize>>,
    pub(crate) outline: Vec<Entry>,
    /// How many stages read each table.
    pub(crate) readers: HashMap<String, usize>,
}

/// One result of a query.
#[derive(Debug)]
pub(crate) enum PlanResult {
    Table(Box<Stage>),
    Scalar(Expr),
    /// `fork`, `facet`, a plugin with several tables: each branch over the rows of the first is a result.
    Fork(Box<Stage>, Vec<Stage>, ContextId),
}

/// Something that is computed once a run, when it is first needed; once for each start of the inner pipes it depends on.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) kind: SlotKind,
    /// The inner pipes on whose rows it depends.
    pub(crate) contexts: Vec<ContextId>,
}

/// What a slot holds.
#[derive(Debug)]
pub(crate) enum SlotKind {
    Scalar(Expr),
    Table(Box<Stage>),
}

/// A compiled tabular operator with its input inside.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Its place in the plan's outline.
    pub(crate) id: usize,
    /// Which of its columns are read.
    pub(crate) wanted: Wanted,
    pub(crate) op: Op,
    pub(crate) names: Vec<String>,
    pub(crate) types: Vec<Type>,
    pub(crate) span: Span,
}

impl Plan {
    /// Runs the query and gives the result of its last statement: the one a rule stands on; the first where it gives several
    /// (`fork`, `evaluate preview`). A scalar result is a table of one cell named `print_0`.
    pub fn run(&self, database: &Database, settings: &Settings) -> Result<Table, Error> {
        self.last(&Run::new(self, database, settings))
    }

    fn last(&self, run: &Run) -> Result<Table, Error> {
        self.results.last().ok_or_else(no_result)?.run(run)?.into_iter().next().ok_or_else(no_result)
    }

    /// Runs the query and gives the tables of each of its statements, in order.
    pub fn run_all(&self, database: &Database, settings: &Settings) -> Result<Vec<Vec<Table>>, Error> {
        self.all(&Run::new(self, database, settings))
    }

    fn all(&self, run: &Run) -> Result<Vec<Vec<Table>>, Error> {
        if self.results.is_empty() {
            return Err(no_result());
        }
        self.results.iter().map(|result| result.run(run)).collect()
    }

    /// The stages, each before those that it runs over.
    pub fn outline(&self) -> &[Entry] {
        &self.outline
    }

    /// Like [`Plan::run_all`], with the cost of each stage of [`Plan::outline`], also where the query fails.
    pub fn profile(&self, database: &Database, settings: &Settings) -> (Result<Vec<Vec<Table>>, Error>, Vec<Cost>) {
        let run = Run::new(self, database, settings).with_profile();
        (self.all(&run), run.costs())
    }
}

fn no_result() -> Error {
    Error::schema("the query has no result", Span::default())
}

impl PlanResult {
    fn run(&self, run: &Run) -> Result<Vec<Table>, Error> {
        match self {
            Self::Table(stage) => Ok(vec![stage.run(run)?]),
            Self::Scalar(expr) => {
                let column = expr.eval_column(Scope::constant(), run)?;
                Ok(vec![Table::new(vec!["print_0".to_owned()], vec![column], 1)])
            }
            Self::Fork(input, branches, context) => {
                let rows = input.run(run)?;
                branches.iter().map(|branch| run.with_context(*context, rows.clone(), || branch.run(run))).collect()
            }
        }
    }
}

impl Stage {
    /// The stage's rows.
    pub(crate) fn run(&self, run: &Run) -> Result<Table, Error> {
        run.budget.check(self.span)?;
        let table = match stream::file_under(self, run) {
            Some(file) if matches!(self.op, Op::Filter { .. } | Op::Project { .. }) => {
                stream::rows(self, file, usize::MAX, run)?
            }
            _ => run.measured(self.id, || stage::run(self, run))?,
        };
        run.budget.rows(table.rows(), self.span)?;
        run.budget.bytes(table.bytes(), self.span)?;
        Ok(table)
    }

    /// Marks the columns that are read of this stage, and so those that are read of what it runs over.
    pub(crate) fn mark_wanted(&self, wanted: Vec<bool>) {
        let mut of_input = wanted.clone();
        match &self.op {
            Op::Filter { input, conjuncts } => {
                for part in conjuncts {
                    part.mark_columns(&mut of_input);
                }
                input.mark_wanted(of_input);
            }
            Op::Project { input, values } => {
                let mut of_input = vec![false; input.names.len()];
                for (value, wanted) in values.iter().zip(&wanted) {
                    if *wanted || value.column_index().is_none() {
                        value.mark_columns(&mut of_input);
                    }
                }
                input.mark_wanted(of_input);
            }
            Op::Sort { input, keys } => {
                for key in keys {
                    key.value().mark_columns(&mut of_input);
                }
                input.mark_wanted(of_input);
            }
            Op::Serialize { input } | Op::Take { input, .. } | Op::Sample { input, .. } => input.mark_wanted(of_input),
            Op::Join(join) => join.mark_wanted(&wanted),
            Op::Summarize(summarize) => summarize.mark_wanted(),
            _ => {}
        }
        // A stage has one parent, which says once what it reads.
        drop(self.wanted.set(wanted));
    }

    /// Whether the column at a place is read.
    pub(crate) fn wants(&self, at: usize) -> bool {
        self.wanted.get().is_none_or(|wanted| wanted.get(at).copied().unwrap_or(true))
    }

    /// The type of the column at a place.
    pub(crate) fn type_at(&self, at: usize) -> Type {
        self.types.get(at).copied().unwrap_or(Type::Unknown)
    }

    /// A table of the stage's columns.
    pub(crate) fn table(&self, columns: Vec<Column>, rows: usize) -> Table {
        Table::new(self.names.clone(), columns, rows)
    }

    /// The table's columns one by one as the stage's types; `table` has them in the stage's order.
    pub(crate) fn conform(&self, columns: Vec<Column>, rows: usize) -> Result<Table, Error> {
        let (given, stated) = (columns.len(), self.types.len());
        if given != stated {
            return Err(Error::unsupported(format!("a schema of {stated} columns for the {given} given"), self.span));
        }
        let conformed = columns.into_iter().enumerate().map(|(at, column)| self.conform_column(column, at));
        Ok(self.table(conformed.collect::<Result<_, _>>()?, rows))
    }

    /// A column as the type that the stage has at this place.
    pub(crate) fn conform_column(&self, column: Column, at: usize) -> Result<Column, Error> {
        let Some((&ty, name)) = self.types.get(at).zip(self.names.get(at)) else { return Ok(column) };
        let found = column.ty();
        if found == ty || ty == Type::Unknown {
            return Ok(column);
        }
        builder::concat(ty, [&column])
            .map_err(|_| Error::unsupported(format!("the column {name} as {ty} where it holds {found}"), self.span))
    }
}
