//! Where rows come from: tables, fixtures of functions, `datatable`, `range`.

use std::time::Duration;

use super::chunk::Part;
use super::{Op, mismatch};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::database::MissingTables;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::kernel::arithmetic::{Arithmetic, calculate};
use crate::eval::kernel::compare::{Comparison, compare_values};
use crate::eval::load::TableFile;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stream;
use crate::eval::table::{Source, Table};
use crate::eval::vector::Vector;
use crate::text::Span;
use crate::value::convert::convert;
use crate::value::{Type, Value};

/// A table of the database with the columns the query was bound to: what the data lack is null, what they have beyond is
/// left out.
pub(super) fn table(stage: &Stage, name: &str, open: bool, run: &Run) -> Result<Table, Error> {
    match given(stage, run)? {
        Some(Given::Table(table)) => bound_columns(stage, table),
        Some(Given::Part(part)) => part.table(stage),
        Some(Given::File(file)) => stream::whole(stage, file),
        None => {
            // A pattern means tables of the workspace: those at hand stand beside it.
            let is_pattern = name.contains('*');
            let known = !open || !stage.names.is_empty();
            if is_pattern || known && run.settings.missing_tables == MissingTables::Empty {
                return Ok(Table::empty(stage.names.iter().cloned().zip(stage.types.iter().copied())));
            }
            Err(Error::schema(format!("the table {name} is not given"), stage.span))
        }
    }
}

fn bound_columns(stage: &Stage, table: &Table) -> Result<Table, Error> {
    let columns = stage.names.iter().zip(&stage.types).map(|(name, &ty)| match table.column(name) {
        Some(column) => column.clone(),
        None => Column::nulls(ty, table.rows()),
    });
    stage.conform(columns.collect(), table.rows())
}

/// What an operator reads of its input. Of a part of a file only the columns that are read are converted.
pub(super) struct Reading {
    columns: Vec<Column>,
    rows: usize,
}

impl Reading {
    /// The rows of `input` for an operator that reads the columns of `exprs` only.
    pub(super) fn new<'e>(input: &Stage, exprs: impl IntoIterator<Item = &'e Expr>, run: &Run) -> Result<Self, Error> {
        let given = given(input, run)?;
        let rows = match &given {
            Some(Given::Table(table)) => {
                run.record_inner(input.id, table.rows(), Duration::ZERO);
                table.rows()
            }
            Some(Given::Part(part)) => part.rows(),
            Some(Given::File(_)) | None => {
                let table = input.run(run)?;
                return Ok(Self { columns: table.columns().to_vec(), rows: table.rows() });
            }
        };
        let mut read = vec![false; input.names.len()];
        exprs.into_iter().for_each(|expr| expr.mark_columns(&mut read));
        let mut columns = Vec::with_capacity(input.names.len());
        for (at, (name, &ty)) in input.names.iter().zip(&input.types).enumerate() {
            let of_table = match &given {
                Some(Given::Table(table)) => table.column(name),
                _ => None,
            };
            columns.push(match (of_table, &given) {
                (Some(column), _) => input.conform_column(column.clone(), at)?,
                (None, Some(Given::Part(part))) if read[at] => part.column(input, at, None)?,
                (None, _) => Column::nulls(ty, rows),
            });
        }
        run.budget.rows(rows, input.span)?;
        Ok(Self { columns, rows })
    }

    /// The rows, for expressions that read no other columns than was said.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::all(&self.columns, self.rows)
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.columns.iter().map(Column::bytes).sum()
    }

    /// The rows named, or all of them, with every column.
    pub(super) fn kept(self, input: &Stage, rows: Option<&[u32]>) -> Table {
        let count = rows.map_or(self.rows, <[u32]>::len);
        let columns = self.columns.into_iter().map(|column| match rows {
            Some(rows) => column.gather(rows),
            None => column,
        });
        input.table(columns.collect(), count)
    }
}

/// The rows of a table of the database.
enum Given<'r> {
    Table(&'r Table),
    /// The part of a file that stands for it.
    Part(Part<'r>),
    File(&'r TableFile),
}

/// The part of a file that a stage is, if it is one.
pub(super) fn part<'r>(stage: &Stage, run: &Run<'r>) -> Result<Option<Part<'r>>, Error> {
    Ok(match given(stage, run)? {
        Some(Given::Part(part)) => Some(part),
        _ => None,
    })
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
        return Ok(Some(Given::Part(Part { file, chunk })));
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
        None => Err(not_given(call, stage.span)),
    }
}

/// That a call needs an answer which nobody gave.
pub(crate) fn not_given(call: &str, span: Span) -> Error {
    not_given_for(call, call, span)
}

/// That a call needs an answer, a row of the table, which nobody gave.
pub(crate) fn not_given_for(call: &str, table: &str, span: Span) -> Error {
    let what = format!("{call}, whose rows must be given (as events of `{table}` in a test, with --table in `run`),");
    Error::unsupported(what, span)
}

/// `datatable`: cells row by row. A column of texts takes every value as `tostring` writes it, and texts are read as values
/// of the column's type.
pub(super) fn data_table(stage: &Stage, cells: &[Expr], run: &Run) -> Result<Table, Error> {
    let width = stage.names.len().max(1);
    let mut builders: Vec<ColumnBuilder> = stage.types.iter().map(|&ty| ColumnBuilder::new(ty)).collect();
    for row in cells.chunks(width) {
        for (cell, builder) in row.iter().zip(&mut builders) {
            let value = cell.eval_constant(run)?;
            let value = stated(&value, builder.ty()).unwrap_or(value);
            builder.push(value).map_err(|failure| mismatch(failure, cell.span))?;
        }
    }
    let columns = builders.into_iter().map(ColumnBuilder::finish).collect();
    Ok(stage.table(columns, cells.len() / width))
}

/// What a cell of another type says as a value of the column's; `None` where it says nothing clear.
fn stated(value: &Value, ty: Type) -> Option<Value> {
    match (value, ty) {
        (Value::Null, _) | (Value::String(_), Type::Dynamic) => None,
        (_, Type::String) | (Value::String(_), _) => Some(convert(value, ty)).filter(|value| *value != Value::Null),
        _ => None,
    }
}

/// `range`: from, by step, up to and with to. Null ends and a step that leads away from the end give no rows.
pub(super) fn range(stage: &Stage, [from, to, step]: [&Expr; 3], run: &Run) -> Result<Table, Error> {
    let ty = stage.types.first().copied().unwrap_or(Type::Unknown);
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
