//! Which signature of a function or operator is meant by the arguments, and what type its result has (the choice made by
//! the Kusto language service: most arguments that fit, then the better worst fit, then the better best fit).

use super::types::{self, Argument, Fit};
use crate::catalog::{ArgumentForm, Function, Kind, Parameter, Returns, Signature};
use crate::value::Type;

/// What is wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The function takes another number of arguments.
    Count,
    /// The argument of this index is not what its parameter takes.
    Argument(usize, Expected),
    /// The arguments have no common type.
    NoCommonType,
    /// No signature fits, and none is nearer than another.
    NoSignature,
}

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected(pub(super) String);

/// The signature chosen and the type of its result.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) signature: Option<&'static Signature>,
    pub(super) ty: Type,
    pub(super) mismatches: Vec<Mismatch>,
}

/// Chooses for a call of a function: the nearest signature even where an argument does not fit it.
pub(super) fn choose(function: &'static Function, arguments: &[Argument]) -> Choice {
    choose_among(function, arguments, 0)
}

/// Chooses for an operator: every operand must fit.
pub(super) fn choose_operator(operator: &'static Function, operands: &[Argument]) -> Choice {
    choose_among(operator, operands, operands.len())
}

fn choose_among(function: &'static Function, arguments: &[Argument], least: usize) -> Choice {
    let by_count: Vec<&'static Signature> = match function.signatures.as_slice() {
        [only] => vec![only],
        all => {
            let fitting: Vec<_> = all.iter().filter(|s| s.arity().allows(arguments.len())).collect();
            if fitting.is_empty() { most_arguments(all) } else { fitting }
        }
    };
    let best = if by_count.len() > 1 { best_by_fit(by_count, arguments, least) } else { by_count };
    let unclear = arguments.iter().any(|argument| argument.ty() == Some(Type::Unknown));
    match best.as_slice() {
        [signature] => {
            let mismatches = check(signature, arguments);
            Choice { signature: Some(signature), ty: result_type(signature, arguments), mismatches }
        }
        several => {
            let types = several.iter().map(|signature| result_type(signature, arguments));
            let ty = types.reduce(|a, b| if a == b { a } else { Type::Unknown }).unwrap_or(Type::Unknown);
            let mismatches = if unclear { Vec::new() } else { vec![Mismatch::NoSignature] };
            Choice { signature: None, ty, mismatches }
        }
    }
}

fn most_arguments(all: &'static [Signature]) -> Vec<&'static Signature> {
    let most = all.iter().map(|signature| signature.arity().max).max().unwrap_or(0);
    all.iter().filter(|signature| signature.arity().max == most).collect()
}

fn best_by_fit(signatures: Vec<&'static Signature>, arguments: &[Argument], least: usize) -> Vec<&'static Signature> {
    let scored: Vec<(usize, Fit, Fit, &'static Signature)> = signatures
        .into_iter()
        .map(|signature| {
            let fits: Vec<Fit> = fits(signature, arguments);
            let matching = fits.iter().filter(|fit| **fit != Fit::None).count();
            let worst = fits.iter().copied().min().unwrap_or(Fit::Exact);
            let best = fits.iter().copied().max().unwrap_or(Fit::None);
            (matching, worst, best, signature)
        })
        .collect();
    let most = scored.iter().map(|score| score.0).max().unwrap_or(0).max(least);
    let scored: Vec<_> = scored.into_iter().filter(|score| score.0 == most).collect();
    let Some(top) = scored.iter().map(|score| (score.1, score.2)).max() else {
        return Vec::new();
    };
    let winners: Vec<_> = scored.iter().filter(|score| (score.1, score.2) == top).map(|score| score.3).collect();
    if winners.len() == 1 { winners } else { scored.into_iter().map(|score| score.3).collect() }
}

/// The parameter that each argument is for. Parameters that repeat do so together, as a block (`predicate, then`), between
/// those that stand once before and after.
pub(super) fn parameters_of<'a>(signature: &'a Signature, arguments: &[Argument]) -> Vec<Option<&'a Parameter>> {
    let count = arguments.len();
    let parameters = &signature.parameters;
    let Some(first) = parameters.iter().position(|parameter| parameter.times.max > 1) else {
        return (0..count).map(|at| parameters.get(at)).collect();
    };
    let block = parameters[first..].iter().take_while(|parameter| parameter.times.max > 1).count();
    let after = &parameters[first + block..];
    let required = after.iter().filter(|parameter| parameter.times.min > 0).count();
    // What cannot be one more of the repeated is for the parameters after them that may be left out.
    let fits_block = |argument: &Argument| types::fit(&parameters[first].kind, *argument) != Fit::None;
    let trailing = if arguments.last().is_none_or(fits_block) { required } else { after.len() };
    let trailing = trailing.min(count.saturating_sub(first));
    let repeated = count.saturating_sub(first + trailing);
    (0..count)
        .map(|at| match at {
            _ if at < first => parameters.get(at),
            _ if at < first + repeated => parameters.get(first + (at - first) % block),
            _ => after.get(at - first - repeated),
        })
        .collect()
}

fn fits(signature: &Signature, arguments: &[Argument]) -> Vec<Fit> {
    let parameters = parameters_of(signature, arguments);
    let common = common_type(&parameters, arguments, Dynamics::Counted);
    arguments
        .iter()
        .zip(&parameters)
        .map(|(argument, parameter)| match parameter {
            Some(parameter) => fit_of(parameter, *argument, &parameters, common),
            None => Fit::None,
        })
        .collect()
}

fn fit_of(parameter: &Parameter, argument: Argument, parameters: &[Option<&Parameter>], common: Option<Type>) -> Fit {
    let starred = matches!(parameter.form, ArgumentForm::Star | ArgumentForm::StarAllowed);
    match (argument, parameter.form) {
        (Argument::Scalar(Type::Unknown), _) => return Fit::Unknown,
        (Argument::Star, _) => return if starred { Fit::Exact } else { Fit::None },
        (_, ArgumentForm::Star) => return Fit::None,
        _ => {}
    }
    match &parameter.kind {
        Kind::Same(at) => match parameters.get(*at).copied().flatten() {
            Some(same) if !matches!(same.kind, Kind::Same(_)) => fit_of(same, argument, parameters, common),
            _ => Fit::None,
        },
        Kind::Common | Kind::CommonOrderable | Kind::CommonOrDynamic => match (argument.ty(), common) {
            (Some(ty), Some(common)) if ty == common => Fit::Exact,
            (Some(_), Some(Type::Unknown)) => Fit::Unknown,
            (Some(ty), Some(common)) if types::widens(ty, common) => Fit::Promoted,
            (Some(_), Some(Type::Dynamic)) => Fit::Dynamic,
            (Some(Type::Dynamic), _) if parameter.kind == Kind::CommonOrDynamic => Fit::Exact,
            _ => Fit::None,
        },
        kind => types::fit(kind, argument),
    }
}

/// Whether arguments of type `dynamic` count for a common type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dynamics {
    Counted,
    LeftOut,
}

fn common_type(parameters: &[Option<&Parameter>], arguments: &[Argument], dynamics: Dynamics) -> Option<Type> {
    let mut common: Option<Type> = None;
    for (argument, parameter) in arguments.iter().zip(parameters) {
        let (Some(ty), Some(parameter)) = (argument.ty(), parameter) else {
            continue;
        };
        if dynamics == Dynamics::LeftOut && ty == Type::Dynamic {
            continue;
        }
        let joined = |with: Type| types::common(with, ty);
        common = match (&parameter.kind, common) {
            (Kind::Common | Kind::CommonOrDynamic, None) => Some(ty),
            (Kind::CommonOrderable, None) if types::is_orderable(ty) || ty == Type::Unknown => Some(ty),
            (Kind::Common, Some(with)) => Some(joined(with)?),
            (Kind::CommonOrderable, Some(with)) if types::is_orderable(ty) => Some(joined(with)?),
            (Kind::CommonOrDynamic, Some(with)) => Some(joined(with).unwrap_or(Type::Dynamic)),
            (_, common) => common,
        };
    }
    match common {
        None if dynamics == Dynamics::LeftOut => common_type(parameters, arguments, Dynamics::Counted),
        common => common,
    }
}

fn check(signature: &Signature, arguments: &[Argument]) -> Vec<Mismatch> {
    if !signature.arity().allows(arguments.len()) || !whole_blocks(signature, arguments.len()) {
        return vec![Mismatch::Count];
    }
    let parameters = parameters_of(signature, arguments);
    let has_common = parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter.kind, Kind::Common | Kind::CommonOrderable | Kind::CommonOrDynamic));
    if has_common && common_type(&parameters, arguments, Dynamics::Counted).is_none() {
        return vec![Mismatch::NoCommonType];
    }
    let common = common_type(&parameters, arguments, Dynamics::Counted);
    let mut mismatches = Vec::new();
    for (at, (argument, parameter)) in arguments.iter().zip(&parameters).enumerate() {
        let Some(parameter) = parameter else { continue };
        if let (Kind::Same(same), Some(ty)) = (&parameter.kind, argument.ty()) {
            let expected = arguments.get(*same).and_then(|argument| argument.ty()).unwrap_or(Type::Unknown);
            if ty != expected && ty != Type::Unknown && expected != Type::Unknown && !types::widens(ty, expected) {
                mismatches.push(Mismatch::Argument(at, Expected(format!("a value of type {expected}"))));
            }
            continue;
        }
        if fit_of(parameter, *argument, &parameters, common) == Fit::None {
            mismatches.push(Mismatch::Argument(at, Expected(types::expectation(&parameter.kind))));
        }
    }
    mismatches
}

/// Whether parameters that repeat as a block are given whole blocks.
fn whole_blocks(signature: &Signature, count: usize) -> bool {
    let parameters = &signature.parameters;
    let Some(first) = parameters.iter().position(|parameter| parameter.times.max > 1) else {
        return true;
    };
    let block = parameters[first..].iter().take_while(|parameter| parameter.times.max > 1).count();
    let after = &parameters[first + block..];
    let trailing = after.iter().filter(|parameter| parameter.times.min > 0).count();
    block == 1 || count.saturating_sub(first + trailing).is_multiple_of(block)
}

fn result_type(signature: &Signature, arguments: &[Argument]) -> Type {
    let parameters = parameters_of(signature, arguments);
    let types = || arguments.iter().filter_map(|argument| argument.ty());
    let argument_for = |index: usize| {
        let wanted = signature.parameters.get(index)?.name;
        let at = parameters.iter().position(|parameter| parameter.is_some_and(|p| p.name == wanted))?;
        arguments.get(at)?.ty()
    };
    match &signature.returns {
        Returns::Type(ty) => *ty,
        Returns::Argument(index) => argument_for(*index).unwrap_or(Type::Unknown),
        Returns::FirstPromoted => argument_for(0).map_or(Type::Unknown, types::promoted),
        Returns::Widest if types().any(|ty| ty == Type::Unknown) => Type::Unknown,
        Returns::Widest => types::widest(types()).map_or(Type::Unknown, types::promoted),
        Returns::Common => common_type(&parameters, arguments, Dynamics::Counted).unwrap_or(Type::Unknown),
        Returns::CommonNotDynamic => common_type(&parameters, arguments, Dynamics::LeftOut).unwrap_or(Type::Unknown),
        Returns::Tuple(_, columns) => columns.first().map_or(Type::Unknown, |column| column.ty),
        Returns::Sorted => Type::Dynamic,
        Returns::TypeOfLast | Returns::Table(..) | Returns::Own | Returns::Entity => Type::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{operator, scalar_function};

    fn operator_type(text: &str, left: Type, right: Type) -> Option<Type> {
        let choice =
            choose_operator(operator(text).expect("an operator"), &[Argument::Scalar(left), Argument::Scalar(right)]);
        choice.mismatches.is_empty().then_some(choice.ty)
    }

    #[test]
    fn operators_have_the_types_of_the_documentation() {
        assert_eq!(operator_type("+", Type::Int, Type::Int), Some(Type::Long));
        assert_eq!(operator_type("+", Type::Long, Type::Real), Some(Type::Real));
        assert_eq!(operator_type("-", Type::DateTime, Type::DateTime), Some(Type::TimeSpan));
        assert_eq!(operator_type("+", Type::DateTime, Type::TimeSpan), Some(Type::DateTime));
        assert_eq!(operator_type("/", Type::TimeSpan, Type::TimeSpan), Some(Type::Real));
        assert_eq!(operator_type("*", Type::Long, Type::TimeSpan), Some(Type::TimeSpan));
        assert_eq!(operator_type(">", Type::DateTime, Type::TimeSpan), None);
        assert_eq!(operator_type("has", Type::String, Type::Long), None);
        assert_eq!(operator_type("==", Type::String, Type::Long), Some(Type::Bool));
        assert_eq!(operator_type("-", Type::Dynamic, Type::DateTime), Some(Type::TimeSpan));
    }

    #[test]
    fn blocks_of_parameters_repeat_together() {
        let case = scalar_function("case").expect("a function");
        let scalar = |ty| Argument::Scalar(ty);
        let args = [Type::Bool, Type::Long, Type::Bool, Type::Real, Type::Long].map(scalar);
        let choice = choose(case, &args);
        assert_eq!((choice.ty, choice.mismatches.as_slice()), (Type::Real, &[][..]));
        assert_eq!(choose(case, &args[..4]).mismatches, [Mismatch::Count]);
    }
}
