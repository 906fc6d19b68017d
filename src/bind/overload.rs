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
    let all = function.signatures.as_slice();
    let chosen = match all {
        [_] => Chosen::of(0),
        _ => best_by_fit(all, by_count(all, arguments.len()), arguments, least),
    };
    if let Some(signature) = chosen.only().and_then(|at| all.get(at)) {
        let mismatches = check(signature, arguments);
        return Choice { signature: Some(signature), ty: result_type(signature, arguments), mismatches };
    }
    let types = chosen.iter(all).map(|signature| result_type(signature, arguments));
    let ty = types.reduce(|a, b| if a == b { a } else { Type::Unknown }).unwrap_or(Type::Unknown);
    let unclear = arguments.iter().any(|argument| argument.ty() == Some(Type::Unknown));
    let mismatches = if unclear { Vec::new() } else { vec![Mismatch::NoSignature] };
    Choice { signature: None, ty, mismatches }
}

/// Some of a function's signatures, by their indices; no function has more than 64.
#[derive(Clone, Copy, Default)]
struct Chosen(u64);

impl Chosen {
    const fn of(at: usize) -> Self {
        Self(1 << at)
    }

    fn where_is(all: &[Signature], is_chosen: impl Fn(&Signature) -> bool) -> Self {
        let chosen = all.iter().enumerate().filter(|(_, signature)| is_chosen(signature));
        chosen.fold(Self::default(), |chosen, (at, _)| chosen.and(at))
    }

    const fn and(self, at: usize) -> Self {
        Self(self.0 | 1 << at)
    }

    const fn has(self, at: usize) -> bool {
        self.0 >> at & 1 == 1
    }

    fn only(self) -> Option<usize> {
        self.0.is_power_of_two().then(|| self.0.trailing_zeros() as usize)
    }

    fn iter(self, all: &'static [Signature]) -> impl Iterator<Item = &'static Signature> {
        all.iter().enumerate().filter(move |(at, _)| self.has(*at)).map(|(_, signature)| signature)
    }
}

/// The signatures for so many arguments; where there is none those that take the most.
fn by_count(all: &[Signature], count: usize) -> Chosen {
    let fitting = Chosen::where_is(all, |signature| signature.arity().allows(count));
    if fitting.0 != 0 {
        return fitting;
    }
    let most = all.iter().map(|signature| signature.arity().max).max().unwrap_or(0);
    Chosen::where_is(all, |signature| signature.arity().max == most)
}

/// Those that the most arguments fit, at least so many; of these the one with the better worst and best fit if there is one.
fn best_by_fit(all: &[Signature], among: Chosen, arguments: &[Argument], least: usize) -> Chosen {
    if among.only().is_some() {
        return among;
    }
    let (mut most, mut most_fitting) = (least, Chosen::default());
    let (mut top, mut best) = (None, Chosen::default());
    for (at, signature) in all.iter().enumerate().filter(|(at, _)| among.has(*at)) {
        let (fitting, fit) = how_well(signature, arguments);
        if fitting < most {
            continue;
        }
        if fitting > most {
            (most, most_fitting) = (fitting, Chosen::default());
            (top, best) = (None, Chosen::default());
        }
        most_fitting = most_fitting.and(at);
        if top < Some(fit) {
            (top, best) = (Some(fit), Chosen::of(at));
        } else if top == Some(fit) {
            best = best.and(at);
        }
    }
    if best.only().is_some() { best } else { most_fitting }
}

/// How many arguments fit a signature, and the worst and the best fit.
fn how_well(signature: &Signature, arguments: &[Argument]) -> (usize, (Fit, Fit)) {
    let parameters = Parameters::of(signature, arguments);
    let common = common_type(parameters, arguments, Dynamics::Counted);
    let (mut fitting, mut worst, mut best) = (0, Fit::Exact, Fit::None);
    for (at, argument) in arguments.iter().enumerate() {
        let fit = parameters.get(at).map_or(Fit::None, |parameter| fit_of(parameter, *argument, parameters, common));
        fitting += usize::from(fit != Fit::None);
        worst = worst.min(fit);
        best = best.max(fit);
    }
    (fitting, (worst, best))
}

/// The parameter that each argument is for. Parameters that repeat do so together, as a block (`predicate, then`), between
/// those that stand once before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters<'s> {
    signature: &'s Signature,
    count: usize,
    /// The first parameter that repeats, how many do, and how many arguments are theirs.
    first: usize,
    block: usize,
    repeated: usize,
}

impl<'s> Parameters<'s> {
    pub(super) fn of(signature: &'s Signature, arguments: &[Argument]) -> Self {
        let (count, parameters) = (arguments.len(), &signature.parameters);
        let Some(first) = parameters.iter().position(|parameter| parameter.times.max > 1) else {
            return Self { signature, count, first: count, block: 0, repeated: 0 };
        };
        let block = parameters[first..].iter().take_while(|parameter| parameter.times.max > 1).count();
        let after = &parameters[first + block..];
        let required = after.iter().filter(|parameter| parameter.times.min > 0).count();
        // What cannot be one more of the repeated is for the parameters after them that may be left out.
        let fits_block = |argument: &Argument| types::fit(&parameters[first].kind, *argument) != Fit::None;
        let trailing = if arguments.last().is_none_or(fits_block) { required } else { after.len() };
        let trailing = trailing.min(count.saturating_sub(first));
        Self { signature, count, first, block, repeated: count.saturating_sub(first + trailing) }
    }

    /// The parameter of the argument at this place.
    pub(super) fn get(self, at: usize) -> Option<&'s Parameter> {
        let parameters = &self.signature.parameters;
        match at {
            _ if at >= self.count => None,
            _ if at < self.first => parameters.get(at),
            _ if at < self.first + self.repeated => parameters.get(self.first + (at - self.first) % self.block),
            _ => parameters.get(self.first + self.block + at - self.first - self.repeated),
        }
    }

    /// One for each argument.
    pub(super) fn iter(self) -> impl Iterator<Item = Option<&'s Parameter>> {
        (0..self.count).map(move |at| self.get(at))
    }
}

fn fit_of(parameter: &Parameter, argument: Argument, parameters: Parameters<'_>, common: Option<Type>) -> Fit {
    let starred = matches!(parameter.form, ArgumentForm::Star | ArgumentForm::StarAllowed);
    match (argument, parameter.form) {
        (Argument::Scalar(Type::Unknown), _) => return Fit::Unknown,
        (Argument::Star, _) => return if starred { Fit::Exact } else { Fit::None },
        (_, ArgumentForm::Star) => return Fit::None,
        _ => {}
    }
    match &parameter.kind {
        Kind::Same(at) => match parameters.get(*at) {
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

fn common_type(parameters: Parameters<'_>, arguments: &[Argument], dynamics: Dynamics) -> Option<Type> {
    let mut common: Option<Type> = None;
    for (argument, parameter) in arguments.iter().zip(parameters.iter()) {
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
    let parameters = Parameters::of(signature, arguments);
    let has_common = parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter.kind, Kind::Common | Kind::CommonOrderable | Kind::CommonOrDynamic));
    let common = common_type(parameters, arguments, Dynamics::Counted);
    if has_common && common.is_none() {
        return vec![Mismatch::NoCommonType];
    }
    let mut mismatches = Vec::new();
    for (at, (argument, parameter)) in arguments.iter().zip(parameters.iter()).enumerate() {
        let Some(parameter) = parameter else { continue };
        if let (Kind::Same(same), Some(ty)) = (&parameter.kind, argument.ty()) {
            let expected = arguments.get(*same).and_then(|argument| argument.ty()).unwrap_or(Type::Unknown);
            if ty != expected && ty != Type::Unknown && expected != Type::Unknown && !types::widens(ty, expected) {
                mismatches.push(Mismatch::Argument(at, Expected(format!("a value of type {expected}"))));
            }
            continue;
        }
        if fit_of(parameter, *argument, parameters, common) == Fit::None {
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
    let parameters = Parameters::of(signature, arguments);
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
        Returns::Common => common_type(parameters, arguments, Dynamics::Counted).unwrap_or(Type::Unknown),
        Returns::CommonNotDynamic => common_type(parameters, arguments, Dynamics::LeftOut).unwrap_or(Type::Unknown),
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
