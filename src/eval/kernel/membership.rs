//! `in`, `in~`, `has_any`, `has_all`: a value against a list. `in` is an `or` of `==` and `!in` an `and` of `!=`, nulls included
//! (Microsoft: "Null values").

use hashbrown::HashSet;

use super::compare::{Comparison, compare_values};
use super::text::{Matcher, Shape, TextOp, text_of};
use crate::eval::builder::type_of;
use crate::eval::column::{Cells, Column};
use crate::eval::vector::Vector;
use crate::kql::ast::MembershipOp;
use crate::value::term::fold;
use crate::value::{Dynamic, Type, Value, convert};

/// A list prepared for one operator.
#[derive(Debug, Clone)]
pub(crate) struct List {
    op: MembershipOp,
    values: Vec<Value>,
    has_null: bool,
    /// The texts of the list, folded for `in~`.
    texts: HashSet<String>,
    longs: HashSet<i64>,
    matchers: Vec<Matcher>,
}

impl List {
    /// Prepares a list for values of a type. Dynamic arrays count by their elements. For `in`, texts count as values of the
    /// type and numbers as texts: Microsoft's rules write `EventID in ("4723")` of an int and `ResultType in (50053)` of a text.
    pub(crate) fn new(op: MembershipOp, ty: Type, items: impl IntoIterator<Item = Value>) -> Self {
        let mut values = Vec::new();
        items.into_iter().for_each(|item| flatten(item, &mut values));
        let has_null = values.iter().any(Value::is_null);
        if matches!(op, MembershipOp::In | MembershipOp::NotIn) {
            let mixed = values.iter_mut().filter(|item| is_text_and_other(ty, type_of(item)));
            mixed.for_each(|item| *item = convert::convert(item, ty));
        }
        let mut list =
            Self { op, values, has_null, texts: HashSet::new(), longs: HashSet::new(), matchers: Vec::new() };
        match op {
            MembershipOp::HasAny | MembershipOp::HasAll => {
                let has = TextOp { shape: Shape::Term, ignore_case: true, negated: false };
                list.matchers =
                    list.values.iter().filter_map(|value| Matcher::new(has, &text_of(value)).ok()).collect();
            }
            MembershipOp::InTilde | MembershipOp::NotInTilde => {
                list.texts = list.values.iter().map(|value| fold(&text_of(value)).into_owned()).collect();
            }
            MembershipOp::In | MembershipOp::NotIn => {
                for value in &list.values {
                    match value {
                        Value::String(text) => drop(list.texts.insert(text.clone())),
                        Value::Long(value) => drop(list.longs.insert(*value)),
                        Value::Int(value) => drop(list.longs.insert((*value).into())),
                        _ => {}
                    }
                }
            }
        }
        list
    }

    /// Runs the operator for every row.
    pub(crate) fn contains(&self, value: &Vector, rows: usize) -> Vector {
        let cells = match value {
            Vector::One(value) if self.leaves_open(value) => return Vector::One(Value::Null),
            Vector::One(value) => return Vector::One(Value::Bool(self.holds(value))),
            Vector::Many(Column::String(strings)) => strings.map(|text| self.holds_text(text)),
            Vector::Many(Column::Long(cells)) if self.longs.len() == self.values.len() && self.is_plain_in() => {
                let negated = self.op == MembershipOp::NotIn;
                cells.iter().map(|cell| cell.is_some_and(|cell| self.longs.contains(cell)) != negated).collect()
            }
            Vector::Many(column) => {
                let cell = |value: Value| (!self.leaves_open(&value)).then(|| self.holds(&value));
                return Vector::Many(Column::Bool((0..rows).map(|row| cell(column.value(row))).collect()));
            }
        };
        Vector::Many(Column::Bool(Cells::new(cells)))
    }

    /// Whether `in` and `!in` are null: of a null and a list that has one, which is neither equal nor unequal to it.
    fn leaves_open(&self, value: &Value) -> bool {
        self.has_null && self.is_plain_in() && value.is_null()
    }

    fn is_plain_in(&self) -> bool {
        matches!(self.op, MembershipOp::In | MembershipOp::NotIn)
    }

    fn holds(&self, value: &Value) -> bool {
        match (self.op, value) {
            (MembershipOp::In | MembershipOp::NotIn, Value::String(text)) => self.holds_text(text),
            (MembershipOp::In | MembershipOp::NotIn, value) => {
                let found = self.values.iter().any(|item| compare_values(Comparison::Equal, value, item) == Some(true));
                found != (self.op == MembershipOp::NotIn)
            }
            (_, value) => self.holds_text(&text_of(value)),
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

/// Whether one of the types is text and the other one that is never equal to it without a conversion.
pub(crate) fn is_text_and_other(a: Type, b: Type) -> bool {
    let is_open = |ty| matches!(ty, Type::Dynamic | Type::Unknown);
    (a == Type::String) != (b == Type::String) && !is_open(a) && !is_open(b)
}

fn flatten(item: Value, into: &mut Vec<Value>) {
    match item {
        Value::Dynamic(Dynamic::Array(items)) => into.extend(items.into_iter().map(|item| item.to_value())),
        Value::Dynamic(item) => into.push(item.to_value()),
        item => into.push(item),
    }
}
