//! `schema_merge`: one schema of several that `getschema` gave (Microsoft: "`schema_merge` plugin"). A column in
//! another order is an error that stands in its row; where the order is not kept it stands at its last place.

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Value, convert};

/// What stands where a column has another ordinal than in the first schema that has it.
const OUT_OF_ORDER: &str = "ERROR(columns are out of order)";

/// A compiled `schema_merge`.
#[derive(Debug)]
pub(crate) struct SchemaMerge {
    input: Box<Stage>,
    keep_order: Option<Compiled>,
    span: Span,
}

/// Compiles `schema_merge`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<SchemaMerge, Error> {
    let keep_order = compiler.optional(super::option(args, "PreserveOrder", 0))?;
    Ok(SchemaMerge { input: Box::new(compiler.rel(input)?), keep_order, span })
}

/// A column of the merged schema.
struct Merged {
    name: String,
    ordinal: i64,
    data_type: String,
    column_type: String,
}

impl SchemaMerge {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let keep_order = match &self.keep_order {
            Some(value) => value.eval_constant(run)? != Value::Bool(false),
            None => true,
        };
        let mut merged: Vec<Merged> = Vec::new();
        for row in 0..input.rows() {
            let text = |name: &str| self.cell(&input, name, row).map(|value| convert::to_text(&value));
            let (name, data_type, column_type) = (text("ColumnName")?, text("DataType")?, text("ColumnType")?);
            let ordinal = convert::to_long(&self.cell(&input, "ColumnOrdinal", row)?).unwrap_or(-1);
            let Some(known) = merged.iter_mut().find(|column| column.name == name) else {
                merged.push(Merged { name, ordinal, data_type, column_type });
                continue;
            };
            if known.ordinal < 0 {
                continue;
            }
            if known.column_type != column_type {
                return Err(Error::unsupported("schema_merge of a column that has two types", self.span));
            }
            if !keep_order {
                known.ordinal = known.ordinal.max(ordinal);
            } else if known.ordinal != ordinal {
                known.ordinal = -1;
                known.data_type = format!("ERROR(unknown CSL type:{OUT_OF_ORDER})");
                OUT_OF_ORDER.clone_into(&mut known.column_type);
            }
        }
        merged.sort_by_key(|column| if column.ordinal < 0 { i64::MAX } else { column.ordinal });
        if !keep_order {
            for (at, column) in (0..).zip(&mut merged) {
                column.ordinal = if column.ordinal < 0 { -1 } else { at };
            }
        }
        let texts = |of: fn(&Merged) -> &str| Column::String(merged.iter().map(of).collect());
        let columns = vec![
            texts(|column| &column.name),
            Column::Long(Cells::new(merged.iter().map(|column| column.ordinal).collect())),
            texts(|column| &column.data_type),
            texts(|column| &column.column_type),
        ];
        stage.conform(columns, merged.len())
    }

    fn cell(&self, input: &Table, column: &str, row: usize) -> Result<Value, Error> {
        let column = input.column(column);
        column
            .map(|column| column.value(row))
            .ok_or_else(|| Error::runtime("schema_merge needs the rows of getschema", self.span))
    }
}
