//! `mv-expand` and `mv-apply`: a row for each element of arrays and bags (Microsoft: "mv-expand operator"). A null gives one
//! row with null, an empty array or bag none; several columns expand side by side, the short ones end in nulls.

use super::{Inner, mismatch};
use crate::bind::ir::{self, JoinColumn};
use crate::eval::builder::{ColumnBuilder, concat};
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::Vector;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, convert};

/// A compiled expansion.
#[derive(Debug)]
pub(crate) struct Expand {
    input: Stage,
    columns: Vec<(Expr, usize)>,
    output: ir::Columns,
    item_index: Option<usize>,
    bags_as_arrays: bool,
    limit: Option<Expr>,
    span: Span,
}

/// Compiles an expansion.
pub(super) fn compile(expand: &ir::MvExpand, compiler: &mut Compiler) -> Result<Expand, Error> {
    let input = compiler.rel(&expand.input)?;
    let columns = expand.columns.iter().map(|(value, at)| Ok((compiler.expr(value)?, *at)));
    let columns = columns.collect::<Result<_, Error>>()?;
    Ok(Expand {
        columns,
        input,
        output: expand.output.clone(),
        item_index: expand.item_index,
        bags_as_arrays: expand.bags_as_arrays,
        limit: compiler.optional(expand.limit.as_ref())?,
        span: expand.input.span,
    })
}

/// An element as a value of the type asked for. Elements are cast, not read: a text is no number, and what does not conform
/// is null (Microsoft: "mv-expand operator"). JSON has no datetimes, timespans and guids: their texts conform.
fn cast(item: Dynamic, ty: Type) -> Value {
    let conforms = match item {
        Dynamic::String(_) | Dynamic::DateTime(_) | Dynamic::TimeSpan(_) | Dynamic::Guid(_) => {
            ty != Type::Bool && !ty.is_numeric()
        }
        Dynamic::Bool(_) => !ty.is_numeric(),
        Dynamic::Long(_) | Dynamic::Real(_) => !matches!(ty, Type::Bool | Type::DateTime | Type::TimeSpan),
        Dynamic::Null | Dynamic::Array(_) | Dynamic::Bag(_) => true,
    };
    if conforms { convert::convert(&Value::Dynamic(item), ty) } else { Value::null_of(ty) }
}

/// The rows after the expansion and the input row each comes from.
struct Expanded {
    table: Table,
    sources: Vec<u32>,
}

impl Expand {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        Ok(self.expand(stage, &input, run)?.table)
    }

    fn expand(&self, stage: &Stage, input: &Table, run: &Run) -> Result<Expanded, Error> {
        let scope = Scope::all(input.columns(), input.rows());
        let values = self.columns.iter().map(|(value, _)| value.eval(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let limit = self.limit.as_ref().map(|limit| super::row_count(limit, run)).transpose()?.unwrap_or(usize::MAX);
        let mut builders: Vec<_> = self.columns.iter().map(|(_, at)| ColumnBuilder::new(self.type_of(*at))).collect();
        let (mut sources, mut indices) = (Vec::new(), Vec::new());
        for row in 0..input.rows() {
            let items: Vec<Vec<Dynamic>> = values.iter().map(|value| self.items(value, row)).collect();
            let count = items.iter().map(Vec::len).max().unwrap_or(0).min(limit);
            run.budget.rows(sources.len() + count, stage.span)?;
            run.budget.row(row, stage.span)?;
            for (items, (builder, (_, at))) in items.into_iter().zip(builders.iter_mut().zip(&self.columns)) {
                let mut items = items.into_iter();
                for _ in 0..count {
                    let item = items.next().unwrap_or(Dynamic::Null);
                    let value = cast(item, self.type_of(*at));
                    builder.push(value).map_err(|failure| mismatch(failure, self.span))?;
                }
            }
            sources.extend(std::iter::repeat_n(u32::try_from(row).unwrap_or(u32::MAX), count));
            indices.extend(0..i64::try_from(count).unwrap_or(i64::MAX));
        }
        let rows = sources.len();
        let mut built: Vec<Option<Column>> = builders.into_iter().map(|builder| Some(builder.finish())).collect();
        let columns = (0..self.output.len()).map(|at| {
            if Some(at) == self.item_index {
                return Ok(Column::Long(Cells::new(indices.clone())));
            }
            if let Some(of) = self.columns.iter().position(|(_, to)| *to == at)
                && let Some(column) = built.get_mut(of).and_then(Option::take)
            {
                return Ok(column);
            }
            let missing = || Error::unsupported("an expansion of a table whose columns are not known", stage.span);
            input.columns().get(at).map(|column| column.gather(&sources)).ok_or_else(missing)
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let names = self.output.iter().map(|column| column.name.to_string()).collect();
        Ok(Expanded { table: Table::new(names, columns, rows), sources })
    }

    fn type_of(&self, at: usize) -> Type {
        self.output.get(at).map_or(Type::Dynamic, |column| column.ty)
    }

    fn items(&self, value: &Vector, row: usize) -> Vec<Dynamic> {
        match value.value(row) {
            Value::Dynamic(Dynamic::Array(items)) => items,
            Value::Dynamic(Dynamic::Bag(slots)) if self.bags_as_arrays => {
                slots.into_iter().map(|(key, item)| Dynamic::Array(vec![Dynamic::String(key), item])).collect()
            }
            Value::Dynamic(Dynamic::Bag(slots)) => slots.into_iter().map(|slot| Dynamic::Bag(vec![slot])).collect(),
            Value::Dynamic(item) => vec![item],
            value => vec![Dynamic::from_value(&value)],
        }
    }

    /// `mv-apply`: the body runs over the expanded rows of each input row.
    pub(super) fn apply(&self, stage: &Stage, body: &Inner, output: &[JoinColumn], run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let expanded = self.expand(stage, &input, run)?;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); input.rows()];
        for (at, &source) in expanded.sources.iter().enumerate() {
            members[source as usize].push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        let mut parts: Vec<Vec<Column>> = vec![Vec::new(); output.len()];
        let mut rows = 0;
        for (row, members) in members.iter().enumerate() {
            run.budget.check(stage.span)?;
            let result = body.run(expanded.table.gather(members), run)?;
            rows += result.rows();
            run.budget.rows(rows, stage.span)?;
            let source = vec![u32::try_from(row).unwrap_or(u32::MAX); result.rows()];
            for (part, from) in parts.iter_mut().zip(output) {
                let column = match from {
                    JoinColumn::Left(at) => input.columns().get(*at).map(|column| column.gather(&source)),
                    JoinColumn::Right(at) => result.columns().get(*at).cloned(),
                };
                part.extend(column);
            }
        }
        let columns = parts.iter().zip(&stage.types).map(|(parts, &ty)| concat(ty, parts));
        let columns = columns.collect::<Result<_, _>>().map_err(|failure| mismatch(failure, stage.span))?;
        Ok(stage.table(columns, rows))
    }
}
