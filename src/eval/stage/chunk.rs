//! `where` over a part of a file: cells are converted when a condition reads them, and only those of rows that are left.

use std::sync::Arc;

use super::filter;
use crate::eval::column::Column;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::load::{Chunk, TableFile};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;

/// A part of a file that stands for a table.
#[derive(Debug, Clone)]
pub(super) struct Part<'f> {
    pub(super) file: &'f TableFile,
    pub(super) chunk: Arc<Chunk>,
}

impl Part<'_> {
    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.chunk.rows()
    }

    /// The rows with the columns that are read; others are null.
    pub(super) fn table(&self, stage: &Stage) -> Result<Table, Error> {
        self.filled(stage, vec![None; stage.names.len()], None)
    }

    /// The cells of a column of `stage`, for the rows named or for all; null where the file has no such column.
    pub(super) fn column(&self, stage: &Stage, at: usize, rows: Option<&[u32]>) -> Result<Column, Error> {
        let place = stage.names.get(at).and_then(|name| self.file.position(name));
        match place {
            Some(place) => stage.conform_column(self.file.column(&self.chunk, place, rows), at),
            None => Ok(Column::nulls(stage.type_at(at), rows.map_or(self.rows(), <[u32]>::len))),
        }
    }

    /// The rows for which every conjunct is true, with the columns that are read of them; others are null.
    pub(super) fn filtered(&self, input: &Stage, conjuncts: &[Expr], run: &Run) -> Result<Table, Error> {
        let mut rows: Option<Vec<u32>> = None;
        let mut columns: Vec<Option<Column>> = vec![None; input.names.len()];
        for conjunct in conjuncts {
            let mut read = vec![false; columns.len()];
            conjunct.mark_columns(&mut read);
            for (at, column) in columns.iter_mut().enumerate() {
                if read[at] && column.is_none() {
                    *column = Some(self.column(input, at, rows.as_deref())?);
                }
            }
            let count = rows.as_ref().map_or(self.rows(), Vec::len);
            let at_hand: Vec<Column> = columns.iter().map(|column| column.clone().unwrap_or_else(nothing)).collect();
            let scope = Scope::all(&at_hand, count);
            let Some(kept) = filter::holding(scope, std::slice::from_ref(conjunct), run)? else { continue };
            columns = columns.into_iter().map(|column| column.map(|column| column.gather(&kept))).collect();
            rows = Some(match rows {
                Some(rows) => kept.iter().map(|&row| rows[row as usize]).collect(),
                None => kept,
            });
            if rows.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        self.filled(input, columns, rows.as_deref())
    }

    /// The rows named, or all, with what is not there yet of the columns that are read.
    fn filled(&self, stage: &Stage, columns: Vec<Option<Column>>, rows: Option<&[u32]>) -> Result<Table, Error> {
        let count = rows.map_or(self.rows(), <[u32]>::len);
        let columns = columns.into_iter().enumerate().map(|(at, column)| match column {
            Some(column) => Ok(column),
            None if stage.wants(at) => self.column(stage, at, rows),
            None => Ok(Column::nulls(stage.type_at(at), count)),
        });
        Ok(stage.table(columns.collect::<Result<_, _>>()?, count))
    }
}

/// What stands for a column that is not read.
fn nothing() -> Column {
    Column::nulls(crate::value::Type::Bool, 0)
}
