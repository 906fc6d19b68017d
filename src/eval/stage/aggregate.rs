//! Aggregates over the groups of a table. The common ones run over whole columns; the rest feed accumulators value by
//! value.

use std::cmp::Ordering;

use hashbrown::HashSet;

use crate::bind::ir;
use crate::eval::aggregate::{self as accumulators, Accumulator, AggregateFunction, Setup};
use crate::eval::builder::ColumnBuilder;
use crate::eval::column::{Cells, Column, dynamic_bytes};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Expr, Scope, truth};
use crate::eval::function::Failure;
use crate::eval::grouping::{Groups, codes};
use crate::eval::run::Run;
use crate::eval::vector::{Operand, Vector};
use crate::text::Span;
use crate::value::compare::compare;
use crate::value::{Decimal, Dynamic, Type, Value};

/// The largest and default size of `make_list` and `make_set` (Microsoft: "`make_set()` (aggregation function)").
const MAX_SET: usize = 1_048_576;

/// A compiled aggregate.
#[derive(Debug)]
pub(crate) struct Aggregate {
    kind: Kind,
    /// The same value by value.
    by_value: Option<&'static AggregateFunction>,
    args: Vec<Expr>,
    types: Vec<Type>,
    span: Span,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Count,
    CountIf,
    Sum,
    Extreme(Ordering),
    ArgExtreme(Ordering),
    MakeList,
    MakeSet,
    TakeAny,
    /// Value by value.
    General(&'static AggregateFunction),
}

impl Aggregate {
    /// Compiles an aggregate; Unsupported where it is not built.
    pub(crate) fn compile(aggregate: &ir::Aggregate, compiler: &mut Compiler) -> Result<Self, Error> {
        let args = compiler.exprs(&aggregate.args)?;
        let types = aggregate.columns.iter().map(|column| column.ty).collect();
        let kind = match aggregate.name.as_str() {
            "count" => Kind::Count,
            "countif" => Kind::CountIf,
            "sum" => Kind::Sum,
            "min" => Kind::Extreme(Ordering::Less),
            "max" => Kind::Extreme(Ordering::Greater),
            "arg_min" => Kind::ArgExtreme(Ordering::Less),
            "arg_max" => Kind::ArgExtreme(Ordering::Greater),
            "make_list" => Kind::MakeList,
            "make_set" => Kind::MakeSet,
            "take_any" | "any" => Kind::TakeAny,
            name => {
                let missing = || Error::unsupported(format!("the aggregate {name}()"), aggregate.span);
                Kind::General(accumulators::lookup(name).ok_or_else(missing)?)
            }
        };
        let by_value = accumulators::lookup(aggregate.name.as_str());
        Ok(Self { kind, by_value, args, types, span: aggregate.span })
    }

    /// What the aggregate reads of the input.
    pub(super) fn args(&self) -> &[Expr] {
        &self.args
    }

    /// The columns the aggregate gives, a row for each group.
    pub(crate) fn run(&self, scope: Scope, groups: &Groups, run: &Run) -> Result<Vec<Column>, Error> {
        let args = self.args.iter().map(|arg| arg.eval(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let first = || args.first().cloned().unwrap_or_else(Vector::null);
        let rows = scope.rows();
        run.budget.check(self.span)?;
        match self.kind {
            Kind::Count => Ok(vec![count(groups, |_| true)]),
            Kind::CountIf => match truth(&first(), rows) {
                Some(Operand::One(holds)) => Ok(vec![count(groups, |_| holds == Some(true))]),
                Some(Operand::Many(cells)) => Ok(vec![count(groups, |row| cells.get(row) == Some(&true))]),
                None => Err(Error::unsupported("countif() of a value that is no bool", self.span)),
            },
            Kind::Sum => match (Self::sum(&self.summand(first(), rows), groups), self.by_value) {
                (Some(sums), _) => Ok(vec![sums]),
                (None, Some(function)) => self.accumulate(function, &args, rows, groups, run),
                (None, None) => Err(Error::unsupported(format!("sum() of {}", first().ty(Type::Unknown)), self.span)),
            },
            Kind::Extreme(side) => {
                let column = self.column(0, first(), rows)?;
                let best = extremes(&column, groups, side, self.span)?;
                Ok(vec![column.gather(&best)])
            }
            Kind::ArgExtreme(side) => self.arg_extreme(args, groups, side, rows),
            Kind::TakeAny => {
                let columns = args.into_iter().enumerate();
                columns.map(|(at, arg)| Ok(any(&self.column(at, arg, rows)?, groups))).collect()
            }
            Kind::MakeList | Kind::MakeSet => Ok(vec![self.collect(&first(), args.get(1), rows, groups, run)?]),
            Kind::General(function) => self.accumulate(function, &args, rows, groups, run),
        }
    }

    fn accumulate(
        &self,
        function: &AggregateFunction,
        args: &[Vector],
        rows: usize,
        groups: &Groups,
        run: &Run,
    ) -> Result<Vec<Column>, Error> {
        let fresh = (0..groups.len()).map(|_| self.fresh(function, args));
        let mut accumulators = fresh.collect::<Result<Vec<_>, _>>()?;
        let mut values: Vec<Value> = vec![Value::Null; args.len()];
        for row in 0..rows {
            run.budget.row(row, self.span)?;
            for (value, arg) in values.iter_mut().zip(args) {
                *value = arg.value(row);
            }
            accumulators[groups.ids[row] as usize].add(&values).map_err(|failure| self.failed(failure))?;
        }
        self.results(&mut accumulators)
    }

    /// An accumulator for the rows of one group; `args` are the arguments over some rows.
    pub(super) fn accumulator(&self, args: &[Vector]) -> Result<Box<dyn Accumulator>, Error> {
        let missing = || Error::unsupported("this aggregate over a file that does not fit into memory", self.span);
        self.fresh(self.by_value.ok_or_else(missing)?, args)
    }

    /// What an accumulator that fails says.
    pub(super) fn failed(&self, failure: Failure) -> Error {
        Error::of_function(failure, self.span)
    }

    fn fresh(&self, function: &AggregateFunction, args: &[Vector]) -> Result<Box<dyn Accumulator>, Error> {
        let arg_types: Vec<Type> = self.args.iter().map(|arg| arg.ty).collect();
        let constants: Vec<Option<Value>> = args
            .iter()
            .map(|arg| match arg {
                Vector::One(value) => Some(value.clone()),
                Vector::Many(_) => None,
            })
            .collect();
        let setup = Setup { arg_types: &arg_types, constants: &constants, results: &self.types };
        function.accumulator(&setup).map_err(|failure| self.failed(failure))
    }

    /// The columns of accumulators that have seen all rows of their groups.
    pub(super) fn results(&self, accumulators: &mut [Box<dyn Accumulator>]) -> Result<Vec<Column>, Error> {
        let mut builders: Vec<_> = self.types.iter().map(|&ty| ColumnBuilder::new(ty)).collect();
        for accumulator in accumulators {
            let mut results = accumulator.finish().into_iter();
            for builder in &mut builders {
                let value = results.next().unwrap_or(Value::Null);
                builder.push(value).map_err(|failure| super::mismatch(failure, self.span))?;
            }
        }
        Ok(builders.into_iter().map(ColumnBuilder::finish).collect())
    }

    fn column(&self, at: usize, vector: Vector, rows: usize) -> Result<Column, Error> {
        let ty = vector.ty(self.types.get(at).copied().unwrap_or(Type::Unknown));
        vector.into_column(ty, rows).map_err(|failure| super::mismatch(failure, self.span))
    }

    /// What is summed: a null that is the same for all rows does not say of which type the sum is.
    fn summand(&self, vector: Vector, rows: usize) -> Vector {
        match (&vector, self.types.first()) {
            (Vector::One(Value::Null), Some(&ty)) => Vector::Many(Column::nulls(ty, rows)),
            _ => vector,
        }
    }

    /// The sums of numbers and timespans that have a column of their own; `None` for others.
    fn sum(vector: &Vector, groups: &Groups) -> Option<Column> {
        if let Some(longs) = Operand::longs(vector) {
            return Some(Column::Long(Cells::new(fold(groups, &longs, 0_i64, i64::wrapping_add))));
        }
        if let Some(reals) = Operand::reals(vector) {
            return Some(Column::Real(Cells::new(fold(groups, &reals, 0.0, |a: f64, b| a + b))));
        }
        if vector.ty(Type::Unknown) == Type::Decimal {
            return Some(decimal_sums(vector, groups));
        }
        let spans = Operand::timespans(vector)?;
        Some(Column::TimeSpan(Cells::new(fold(groups, &spans, 0_i64, i64::wrapping_add))))
    }

    fn arg_extreme(
        &self,
        args: Vec<Vector>,
        groups: &Groups,
        side: Ordering,
        rows: usize,
    ) -> Result<Vec<Column>, Error> {
        let columns = args.into_iter().enumerate().map(|(at, arg)| self.column(at, arg, rows));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let Some(by) = columns.first() else { return Ok(Vec::new()) };
        let mut best = extremes(by, groups, side, self.span)?;
        for (row, &first) in best.iter_mut().zip(&groups.firsts) {
            if *row == crate::eval::column::ABSENT && rows > 0 {
                *row = first;
            }
        }
        Ok(columns.iter().map(|column| column.gather(&best)).collect())
    }

    fn collect(
        &self,
        vector: &Vector,
        size: Option<&Vector>,
        rows: usize,
        groups: &Groups,
        run: &Run,
    ) -> Result<Column, Error> {
        let mut bytes = 0;
        let positive = |size: i64| usize::try_from(size).ok().filter(|size| *size > 0).unwrap_or(MAX_SET);
        let size = match size.map(|size| size.value(0)) {
            Some(Value::Long(size)) => positive(size),
            Some(Value::Int(size)) => positive(size.into()),
            _ => MAX_SET,
        };
        let size = size.min(MAX_SET);
        let mut items: Vec<Vec<Dynamic>> = vec![Vec::new(); groups.len()];
        match vector {
            Vector::Many(column) if matches!(self.kind, Kind::MakeSet) && column.ty() != Type::Dynamic => {
                let mut seen = HashSet::new();
                for (row, code) in codes(column).into_iter().enumerate() {
                    let group = groups.ids[row];
                    if !column.is_null(row) && seen.insert((group, code)) {
                        push(&mut items[group as usize], Dynamic::from_value(&column.value(row)), size);
                    }
                }
            }
            vector => {
                let mut seen = HashSet::new();
                for row in 0..rows {
                    run.budget.row(row, self.span)?;
                    run.budget.bytes(bytes, self.span)?;
                    let group = groups.ids[row];
                    for item in parts(&vector.value(row)) {
                        let fresh = matches!(self.kind, Kind::MakeList) || seen.insert((group, format!("{item:?}")));
                        if fresh {
                            bytes += dynamic_bytes(&item);
                            push(&mut items[group as usize], item, size);
                        }
                    }
                }
            }
        }
        let mut column = ColumnBuilder::new(Type::Dynamic);
        for items in items {
            // A column of dynamics takes any value.
            let _ = column.push(Value::Dynamic(Dynamic::Array(items)));
        }
        Ok(column.finish())
    }
}

fn push(items: &mut Vec<Dynamic>, item: Dynamic, size: usize) {
    if items.len() < size {
        items.push(item);
    }
}

fn count(groups: &Groups, counts: impl Fn(usize) -> bool) -> Column {
    let mut totals = vec![0_i64; groups.len()];
    for (row, &group) in groups.ids.iter().enumerate() {
        totals[group as usize] += i64::from(counts(row));
    }
    Column::Long(Cells::new(totals))
}

/// The sums of decimals; null where one does not fit.
fn decimal_sums(vector: &Vector, groups: &Groups) -> Column {
    let mut totals = vec![Some(Decimal::ZERO); groups.len()];
    for (row, &group) in groups.ids.iter().enumerate() {
        if let Value::Decimal(cell) = vector.value(row) {
            let total = &mut totals[group as usize];
            *total = total.and_then(|total| total.sum(cell));
        }
    }
    Column::Decimal(totals.into_iter().collect())
}

fn fold<T: Copy + Default>(groups: &Groups, operand: &Operand<T>, start: T, add: impl Fn(T, T) -> T) -> Vec<T> {
    let mut totals = vec![start; groups.len()];
    for (row, &group) in groups.ids.iter().enumerate() {
        let cell = match operand {
            Operand::One(cell) => *cell,
            Operand::Many(cells) => cells.get(row).copied(),
        };
        if let Some(cell) = cell {
            let total = &mut totals[group as usize];
            *total = add(*total, cell);
        }
    }
    totals
}

/// The row of each group whose value is the smallest or the largest; the first of several. Nulls and NaN do not count; a
/// group of nulls has no row ([`crate::eval::column::ABSENT`]).
fn extremes(column: &Column, groups: &Groups, side: Ordering, span: Span) -> Result<Vec<u32>, Error> {
    let absent = crate::eval::column::ABSENT;
    let mut best = vec![absent; groups.len()];
    for (row, &group) in groups.ids.iter().enumerate() {
        if column.is_null(row) {
            continue;
        }
        let slot = &mut best[group as usize];
        if *slot == absent || is_better(column, row, *slot as usize, side, span)? {
            *slot = u32::try_from(row).unwrap_or(absent);
        }
    }
    Ok(best)
}

fn is_better(column: &Column, row: usize, best: usize, side: Ordering, span: Span) -> Result<bool, Error> {
    let order = match column {
        Column::Long(cells) | Column::DateTime(cells) | Column::TimeSpan(cells) => {
            cells.values()[row].cmp(&cells.values()[best])
        }
        Column::String(strings) => strings.get(row).cmp(strings.get(best)),
        Column::Real(cells) => match (cells.values()[row], cells.values()[best]) {
            (row, _) if row.is_nan() => return Ok(false),
            (_, best) if best.is_nan() => return Ok(true),
            (row, best) => row.total_cmp(&best),
        },
        Column::Dynamic(_) => return Err(Error::unsupported("the largest or smallest of dynamics", span)),
        column => match compare(&column.value(row), &column.value(best)) {
            Some(order) => order,
            None => return Ok(false),
        },
    };
    Ok(order == side)
}

/// A value of each group, one that is not null or empty if there is one.
fn any(column: &Column, groups: &Groups) -> Column {
    let mut taken: Vec<Option<u32>> = vec![None; groups.len()];
    for (row, &group) in groups.ids.iter().enumerate() {
        let slot = &mut taken[group as usize];
        let is_empty = match column {
            Column::String(strings) => strings.get(row).is_empty(),
            column => column.is_null(row),
        };
        if slot.is_none() && !is_empty {
            *slot = u32::try_from(row).ok();
        }
    }
    column.gather(&taken.into_iter().map(|row| row.unwrap_or(crate::eval::column::ABSENT)).collect::<Vec<_>>())
}

/// What one value adds to a list or a set: nothing for null, its elements for an array.
fn parts(value: &Value) -> Vec<Dynamic> {
    match Dynamic::from_value(value) {
        Dynamic::Null => Vec::new(),
        Dynamic::Array(items) => items,
        item => vec![item],
    }
}
