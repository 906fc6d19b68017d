//! Where rows come from: tables, fixtures of functions, `datatable`, `range`.

use std::sync::Arc;
use std::time::Duration;

use super::{Op, mismatch};
use crate::bind::ir;
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::database::MissingTables;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::kernel::arithmetic::{Arithmetic, calculate};
use crate::eval::kernel::compare::{Comparison, compare_values};
use crate::eval::load::{Chunk, TableFile};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stream;
use crate::eval::table::{Source, Table};
use crate::eval::vector::Vector;
use crate::text::Span;
use crate::value::Value;

/// A table of the database with the columns the query was bound to: what the data lack is null, what they have beyond is
/// left out.
pub(super) fn table(stage: &Stage, name: &str, open: bool, run: &Run) -> Result<Table, Error> {
    match given(stage, run)? {
        Some(Given::Table(table)) => bound_columns(stage, table),
        Some(Given::Chunk(file, chunk)) => {
            let column = |name: &String| file.position(name).map(|at| file.column(&chunk, at, None));
            file_columns(stage, stage.names.iter().map(column), chunk.rows())
        }
        Some(Given::File(file)) => file_rows(stage, file),
        None => {
            let known = !open || !stage.names.is_empty();
            if known && run.settings.missing_tables == MissingTables::Empty {
                return Ok(Table::empty(stage.names.iter().cloned().zip(stage.types.iter().copied())));
            }
            Err(Error::schema(format!("the table {name} is not given"), stage.span))
        }
    }
}

/// The rows of a file with the columns that are read; others are null.
fn file_rows(stage: &Stage, file: &TableFile) -> Result<Table, Error> {
    let mut wanted = vec![false; file.columns().count()];
    for (at, name) in stage.names.iter().enumerate() {
        if let Some(place) = file.position(name).filter(|_| stage.wants(at)) {
            wanted[place] = true;
        }
    }
    let failed = |error| stream::failed(&error, stage.span);
    let (mut columns, rows) = file.read(|at| wanted.get(at).copied().unwrap_or(false)).map_err(failed)?;
    let mut take = |name: &String| file.position(name).and_then(|at| columns.get_mut(at).and_then(Option::take));
    let columns: Vec<_> = stage.names.iter().map(&mut take).collect();
    file_columns(stage, columns.into_iter(), rows)
}

/// The stage's rows of columns that a file has or has not.
fn file_columns(stage: &Stage, columns: impl Iterator<Item = Option<Column>>, rows: usize) -> Result<Table, Error> {
    let columns = columns.zip(&stage.types).map(|(column, &ty)| column.unwrap_or_else(|| Column::nulls(ty, rows)));
    stage.conform(columns.collect(), rows)
}

fn bound_columns(stage: &Stage, table: &Table) -> Result<Table, Error> {
    let columns = stage.names.iter().zip(&stage.types).map(|(name, &ty)| match table.column(name) {
        Some(column) => column.clone(),
        None => Column::nulls(ty, table.rows()),
    });
    stage.conform(columns.collect(), table.rows())
}

/// What an operator reads of its input. Catalogue tables have dozens of columns that the data at hand lack: those are made
/// only if they are read.
pub(super) struct Reading<'r> {
    columns: Vec<Column>,
    rows: usize,
    late: Vec<Late>,
    /// The part of a file that is read.
    chunk: Option<(&'r TableFile, Arc<Chunk>)>,
}

/// What is left to do for a column once it is known which rows stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    /// It is there.
    Done,
    /// It is null.
    Null,
    /// Its cells are those of the file's column at this place.
    Cells(usize),
}

impl<'r> Reading<'r> {
    /// The rows of `input` for an operator that reads the columns of `exprs` only.
    pub(super) fn new<'e>(
        input: &Stage,
        exprs: impl IntoIterator<Item = &'e Expr>,
        run: &Run<'r>,
    ) -> Result<Self, Error> {
        let given = given(input, run)?;
        let rows = match &given {
            Some(Given::Table(table)) => {
                run.record_inner(input.id, table.rows(), Duration::ZERO);
                table.rows()
            }
            Some(Given::Chunk(_, chunk)) => chunk.rows(),
            Some(Given::File(_)) | None => {
                let table = input.run(run)?;
                let late = table.columns().iter().map(|_| Late::Done).collect();
                return Ok(Self { columns: table.columns().to_vec(), rows: table.rows(), late, chunk: None });
            }
        };
        let mut read = vec![false; input.names.len()];
        exprs.into_iter().for_each(|expr| expr.mark_columns(&mut read));
        let mut late = Vec::with_capacity(input.names.len());
        let mut columns = Vec::with_capacity(input.names.len());
        for (at, (name, &ty)) in input.names.iter().zip(&input.types).enumerate() {
            let (column, then) = match &given {
                Some(Given::Table(table)) => (table.column(name).cloned(), Late::Null),
                Some(Given::Chunk(file, chunk)) => match file.position(name) {
                    Some(place) if read[at] => (Some(file.column(chunk, place, None)), Late::Done),
                    Some(place) if input.wants(at) => (None, Late::Cells(place)),
                    _ => (None, Late::Null),
                },
                _ => (None, Late::Null),
            };
            late.push(if column.is_some() || read[at] { Late::Done } else { then });
            columns.push(match column {
                Some(column) => input.conform_column(column, at)?,
                None => Column::nulls(ty, if read[at] { rows } else { 0 }),
            });
        }
        run.budget.rows(rows, input.span)?;
        let chunk = match given {
            Some(Given::Chunk(file, chunk)) => Some((file, chunk)),
            _ => None,
        };
        Ok(Self { columns, rows, late, chunk })
    }

    /// The rows, for expressions that read no other columns than was said.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::all(&self.columns, self.rows)
    }

    /// The rows named, or all of them, with every column.
    pub(super) fn kept(self, input: &Stage, rows: Option<&[u32]>) -> Result<Table, Error> {
        let count = rows.map_or(self.rows, <[u32]>::len);
        let mut columns = Vec::with_capacity(self.columns.len());
        for (at, (column, late)) in self.columns.into_iter().zip(self.late).enumerate() {
            columns.push(match (late, rows, &self.chunk) {
                (Late::Cells(place), rows, Some((file, chunk))) => {
                    input.conform_column(file.column(chunk, place, rows), at)?
                }
                (Late::Null | Late::Cells(_), ..) => Column::nulls(column.ty(), count),
                (Late::Done, Some(rows), _) => column.gather(rows),
                (Late::Done, None, _) => column,
            });
        }
        Ok(input.table(columns, count))
    }
}

/// The rows of a table of the database.
enum Given<'r> {
    Table(&'r Table),
    /// The part of a file that stands for it.
    Chunk(&'r TableFile, Arc<Chunk>),
    File(&'r TableFile),
}

/// The table of the database that a stage is, if it is one and the database has it.
fn given<'r>(stage: &Stage, run: &Run<'r>) -> Result<Option<Given<'r>>, Error> {
    let Op::Table { name, .. } = &stage.op else { return Ok(None) };
    let file = match run.database.source(name) {
        None => return Ok(None),
        Some(Source::Table(table)) => return Ok(Some(Given::Table(table))),
        Some(Source::File(file)) => file,
    };
    if let Some(chunk) = run.chunk() {
        return Ok(Some(Given::Chunk(file, chunk)));
    }
    if run.reads_whole(name, file) {
        return file.table().map(Given::Table).map(Some).map_err(|error| stream::failed(&error, stage.span));
    }
    Ok(Some(Given::File(file)))
}

/// The answer that was given for a call.
pub(super) fn function(stage: &Stage, call: &str, run: &Run) -> Result<Table, Error> {
    match run.database.function(call) {
        Some(table) => bound_columns(stage, table),
        None => Err(Error::unsupported(format!("{call} without rows given for it"), stage.span)),
    }
}

/// A call as its answer is looked up: `_GetWatchlist('Admins')`.
pub(super) fn call_text(name: &str, args: &[ir::Expr], span: Span) -> Result<String, Error> {
    let mut texts = Vec::with_capacity(args.len());
    for arg in args {
        texts.push(match &arg.kind {
            ir::ExprKind::Literal(Value::String(text)) => format!("'{text}'"),
            ir::ExprKind::Literal(value) => crate::value::convert::to_text(value),
            _ => return Err(Error::unsupported(format!("{name}() with an argument that is no constant"), span)),
        });
    }
    Ok(format!("{name}({})", texts.join(",")))
}

/// `datatable`: cells row by row.
pub(super) fn data_table(stage: &Stage, cells: &[Expr], run: &Run) -> Result<Table, Error> {
    let width = stage.names.len().max(1);
    let mut builders: Vec<ColumnBuilder> = stage.types.iter().map(|&ty| ColumnBuilder::new(ty)).collect();
    for row in cells.chunks(width) {
        for (cell, builder) in row.iter().zip(&mut builders) {
            builder.push(cell.eval_constant(run)?).map_err(|failure| mismatch(failure, cell.span))?;
        }
    }
    let columns = builders.into_iter().map(ColumnBuilder::finish).collect();
    Ok(stage.table(columns, cells.len() / width))
}

/// `range`: from, by step, up to and with to. Null ends and a step that leads away from the end give no rows.
pub(super) fn range(stage: &Stage, [from, to, step]: [&Expr; 3], run: &Run) -> Result<Table, Error> {
    let ty = stage.types.first().copied().unwrap_or(crate::value::Type::Unknown);
    let mut at = from.eval_constant(run)?;
    let (to, step) = (to.eval_constant(run)?, step.eval_constant(run)?);
    let ascending = is_positive(&step);
    let Some(ascending) = ascending else {
        return Err(Error::runtime("the step of range must not be zero", stage.span));
    };
    let inside = if ascending { Comparison::LessOrEqual } else { Comparison::GreaterOrEqual };
    let mut builder = ColumnBuilder::new(ty);
    let mut rows = 0;
    while compare_values(inside, &at, &to) == Some(true) {
        rows += 1;
        run.budget.rows(rows, stage.span)?;
        run.budget.row(rows, stage.span)?;
        builder.push(at.clone()).map_err(|failure| mismatch(failure, stage.span))?;
        let next = calculate(Arithmetic::Add, &Vector::One(at.clone()), &Vector::One(step.clone()), 1)
            .map_or(Value::Null, |next| next.value(0));
        let grows = if ascending { Comparison::Greater } else { Comparison::Less };
        if compare_values(grows, &next, &at) != Some(true) {
            break; // the end of the type's range
        }
        at = next;
    }
    Ok(stage.table(vec![builder.finish()], rows))
}

/// Whether a step leads upwards; `None` for zero and null.
fn is_positive(step: &Value) -> Option<bool> {
    let zero = match step {
        Value::TimeSpan(_) => Value::TimeSpan(0),
        _ => Value::Long(0),
    };
    match compare_values(Comparison::Greater, step, &zero) {
        Some(true) => Some(true),
        _ => (compare_values(Comparison::Less, step, &zero) == Some(true)).then_some(false),
    }
}
