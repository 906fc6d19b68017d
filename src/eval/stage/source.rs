//! Where rows come from: tables, fixtures of functions, `datatable`, `range`.

use super::mismatch;
use crate::bind::ir;
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::database::MissingTables;
use crate::eval::error::Error;
use crate::eval::expr::Expr;
use crate::eval::kernel::arithmetic::{Arithmetic, calculate};
use crate::eval::kernel::compare::{Comparison, compare_values};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::Vector;
use crate::text::Span;
use crate::value::Value;

/// A table of the database with the columns the query was bound to: what the data lack is null, what they have beyond is
/// left out.
pub(super) fn table(stage: &Stage, name: &str, open: bool, run: &Run) -> Result<Table, Error> {
    let Some(table) = run.database.table(name) else {
        let known = !open || !stage.names.is_empty();
        if known && run.settings.missing_tables == MissingTables::Empty {
            return Ok(Table::empty(stage.names.iter().cloned().zip(stage.types.iter().copied())));
        }
        return Err(Error::schema(format!("the table {name} is not given"), stage.span));
    };
    bound_columns(stage, table)
}

fn bound_columns(stage: &Stage, table: &Table) -> Result<Table, Error> {
    let columns = stage.names.iter().zip(&stage.types).map(|(name, &ty)| match table.column(name) {
        Some(column) => column.clone(),
        None => Column::nulls(ty, table.rows()),
    });
    stage.conform(columns.collect(), table.rows())
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
