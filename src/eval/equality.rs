//! Tests of a text and a value of another type for equality. Microsoft's rules write `EventID == "4688"` of an int and
//! `ResultType == 0` of a text: the two are made alike where it is clear as what they are compared.

use super::error::Error;
use crate::bind::ir;
use crate::text::Span;
use crate::value::Type;

/// Whether one of the types is text and the other one that is never equal to it without a conversion.
pub(super) fn is_text_and_other(a: Type, b: Type) -> bool {
    let is_open = |ty| matches!(ty, Type::Dynamic | Type::Unknown);
    (a == Type::String) != (b == Type::String) && !is_open(a) && !is_open(b)
}

/// The type in which a text and a value of another type are tested; `None` where that is not known.
pub(super) fn type_to_compare(one: &ir::Expr, other: &ir::Expr) -> Option<Type> {
    let (text, other) = if one.ty == Type::String { (one, other) } else { (other, one) };
    match (text.has_columns(), other.has_columns()) {
        (false, _) => Some(other.ty),
        (true, false) if other.ty.is_numeric() => Some(Type::String),
        (true, true) if is_whole_number(other.ty) => Some(Type::String),
        _ => None,
    }
}

/// Whether a list, whose items are made values of the type of `value`, may hold this item.
pub(super) fn may_list(value: &ir::Expr, item: &ir::Expr) -> bool {
    // Whole numbers and texts are equal as either.
    !is_text_and_other(value.ty, item.ty)
        || type_to_compare(value, item).is_some_and(|ty| ty == value.ty || is_whole_number(ty))
}

/// Whether a value may be looked for in a column of this type.
pub(super) fn may_look_up(value: Type, column: Type) -> bool {
    !is_text_and_other(value, column) || is_whole_number(value) || is_whole_number(column)
}

/// That it is not known how the service compares values of these types.
pub(super) fn not_alike(op: &str, left: Type, right: Type, span: Span) -> Error {
    Error::unsupported(format!("`{op}` of {left} and {right}"), span)
}

fn is_whole_number(ty: Type) -> bool {
    matches!(ty, Type::Int | Type::Long)
}
