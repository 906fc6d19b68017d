//! The predicates of `where` as conditions.
//!
//! What Sigma's own modifiers say more widely than KQL (a term as a part of the text, letters in either case) may only
//! stand where matching more keeps every hit. Under a negation it would lose hits, so there, and with
//! [`Matching::Exact`] everywhere, a regular expression says it exactly.

use serde_json::Value as Json;

use super::Notes;
use super::column::{self, Column, column};
use super::constants::Constants;
use super::detection::{Condition, Test};
use super::logsource::{self, Category, LogSource};
use super::pipeline::Scope;
use super::terms::{self, Case, Comparison};
use crate::emit::Matching;
use crate::emit::context::shown;
use crate::emit::escape::sigma_literal;
use crate::kql::ast::{BinaryOp, Expr, ExprKind, LogicalOp, MembershipOp};
use crate::text::Span;
use crate::value::Value;

/// The column that says what kind of event a row is, by one of a fixed set of words.
const ACTION_TYPE: &str = "ActionType";

/// Where a predicate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Every event must fulfil it: a time window may be left to whoever runs the rule.
    Conjunct,
    /// Below `or`: matching more matches more.
    Positive,
    /// Below a negation: matching more matches less.
    Negative,
}

impl Place {
    fn negated(self) -> Self {
        if self == Self::Negative { Self::Positive } else { Self::Negative }
    }

    fn inside_or(self) -> Self {
        if self == Self::Conjunct { Self::Positive } else { self }
    }
}

/// What is read out of all the predicates of a query.
#[derive(Debug)]
pub(super) struct Reading {
    matching: Matching,
    /// The log source that an `ActionType` every event must have leads to.
    pub(super) category: Option<&'static Category>,
    /// The test that led there and its place, where the rule need not say it: with [`Matching::Portable`], because no
    /// other log source has the column.
    pub(super) said_by_category: Option<(Condition, Span)>,
    /// The fields of the conditions, each once, and where the query first tests them.
    pub(super) fields: Vec<(String, Span)>,
}

impl Reading {
    /// Nothing yet.
    pub(super) const fn new(matching: Matching) -> Self {
        Self { matching, category: None, said_by_category: None, fields: Vec::new() }
    }
}

/// The condition of one `where`; `None` when a reason against it was found.
pub(super) fn read(
    predicate: &Expr,
    constants: &Constants<'_>,
    scope: &Scope,
    source: Option<LogSource>,
    reading: &mut Reading,
    notes: &mut Notes,
) -> Option<Condition> {
    let mut reader = Reader { constants, scope, source, reading, notes };
    reader.condition(predicate, Place::Conjunct)
}

struct Reader<'a, 'q> {
    constants: &'a Constants<'q>,
    scope: &'a Scope,
    source: Option<LogSource>,
    reading: &'a mut Reading,
    notes: &'a mut Notes,
}

impl Reader<'_, '_> {
    fn condition(&mut self, expr: &Expr, place: Place) -> Option<Condition> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner, place),
            ExprKind::Logical { op: LogicalOp::And, operands } => {
                // Below a negation an `and` is an `or`: no window can be left out there.
                let parts: Vec<_> = operands.iter().map(|operand| self.condition(operand, place)).collect();
                parts.into_iter().collect::<Option<_>>().map(Condition::All)
            }
            ExprKind::Logical { op: LogicalOp::Or, operands } => {
                let place = place.inside_or();
                let parts: Vec<_> = operands.iter().map(|operand| self.condition(operand, place)).collect();
                parts.into_iter().collect::<Option<_>>().map(Condition::Any)
            }
            ExprKind::Binary { op, op_span, operands } => {
                self.binary(*op, *op_span, operands.each_ref(), place, expr.span)
            }
            ExprKind::Membership { op, op_span, value, list, list_span } => {
                self.membership(*op, *op_span, value, (list, *list_span), place)
            }
            ExprKind::Between { negated, value, low, high, .. } => {
                self.between(*negated, value, (low, high), place, expr.span)
            }
            ExprKind::Call { .. } => self.call(expr, place),
            ExprKind::Name(name) if self.constants.bound(name).is_none() => {
                let field = self.field(expr)?;
                Some(test(field, Vec::new(), vec![Json::Bool(true)]))
            }
            _ => self.refuse("Sigma compares fields of the event with constants only", expr.span),
        }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        [left, right]: [&Expr; 2],
        place: Place,
        span: Span,
    ) -> Option<Condition> {
        if self.is_time(left) && self.constants.is_constant(right)
            || self.is_time(right) && self.constants.is_constant(left)
        {
            return self.window(place, span);
        }
        // `5 < x` is `x > 5`.
        if self.constants.is_constant(left)
            && !self.constants.is_constant(right)
            && let Some(op) = mirrored(op)
        {
            return self.binary(op, op_span, [right, left], place, span);
        }
        if let Some(modifier) = ordering(op) {
            let field = self.field(left)?;
            let number = self.number(right)?;
            return Some(test(field, vec![modifier], vec![number]));
        }
        let Some((comparison, case, negated)) = terms::operator(op) else {
            return self.refuse(&format!("`{}` has no counterpart in Sigma", op.as_str()), op_span);
        };
        let Some(value) = self.constants.value(right) else {
            return self.refuse("Sigma compares fields of the event with constants only", right.span);
        };
        let inner = if negated { place.negated() } else { place };
        let matched =
            self.matched(left, (comparison, case), (vec![value], Quantifier::Any), inner, (op_span, right.span))?;
        Some(if negated { matched.negated() } else { matched })
    }

    fn membership(
        &mut self,
        op: MembershipOp,
        op_span: Span,
        value: &Expr,
        (list, list_span): (&[Expr], Span),
        place: Place,
    ) -> Option<Condition> {
        let (comparison, case, quantifier, negated) = match op {
            MembershipOp::In => (Comparison::Equals, Case::Sensitive, Quantifier::Any, false),
            MembershipOp::NotIn => (Comparison::Equals, Case::Sensitive, Quantifier::Any, true),
            MembershipOp::InTilde => (Comparison::Equals, Case::Ignored, Quantifier::Any, false),
            MembershipOp::NotInTilde => (Comparison::Equals, Case::Ignored, Quantifier::Any, true),
            MembershipOp::HasAny => (Comparison::Has, Case::Ignored, Quantifier::Any, false),
            MembershipOp::HasAll => (Comparison::Has, Case::Ignored, Quantifier::All, false),
        };
        let Some(values) = self.constants.list(list) else {
            return self.refuse("the list is calculated; a Sigma rule has constants only", list_span);
        };
        if values.is_empty() {
            return self.refuse("the list is empty", list_span);
        }
        let inner = if negated { place.negated() } else { place };
        let matched = self.matched(value, (comparison, case), (values, quantifier), inner, (op_span, list_span))?;
        Some(if negated { matched.negated() } else { matched })
    }

    fn between(
        &mut self,
        negated: bool,
        value: &Expr,
        (low, high): (&Expr, &Expr),
        place: Place,
        span: Span,
    ) -> Option<Condition> {
        if self.is_time(value) && self.constants.is_constant(low) && self.constants.is_constant(high) {
            return self.window(place, span);
        }
        let field = self.field(value)?;
        let (low, high) = (self.number(low)?, self.number(high)?);
        let range =
            Condition::All(vec![test(field.clone(), vec!["gte"], vec![low]), test(field, vec!["lte"], vec![high])]);
        Some(if negated { range.negated() } else { range })
    }

    fn call(&mut self, expr: &Expr, place: Place) -> Option<Condition> {
        let ExprKind::Call { name, args } = &expr.kind else { return None };
        let function = self.constants.name(name);
        match (function.as_str(), args.as_slice()) {
            ("not", [only]) => {
                if place == Place::Conjunct && self.is_window(&only.value) {
                    return self.window(place, expr.span);
                }
                self.condition(&only.value, place.negated()).map(Condition::negated)
            }
            ("isempty", [only]) => self.empty(&only.value),
            ("isnotempty", [only]) => self.empty(&only.value).map(Condition::negated),
            ("ipv4_is_in_range", [address, range]) => self.in_range(&address.value, &range.value),
            _ => self.refuse(&format!("`{}` has no counterpart in Sigma", shown(&function)), expr.span),
        }
    }

    fn empty(&mut self, value: &Expr) -> Option<Condition> {
        let field = self.field(value)?;
        Some(test(field, Vec::new(), vec![Json::Null, Json::String(String::new())]))
    }

    fn in_range(&mut self, address: &Expr, range: &Expr) -> Option<Condition> {
        let field = self.field(address)?;
        match self.constants.value(range) {
            Some(Value::String(network)) if terms::is_ipv4_network(&network) => {
                Some(test(field, vec!["cidr"], vec![Json::String(network)]))
            }
            _ => self.refuse("the range is no IPv4 network such as 10.0.0.0/8", range.span),
        }
    }

    /// A comparison with texts, numbers or truth values.
    fn matched(
        &mut self,
        value: &Expr,
        (comparison, case): (Comparison, Case),
        (values, quantifier): (Vec<Value>, Quantifier),
        place: Place,
        (op_span, values_span): (Span, Span),
    ) -> Option<Condition> {
        let column = self.column(value)?;
        let texts: Option<Vec<String>> = values.iter().map(as_text).collect();
        let Some(texts) = texts else {
            let field = self.field_of(&column, value.span);
            let plain: Option<Vec<Json>> = values.iter().map(plain_value).collect();
            return match plain {
                Some(plain) if comparison == Comparison::Equals && column.folded.is_none() => {
                    Some(test(field, Vec::new(), plain))
                }
                _ => self.refuse("Sigma compares with texts, numbers, true and false only", values_span),
            };
        };
        if comparison != Comparison::Equals && texts.iter().any(String::is_empty) {
            return self.refuse("an empty text matches everything", values_span);
        }
        let mut case = match column.case(&texts, (comparison, case)) {
            Ok(case) => case,
            Err(why) => return self.refuse(why, values_span),
        };
        if column.name == ACTION_TYPE && comparison == Comparison::Equals {
            // Defender writes each of them in one way, so an exact comparison finds the same events as any.
            case = Case::Ignored;
            if place == Place::Conjunct && self.is_said_by_category(&texts, value.span) {
                return Some(Condition::All(Vec::new()));
            }
        }
        let field = self.field_of(&column, value.span);
        let exactly = self.reading.matching == Matching::Exact || place == Place::Negative;
        let widening = terms::widening(comparison, case, &texts);
        if comparison == Comparison::Regex || (widening.is_some() && exactly) {
            let patterns = texts.iter().map(|text| Json::String(terms::pattern(comparison, case, text))).collect();
            return Some(test(field, quantifier.modifiers("re", &texts), patterns));
        }
        if let Some(widening) = widening {
            let operator = shown(self.constants.slice(op_span));
            self.notes.lose(operator, widening, op_span);
        }
        let modifiers = match comparison.modifier() {
            Some(modifier) => quantifier.modifiers(modifier, &texts),
            None => Vec::new(),
        };
        Some(test(field, modifiers, literals(&texts)))
    }

    /// Chooses the log source by the values of `ActionType` that every event must have, and says whether the rule can
    /// leave the test to it.
    fn is_said_by_category(&mut self, actions: &[String], span: Span) -> bool {
        if self.reading.category.is_some() {
            return false;
        }
        self.reading.category = self.source.and_then(|source| source.category_of(actions));
        if self.reading.category.is_none() || self.reading.matching == Matching::Exact {
            return false;
        }
        self.reading.said_by_category = Some((test(ACTION_TYPE.to_owned(), Vec::new(), literals(actions)), span));
        true
    }

    fn column(&mut self, expr: &Expr) -> Option<Column> {
        let column = column(expr, self.constants, self.scope).and_then(|column| column::real(column, self.source));
        column.map_err(|why| self.notes.refuse(why, Some(expr.span))).ok()
    }

    /// The Sigma field of an expression that is a plain column.
    fn field(&mut self, expr: &Expr) -> Option<String> {
        let column = self.column(expr)?;
        if column.folded.is_some() {
            return self.refuse("Sigma tests fields of the event as they are here", expr.span);
        }
        Some(self.field_of(&column, expr.span))
    }

    /// The Sigma field of a column. One whose values are written differently is no exact counterpart.
    fn field_of(&mut self, column: &Column, span: Span) -> String {
        let own = column.name.as_str();
        let mut field = self.source.and_then(|source| source.field(own)).unwrap_or(own);
        if let Some(difference) = logsource::difference(field).filter(|_| field != own) {
            match self.reading.matching {
                Matching::Portable => self.notes.lose(own, difference, span),
                Matching::Exact => field = own,
            }
        }
        if !self.reading.fields.iter().any(|(known, _)| known == field) {
            self.reading.fields.push((field.to_owned(), span));
        }
        field.to_owned()
    }

    fn number(&mut self, expr: &Expr) -> Option<Json> {
        match self.constants.value(expr) {
            Some(Value::Int(number)) => Some(Json::from(number)),
            Some(Value::Long(number)) => Some(Json::from(number)),
            Some(Value::Real(number)) if number.is_finite() => Some(Json::from(number)),
            _ => self.refuse("Sigma compares the size of numbers only", expr.span),
        }
    }

    /// A condition on the time of the event: true for every event the rule is run on, where all must hold.
    fn window(&mut self, place: Place, span: Span) -> Option<Condition> {
        if place != Place::Conjunct {
            return self.refuse("a condition on time below `or` or `not` has no counterpart in Sigma", span);
        }
        self.notes.lose("time window", "whoever runs a Sigma rule chooses the time", span);
        Some(Condition::All(Vec::new()))
    }

    fn is_window(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) => self.is_window(inner),
            ExprKind::Binary { operands, .. } => {
                let [left, right] = &**operands;
                self.is_time(left) && self.constants.is_constant(right)
                    || self.is_time(right) && self.constants.is_constant(left)
            }
            ExprKind::Between { value, low, high, .. } => {
                self.is_time(value) && self.constants.is_constant(low) && self.constants.is_constant(high)
            }
            _ => false,
        }
    }

    fn is_time(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) => self.is_time(inner),
            ExprKind::Call { name, args } => args.is_empty() && self.constants.name(name) == "ingestion_time",
            ExprKind::Name(_) => column(expr, self.constants, self.scope)
                .is_ok_and(|column| matches!(column.name.as_str(), "Timestamp" | "TimeGenerated")),
            _ => false,
        }
    }

    fn refuse<T>(&mut self, message: &str, span: Span) -> Option<T> {
        self.notes.refuse(message, Some(span));
        None
    }
}

/// Whether one value has to match or every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    Any,
    All,
}

impl Quantifier {
    fn modifiers(self, modifier: &'static str, values: &[String]) -> Vec<&'static str> {
        match self {
            Self::All if values.len() > 1 => vec![modifier, "all"],
            _ => vec![modifier],
        }
    }
}

fn test(field: String, modifiers: Vec<&'static str>, values: Vec<Json>) -> Condition {
    let mut once: Vec<Json> = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    // `all` of one value is no Sigma.
    let modifiers = modifiers.into_iter().filter(|modifier| *modifier != "all" || once.len() > 1).collect();
    Condition::Test(Test { field, modifiers, values: once })
}

fn literals(texts: &[String]) -> Vec<Json> {
    texts.iter().map(|text| Json::String(sigma_literal(text))).collect()
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn plain_value(value: &Value) -> Option<Json> {
    match value {
        Value::Bool(truth) => Some(Json::Bool(*truth)),
        Value::Int(number) => Some(Json::from(*number)),
        Value::Long(number) => Some(Json::from(*number)),
        Value::Real(number) if number.is_finite() => Some(Json::from(*number)),
        _ => None,
    }
}

const fn ordering(op: BinaryOp) -> Option<&'static str> {
    match op {
        BinaryOp::Greater => Some("gt"),
        BinaryOp::GreaterOrEqual => Some("gte"),
        BinaryOp::Less => Some("lt"),
        BinaryOp::LessOrEqual => Some("lte"),
        _ => None,
    }
}

/// The operator that says the same with its operands changed over.
const fn mirrored(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterOrEqual => BinaryOp::LessOrEqual,
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessOrEqual => BinaryOp::GreaterOrEqual,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::NotEqualAngle
        | BinaryOp::EqualTilde
        | BinaryOp::NotEqualTilde => op,
        _ => return None,
    })
}
