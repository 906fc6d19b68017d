//! `make-series`: aggregates of each series by even bins of an axis, as arrays (Microsoft: "make-series operator"). Bins
//! count from `from`, else from the multiple of the step at or below the smallest value; `to` is not included. An end that
//! is not given is that of each series' own values.

use std::ops::Range;
use std::sync::Arc;

use super::aggregate::Aggregate;
use super::mismatch;
use crate::bind::ir::{self, SeriesGrid};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{ABSENT, Cells, Column, Shared};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope};
use crate::eval::grouping::Groups;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::eval::vector::{Operand, Vector};
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Type, Value, convert};

/// The length of the longest array: what is longer, the engine refuses or cuts off (Microsoft: "make-series operator").
const LONGEST: usize = 1 << 20;

/// A compiled `make-series`.
#[derive(Debug)]
pub(crate) struct Series {
    input: Stage,
    keys: Vec<Expr>,
    aggregates: Vec<(Aggregate, Expr)>,
    outputs: Vec<Expr>,
    axis: Expr,
    grid: SeriesGrid,
    from: Option<Expr>,
    to: Option<Expr>,
    step: Expr,
    nonempty: bool,
}

/// Compiles `make-series`.
pub(super) fn compile(series: &ir::MakeSeries, compiler: &mut Compiler) -> Result<Series, Error> {
    if let Some(constant) = series.outputs.iter().skip(series.keys.len()).find(|output| !output.has_columns()) {
        return Err(Error::unsupported("make-series of a value that is no aggregate", constant.span));
    }
    let input = compiler.rel(&series.input)?;
    let mut aggregates = Vec::with_capacity(series.aggregates.len());
    for (aggregate, default) in &series.aggregates {
        aggregates.push((Aggregate::compile(aggregate, compiler)?, compiler.expr(default)?));
    }
    Ok(Series {
        input,
        keys: compiler.exprs(&series.keys)?,
        aggregates,
        outputs: compiler.exprs(&series.outputs)?,
        axis: compiler.expr(&series.axis)?,
        grid: series.grid,
        from: compiler.optional(series.from.as_ref())?,
        to: compiler.optional(series.to.as_ref())?,
        step: compiler.expr(&series.step)?,
        nonempty: series.nonempty,
    })
}

/// The values that are binned: whole numbers and ticks, or reals.
enum Axis {
    Whole(Cells<i64>),
    Real(Cells<f64>),
}

/// The bins: even ones that count from the first.
#[derive(Clone, Copy)]
enum Bins {
    Whole { start: i64, step: i64, count: usize },
    Real { start: f64, step: f64, count: usize },
}

impl Bins {
    const fn count(self) -> usize {
        match self {
            Self::Whole { count, .. } | Self::Real { count, .. } => count,
        }
    }

    /// The bin that a row lies in.
    fn of(self, axis: &Axis, row: usize) -> Option<usize> {
        let bin = match (self, axis) {
            (Self::Whole { start, step, .. }, Axis::Whole(cells)) => {
                let value = cells.get(row).copied().filter(|&value| value >= start)?;
                usize::try_from(value.abs_diff(start) / step.unsigned_abs()).ok()?
            }
            (Self::Real { start, step, .. }, Axis::Real(cells)) => {
                let bin = convert::to_long(&Value::Real(((cells.get(row)? - start) / step).floor()))?;
                usize::try_from(bin).ok()?
            }
            _ => return None,
        };
        (bin < self.count()).then_some(bin)
    }

    /// The first value of every bin, in the type of the axis.
    fn starts(self, ty: Type) -> Column {
        match self {
            Self::Whole { start, step, count } => {
                // Bins start at values of the axis' type, though they can be further apart than its largest value.
                let offset = |bin| i64::try_from(bin).unwrap_or(i64::MAX).wrapping_mul(step);
                let values = Cells::new((0..count).map(|bin: usize| start.wrapping_add(offset(bin))).collect());
                match ty {
                    Type::DateTime => Column::DateTime(values),
                    Type::TimeSpan => Column::TimeSpan(values),
                    _ => Column::Long(values),
                }
            }
            Self::Real { start, step, count } => {
                let bins = (0..i64::try_from(count).unwrap_or(0)).map(|bin| start + long_to_real(bin) * step);
                Column::Real(Cells::new(bins.collect()))
            }
        }
    }
}

impl Series {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let axis = self.axis.eval_column(scope, run)?;
        let vector = Vector::Many(axis.clone());
        let cells = match (&axis, whole(&vector)) {
            (Column::Real(cells), _) => Axis::Real(cells.clone()),
            (_, Some(cells)) => Axis::Whole(cells),
            _ => return Err(Error::unsupported(format!("make-series over an axis of {}", axis.ty()), self.axis.span)),
        };
        let bins = match &cells {
            Axis::Whole(cells) => self.whole_bins(cells, run)?,
            Axis::Real(cells) => self.real_bins(cells, run)?,
        };
        run.budget.rows(bins.count(), stage.span)?;
        let mut kept = Vec::new();
        let mut places = Vec::new();
        for row in 0..input.rows() {
            if let Some(bin) = bins.of(&cells, row) {
                kept.push(u32::try_from(row).unwrap_or(u32::MAX));
                places.push(i64::try_from(bin).unwrap_or(0));
            }
        }
        let scope = scope.selected(&kept);
        let keys = self.keys.iter().map(|key| key.eval_column(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let series =
            if self.nonempty && keys.is_empty() { Groups::single(kept.len()) } else { Groups::of(&keys, kept.len()) };
        run.budget.rows(series.len().saturating_mul(bins.count()), stage.span)?;
        let extents = self.extents(&series, &places, bins.count());
        if extents.iter().any(|extent| extent.len() > LONGEST) {
            return Err(Error::unsupported("make-series of more than 1048576 bins", stage.span));
        }
        let values = self.values(stage, scope, &series, (&places, bins.count()), &keys, run)?;
        let mut columns: Vec<Column> = values.iter().take(self.keys.len()).cloned().collect();
        columns = columns.into_iter().map(|column| every(&column, bins.count(), series.len())).collect();
        for column in values.iter().skip(self.keys.len()) {
            let of_series = |(at, extent): (usize, &Range<usize>)| Some(pack(column, at * bins.count(), extent));
            columns.push(Column::Dynamic(extents.iter().enumerate().map(of_series).collect()));
        }
        let starts = bins.starts(axis.ty());
        columns.push(Column::Dynamic(extents.iter().map(|extent| Some(pack(&starts, 0, extent))).collect()));
        stage.conform(columns, series.len())
    }

    /// The bins of every series: where an end is not given, those from or up to its own values.
    fn extents(&self, series: &Groups, places: &[i64], count: usize) -> Vec<Range<usize>> {
        let mut seen = vec![count..0; series.len()];
        for (&id, &place) in series.ids.iter().zip(places) {
            if let (Some(seen), Ok(place)) = (seen.get_mut(id as usize), usize::try_from(place)) {
                *seen = seen.start.min(place)..seen.end.max(place + 1);
            }
        }
        let own = |seen: Range<usize>| {
            let start = if self.from.is_some() { 0 } else { seen.start };
            let end = if self.to.is_some() { count } else { seen.end };
            start..end
        };
        seen.into_iter().map(own).collect()
    }

    /// The outputs of every series and bin, bins of a series together.
    fn values(
        &self,
        stage: &Stage,
        scope: Scope,
        series: &Groups,
        (places, width): (&[i64], usize),
        keys: &[Column],
        run: &Run,
    ) -> Result<Vec<Column>, Error> {
        let count = i64::try_from(width).unwrap_or(i64::MAX);
        let cell_of = series.ids.iter().zip(places).map(|(&id, place)| i64::from(id) * count + place).collect();
        let cells = Column::Long(Cells::new(cell_of));
        let groups = Groups::of(std::slice::from_ref(&cells), scope.rows());
        let rows = series.len() * width;
        let mut group_of: Vec<u32> = vec![ABSENT; rows];
        for (group, &first) in groups.firsts.iter().enumerate() {
            if let Value::Long(cell) = cells.value(first as usize)
                && let Some(slot) = usize::try_from(cell).ok().and_then(|cell| group_of.get_mut(cell))
            {
                *slot = u32::try_from(group).unwrap_or(ABSENT);
            }
        }
        let key_rows: Vec<u32> = series.firsts.iter().flat_map(|&first| std::iter::repeat_n(first, width)).collect();
        let mut columns: Vec<Column> = keys.iter().map(|key| key.gather(&key_rows)).collect();
        for (aggregate, default) in &self.aggregates {
            let default = default.eval_constant(run)?;
            for column in aggregate.run(scope, &groups, run)? {
                columns.push(filled(&column, &group_of, &default).map_err(|failure| mismatch(failure, stage.span))?);
            }
        }
        let scope = Scope::all(&columns, rows);
        self.outputs.iter().map(|output| output.eval_column(scope, run)).collect()
    }

    fn whole_bins(&self, cells: &Cells<i64>, run: &Run) -> Result<Bins, Error> {
        let constant = |expr: &Expr| {
            let value = expr.eval_constant(run)?;
            let number = whole(&Vector::Many(one(&value))).and_then(|cells| cells.get(0).copied());
            number.ok_or_else(|| {
                Error::unsupported("make-series with a bound or step that is no whole number", expr.span)
            })
        };
        let step = constant(&self.step)?;
        if step <= 0 {
            return Err(Error::runtime("the step of make-series must be larger than zero", self.step.span));
        }
        let values = || cells.iter().flatten().copied();
        let start = match &self.from {
            Some(from) => constant(from)?,
            None => values().min().map_or(0, |smallest| smallest.div_euclid(step).saturating_mul(step)),
        };
        let end = match &self.to {
            Some(to) => constant(to)?.saturating_add(i64::from(self.grid == SeriesGrid::Multiples)),
            None => values().max().map_or(start, |largest| largest.saturating_add(1)),
        };
        if self.grid == SeriesGrid::Multiples && start.rem_euclid(step) != 0 {
            return Err(self.unaligned());
        }
        let length = end.max(start).abs_diff(start);
        let count = length.div_ceil(step.unsigned_abs());
        Ok(Bins::Whole { start, step, count: usize::try_from(count).unwrap_or(usize::MAX) })
    }

    /// Where the bins of `in range()` lie then is not documented.
    fn unaligned(&self) -> Error {
        let span = self.from.as_ref().map_or(self.axis.span, |from| from.span);
        Error::unsupported("make-series in range() from a value that is no multiple of the step", span)
    }

    fn real_bins(&self, cells: &Cells<f64>, run: &Run) -> Result<Bins, Error> {
        let constant = |expr: &Expr| {
            let number = convert::to_real(&expr.eval_constant(run)?).filter(|number| number.is_finite());
            number.ok_or_else(|| Error::runtime("make-series needs numbers as bounds and step", expr.span))
        };
        let step = constant(&self.step)?;
        if step <= 0.0 {
            return Err(Error::runtime("the step of make-series must be larger than zero", self.step.span));
        }
        let values = || cells.iter().flatten().copied().filter(|value| value.is_finite());
        let start = match &self.from {
            Some(from) => constant(from)?,
            None => (values().reduce(f64::min).unwrap_or(0.0) / step).floor() * step,
        };
        let count = match (&self.to, self.grid) {
            (Some(to), SeriesGrid::FromFirst) => ((constant(to)? - start) / step).ceil(),
            (Some(_), SeriesGrid::Multiples) if (start / step).fract() != 0.0 => return Err(self.unaligned()),
            (Some(to), SeriesGrid::Multiples) => ((constant(to)? - start) / step).floor() + 1.0,
            (None, _) => values().reduce(f64::max).map_or(0.0, |largest| ((largest - start) / step).floor() + 1.0),
        };
        let count = convert::to_long(&Value::Real(count.max(0.0))).unwrap_or(i64::MAX);
        Ok(Bins::Real { start, step, count: usize::try_from(count).unwrap_or(usize::MAX) })
    }
}

fn one(value: &Value) -> Column {
    let mut builder = ColumnBuilder::new(Type::Unknown);
    // A builder without a type takes any value.
    let _ = builder.push(value.clone());
    builder.finish()
}

/// Whole numbers and ticks.
fn whole(vector: &Vector) -> Option<Cells<i64>> {
    let operand =
        Operand::longs(vector).or_else(|| Operand::datetimes(vector)).or_else(|| Operand::timespans(vector))?;
    match operand {
        Operand::Many(cells) => Some(cells),
        Operand::One(_) => None,
    }
}

/// Every `width`th row.
fn every(column: &Column, width: usize, count: usize) -> Column {
    let rows: Vec<u32> = (0..count).map(|at| u32::try_from(at * width).unwrap_or(u32::MAX)).collect();
    column.gather(&rows)
}

fn filled(column: &Column, group_of: &[u32], default: &Value) -> Result<Column, crate::eval::builder::Mismatch> {
    let mut builder = ColumnBuilder::new(column.ty());
    for &group in group_of {
        let absent = group == ABSENT;
        builder.push(if absent { default.clone() } else { column.value(group as usize) })?;
    }
    Ok(builder.finish())
}

/// The rows `bins` of a column, counted from `first`, as an array.
fn pack(column: &Column, first: usize, bins: &Range<usize>) -> Shared {
    let items = bins.clone().map(|bin| Dynamic::from_value(&column.value(first + bin)));
    Shared(Arc::new(Dynamic::Array(items.collect())))
}
