//! Functions that look at neighbouring rows: `row_number`, `prev`, `next`, `row_cumsum`, `row_rank_*`,
//! `row_window_session` (Microsoft: "Window functions overview").

use super::builder::ColumnBuilder;
use super::error::Error;
use super::expr::{Expr, Scope};
use super::kernel::arithmetic::{Arithmetic, calculate};
use super::kernel::compare::{Comparison, compare_values};
use super::run::Run;
use super::vector::Vector;
use crate::bind::ir;
use crate::value::Value;

/// A window function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    RowNumber,
    Previous,
    Next,
    CumulativeSum,
    DenseRank,
    MinimumRank,
    Session,
}

impl Window {
    /// The window function of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "row_number" => Self::RowNumber,
            "prev" => Self::Previous,
            "next" => Self::Next,
            "row_cumsum" => Self::CumulativeSum,
            "row_rank_dense" => Self::DenseRank,
            "row_rank_min" => Self::MinimumRank,
            "row_window_session" => Self::Session,
            _ => return None,
        })
    }

    /// The first call of a window function in an expression.
    pub(crate) fn call_in(expr: &ir::Expr) -> Option<&ir::Expr> {
        match &expr.kind {
            ir::ExprKind::Call { name, .. } if Self::from_name(name).is_some() => Some(expr),
            _ => expr.operands().into_iter().find_map(Self::call_in),
        }
    }

    /// The function's value for every row of `scope`, whose rows are in order.
    pub(crate) fn eval(self, call: &Expr, arguments: &[Expr], scope: Scope, run: &Run) -> Result<Vector, Error> {
        let arguments = arguments.iter().map(|argument| argument.eval(scope, run)).collect::<Result<Vec<_>, _>>()?;
        let mut results = ColumnBuilder::new(call.ty);
        let mut state = State { window: self, arguments: &arguments, rows: scope.rows(), carried: Carried::new() };
        for row in 0..scope.rows() {
            run.budget.row(row, call.span)?;
            let value = state.next(row);
            results.push(value).map_err(|mismatch| call.mismatch(mismatch))?;
        }
        Ok(Vector::Many(results.finish()))
    }
}

/// What is carried from row to row.
#[derive(Debug)]
struct Carried {
    number: i64,
    rank: i64,
    last: Value,
    start: Value,
}

impl Carried {
    fn new() -> Self {
        Self { number: 0, rank: 0, last: Value::Null, start: Value::Null }
    }
}

#[derive(Debug)]
struct State<'a> {
    window: Window,
    arguments: &'a [Vector],
    rows: usize,
    carried: Carried,
}

impl State<'_> {
    fn argument(&self, at: usize, row: usize) -> Value {
        self.arguments.get(at).map_or(Value::Null, |argument| argument.value(row))
    }

    fn restarts(&self, at: usize, row: usize) -> bool {
        row == 0 || self.argument(at, row) == Value::Bool(true)
    }

    fn next(&mut self, row: usize) -> Value {
        match self.window {
            Window::RowNumber => {
                let first = as_long(&self.argument(0, row)).unwrap_or(1);
                self.carried.number = if self.restarts(1, row) { first } else { self.carried.number.wrapping_add(1) };
                Value::Long(self.carried.number)
            }
            Window::Previous => self.neighbour(row, true),
            Window::Next => self.neighbour(row, false),
            Window::CumulativeSum => self.cumulative_sum(row),
            Window::DenseRank | Window::MinimumRank => self.rank(row),
            Window::Session => self.session(row),
        }
    }

    fn neighbour(&self, row: usize, back: bool) -> Value {
        let offset = as_long(&self.argument(1, row)).unwrap_or(1);
        let at = i64::try_from(row)
            .ok()
            .and_then(|row| if back { row.checked_sub(offset) } else { row.checked_add(offset) });
        match at.and_then(|at| usize::try_from(at).ok()).filter(|&at| at < self.rows) {
            Some(at) => self.argument(0, at),
            None => self.argument(2, row),
        }
    }

    fn cumulative_sum(&mut self, row: usize) -> Value {
        let term = self.argument(0, row);
        if self.restarts(1, row) {
            self.carried.last = Value::Null;
        }
        let sum = match (&self.carried.last, term) {
            (Value::Null, term) => term,
            (last, Value::Null) => last.clone(),
            (last, term) => calculate(Arithmetic::Add, &Vector::One(last.clone()), &Vector::One(term), 1)
                .map_or(Value::Null, |sum| sum.value(0)),
        };
        self.carried.last.clone_from(&sum);
        sum
    }

    fn rank(&mut self, row: usize) -> Value {
        let term = self.argument(0, row);
        if self.restarts(1, row) {
            self.carried = Carried { number: 1, rank: 1, last: term, start: Value::Null };
            return Value::Long(1);
        }
        self.carried.number += 1;
        if self.carried.last != term {
            self.carried.rank =
                if self.window == Window::DenseRank { self.carried.rank + 1 } else { self.carried.number };
            self.carried.last = term;
        }
        Value::Long(self.carried.rank)
    }

    /// The start of the row's session. A session ends when the row is as far as allowed from its start or from the row
    /// before, when it restarts, and with a row of null.
    fn session(&mut self, row: usize) -> Value {
        let now = self.argument(0, row);
        let far = |from: &Value, limit: Value| {
            let distance = calculate(Arithmetic::Subtract, &Vector::One(now.clone()), &Vector::One(from.clone()), 1);
            distance.is_none_or(|distance| compare_values(Comparison::Less, &distance.value(0), &limit) != Some(true))
        };
        let fresh = self.restarts(3, row)
            || self.carried.start == Value::Null
            || far(&self.carried.start, self.argument(1, row))
            || far(&self.carried.last, self.argument(2, row));
        if now == Value::Null {
            self.carried.start = Value::Null;
            return Value::Null;
        }
        if fresh {
            self.carried.start = now.clone();
        }
        self.carried.last = now;
        self.carried.start.clone()
    }
}

fn as_long(value: &Value) -> Option<i64> {
    match value {
        Value::Int(value) => Some((*value).into()),
        Value::Long(value) => Some(*value),
        _ => None,
    }
}
