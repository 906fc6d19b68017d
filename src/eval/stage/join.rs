//! `join` and `lookup`: rows of both sides meet where their keys have one number; a null key meets nothing.

use super::filter;
use crate::bind::ir::{self, JoinColumn, JoinKind};
use crate::eval::builder::concat;
use crate::eval::column::{ABSENT, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::keys::Keys;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::value::Type;

/// A compiled join.
#[derive(Debug)]
pub(crate) struct Join {
    kind: JoinKind,
    left: Stage,
    right: Stage,
    on: Vec<(Expr, Expr)>,
    output: Vec<JoinColumn>,
    /// Predicates over the output's columns that concern the left side alone.
    left_filter: Vec<Expr>,
}

/// Compiles a join.
pub(super) fn compile(join: &ir::Join, compiler: &mut Compiler) -> Result<Join, Error> {
    let (left, right) = (compiler.input(&join.left)?, compiler.input(&join.right)?);
    let pairs = join.on.iter().map(|(left, right)| Ok((compiler.expr(left)?, compiler.expr(right)?)));
    let on = pairs.collect::<Result<_, Error>>()?;
    Ok(Join { kind: join.kind, left, right, on, output: join.output.clone(), left_filter: Vec::new() })
}

/// Pairs of rows; [`ABSENT`] where a side has none.
#[derive(Default)]
struct Pairs {
    left: Vec<u32>,
    right: Vec<u32>,
}

impl Pairs {
    fn push(&mut self, left: u32, right: u32) {
        self.left.push(left);
        self.right.push(right);
    }
}

impl Join {
    /// Whether a predicate over the output may run before the join: the join makes left rows unique and the predicate
    /// concerns only left columns.
    pub(super) fn takes_early(&self, predicate: &ir::Expr) -> bool {
        let is_left = |at: usize| matches!(self.output.get(at), Some(JoinColumn::Left(_)));
        self.kind == JoinKind::InnerUnique && predicate.has_columns() && all_columns(predicate, &is_left)
    }

    /// Adds predicates that [`Join::takes_early`] has accepted.
    pub(super) fn filter_left(&mut self, predicates: Vec<Expr>) {
        self.left_filter.extend(predicates);
    }

    /// Marks the columns that are read of both sides, for an output of which some are.
    pub(in crate::eval) fn mark_wanted(&self, wanted: &[bool]) {
        let mut output = wanted.to_vec();
        self.left_filter.iter().for_each(|predicate| predicate.mark_columns(&mut output));
        let mut left = vec![false; self.left.names.len()];
        let mut right = vec![false; self.right.names.len()];
        for (of_left, of_right) in &self.on {
            of_left.mark_columns(&mut left);
            of_right.mark_columns(&mut right);
        }
        for (column, _) in self.output.iter().zip(&output).filter(|(_, wanted)| **wanted) {
            let (side, at) = match column {
                JoinColumn::Left(at) => (&mut left, *at),
                JoinColumn::Right(at) => (&mut right, *at),
            };
            if let Some(mark) = side.get_mut(at) {
                *mark = true;
            }
        }
        self.left.mark_wanted(left);
        self.right.mark_wanted(right);
    }

    fn filtered_left(&self, left: Table, run: &Run) -> Result<Table, Error> {
        if self.left_filter.is_empty() {
            return Ok(left);
        }
        let placeholder = Column::nulls(Type::Dynamic, left.rows());
        let columns: Vec<Column> = self
            .output
            .iter()
            .map(|column| match column {
                JoinColumn::Left(at) => left.columns().get(*at).unwrap_or(&placeholder).clone(),
                JoinColumn::Right(_) => placeholder.clone(),
            })
            .collect();
        let kept = filter::holding(Scope::all(&columns, left.rows()), &self.left_filter, run)?;
        Ok(kept.map_or_else(|| left.clone(), |rows| left.gather(&rows)))
    }

    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let left = self.filtered_left(self.left.run(run)?, run)?;
        let right = self.right.run(run)?;
        let keys = self.keys(stage, &left, &right, run)?;
        let pairs = self.pairs(stage, &keys, run)?;
        let columns = self.output.iter().enumerate().map(|(place, column)| match column {
            _ if !stage.wants(place) => Some(Column::nulls(stage.type_at(place), pairs.left.len())),
            JoinColumn::Left(at) => left.columns().get(*at).map(|column| column.gather(&pairs.left)),
            JoinColumn::Right(at) => right.columns().get(*at).map(|column| column.gather(&pairs.right)),
        });
        let columns = columns.collect::<Option<Vec<_>>>();
        let missing = || Error::unsupported("a join of tables whose columns are not known", stage.span);
        stage.conform(columns.ok_or_else(missing)?, pairs.left.len())
    }

    fn keys(&self, stage: &Stage, left: &Table, right: &Table, run: &Run) -> Result<Keys, Error> {
        let mut columns = (Vec::with_capacity(self.on.len()), Vec::with_capacity(self.on.len()));
        for (of_left, of_right) in &self.on {
            let a = of_left.eval_column(Scope::all(left.columns(), left.rows()), run)?;
            let b = of_right.eval_column(Scope::all(right.columns(), right.rows()), run)?;
            let ty = common_type(a.ty(), b.ty())
                .ok_or_else(|| Error::unsupported(format!("a join on {} and {}", a.ty(), b.ty()), of_left.span))?;
            columns.0.push(widened(a, ty, stage)?);
            columns.1.push(widened(b, ty, stage)?);
        }
        Ok(Keys::of((&columns.0, left.rows()), (&columns.1, right.rows())))
    }

    fn pairs(&self, stage: &Stage, keys: &Keys, run: &Run) -> Result<Pairs, Error> {
        use JoinKind as K;
        let mut pairs = Pairs::default();
        match self.kind {
            K::LeftSemi | K::LeftAnti => {
                let wanted = self.kind == K::LeftSemi;
                let met = present(&keys.right, keys.count);
                matching(&keys.left, &met, wanted).for_each(|row| pairs.push(row, ABSENT));
            }
            K::RightSemi | K::RightAnti => {
                let wanted = self.kind == K::RightSemi;
                let met = present(&keys.left, keys.count);
                matching(&keys.right, &met, wanted).for_each(|row| pairs.push(ABSENT, row));
            }
            K::Inner | K::InnerUnique | K::LeftOuter | K::RightOuter | K::FullOuter => {
                self.meet(stage, keys, run, &mut pairs)?;
            }
        }
        Ok(pairs)
    }

    fn meet(&self, stage: &Stage, keys: &Keys, run: &Run, pairs: &mut Pairs) -> Result<(), Error> {
        let partners = Partners::of(&keys.right, keys.count);
        let keeps_left = matches!(self.kind, JoinKind::LeftOuter | JoinKind::FullOuter);
        let keeps_right = matches!(self.kind, JoinKind::RightOuter | JoinKind::FullOuter);
        let mut used = vec![false; keys.count];
        for (row, &key) in keys.left.iter().enumerate().filter(|(_, key)| keeps_left || **key != ABSENT) {
            run.budget.row(row, stage.span)?;
            let met = partners.of_key(key);
            if met.is_empty() && keeps_left {
                pairs.push(index(row), ABSENT);
            }
            let Some(used) = used.get_mut(key as usize) else { continue };
            let is_first = !std::mem::replace(used, true);
            if self.kind == JoinKind::InnerUnique && !is_first {
                continue;
            }
            run.budget.rows(pairs.left.len() + met.len(), stage.span)?;
            for &partner in met {
                pairs.push(index(row), partner);
            }
        }
        if keeps_right {
            let is_used = |key: u32| used.get(key as usize) == Some(&true);
            let rows = keys.right.iter().enumerate().filter(|(_, key)| !is_used(**key));
            rows.for_each(|(row, _)| pairs.push(ABSENT, index(row)));
        }
        Ok(())
    }
}

/// The rows of a side by key, those of a key side by side.
struct Partners {
    /// Where the rows of each key begin; behind the last, where they end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Partners {
    fn of(keys: &[u32], count: usize) -> Self {
        let known = || keys.iter().enumerate().filter(|(_, key)| **key != ABSENT);
        let mut starts = vec![0; count + 1];
        for (_, &key) in known() {
            starts[key as usize + 1] += 1;
        }
        for key in 0..count {
            starts[key + 1] += starts[key];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts.last().map_or(0, |&end| end as usize)];
        for (row, &key) in known() {
            let at = &mut next[key as usize];
            rows[*at as usize] = index(row);
            *at += 1;
        }
        Self { starts, rows }
    }

    /// The rows of a key; none of [`ABSENT`].
    fn of_key(&self, key: u32) -> &[u32] {
        let key = key as usize;
        match self.starts.get(key).zip(self.starts.get(key + 1)) {
            Some((&start, &end)) => &self.rows[start as usize..end as usize],
            None => &[],
        }
    }
}

fn all_columns(expr: &ir::Expr, holds: &impl Fn(usize) -> bool) -> bool {
    match expr.kind {
        ir::ExprKind::Column(at) => holds(at),
        ir::ExprKind::OpenColumn(_) => false,
        _ => expr.operands().into_iter().all(|operand| all_columns(operand, holds)),
    }
}

fn index(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(ABSENT)
}

fn present(keys: &[u32], count: usize) -> Vec<bool> {
    let mut present = vec![false; count];
    for &key in keys {
        if let Some(present) = present.get_mut(key as usize) {
            *present = true;
        }
    }
    present
}

fn matching<'k>(keys: &'k [u32], met: &'k [bool], wanted: bool) -> impl Iterator<Item = u32> + 'k {
    let meets = move |key: u32| met.get(key as usize) == Some(&true);
    keys.iter().enumerate().filter(move |(_, key)| meets(**key) == wanted).map(|(row, _)| index(row))
}

/// The column in a type that holds all its values.
fn widened(column: Column, ty: Type, stage: &Stage) -> Result<Column, Error> {
    if column.ty() == ty {
        return Ok(column);
    }
    concat(ty, [&column]).map_err(|failure| super::mismatch(failure, stage.span))
}

fn common_type(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (Type::Int, Type::Long) | (Type::Long, Type::Int) => Some(Type::Long),
        (Type::Int | Type::Long, Type::Real) | (Type::Real, Type::Int | Type::Long) => Some(Type::Real),
        _ => None,
    }
}
