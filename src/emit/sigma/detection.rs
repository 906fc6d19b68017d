//! Conditions as Sigma's detections: named selections and the `condition` that joins them. A conjunction of tests of
//! different fields is one selection, a disjunction of such conjunctions is a list, everything else is joined by name, in
//! parentheses.

use serde_json::{Map, Value};

use super::{SigmaField, SigmaRule, SigmaSelection};

/// What an event must be like.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// Every one holds; empty: always.
    All(Vec<Condition>),
    /// One holds at least.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A field is like one of some values.
    Test(Test),
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    /// The field.
    pub(super) field: String,
    /// Its modifiers, in order.
    pub(super) modifiers: Vec<&'static str>,
    /// Any of them, or all with the modifier `all`; in Sigma's notation.
    pub(super) values: Vec<Value>,
}

/// The comparisons of numbers and the one that holds for a number exactly when the first does not. A missing number makes
/// both false, in KQL and in Sigma, so `not (x > 5)` has to become `x <= 5`.
const ORDERINGS: [(&str, &str); 4] = [("gt", "lte"), ("gte", "lt"), ("lt", "gte"), ("lte", "gt")];

impl Condition {
    /// The opposite.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            Self::All(parts) if parts.iter().any(Self::has_ordering) => {
                Self::Any(parts.into_iter().map(Self::negated).collect())
            }
            Self::Any(parts) if parts.iter().any(Self::has_ordering) => {
                Self::All(parts.into_iter().map(Self::negated).collect())
            }
            Self::Test(mut test) => {
                let modifier = test.modifiers.first().copied();
                match ORDERINGS.into_iter().find(|(ordering, _)| Some(*ordering) == modifier) {
                    Some((_, opposite)) => {
                        test.modifiers = vec![opposite];
                        Self::Test(test)
                    }
                    None => Self::Not(Box::new(Self::Test(test))),
                }
            }
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether it holds for every event, because it asks for nothing.
    pub(super) fn is_always(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_always))
    }

    fn has_ordering(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_ordering),
            Self::Not(inner) => inner.has_ordering(),
            Self::Test(test) => ORDERINGS.iter().any(|(ordering, _)| test.modifiers.contains(ordering)),
        }
    }
}

impl Test {
    fn field(&self) -> SigmaField {
        let mut key = self.field.clone();
        for modifier in &self.modifiers {
            key.push('|');
            key.push_str(modifier);
        }
        SigmaField { key, values: self.values.clone() }
    }
}

/// The selections of a condition and the text that joins them.
pub(super) fn build(condition: &Condition) -> (Vec<SigmaSelection>, String) {
    let mut builder = Builder::default();
    let formula = builder.formula(condition, Role::Wanted);
    let names = builder.names();
    let text = formula.text(&names);
    let selections = names.into_iter().zip(builder.parts).map(|(name, (_, alternatives))| SigmaSelection {
        name,
        is_list: alternatives.len() > 1,
        alternatives,
    });
    (selections.collect(), text)
}

/// The `detection` of a rule as YAML reads it.
pub(super) fn as_value(rule: &SigmaRule) -> Value {
    let field = |field: &SigmaField| {
        let value = match field.values.as_slice() {
            [only] => only.clone(),
            values => Value::Array(values.to_vec()),
        };
        (field.key.clone(), value)
    };
    let map = |fields: &Vec<SigmaField>| Value::Object(fields.iter().map(field).collect());
    let mut detection = Map::new();
    for selection in &rule.selections {
        let alternatives: Vec<Value> = selection.alternatives.iter().map(map).collect();
        let value = match alternatives.as_slice() {
            [only] => only.clone(),
            _ => Value::Array(alternatives),
        };
        detection.insert(selection.name.clone(), value);
    }
    detection.insert("condition".to_owned(), Value::String(rule.condition.clone()));
    Value::Object(detection)
}

/// Whether a selection is looked for or looked away from; it only names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Wanted,
    Unwanted,
}

/// A condition over selections, by their numbers.
#[derive(Debug)]
enum Formula {
    Selection(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    fn text(&self, names: &[String]) -> String {
        let joined =
            |parts: &[Self], word: &str| parts.iter().map(|part| part.inside(names)).collect::<Vec<_>>().join(word);
        match self {
            Self::Selection(number) => names[*number].clone(),
            Self::Not(inner) => format!("not {}", inner.inside(names)),
            Self::All(parts) => joined(parts, " and "),
            Self::Any(parts) => joined(parts, " or "),
        }
    }

    /// In parentheses where it is a chain of more than one.
    fn inside(&self, names: &[String]) -> String {
        match self {
            Self::All(parts) | Self::Any(parts) if parts.len() > 1 => format!("({})", self.text(names)),
            _ => self.text(names),
        }
    }
}

#[derive(Debug, Default)]
struct Builder {
    parts: Vec<(Role, Vec<Vec<SigmaField>>)>,
}

impl Builder {
    fn formula(&mut self, condition: &Condition, role: Role) -> Formula {
        match condition {
            Condition::Test(test) => self.selection(role, vec![vec![test.field()]]),
            Condition::Not(inner) => {
                let role = if role == Role::Wanted { Role::Unwanted } else { Role::Wanted };
                Formula::Not(Box::new(self.formula(inner, role)))
            }
            Condition::All(_) => self.all(&flat_all(condition), role),
            Condition::Any(_) => self.any(&flat_any(condition), role),
        }
    }

    /// The tests of different fields share a selection; a second test of a field starts another.
    fn all(&mut self, parts: &[&Condition], role: Role) -> Formula {
        let mut maps: Vec<Vec<SigmaField>> = Vec::new();
        for part in parts {
            let Condition::Test(test) = part else { continue };
            let field = test.field();
            match maps.iter_mut().find(|map| map.iter().all(|known| known.key != field.key)) {
                Some(map) => map.push(field),
                None => maps.push(vec![field]),
            }
        }
        let mut formulas: Vec<Formula> = maps.into_iter().map(|map| self.selection(role, vec![map])).collect();
        let others = parts.iter().filter(|part| !matches!(part, Condition::Test(_)));
        formulas.extend(others.map(|part| self.formula(part, role)).collect::<Vec<_>>());
        one_or(formulas, Formula::All)
    }

    /// The alternatives that are one selection each share a list.
    fn any(&mut self, parts: &[&Condition], role: Role) -> Formula {
        let mut alternatives: Vec<Vec<SigmaField>> = Vec::new();
        let mut others = Vec::new();
        for part in parts {
            match as_map(part) {
                Some(map) => merge(&mut alternatives, map),
                None => others.push(*part),
            }
        }
        let mut formulas = Vec::new();
        if !alternatives.is_empty() {
            formulas.push(self.selection(role, alternatives));
        }
        formulas.extend(others.into_iter().map(|part| self.formula(part, role)).collect::<Vec<_>>());
        one_or(formulas, Formula::Any)
    }

    fn selection(&mut self, role: Role, alternatives: Vec<Vec<SigmaField>>) -> Formula {
        self.parts.push((role, alternatives));
        Formula::Selection(self.parts.len() - 1)
    }

    /// `selection`, or `selection_1` … where there are several; `filter_main_1` … for what is looked away from.
    fn names(&self) -> Vec<String> {
        let wanted = self.parts.iter().filter(|(role, _)| *role == Role::Wanted).count();
        let mut numbers = [0, 0];
        let name = |(role, _): &(Role, _)| {
            let number = &mut numbers[usize::from(*role == Role::Unwanted)];
            *number += 1;
            match role {
                Role::Wanted if wanted == 1 => "selection".to_owned(),
                Role::Wanted => format!("selection_{number}"),
                Role::Unwanted => format!("filter_main_{number}"),
            }
        };
        self.parts.iter().map(name).collect()
    }
}

fn one_or(mut formulas: Vec<Formula>, many: fn(Vec<Formula>) -> Formula) -> Formula {
    match (formulas.len(), formulas.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            formulas.push(last);
            many(formulas)
        }
        (_, None) => many(formulas),
    }
}

fn flat_all(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::All(parts) => parts.iter().flat_map(flat_all).collect(),
        other => vec![other],
    }
}

fn flat_any(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::Any(parts) => parts.iter().flat_map(flat_any).collect(),
        other => vec![other],
    }
}

/// A condition that one map of fields can say.
fn as_map(condition: &Condition) -> Option<Vec<SigmaField>> {
    let mut map: Vec<SigmaField> = Vec::new();
    for part in flat_all(condition) {
        let Condition::Test(test) = part else { return None };
        let field = test.field();
        if map.iter().any(|known| known.key == field.key) {
            return None;
        }
        map.push(field);
    }
    Some(map)
}

/// Adds an alternative; a test of the same field in the same way joins the values of the one before.
fn merge(alternatives: &mut Vec<Vec<SigmaField>>, map: Vec<SigmaField>) {
    if let [field] = map.as_slice() {
        let same = alternatives.iter_mut().find(|known| known.len() == 1 && known[0].key == field.key);
        if let Some(known) = same.filter(|_| !field.key.ends_with("|all")) {
            let new = field.values.iter().filter(|value| !known[0].values.contains(value)).cloned().collect::<Vec<_>>();
            known[0].values.extend(new);
            return;
        }
    }
    alternatives.push(map);
}
