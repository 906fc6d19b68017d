//! What a predicate asks of a column, in a form that lints can compare: a tree of "all of" and "any of" whose leaves say
//! which column is compared with which literals, and how. Negations are pushed down to the leaves (`not (a or b)` is
//! "all of not a, not b"), names of `let` values are replaced by the values, and what cannot be read so is
//! [`Condition::Other`], about which nothing is claimed.

use std::collections::HashMap;

use crate::kql::ast::{
    Arg, BinaryOp, Expr, ExprKind, Json, JsonKind, LetValue, LiteralKind, LogicalOp, MembershipOp, Name, Query,
    StatementKind,
};
use crate::kql::literal;
use crate::text::Span;

/// A predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// True when all are.
    All(Vec<Condition>, Span),
    /// True when any is.
    Any(Vec<Condition>, Span),
    /// One column compared with literals.
    Test(Test),
    /// Anything else.
    Other(Span),
}

/// One column compared with literals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    /// The left operand as written, white space taken away.
    pub(super) operand: String,
    /// The column in it: of `tolower(Url)` it is `Url`. `None` where it is more than one column or none.
    pub(super) column: Option<String>,
    /// How they are compared.
    pub(super) matching: Matching,
    /// Whether case matters.
    pub(super) case: Case,
    /// The literals.
    pub(super) values: Vec<Value>,
    /// Whether one or all of them must match.
    pub(super) quantifier: Quantifier,
    /// Whether `values` is all that is compared with: false when an element is a column or a table.
    pub(super) complete: bool,
    /// Whether the test is true when nothing matches.
    pub(super) negated: bool,
    /// The whole comparison.
    pub(super) span: Span,
    /// The operator.
    pub(super) op_span: Span,
}

/// A literal compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// Its value.
    pub(super) text: String,
    /// Where it is written, quotes included.
    pub(super) span: Span,
    /// Where its list is written, if it stands in one.
    pub(super) list: Option<Span>,
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Matching {
    /// `==`, `=~`, `in`, `in~`
    Equal,
    /// `has`, `has_any`, `has_all`
    Has,
    /// `hasprefix`
    HasPrefix,
    /// `hassuffix`
    HasSuffix,
    /// `contains`
    Contains,
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
    /// `isempty(…)`, `isnull(…)`
    Empty,
}

/// Whether upper and lower case differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Case {
    /// They do.
    Sensitive,
    /// They do not.
    Insensitive,
}

/// How many of a list must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Quantifier {
    /// One.
    Any,
    /// All (`has_all`).
    All,
}

impl Test {
    /// The literals in the form they are compared in: lower case where case does not matter.
    pub(super) fn compared(&self) -> Vec<String> {
        let form = |value: &Value| match self.case {
            Case::Sensitive => value.text.clone(),
            Case::Insensitive => value.text.to_lowercase(),
        };
        self.values.iter().map(form).collect()
    }
}

impl Matching {
    /// Whether a text that matches `narrow` certainly matches `wide` too. Both are in the form they are compared in.
    pub(super) fn covers(self, wide: &str, narrow: &str) -> bool {
        match self {
            Self::Equal => wide == narrow,
            Self::Contains => narrow.contains(wide),
            Self::StartsWith => narrow.starts_with(wide),
            Self::EndsWith => narrow.ends_with(wide),
            Self::Has => has(narrow, wide, [Edge::Term, Edge::Term]),
            Self::HasPrefix => has(narrow, wide, [Edge::Term, Edge::Free]),
            Self::HasSuffix => has(narrow, wide, [Edge::Free, Edge::Term]),
            Self::Empty => false,
        }
    }
}

/// What bounds a found text on a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// A term must end there.
    Term,
    /// Nothing.
    Free,
}

/// Whether `needle` occurs in `text` with term boundaries on the sides that ask for them. Terms are runs of letters and
/// digits (Microsoft's page "String operators", section "Understanding string terms"). The ends of `text` are boundaries because
/// the operator itself asks for them there. Inside, only a neighbour that is certainly part of no term counts.
fn has(text: &str, needle: &str, edges: [Edge; 2]) -> bool {
    let ends_term =
        |neighbour: Option<char>| neighbour.is_none_or(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_');
    let bounded = |edge: Edge, neighbour: Option<char>| edge == Edge::Free || ends_term(neighbour);
    let mut places = text.match_indices(needle).filter(|_| !needle.is_empty());
    places.any(|(at, found)| {
        bounded(edges[0], text[..at].chars().next_back()) && bounded(edges[1], text[at + found.len()..].chars().next())
    })
}

impl Condition {
    /// Every test in it, whatever stands around it.
    pub(super) fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts, _) | Self::Any(parts, _) => parts.iter().flat_map(Self::tests).collect(),
            Self::Test(test) => vec![test],
            Self::Other(_) => Vec::new(),
        }
    }

    /// The parts that must all be true for the whole to be.
    pub(super) fn required(&self) -> Vec<&Condition> {
        match self {
            Self::All(parts, _) => parts.iter().flat_map(Self::required).collect(),
            other => vec![other],
        }
    }
}

/// The values that `let` gives to names: literals and arrays of literals.
#[derive(Debug, Default)]
pub(super) struct Constants {
    values: HashMap<String, Vec<Value>>,
}

impl Constants {
    /// The constants of a query's `let` statements.
    pub(super) fn of(query: &Query, source: &str) -> Self {
        let mut constants = Self::default();
        for statement in &query.statements {
            let StatementKind::Let { name, value: LetValue::Expr(value) } = &statement.kind else { continue };
            let mut values = Vec::new();
            if constants.read(value, None, source, &mut values) {
                constants.values.insert(name.text(source).into_owned(), values);
            }
        }
        constants
    }

    /// Adds the literals that `expr` stands for; whether that is all it stands for.
    fn read(&self, expr: &Expr, list: Option<Span>, source: &str, into: &mut Vec<Value>) -> bool {
        match &expr.kind {
            ExprKind::Literal(found) if found.kind == LiteralKind::String => {
                into.push(Value { text: literal::string(found.span.slice(source)), span: found.span, list });
                true
            }
            ExprKind::Dynamic(json) => read_json(json, source, into),
            ExprKind::Paren(inner) => self.read(inner, list, source, into),
            ExprKind::Name(name) => match self.values.get(name.text(source).as_ref()) {
                Some(values) => {
                    into.extend(values.iter().cloned());
                    true
                }
                None => false,
            },
            _ => false,
        }
    }
}

fn read_json(json: &Json, source: &str, into: &mut Vec<Value>) -> bool {
    let JsonKind::Array(elements) = &json.kind else { return false };
    let mut complete = true;
    for element in elements {
        let text = match &element.kind {
            JsonKind::Literal(found) if found.kind == LiteralKind::String => {
                Some(literal::string(found.span.slice(source)))
            }
            _ => None,
        };
        match text {
            Some(text) => into.push(Value { text, span: element.span, list: Some(json.span) }),
            None => complete = false,
        }
    }
    complete
}

/// Reads predicates of one query text.
#[derive(Debug)]
pub(super) struct Reader<'q> {
    source: &'q str,
    constants: Constants,
}

impl<'q> Reader<'q> {
    /// A reader for the query `source` was parsed to.
    pub(super) fn new(query: &Query, source: &'q str) -> Self {
        Self { source, constants: Constants::of(query, source) }
    }

    /// The condition that `expr` states.
    pub(super) fn read(&self, expr: &Expr) -> Condition {
        self.condition(expr, false)
    }

    fn condition(&self, expr: &Expr, negated: bool) -> Condition {
        match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner, negated),
            ExprKind::Logical { op, operands } => {
                let parts = operands.iter().map(|operand| self.condition(operand, negated)).collect();
                if (*op == LogicalOp::And) == negated {
                    Condition::Any(parts, expr.span)
                } else {
                    Condition::All(parts, expr.span)
                }
            }
            ExprKind::Call { name, args } => self.call(expr, *name, args, negated),
            ExprKind::Binary { op, op_span, operands } => {
                let [left, right] = &**operands;
                let Some((matching, case, inverted)) = binary(*op) else { return Condition::Other(expr.span) };
                let how = How {
                    matching,
                    case,
                    quantifier: Quantifier::Any,
                    negated: inverted != negated,
                    op_span: *op_span,
                };
                self.test(expr.span, left, std::slice::from_ref(right), None, &how)
            }
            ExprKind::Membership { op, op_span, value, list, list_span } => {
                let (matching, case, quantifier, inverted) = membership(*op);
                let how = How { matching, case, quantifier, negated: inverted != negated, op_span: *op_span };
                self.test(expr.span, value, list, Some(*list_span), &how)
            }
            _ => Condition::Other(expr.span),
        }
    }

    fn call(&self, expr: &Expr, name: Name, args: &[Arg], negated: bool) -> Condition {
        let [Arg { name: None, value }] = args else { return Condition::Other(expr.span) };
        let inverted = match name.span.slice(self.source) {
            "not" => return self.condition(value, !negated),
            "isempty" | "isnull" => false,
            "isnotempty" | "isnotnull" | "notempty" | "notnull" => true,
            _ => return Condition::Other(expr.span),
        };
        let (matching, case, quantifier) = (Matching::Empty, Case::Sensitive, Quantifier::Any);
        let how = How { matching, case, quantifier, negated: inverted != negated, op_span: name.span };
        self.test(expr.span, value, &[], None, &how)
    }

    fn test(&self, span: Span, operand: &Expr, list: &[Expr], list_span: Option<Span>, how: &How) -> Condition {
        let mut values = Vec::new();
        let mut complete = true;
        for element in list {
            complete &= self.constants.read(element, list_span, self.source, &mut values);
        }
        let How { matching, case, quantifier, negated, op_span } = *how;
        let written = operand.span.slice(self.source);
        Condition::Test(Test {
            operand: written.split_whitespace().collect(),
            column: self.column(operand),
            matching,
            case,
            values,
            quantifier,
            complete,
            negated,
            span,
            op_span,
        })
    }

    /// The column that an operand is, functions that keep its text taken away.
    fn column(&self, operand: &Expr) -> Option<String> {
        match &operand.kind {
            ExprKind::Name(name) => Some(name.text(self.source).into_owned()),
            ExprKind::Paren(inner) => self.column(inner),
            ExprKind::Call { name, args } => {
                let keeps = ["tolower", "toupper", "tostring", "trim_start", "trim_end", "trim"];
                let keeps = keeps.contains(&name.span.slice(self.source));
                args.last().filter(|_| keeps).and_then(|arg| self.column(&arg.value))
            }
            _ => None,
        }
    }
}

struct How {
    matching: Matching,
    case: Case,
    quantifier: Quantifier,
    negated: bool,
    op_span: Span,
}

/// How an operator compares, and whether it is the negated form.
fn binary(op: BinaryOp) -> Option<(Matching, Case, bool)> {
    use BinaryOp as Op;
    use Case::{Insensitive, Sensitive};
    Some(match op {
        Op::Equal => (Matching::Equal, Sensitive, false),
        Op::NotEqual | Op::NotEqualAngle => (Matching::Equal, Sensitive, true),
        Op::EqualTilde => (Matching::Equal, Insensitive, false),
        Op::NotEqualTilde => (Matching::Equal, Insensitive, true),
        Op::Has => (Matching::Has, Insensitive, false),
        Op::NotHas => (Matching::Has, Insensitive, true),
        Op::HasCs => (Matching::Has, Sensitive, false),
        Op::NotHasCs => (Matching::Has, Sensitive, true),
        Op::HasPrefix => (Matching::HasPrefix, Insensitive, false),
        Op::NotHasPrefix => (Matching::HasPrefix, Insensitive, true),
        Op::HasPrefixCs => (Matching::HasPrefix, Sensitive, false),
        Op::NotHasPrefixCs => (Matching::HasPrefix, Sensitive, true),
        Op::HasSuffix => (Matching::HasSuffix, Insensitive, false),
        Op::NotHasSuffix => (Matching::HasSuffix, Insensitive, true),
        Op::HasSuffixCs => (Matching::HasSuffix, Sensitive, false),
        Op::NotHasSuffixCs => (Matching::HasSuffix, Sensitive, true),
        Op::Contains => (Matching::Contains, Insensitive, false),
        Op::NotContains => (Matching::Contains, Insensitive, true),
        Op::ContainsCs => (Matching::Contains, Sensitive, false),
        Op::NotContainsCs => (Matching::Contains, Sensitive, true),
        Op::StartsWith => (Matching::StartsWith, Insensitive, false),
        Op::NotStartsWith => (Matching::StartsWith, Insensitive, true),
        Op::StartsWithCs => (Matching::StartsWith, Sensitive, false),
        Op::NotStartsWithCs => (Matching::StartsWith, Sensitive, true),
        Op::EndsWith => (Matching::EndsWith, Insensitive, false),
        Op::NotEndsWith => (Matching::EndsWith, Insensitive, true),
        Op::EndsWithCs => (Matching::EndsWith, Sensitive, false),
        Op::NotEndsWithCs => (Matching::EndsWith, Sensitive, true),
        _ => return None,
    })
}

fn membership(op: MembershipOp) -> (Matching, Case, Quantifier, bool) {
    match op {
        MembershipOp::In => (Matching::Equal, Case::Sensitive, Quantifier::Any, false),
        MembershipOp::NotIn => (Matching::Equal, Case::Sensitive, Quantifier::Any, true),
        MembershipOp::InTilde => (Matching::Equal, Case::Insensitive, Quantifier::Any, false),
        MembershipOp::NotInTilde => (Matching::Equal, Case::Insensitive, Quantifier::Any, true),
        MembershipOp::HasAny => (Matching::Has, Case::Insensitive, Quantifier::Any, false),
        MembershipOp::HasAll => (Matching::Has, Case::Insensitive, Quantifier::All, false),
    }
}
