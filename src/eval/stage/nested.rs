//! `top-nested`: the largest values of a column, within each of them those of the next, and so on (Microsoft: "top-nested
//! operator").

use std::collections::HashSet;

use super::aggregate::Aggregate;
use super::row_count;
use crate::bind::ir;
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::order::{self, Key};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::value::Value;

/// A compiled `top-nested`.
#[derive(Debug)]
pub(crate) struct Nested {
    input: Stage,
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    count: Option<Expr>,
    of: Expr,
    aggregates: Vec<Aggregate>,
    by: Expr,
    descending: bool,
    rest: Rest,
}

/// What becomes of the values that are not among the best.
#[derive(Debug)]
enum Rest {
    Dropped,
    /// They have a row without a value, as a later level names what is left of them.
    Unnamed,
    /// A value that stands for all of them.
    Named(Expr),
}

/// A row of the levels so far.
struct Partial {
    cells: Vec<Value>,
    /// The input rows it stands for.
    members: Vec<u32>,
    /// It stands for the values beside the best of a level.
    is_rest: bool,
}

/// Compiles `top-nested`.
pub(super) fn compile(
    input: &ir::Rel,
    levels: &[ir::TopNestedLevel],
    compiler: &mut Compiler,
) -> Result<Nested, Error> {
    let input = compiler.rel(input)?;
    let mut own = Vec::with_capacity(levels.len());
    for (at, level) in levels.iter().enumerate() {
        let rest = match &level.others {
            Some(others) => Rest::Named(compiler.expr(others)?),
            None if levels[at..].iter().any(|later| later.others.is_some()) => Rest::Unnamed,
            None => Rest::Dropped,
        };
        own.push(Level {
            count: compiler.optional(level.count.as_ref())?,
            of: compiler.expr(&level.of)?,
            aggregates: level
                .aggregates
                .iter()
                .map(|one| Aggregate::compile(one, compiler))
                .collect::<Result<_, _>>()?,
            by: compiler.expr(&level.by)?,
            descending: level.descending,
            rest,
        });
    }
    Ok(Nested { input, levels: own })
}

impl Nested {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let all: Vec<u32> = (0..u32::try_from(input.rows()).unwrap_or(u32::MAX)).collect();
        let mut rows = vec![Partial { cells: Vec::new(), members: all, is_rest: false }];
        for level in &self.levels {
            let mut below = Vec::new();
            for row in rows {
                level.extend(&input, row, &mut below, run)?;
                run.budget.rows(below.len(), stage.span)?;
            }
            rows = below;
        }
        let mut columns = Vec::with_capacity(stage.types.len());
        for (at, &ty) in stage.types.iter().enumerate() {
            let mut builder = ColumnBuilder::new(ty);
            for row in &rows {
                let cell = row.cells.get(at).cloned().unwrap_or(Value::Null);
                builder.push(cell).map_err(|failure| super::mismatch(failure, stage.span))?;
            }
            columns.push(builder.finish());
        }
        Ok(stage.table(columns, rows.len()))
    }
}

impl Level {
    /// Adds the rows that this level makes of one of the level before.
    fn extend(&self, input: &Table, row: Partial, below: &mut Vec<Partial>, run: &Run) -> Result<(), Error> {
        let with = |cells: [Value; 2]| row.cells.iter().cloned().chain(cells).collect::<Vec<_>>();
        let without_value = || with([Value::null_of(self.of.ty), Value::Null]);
        if row.is_rest && !matches!(self.rest, Rest::Named(_)) {
            below.push(Partial { cells: without_value(), ..row });
            return Ok(());
        }
        let mut rest = row.members.clone();
        if !row.is_rest {
            let best = self.best(input, &row.members, run)?;
            let kept: HashSet<u32> = best.iter().flat_map(|(_, _, members)| members).copied().collect();
            rest.retain(|member| !kept.contains(member));
            let best = best.into_iter().map(|(value, rank, members)| (with([value, rank]), members));
            below.extend(best.map(|(cells, members)| Partial { cells, members, is_rest: false }));
        }
        let cells = match &self.rest {
            _ if rest.is_empty() => return Ok(()),
            Rest::Dropped => return Ok(()),
            Rest::Unnamed => without_value(),
            Rest::Named(others) => {
                let scope = Scope::all(input.columns(), input.rows()).selected(&rest);
                let rank = self.ranks(scope, &Groups::single(rest.len()), run)?.value(0);
                with([others.eval_constant(run)?, rank])
            }
        };
        below.push(Partial { cells, members: rest, is_rest: true });
        Ok(())
    }

    /// What ranks each group.
    fn ranks(&self, scope: Scope, groups: &Groups, run: &Run) -> Result<Column, Error> {
        let mut columns: Vec<Column> = Vec::new();
        for aggregate in &self.aggregates {
            columns.extend(aggregate.run(scope, groups, run)?);
        }
        self.by.eval_column(Scope::all(&columns, groups.len()), run)
    }

    /// The best values among some rows with what ranks them and the rows of each.
    fn best(&self, input: &Table, members: &[u32], run: &Run) -> Result<Vec<(Value, Value, Vec<u32>)>, Error> {
        run.budget.check(self.of.span)?;
        let scope = Scope::all(input.columns(), input.rows()).selected(members);
        let values = self.of.eval_column(scope, run)?;
        let groups = Groups::of(std::slice::from_ref(&values), members.len());
        let ranks = self.ranks(scope, &groups, run)?;
        let key = Key { column: ranks.clone(), descending: self.descending, nulls_first: !self.descending };
        let Some(order) = order::sorted(&[key], groups.len()) else {
            return Err(Error::unsupported("top-nested by a dynamic", self.by.span));
        };
        let count = self.count.as_ref().map_or(Ok(usize::MAX), |count| row_count(count, run))?;
        let own = groups.members();
        let rows_of = |group: usize| own[group].iter().map(|&at| members[at as usize]).collect();
        let best = order.into_iter().take(count).map(|group| group as usize);
        Ok(best
            .map(|group| (values.value(groups.firsts[group] as usize), ranks.value(group), rows_of(group)))
            .collect())
    }
}
