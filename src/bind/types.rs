//! The rules of types: which type a value is widened to, the common type of several, and what a parameter accepts
//! (Microsoft: "Scalar data types", and the parameter kinds of the Kusto language service).

use crate::catalog::Kind;
use crate::value::Type;

/// What an argument is, seen by a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// A scalar of this type.
    Scalar(Type),
    /// A table.
    Table,
    /// `*`.
    Star,
    /// `typeof(…)`.
    TypeLiteral,
}

impl Argument {
    pub(super) const fn ty(self) -> Option<Type> {
        match self {
            Self::Scalar(ty) => Some(ty),
            _ => None,
        }
    }
}

/// How well an argument fits a parameter; later is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    None,
    Unknown,
    Dynamic,
    Promoted,
    NotType,
    OneOfMany,
    Scalar,
    Summable,
    Orderable,
    Number,
    Integer,
    Table,
    Exact,
}

/// Whether a value of `from` is widened to `to` without being asked: numbers to wider numbers, `dynamic` to `string`.
pub(super) const fn widens(from: Type, to: Type) -> bool {
    match to {
        Type::Long => matches!(from, Type::Int),
        Type::Real => matches!(from, Type::Int | Type::Long),
        Type::Decimal => matches!(from, Type::Int | Type::Long | Type::Real),
        Type::String => matches!(from, Type::Dynamic),
        _ => false,
    }
}

/// `int` becomes `long`, everything else stays.
pub(super) const fn promoted(ty: Type) -> Type {
    match ty {
        Type::Int => Type::Long,
        _ => ty,
    }
}

/// Whether values can be added up: numbers, datetimes, timespans.
pub(super) const fn is_summable(ty: Type) -> bool {
    ty.is_numeric() || matches!(ty, Type::DateTime | Type::TimeSpan)
}

/// Whether values have an order that `min` and `max` use.
pub(super) const fn is_orderable(ty: Type) -> bool {
    is_summable(ty) || matches!(ty, Type::Bool | Type::String)
}

/// The type that holds values of both, if there is one without changing them. `dynamic` holds everything.
pub(super) fn common(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        _ if a == b => Some(a),
        (Type::Unknown, _) | (_, Type::Unknown) => Some(Type::Unknown),
        (Type::Dynamic, _) | (_, Type::Dynamic) => Some(Type::Dynamic),
        _ if widens(a, b) => Some(b),
        _ if widens(b, a) => Some(a),
        _ => None,
    }
}

/// The widest of the numeric types among `types`.
pub(super) fn widest(types: impl IntoIterator<Item = Type>) -> Option<Type> {
    types.into_iter().filter(|ty| ty.is_numeric()).reduce(|widest, ty| if widens(widest, ty) { ty } else { widest })
}

/// How well an argument of type `ty` fits a parameter of one of the kinds that stand for themselves. The kinds that
/// depend on other arguments ([`Kind::Same`], [`Kind::Common`] …) are decided by the caller.
pub(super) fn fit(kind: &Kind, argument: Argument) -> Fit {
    let ty = match argument {
        Argument::Table => return if matches!(kind, Kind::Table) { Fit::Table } else { Fit::None },
        Argument::TypeLiteral => return if matches!(kind, Kind::TypeLiteral) { Fit::Exact } else { Fit::None },
        Argument::Star => return Fit::None,
        Argument::Scalar(Type::Unknown) => return Fit::Unknown,
        Argument::Scalar(ty) => ty,
    };
    let when = |fits: bool, fit: Fit| if fits { fit } else { Fit::None };
    let dynamic = ty == Type::Dynamic;
    match kind {
        Kind::Types(types) if types.contains(&ty) => {
            when(true, if types.len() == 1 { Fit::Exact } else { Fit::OneOfMany })
        }
        Kind::Types(types) => when(types.iter().any(|&to| widens(ty, to)), Fit::Promoted),
        Kind::Scalar => Fit::Scalar,
        Kind::Integer => when(matches!(ty, Type::Int | Type::Long), Fit::Integer),
        Kind::Number => when(ty.is_numeric(), Fit::Number),
        Kind::NumberOrBool => when(ty.is_numeric() || ty == Type::Bool, Fit::Number),
        Kind::Summable => when(is_summable(ty), Fit::Summable),
        Kind::Orderable => when(is_orderable(ty), Fit::Orderable),
        Kind::StringOrDynamic | Kind::StringOrArray => when(ty == Type::String || dynamic, Fit::OneOfMany),
        Kind::IntegerOrArray => when(matches!(ty, Type::Int | Type::Long) || dynamic, Fit::OneOfMany),
        Kind::Array | Kind::Bag => when(dynamic, Fit::OneOfMany),
        Kind::NotBool => when(ty != Type::Bool, Fit::NotType),
        Kind::NotRealOrBool => when(!matches!(ty, Type::Real | Type::Bool), Fit::NotType),
        Kind::NotDynamic => when(!dynamic, Fit::NotType),
        Kind::Common
        | Kind::CommonOrderable
        | Kind::CommonOrDynamic
        | Kind::Same(_)
        | Kind::TypeLiteral
        | Kind::Table => Fit::None,
    }
}

/// What a parameter of this kind accepts, in words: `a string`, `a number`.
pub(super) fn expectation(kind: &Kind) -> String {
    let words = match kind {
        Kind::Types(types) => {
            let names: Vec<&str> = types.iter().map(|ty| ty.as_str()).collect();
            return format!("a value of type {}", names.join(" or "));
        }
        Kind::TypeLiteral => "a type, as in typeof(long)",
        Kind::Scalar | Kind::Common | Kind::CommonOrDynamic | Kind::Same(_) => "a scalar value",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::NumberOrBool => "a number or bool",
        Kind::Summable => "a number, timespan or datetime",
        Kind::Orderable | Kind::CommonOrderable => "a number, timespan, datetime, string or bool",
        Kind::StringOrDynamic => "a string or dynamic value",
        Kind::StringOrArray => "a string or dynamic array",
        Kind::IntegerOrArray => "an integer or dynamic array",
        Kind::Array => "a dynamic array",
        Kind::Bag => "a dynamic property bag",
        Kind::NotBool => "a value that is no bool",
        Kind::NotRealOrBool => "a value that is neither real nor bool",
        Kind::NotDynamic => "a value that is not dynamic",
        Kind::Table => "a table",
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_widen_and_dynamic_becomes_text() {
        assert!(widens(Type::Int, Type::Long) && widens(Type::Long, Type::Real) && widens(Type::Real, Type::Decimal));
        assert!(!widens(Type::Real, Type::Long) && !widens(Type::String, Type::Dynamic));
        assert_eq!(common(Type::Int, Type::Real), Some(Type::Real));
        assert_eq!(common(Type::String, Type::Long), None);
        assert_eq!(common(Type::String, Type::Dynamic), Some(Type::Dynamic));
        assert_eq!(widest([Type::Int, Type::DateTime, Type::Long]), Some(Type::Long));
    }
}
