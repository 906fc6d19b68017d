//! `narrow`: a row for each cell, with the number of its row, the name of its column and its text (Microsoft: "narrow
//! plugin").

use crate::eval::column::{Cells, Column};
use crate::eval::error::Error;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::strings::StringsBuilder;
use crate::eval::table::Table;
use crate::value::convert;

/// The cells of `input`, row by row.
pub(super) fn run(stage: &Stage, input: &Table, run: &Run) -> Result<Table, Error> {
    let count = input.rows().saturating_mul(input.names().len());
    run.budget.rows(count, stage.span)?;
    let (mut rows, mut names, mut texts) = (Vec::with_capacity(count), StringsBuilder::new(), StringsBuilder::new());
    for row in 0..input.rows() {
        run.budget.row(row, stage.span)?;
        for (name, column) in input.names().iter().zip(input.columns()) {
            rows.push(i64::try_from(row).unwrap_or(i64::MAX));
            names.push(name);
            texts.push(&convert::to_text(&column.value(row)));
        }
    }
    let columns = vec![Column::Long(Cells::new(rows)), Column::String(names.finish()), Column::String(texts.finish())];
    stage.conform(columns, count)
}
