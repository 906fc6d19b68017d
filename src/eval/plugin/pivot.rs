//! `pivot`: the values of a column become columns of an aggregate (Microsoft: "`pivot` plugin"). New columns stand behind
//! the columns that group, ordered by name; where a group has no row with the value, the aggregate of no rows stands.

use std::collections::BTreeMap;

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::Aggregate;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Type, Value, convert};

/// What is pivoted.
#[derive(Debug)]
pub(crate) struct Options {
    pivoted: Compiled,
    keys: Vec<usize>,
    aggregate: Aggregate,
    ty: Type,
    span: Span,
}

/// A compiled `pivot`.
#[derive(Debug)]
pub(crate) struct Pivot {
    input: Box<Stage>,
    options: Options,
    /// The columns were learned from rows: a value beyond them must not be lost.
    learned: bool,
}

/// Reads the arguments.
pub(crate) fn options(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<Options, Error> {
    let pivoted = super::required(args.first().and_then(super::scalar), "a column", span)?;
    let count = ir::Aggregate {
        name: ir::Name::fixed("count"),
        args: Vec::new(),
        columns: vec![ir::Column { name: ir::Name::fixed("count_"), ty: Type::Long }],
        span,
    };
    let aggregate = match args.get(1) {
        None => &count,
        Some(PluginArg::Aggregate(aggregate)) => aggregate,
        Some(_) => return Err(Error::unsupported("pivot with a second argument that is no aggregate", span)),
    };
    let [column] = aggregate.columns.as_slice() else {
        return Err(Error::unsupported("pivot with an aggregate of several columns", span));
    };
    let listed: Vec<usize> = args.iter().skip(2).filter_map(super::scalar).filter_map(super::column_index).collect();
    let used: Vec<usize> = std::iter::once(pivoted).chain(&aggregate.args).filter_map(super::column_index).collect();
    let keys =
        if listed.is_empty() { (0..input.columns.len()).filter(|at| !used.contains(at)).collect() } else { listed };
    let pivoted = compiler.expr(pivoted)?;
    Ok(Options { pivoted, keys, aggregate: Aggregate::compile(aggregate, compiler)?, ty: column.ty, span })
}

/// Compiles `pivot`.
pub(super) fn compile(
    rel: &ir::Rel,
    input: &ir::Rel,
    args: &[PluginArg],
    compiler: &mut Compiler,
) -> Result<Pivot, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let options = options(input, args, rel.span, compiler)?;
    Ok(Pivot { input: stage, options, learned: compiler.has_learned(rel.span) })
}

impl Options {
    /// Each value that becomes a column, by its name, with the number that its rows have.
    fn names(&self, pivoted: &Column, values: &Groups) -> Result<BTreeMap<String, u32>, Error> {
        let mut names = BTreeMap::new();
        for (number, &first) in (0_u32..).zip(&values.firsts) {
            let name = convert::to_text(&pivoted.value(first as usize));
            if name.is_empty() || names.insert(name, number).is_some() {
                return Err(Error::unsupported(
                    "pivot of null, of an empty text or of values with one text",
                    self.span,
                ));
            }
        }
        Ok(names)
    }

    fn pivoted(&self, input: &Table, run: &Run) -> Result<(Column, Groups), Error> {
        let column = self.pivoted.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let values = Groups::of(std::slice::from_ref(&column), input.rows());
        Ok((column, values))
    }

    /// The columns that the rows of `input` pivot to.
    pub(crate) fn columns(&self, input: &Table, run: &Run) -> Result<Vec<ir::Column>, Error> {
        let (pivoted, values) = self.pivoted(input, run)?;
        let schema: Vec<_> = input.schema().collect();
        let mut columns: Vec<ir::Column> = self
            .keys
            .iter()
            .filter_map(|&key| schema.get(key))
            .map(|(name, ty)| ir::Column { name: (*name).into(), ty: *ty })
            .collect();
        for name in self.names(&pivoted, &values)?.into_keys() {
            if columns.iter().any(|column| column.name == name) {
                return Err(Error::unsupported(
                    format!("pivot of a value with the name of a column, {name}"),
                    self.span,
                ));
            }
            columns.push(ir::Column { name: name.into(), ty: self.ty });
        }
        Ok(columns)
    }
}

impl Pivot {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let (input, options) = (self.input.run(run)?, &self.options);
        let (pivoted, values) = options.pivoted(&input, run)?;
        let names = options.names(&pivoted, &values)?;
        if self.learned && !names.keys().all(|name| stage.names.contains(name)) {
            return Err(Error::unsupported("pivot whose columns differ from use to use", stage.span));
        }
        let scope = Scope::all(input.columns(), input.rows());
        let keys: Vec<Column> = options.keys.iter().filter_map(|&key| input.columns().get(key)).cloned().collect();
        let rows = if keys.is_empty() { Groups::single(input.rows()) } else { Groups::of(&keys, input.rows()) };
        run.budget.rows(rows.len().saturating_mul(names.len()), stage.span)?;
        let width = i64::try_from(values.len()).unwrap_or(i64::MAX);
        let cell = rows.ids.iter().zip(&values.ids).map(|(&row, &value)| i64::from(row) * width + i64::from(value));
        let cells = Column::Long(crate::eval::column::Cells::new(cell.collect()));
        let groups = Groups::of(std::slice::from_ref(&cells), input.rows());
        let result = one(options.aggregate.run(scope, &groups, run)?, stage.span)?;
        let nothing = one(options.aggregate.run(scope.selected(&[]), &Groups::single(0), run)?, stage.span)?.value(0);
        let place = |group: usize| groups.firsts.get(group).map(|&first| cells.value(first as usize));
        let group_of: std::collections::HashMap<i64, usize> = (0..groups.len())
            .filter_map(|group| match place(group) {
                Some(Value::Long(cell)) => Some((cell, group)),
                _ => None,
            })
            .collect();
        let mut columns = Vec::with_capacity(stage.names.len());
        for (name, &ty) in stage.names.iter().zip(&stage.types) {
            let key = options.keys.iter().find(|&&key| input.names().get(key) == Some(name));
            if let Some(&key) = key {
                columns.push(input.columns()[key].gather(&rows.firsts));
                continue;
            }
            let mut builder = ColumnBuilder::new(ty);
            for row in 0..i64::try_from(rows.len()).unwrap_or(0) {
                let group = names.get(name).and_then(|&value| group_of.get(&(row * width + i64::from(value))));
                let value = group.map_or_else(|| nothing.clone(), |&group| result.value(group));
                builder.push(value).map_err(|failure| {
                    Error::unsupported(format!("the column {name} as {ty} where it is {}", failure.found), stage.span)
                })?;
            }
            columns.push(builder.finish());
        }
        stage.conform(columns, rows.len())
    }
}

fn one(columns: Vec<Column>, span: Span) -> Result<Column, Error> {
    columns.into_iter().next().ok_or_else(|| Error::unsupported("an aggregate without a column", span))
}
