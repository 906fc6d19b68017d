//! Tables that stand in files: read as far as a query needs them, row by row where its operators allow it.
//!
//! `where` and `project` look at one row at a time. A chain of them over a file runs over one chunk of the file after the
//! other, and only what is left of each chunk stays in memory.

use std::time::Instant;

use super::builder::{Mismatch, concat};
use super::column::Column;
use super::error::Error;
use super::load::{LoadError, TableFile};
use super::plan::Stage;
use super::run::Run;
use super::stage::Op;
use super::table::{Source, Table};
use crate::text::Span;

/// That a file could not be read.
pub(crate) fn failed(error: &LoadError, span: Span) -> Error {
    let message = error.to_string();
    match error {
        LoadError::Limit { .. } => Error::LimitExceeded { message, span },
        _ => Error::Input { message, span },
    }
}

/// The file under a chain of operators that look at one row at a time, if it is to be read chunk by chunk.
pub(crate) fn file_under<'r>(stage: &Stage, run: &Run<'r>) -> Option<&'r TableFile> {
    if !run.database.has_files() || run.chunk().is_some() {
        return None;
    }
    let Op::Table { name, .. } = &table_under(stage)?.op else { return None };
    match run.database.source(name) {
        Some(Source::File(file)) if !run.reads_whole(name, file) => Some(file),
        _ => None,
    }
}

/// All rows of a file with the columns that are read of `stage`; others are null.
pub(crate) fn whole(stage: &Stage, file: &TableFile) -> Result<Table, Error> {
    let place = |at: usize| stage.names.get(at).and_then(|name| file.position(name));
    let mut wanted = vec![false; file.columns().count()];
    for place in (0..stage.names.len()).filter(|&at| stage.wants(at)).filter_map(place) {
        wanted[place] = true;
    }
    let (mut read, rows) = file.read(|at| wanted[at]).map_err(|error| failed(&error, stage.span))?;
    let columns = (0..stage.names.len()).map(|at| {
        let column = place(at).and_then(|place| read.get_mut(place)?.take());
        column.unwrap_or_else(|| Column::nulls(stage.type_at(at), rows))
    });
    stage.conform(columns.collect(), rows)
}

fn table_under(stage: &Stage) -> Option<&Stage> {
    match &stage.op {
        Op::Table { .. } => Some(stage),
        Op::Filter { input, conjuncts: exprs } | Op::Project { input, values: exprs }
            if !exprs.iter().any(super::expr::Expr::looks_at_neighbours) =>
        {
            table_under(input)
        }
        _ => None,
    }
}

/// Runs `take` with one chunk of the file after the other standing for the table under a chain.
pub(crate) fn each_part(
    stage: &Stage,
    file: &TableFile,
    run: &Run,
    mut take: impl FnMut() -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |error: LoadError| failed(&error, stage.span);
    let mut chunks = file.chunks().map_err(failed)?;
    let table = table_under(stage).map_or(stage.id, |table| table.id);
    loop {
        let start = Instant::now();
        let Some(chunk) = chunks.next().map_err(failed)? else { return Ok(()) };
        run.record_inner(table, chunk.rows(), start.elapsed());
        run.budget.check(stage.span)?;
        run.with_chunk(Some(chunk), &mut take)?;
    }
}

/// The rows of a chain over a file, at least the first `most` of them if there are as many.
pub(crate) fn rows(stage: &Stage, file: &TableFile, most: usize, run: &Run) -> Result<Table, Error> {
    let failed = |error: LoadError| failed(&error, stage.span);
    let mut parts: Vec<Table> = Vec::new();
    let (mut rows, mut bytes) = (0, 0);
    let mut chunks = file.chunks().map_err(failed)?;
    let table = table_under(stage).map_or(stage.id, |table| table.id);
    while rows < most || file.is_guess() {
        let start = Instant::now();
        let Some(chunk) = chunks.next().map_err(failed)? else { break };
        if table != stage.id {
            run.record_inner(table, chunk.rows(), start.elapsed());
        }
        run.budget.check(stage.span)?;
        if rows >= most {
            continue;
        }
        let part = run.with_chunk(Some(chunk), || stage.run(run))?;
        if part.rows() == 0 && !parts.is_empty() {
            continue;
        }
        (rows, bytes) = (rows + part.rows(), bytes + part.bytes());
        run.budget.rows(rows, stage.span)?;
        run.budget.bytes(bytes, stage.span)?;
        parts.push(part);
    }
    let mismatch = |failure: Mismatch| {
        let what = format!("a column with values of type {} and {}", failure.expected, failure.found);
        Error::unsupported(what, stage.span)
    };
    let columns = stage.types.iter().enumerate().map(|(at, &ty)| {
        let cells: Vec<&Column> = parts.iter().filter_map(|part| part.columns().get(at)).collect();
        let known = cells.first().map_or(ty, |column| column.ty());
        concat(known, cells).map_err(mismatch)
    });
    Ok(stage.table(columns.collect::<Result<_, _>>()?, rows))
}
