//! Scalar expressions, compiled: a tree of column functions that is made once and run over any number of tables.

use super::answer::Answer;
use super::builder::Mismatch;
use super::call::Function;
use super::column::Column;
use super::error::Error;
use super::kernel::arithmetic::{self, Arithmetic};
use super::kernel::compare::{self, Comparison};
use super::kernel::membership::List;
use super::kernel::text::{self, Matcher, TextOp};
use super::kernel::{choice, index, logic};
use super::run::Run;
use super::vector::{Operand, Vector};
use super::window::Window;
use crate::kql::ast::{BinaryOp, LogicalOp, MembershipOp};
use crate::text::Span;
use crate::value::{Type, Value, convert};

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) node: Node,
    pub(crate) ty: Type,
    pub(crate) span: Span,
}

/// What a compiled expression does.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Constant(Value),
    Column(usize),
    /// A value computed once a run: a scalar `let`, `toscalar`.
    Slot(usize),
    Call(Function, Vec<Expr>),
    /// The answer that was given for the argument of a function whose values only the service knows.
    Answer(Answer, Box<Expr>),
    Conditional(Box<[Expr; 3]>),
    Window(Window, Vec<Expr>),
    Negate(Box<Expr>),
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    Compare(Comparison, Box<[Expr; 2]>),
    Text(TextOp, Option<Matcher>, Box<[Expr; 2]>),
    Logical(LogicalOp, Vec<Expr>),
    Membership(MembershipOp, Box<Expr>, ListSource),
    Between {
        negated: bool,
        operands: Box<[Expr; 3]>,
    },
    Index(Box<[Expr; 2]>),
}

/// Where the list of `in` comes from.
#[derive(Debug, Clone)]
pub(crate) enum ListSource {
    /// Constants, prepared at compile time.
    Prepared(Box<List>),
    /// Expressions.
    Values(Vec<Expr>),
    /// The first column of a table that is computed once a run.
    Slot(usize),
}

/// The rows an expression is evaluated over: the columns of its input, or some of their rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    columns: &'a [Column],
    rows: usize,
    selection: Option<&'a [u32]>,
}

impl<'a> Scope<'a> {
    /// All rows.
    pub(crate) fn all(columns: &'a [Column], rows: usize) -> Self {
        Self { columns, rows, selection: None }
    }

    /// One row without columns: for constants.
    pub(crate) fn constant() -> Self {
        Self { columns: &[], rows: 1, selection: None }
    }

    /// The rows named alone.
    pub(crate) fn selected(self, rows: &'a [u32]) -> Self {
        Self { rows: rows.len(), selection: Some(rows), ..self }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

impl Expr {
    /// The value for every row of `scope`.
    pub(crate) fn eval(&self, scope: Scope, run: &Run) -> Result<Vector, Error> {
        run.budget.check(self.span)?;
        let rows = scope.rows;
        match &self.node {
            Node::Constant(value) => Ok(Vector::One(value.clone())),
            Node::Column(at) => self.column(*at, scope),
            Node::Slot(slot) => run.scalar(*slot).map(Vector::One),
            Node::Call(function, arguments) => {
                let arguments =
                    arguments.iter().map(|argument| argument.eval(scope, run)).collect::<Result<Vec<_>, _>>()?;
                function.apply(&arguments, rows, run)
            }
            Node::Answer(answer, argument) => answer.eval(argument, scope, run),
            Node::Conditional(operands) => self.conditional(operands, scope, run),
            Node::Window(window, arguments) => window.eval(self, arguments, scope, run),
            Node::Negate(operand) => {
                let value = operand.eval(scope, run)?;
                arithmetic::negate(&value, rows).ok_or_else(|| self.undefined("-", &[value.ty(operand.ty)]))
            }
            Node::Arithmetic(op, operands) => {
                let [left, right] = Self::pair(operands, scope, run)?;
                arithmetic::calculate(*op, &left, &right, rows).ok_or_else(|| {
                    let types = operands.iter().map(|operand| operand.ty).collect::<Vec<_>>();
                    self.undefined("arithmetic", &types)
                })
            }
            Node::Compare(op, operands) => {
                let [left, right] = Self::pair(operands, scope, run)?;
                Ok(compare::compare(*op, &left, &right, rows))
            }
            Node::Text(op, matcher, operands) => self.text(*op, matcher.as_ref(), operands, scope, run),
            Node::Logical(op, operands) => Self::logical(*op, operands, scope, run),
            Node::Membership(op, value, list) => Self::membership(*op, value, list, scope, run),
            Node::Between { negated, operands } => Self::between(*negated, operands, scope, run),
            Node::Index(operands) => {
                let [base, key] = Self::pair(operands, scope, run)?;
                Ok(index::index(&base, &key, rows))
            }
        }
    }

    /// The expressions that the expression is made of.
    fn operands(&self) -> impl Iterator<Item = &Self> {
        let (operands, items): (&[Self], &[Self]) = match &self.node {
            Node::Constant(_) | Node::Slot(_) | Node::Column(_) => (&[], &[]),
            Node::Call(_, operands) | Node::Window(_, operands) | Node::Logical(_, operands) => (operands, &[]),
            Node::Conditional(operands) | Node::Between { operands, .. } => (operands.as_slice(), &[]),
            Node::Arithmetic(_, operands)
            | Node::Compare(_, operands)
            | Node::Text(_, _, operands)
            | Node::Index(operands) => (operands.as_slice(), &[]),
            Node::Negate(operand) | Node::Answer(_, operand) => (std::slice::from_ref(operand), &[]),
            Node::Membership(_, value, ListSource::Values(items)) => (std::slice::from_ref(value), items),
            Node::Membership(_, value, _) => (std::slice::from_ref(value), &[]),
        };
        operands.iter().chain(items)
    }

    /// Marks the columns of the input that the expression reads.
    pub(crate) fn mark_columns(&self, read: &mut [bool]) {
        if let Some(mark) = self.column_index().and_then(|at| read.get_mut(at)) {
            *mark = true;
        }
        self.operands().for_each(|operand| operand.mark_columns(read));
    }

    /// The column that the expression is, if it is nothing else.
    pub(crate) fn column_index(&self) -> Option<usize> {
        match self.node {
            Node::Column(at) => Some(at),
            _ => None,
        }
    }

    /// Whether the value of a row depends on other rows.
    pub(crate) fn looks_at_neighbours(&self) -> bool {
        matches!(self.node, Node::Window(..)) || self.operands().any(Self::looks_at_neighbours)
    }

    /// The values as a column of the expression's type.
    pub(crate) fn eval_column(&self, scope: Scope, run: &Run) -> Result<Column, Error> {
        self.eval(scope, run)?.into_column(self.ty, scope.rows).map_err(|mismatch| self.mismatch(mismatch))
    }

    /// The value of an expression without columns.
    pub(crate) fn eval_constant(&self, run: &Run) -> Result<Value, Error> {
        Ok(self.eval(Scope::constant(), run)?.value(0))
    }

    /// The constant this is, if it is one.
    pub(crate) fn constant(&self) -> Option<&Value> {
        match &self.node {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// That a value of another type came than was bound: honest about it rather than wrong.
    pub(crate) fn mismatch(&self, mismatch: Mismatch) -> Error {
        let what = format!("a value of type {} where {} stands", mismatch.found, mismatch.expected);
        Error::unsupported(what, self.span)
    }

    fn undefined(&self, op: &str, types: &[Type]) -> Error {
        let types: Vec<_> = types.iter().map(|ty| ty.as_str()).collect();
        Error::unsupported(format!("{op} on {}", types.join(" and ")), self.span)
    }

    fn column(&self, at: usize, scope: Scope) -> Result<Vector, Error> {
        let Some(column) = scope.columns.get(at) else {
            return Err(Error::unsupported("a column of a row that is not at hand", self.span));
        };
        Ok(Vector::Many(match scope.selection {
            None => column.clone(),
            Some(rows) => column.gather(rows),
        }))
    }

    fn pair(operands: &[Self; 2], scope: Scope, run: &Run) -> Result<[Vector; 2], Error> {
        let [left, right] = operands;
        Ok([left.eval(scope, run)?, right.eval(scope, run)?])
    }

    fn text(
        &self,
        op: TextOp,
        matcher: Option<&Matcher>,
        operands: &[Self; 2],
        scope: Scope,
        run: &Run,
    ) -> Result<Vector, Error> {
        let [left, right] = operands;
        let value = left.eval(scope, run)?;
        if let Some(matcher) = matcher {
            return Ok(text::matches(op, matcher, &value, scope.rows));
        }
        let prepare = |pattern: &Value| {
            Matcher::new(op, &text::text_of(pattern)).map_err(|reason| Error::runtime(reason, right.span))
        };
        match right.eval(scope, run)? {
            Vector::One(pattern) => Ok(text::matches(op, &prepare(&pattern)?, &value, scope.rows)),
            Vector::Many(patterns) => {
                let mut cells = Vec::with_capacity(scope.rows);
                for row in 0..scope.rows {
                    run.budget.row(row, self.span)?;
                    let holds = prepare(&patterns.value(row))?.is_match(&text::text_of(&value.value(row)));
                    cells.push(holds != op.negated);
                }
                Ok(Vector::Many(super::builder::bools(cells)))
            }
        }
    }

    fn logical(op: LogicalOp, operands: &[Self], scope: Scope, run: &Run) -> Result<Vector, Error> {
        let mut result = Operand::One(Some(op == LogicalOp::And));
        for operand in operands {
            let value = operand.eval(scope, run)?;
            let Some(value) = truth(&value, scope.rows) else {
                return Err(operand.undefined(op.as_str(), &[value.ty(operand.ty)]));
            };
            result = logic::combine(op, &result, &value);
        }
        Ok(result.into_bool())
    }

    fn membership(op: MembershipOp, value: &Self, list: &ListSource, scope: Scope, run: &Run) -> Result<Vector, Error> {
        let (ty, span) = (value.ty, value.span);
        let value = value.eval(scope, run)?;
        let contains = |list: &List| list.contains(&value, scope.rows, &run.budget, span);
        match list {
            ListSource::Prepared(list) => contains(list),
            ListSource::Slot(slot) => contains(&run.list(*slot, op, ty)?),
            ListSource::Values(items) => {
                let items = items.iter().map(|item| item.eval(scope, run)).collect::<Result<Vec<_>, _>>()?;
                if items.iter().all(|item| matches!(item, Vector::One(_))) {
                    return contains(&List::new(op, ty, items.iter().map(|item| item.value(0))));
                }
                let mut cells = Vec::with_capacity(scope.rows);
                for row in 0..scope.rows {
                    let list = List::new(op, ty, items.iter().map(|item| item.value(row)));
                    let found = list.contains(&Vector::One(value.value(row)), 1, &run.budget, span)?;
                    run.budget.check(span)?;
                    cells.push(convert::to_bool(&found.value(0)));
                }
                Ok(Vector::Many(Column::Bool(cells.into_iter().collect())))
            }
        }
    }

    fn between(negated: bool, operands: &[Self; 3], scope: Scope, run: &Run) -> Result<Vector, Error> {
        let [value, low, high] = operands;
        let rows = scope.rows;
        let value_is = value.eval(scope, run)?;
        let low = low.eval(scope, run)?;
        let mut high = high.eval(scope, run)?;
        let is = |vector: &Vector, ty| vector.ty(Type::Unknown) == ty;
        if is(&value_is, Type::DateTime) && is(&high, Type::TimeSpan) {
            high = arithmetic::calculate(Arithmetic::Add, &low, &high, rows).unwrap_or_else(Vector::null);
        }
        let from = compare::compare(Comparison::GreaterOrEqual, &value_is, &low, rows);
        let to = compare::compare(Comparison::LessOrEqual, &value_is, &high, rows);
        let (Some(from), Some(to)) = (Operand::bools(&from), Operand::bools(&to)) else {
            return Ok(Vector::null());
        };
        let inside = logic::combine(LogicalOp::And, &from, &to);
        Ok(if negated { super::vector::map1(&inside, |inside: bool| Some(!inside)) } else { inside }.into_bool())
    }

    fn conditional(&self, operands: &[Self; 3], scope: Scope, run: &Run) -> Result<Vector, Error> {
        let [condition, yes, no] = operands;
        let mask = condition.eval(scope, run)?;
        let Some(mask) = truth(&mask, scope.rows) else {
            return Err(condition.undefined("iff()", &[mask.ty(condition.ty)]));
        };
        let cells = match mask {
            Operand::One(taken) => {
                let chosen = if taken == Some(true) { yes } else { no };
                return choice::typed(chosen.eval(scope, run)?, self.ty).map_err(|mismatch| self.mismatch(mismatch));
            }
            Operand::Many(cells) => cells,
        };
        let (yes, no) = (yes.eval(scope, run)?, no.eval(scope, run)?);
        choice::pick(&cells, &yes, &no, self.ty).map_err(|mismatch| self.mismatch(mismatch))
    }
}

/// The values as truths: bools, and dynamics that hold bools. `None` for values of another type.
pub(crate) fn truth(vector: &Vector, rows: usize) -> Option<Operand<bool>> {
    if let Some(bools) = Operand::bools(vector) {
        return Some(bools);
    }
    if vector.ty(Type::Unknown) != Type::Dynamic {
        return None;
    }
    let cell = |row| match vector.value(row) {
        Value::Dynamic(crate::value::Dynamic::Bool(value)) => Some(value),
        _ => None,
    };
    Some(Operand::Many((0..rows).map(cell).collect()))
}

/// The operator of two operands, compiled.
pub(crate) fn binary(op: BinaryOp, left: Expr, right: Expr, span: Span) -> Result<Node, Error> {
    let operands = Box::new([left, right]);
    if let Some(op) = Arithmetic::from_operator(op) {
        return Ok(Node::Arithmetic(op, operands));
    }
    if let Some(op) = Comparison::from_operator(op) {
        return Ok(Node::Compare(op, operands));
    }
    let Some(op) = TextOp::from_operator(op) else {
        return Err(Error::unsupported(format!("the operator {}", op.as_str()), span));
    };
    let prepared = match operands[1].constant() {
        Some(Value::String(pattern)) => {
            Some(Matcher::new(op, pattern).map_err(|reason| Error::runtime(reason, operands[1].span))?)
        }
        _ => None,
    };
    Ok(Node::Text(op, prepared, operands))
}
