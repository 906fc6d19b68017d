//! `in`, `in~`, `has_any`, `has_all`: a value against a list. `in` is an `or` of `==` and `!in` an `and` of `!=`, nulls included
//! (Microsoft: "Null values").

use hashbrown::HashSet;

use super::compare::{Comparison, compare_values};
use super::text::{Matcher, Shape, TextOp, text_of};
use crate::eval::builder::type_of;
use crate::eval::column::{Cells, Column};
use crate::eval::equality::is_text_and_other;
use crate::eval::error::Error;
use crate::eval::limits::{Budget, ROWS_PER_CHECK};
use crate::eval::vector::Vector;
use crate::kql::ast::MembershipOp;
use crate::text::Span;
use crate::value::term::fold;
use crate::value::{Dynamic, Type, Value, convert};

/// A list prepared for one operator.
#[derive(Debug, Clone)]
pub(crate) struct List {
    op: MembershipOp,
    has_null: bool,
    /// The texts of the list, folded for `in~`.
    texts: HashSet<String>,
    keys: HashSet<Key>,
    /// Of `in`, the values that are neither texts nor null.
    values: Vec<Value>,
    /// Those of them that have no key.
    unkeyed: Vec<Value>,
    matchers: Vec<Matcher>,
}

/// Equal for values that are equal, of values of these types; `true` equals 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Whole(i64),
    DateTime(i64),
    TimeSpan(i64),
    Guid(u128),
}

impl Key {
    /// `None` of a type whose values equal some of other types.
    fn of(value: &Value) -> Option<Self> {
        match *value {
            Value::Bool(value) => Some(Self::Whole(value.into())),
            Value::Int(value) => Some(Self::Whole(value.into())),
            Value::Long(value) => Some(Self::Whole(value)),
            Value::DateTime(ticks) => Some(Self::DateTime(ticks)),
            Value::TimeSpan(ticks) => Some(Self::TimeSpan(ticks)),
            Value::Guid(bits) => Some(Self::Guid(bits)),
            _ => None,
        }
    }
}

impl List {
    /// Prepares a list for values of a type. Dynamic arrays count by their elements. For `in`, texts count as values of the
    /// type and numbers as texts: Microsoft's rules write `EventID in ("4723")` of an int and `ResultType in (50053)` of a text.
    pub(crate) fn new(op: MembershipOp, ty: Type, items: impl IntoIterator<Item = Value>) -> Self {
        let mut values = Vec::new();
        items.into_iter().for_each(|item| flatten(item, &mut values));
        let mut list = Self {
            op,
            has_null: values.iter().any(Value::is_null),
            texts: HashSet::new(),
            keys: HashSet::new(),
            values: Vec::new(),
            unkeyed: Vec::new(),
            matchers: Vec::new(),
        };
        match op {
            MembershipOp::HasAny | MembershipOp::HasAll => {
                let has = TextOp { shape: Shape::Term, ignore_case: true, negated: false };
                list.matchers = values.iter().filter_map(|value| Matcher::new(has, &text_of(value)).ok()).collect();
            }
            MembershipOp::InTilde | MembershipOp::NotInTilde => {
                list.texts = values.iter().map(|value| fold(&text_of(value)).into_owned()).collect();
            }
            MembershipOp::In | MembershipOp::NotIn => values.into_iter().for_each(|value| list.add(value, ty)),
        }
        list
    }

    /// Adds an item of `in`.
    fn add(&mut self, item: Value, ty: Type) {
        let item = if is_text_and_other(ty, type_of(&item)) { convert::convert(&item, ty) } else { item };
        match item {
            Value::Null => return,
            Value::String(text) => {
                self.texts.insert(text);
                return;
            }
            _ => {}
        }
        match Key::of(&item) {
            Some(key) => {
                self.keys.insert(key);
            }
            None => self.unkeyed.push(item.clone()),
        }
        self.values.push(item);
    }

    /// Runs the operator for every row. Fails where that takes more than the budget has.
    pub(crate) fn contains(&self, value: &Vector, rows: usize, budget: &Budget, span: Span) -> Result<Vector, Error> {
        let cells = match value {
            Vector::One(value) if self.leaves_open(value) => return Ok(Vector::One(Value::Null)),
            Vector::One(value) => return Ok(Vector::One(Value::Bool(self.holds(value)))),
            Vector::Many(Column::String(strings)) => {
                let mut asked = 0;
                let mut checked = Ok(());
                let cells = strings.map(|text| {
                    if checked.is_ok() {
                        checked = self.check(asked, budget, span);
                    }
                    asked += 1;
                    checked.is_ok() && self.holds_text(text)
                });
                checked?;
                cells
            }
            Vector::Many(Column::Long(cells)) if self.is_of_whole_numbers() => {
                let negated = self.op == MembershipOp::NotIn;
                let is_in = |cell: &i64| self.keys.contains(&Key::Whole(*cell));
                cells.iter().map(|cell| cell.is_some_and(is_in) != negated).collect()
            }
            Vector::Many(column) => {
                let mut cells = Vec::with_capacity(rows);
                for row in 0..rows {
                    self.check(row, budget, span)?;
                    let value = column.value(row);
                    cells.push((!self.leaves_open(&value)).then(|| self.holds(&value)));
                }
                return Ok(Vector::Many(Column::Bool(cells.into_iter().collect())));
            }
        };
        Ok(Vector::Many(Column::Bool(Cells::new(cells))))
    }

    /// Checks the budget the more often the longer the list is that each row is compared with.
    fn check(&self, row: usize, budget: &Budget, span: Span) -> Result<(), Error> {
        let rows_per_check = ROWS_PER_CHECK / (1 + self.values.len() + self.matchers.len());
        if row.is_multiple_of(rows_per_check.max(1)) { budget.check(span) } else { Ok(()) }
    }

    /// Whether `in` and `!in` are null: of a null and a list that has one, which is neither equal nor unequal to it.
    fn leaves_open(&self, value: &Value) -> bool {
        self.has_null && self.is_plain_in() && value.is_null()
    }

    fn is_plain_in(&self) -> bool {
        matches!(self.op, MembershipOp::In | MembershipOp::NotIn)
    }

    /// Whether `in` can be answered by keys alone.
    fn is_of_whole_numbers(&self) -> bool {
        self.is_plain_in() && !self.has_null && self.texts.is_empty() && self.unkeyed.is_empty()
    }

    fn holds(&self, value: &Value) -> bool {
        match self.op {
            MembershipOp::In => self.includes(value),
            MembershipOp::NotIn => !self.includes(value),
            _ => self.holds_text(&text_of(value)),
        }
    }

    /// Whether the value is equal to an item, as [`compare_values`] says.
    fn includes(&self, value: &Value) -> bool {
        let equals = |item: &Value| compare_values(Comparison::Equal, value, item) == Some(true);
        match value {
            Value::String(_) | Value::Null => self.texts.contains(text_of(value).as_ref()),
            Value::Dynamic(_) if self.texts.contains(text_of(value).as_ref()) => true,
            // These are equal to values of several types.
            Value::Dynamic(Dynamic::String(_) | Dynamic::Array(_) | Dynamic::Bag(_)) => self.values.iter().any(equals),
            Value::Dynamic(scalar) => self.includes_other(&scalar.to_value()),
            value => self.includes_other(value),
        }
    }

    /// Whether a value that is no text is equal to an item that is none.
    fn includes_other(&self, value: &Value) -> bool {
        let equals = |item: &Value| compare_values(Comparison::Equal, value, item) == Some(true);
        match Key::of(value) {
            Some(key) => self.keys.contains(&key) || self.unkeyed.iter().any(equals),
            None => self.values.iter().any(equals),
        }
    }

    fn holds_text(&self, text: &str) -> bool {
        match self.op {
            MembershipOp::In => self.texts.contains(text),
            MembershipOp::NotIn => !self.texts.contains(text),
            MembershipOp::InTilde => self.texts.contains(fold(text).as_ref()),
            MembershipOp::NotInTilde => !self.texts.contains(fold(text).as_ref()),
            MembershipOp::HasAny => self.matchers.iter().any(|matcher| matcher.is_match(text)),
            MembershipOp::HasAll => self.matchers.iter().all(|matcher| matcher.is_match(text)),
        }
    }
}

fn flatten(item: Value, into: &mut Vec<Value>) {
    match item {
        Value::Dynamic(Dynamic::Array(items)) => into.extend(items.into_iter().map(|item| item.to_value())),
        Value::Dynamic(item) => into.push(item.to_value()),
        item => into.push(item),
    }
}
