//! Calls of aggregate functions inside `summarize`, `make-series` and their like: they are gathered in the binder's sink,
//! and the expression around them sees their columns.

use super::ir::{Aggregate, Column, Expr, ExprKind, Name};
use super::naming;
use super::overload;
use super::scope::{Binder, Row, Sink, column, error};
use super::types::Argument;
use crate::catalog::{Function, Returns};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

/// One column that an aggregate gives.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// Its name, if nobody writes another.
    pub(super) name: Name,
    pub(super) ty: Type,
    /// Its index over keys and aggregates.
    pub(super) index: usize,
    /// The input's column it is, if it is just that.
    pub(super) source: Option<usize>,
}

/// An argument of an aggregate: what is written, and what it is.
struct Bound<'a> {
    written: &'a ast::Arg,
    value: Expr,
    /// The input's column, where it is nothing else.
    source: Option<usize>,
}

impl<'a> Binder<'a> {
    /// Whether a call of this function gives several columns.
    pub(super) fn gives_several(function: &Function, args: &[ast::Arg]) -> bool {
        let starred = args.iter().any(|arg| matches!(arg.value.kind, ast::ExprKind::Star));
        match function.signatures.as_slice() {
            [only] => only.returns == Returns::Own,
            several => {
                let own = |signature: &&crate::catalog::Signature| signature.returns == Returns::Own;
                several.iter().filter(own).any(|signature| starred || signature.arity().allows(args.len()))
                    && (starred || !several.iter().any(|s| s.returns != Returns::Own && s.arity().allows(args.len())))
            }
        }
    }

    /// An aggregate as a part of an expression: its first column.
    pub(super) fn aggregate_value(
        &mut self,
        function: &'static Function,
        name: Span,
        args: &'a [ast::Arg],
        span: Span,
    ) -> Expr {
        match self.aggregate(function, name, args, span).first() {
            Some(given) => Expr { kind: ExprKind::Column(given.index), ty: given.ty, span },
            None => error(span),
        }
    }

    /// A call of an aggregate: it goes into the sink, its columns come back.
    pub(super) fn aggregate(
        &mut self,
        function: &'static Function,
        name: Span,
        args: &'a [ast::Arg],
        span: Span,
    ) -> Vec<Given> {
        let Some(mut sink) = self.sink.take() else {
            let message = format!("the aggregate `{}` is not allowed here", function.name);
            self.report("misplaced-aggregate", name, message);
            return Vec::new();
        };
        let input = std::mem::take(&mut sink.input);
        let row = Row { columns: &input, open: sink.open, ..Row::default() };
        let bound = self.aggregate_arguments(function, name, args, row);
        let (ty, bound) = bound;
        let given = if Self::gives_several(function, args) {
            self.several(function.name, args, bound, &mut sink, row)
        } else {
            let has_column = |name: &str| row.index_of(name).is_some();
            let first = naming::of_call(function.name, args, self.text, &has_column);
            let label = first.map_or(Name::fixed(function.name), Name::from);
            let values = bound.into_iter().map(|bound| bound.value).collect();
            vec![(values, label, ty, None)]
        };
        let given = record(function.name, given, &mut sink, span);
        sink.input = input;
        self.sink = Some(sink);
        given
    }

    fn aggregate_arguments(
        &mut self,
        function: &'static Function,
        name: Span,
        args: &'a [ast::Arg],
        row: Row<'_>,
    ) -> (Type, Vec<Bound<'a>>) {
        let mut bound = Vec::with_capacity(args.len());
        let mut arguments = Vec::with_capacity(args.len());
        for written in args {
            if matches!(written.value.kind, ast::ExprKind::Star) {
                arguments.push(Argument::Star);
                bound.push(Bound { written, value: error(written.value.span), source: None });
                continue;
            }
            let value = self.scalar(&written.value, row);
            arguments.push(Argument::Scalar(value.ty));
            let source = self.result_column(&written.value, &value, row);
            bound.push(Bound { written, value, source });
        }
        let choice = overload::choose(function, &arguments);
        self.report_mismatches(function, name, args, &arguments, &choice.mismatches);
        (choice.ty, bound)
    }

    /// The columns of aggregates that give one for each argument or percentile.
    fn several(
        &mut self,
        name: &str,
        args: &'a [ast::Arg],
        bound: Vec<Bound<'a>>,
        sink: &mut Sink,
        row: Row<'_>,
    ) -> Vec<(Vec<Expr>, Name, Type, Option<usize>)> {
        match name {
            "arg_max" | "arg_min" | "argmax" | "argmin" => self.extremes(name, bound, sink, row),
            "any" | "take_any" => self.any_values(name, bound, sink, row),
            _ => self.percentiles(name, args, bound),
        }
    }

    fn percentiles(
        &mut self,
        name: &str,
        args: &'a [ast::Arg],
        bound: Vec<Bound<'a>>,
    ) -> Vec<(Vec<Expr>, Name, Type, Option<usize>)> {
        let first =
            args.first().and_then(|arg| naming::of_expression(&arg.value, self.text, &|_| false)).unwrap_or_default();
        let values: Vec<Expr> = bound.into_iter().map(|bound| bound.value).collect();
        if name.ends_with("_array") {
            return vec![(values, format!("percentiles_{first}").into(), Type::Dynamic, None)];
        }
        let skipped = if name.contains('w') { 2 } else { 1 };
        let ty = match values.first().map_or(Type::Unknown, |value| value.ty) {
            Type::Int => Type::Long,
            Type::Decimal => Type::Real,
            ty => ty,
        };
        let mut columns: Vec<(Vec<Expr>, Name, Type, Option<usize>)> = Vec::new();
        for percentile in values.iter().skip(skipped) {
            let label = format!("percentile_{first}_{}", naming::fragment(&constant_number(percentile)));
            columns.push((Vec::new(), label.into(), ty, None));
        }
        if let Some(column) = columns.first_mut() {
            column.0 = values;
        }
        columns
    }

    fn extremes(
        &mut self,
        name: &str,
        bound: Vec<Bound<'a>>,
        sink: &mut Sink,
        row: Row<'_>,
    ) -> Vec<(Vec<Expr>, Name, Type, Option<usize>)> {
        let starred = bound.iter().any(|bound| matches!(bound.written.value.kind, ast::ExprKind::Star));
        let old = matches!(name, "argmax" | "argmin");
        let side = if name.ends_with("max") { "max" } else { "min" };
        let primary = bound
            .first()
            .and_then(|b| naming::of_expression(&b.written.value, self.text, &|_| false))
            .unwrap_or_default();
        let mut seen = sink.keys.clone();
        let mut columns = Vec::new();
        for (at, bound) in bound.into_iter().enumerate() {
            let labelled = |label: Name| match (old, at) {
                (false, _) => label,
                (true, 0) => format!("{side}_{label}").into(),
                (true, _) => format!("{side}_{primary}_{label}").into(),
            };
            if matches!(bound.written.value.kind, ast::ExprKind::Star) {
                for index in 0..row.columns.len() {
                    if seen.contains(index) {
                        continue;
                    }
                    seen.insert(index);
                    let value = column(row.columns, index, bound.written.value.span);
                    let source = (!old).then_some(index);
                    let (label, ty) = (labelled(row.columns[index].name.clone()), value.ty);
                    columns.push((vec![value], label, ty, source));
                }
                continue;
            }
            let repeated = bound.source.is_some_and(|index| seen.contains(index));
            if at > 0 && starred && repeated {
                continue;
            }
            let label = match (bound.written.name, bound.source) {
                (Some(name), _) => self.name(name).into(),
                (None, Some(index)) => row.columns[index].name.clone(),
                (None, None) => naming::of_expression(&bound.written.value, self.text, &|_| false)
                    .unwrap_or_else(|| match at {
                        _ if old => format!("arg{at}").into(),
                        0 => format!("{side}_").into(),
                        _ => format!("{side}_{primary}_arg{at}").into(),
                    })
                    .into(),
            };
            bound.source.into_iter().for_each(|source| seen.insert(source));
            let source = bound.source.filter(|_| !old && !repeated && bound.written.name.is_none());
            let ty = bound.value.ty;
            columns.push((vec![bound.value], labelled(label), ty, source));
        }
        columns
    }

    fn any_values(
        &mut self,
        name: &str,
        bound: Vec<Bound<'a>>,
        sink: &mut Sink,
        row: Row<'_>,
    ) -> Vec<(Vec<Expr>, Name, Type, Option<usize>)> {
        let starred = bound.iter().any(|bound| matches!(bound.written.value.kind, ast::ExprKind::Star));
        let prefix = if name == "any" { "any_" } else { "" };
        let prefixed = |name: Name| if prefix.is_empty() { name } else { format!("{prefix}{name}").into() };
        let mut seen = sink.keys.clone();
        let mut columns = Vec::new();
        for (at, bound) in bound.into_iter().enumerate() {
            if matches!(bound.written.value.kind, ast::ExprKind::Star) {
                for index in 0..row.columns.len() {
                    if seen.contains(index) {
                        continue;
                    }
                    seen.insert(index);
                    let value = column(row.columns, index, bound.written.value.span);
                    let (label, ty) = (prefixed(row.columns[index].name.clone()), value.ty);
                    columns.push((vec![value], label, ty, prefix.is_empty().then_some(index)));
                }
                continue;
            }
            let repeated = bound.source.is_some_and(|index| seen.contains(index));
            if starred && repeated {
                continue;
            }
            let label = match (bound.written.name, bound.source) {
                (Some(name), _) => self.name(name).into(),
                (None, Some(index)) => row.columns[index].name.clone(),
                (None, None) => naming::of_expression(&bound.written.value, self.text, &|_| false)
                    .filter(|label| !label.is_empty())
                    .unwrap_or_else(|| format!("{}arg{at}", if prefix.is_empty() { "any_" } else { "" }).into())
                    .into(),
            };
            bound.source.into_iter().for_each(|source| seen.insert(source));
            let source = bound.source.filter(|_| prefix.is_empty() && !repeated && bound.written.name.is_none());
            let ty = bound.value.ty;
            columns.push((vec![bound.value], prefixed(label), ty, source));
        }
        columns
    }

    /// The input's column that an expression just gives: its name, in parentheses or converted to the type it has.
    pub(super) fn result_column(&self, written: &ast::Expr, value: &Expr, row: Row<'_>) -> Option<usize> {
        match (&written.kind, &value.kind) {
            (ast::ExprKind::Paren(inner), _) => self.result_column(inner, value, row),
            (ast::ExprKind::Name(_), ExprKind::Column(index)) => {
                Some(*index).filter(|index| *index < row.columns.len())
            }
            (ast::ExprKind::Call { name, args }, ExprKind::Call { args: values, .. }) => {
                let (ast::ExprKind::Name(_), [value]) = (&args.first()?.value.kind, values.as_slice()) else {
                    return None;
                };
                let ExprKind::Column(index) = value.kind else { return None };
                (conversion(name.span.slice(self.text)) == Some(value.ty) && index < row.columns.len()).then_some(index)
            }
            _ => None,
        }
    }
}

/// The type that a conversion function converts to.
fn conversion(name: &str) -> Option<Type> {
    Some(match name {
        "tobool" => Type::Bool,
        "todatetime" => Type::DateTime,
        "todecimal" => Type::Decimal,
        "todouble" | "toreal" => Type::Real,
        "todynamic" => Type::Dynamic,
        "toguid" => Type::Guid,
        "toint" => Type::Int,
        "tolong" => Type::Long,
        "tostring" => Type::String,
        "totime" | "totimespan" => Type::TimeSpan,
        _ => return None,
    })
}

fn record(
    name: &'static str,
    columns: Vec<(Vec<Expr>, Name, Type, Option<usize>)>,
    sink: &mut Sink,
    span: Span,
) -> Vec<Given> {
    let mut args = Vec::new();
    let mut given = Vec::with_capacity(columns.len());
    let mut outputs = Vec::with_capacity(columns.len());
    for (values, label, ty, source) in columns {
        args.extend(values);
        outputs.push(Column { name: label.clone(), ty });
        given.push(Given { name: label, ty, index: sink.next + given.len(), source });
    }
    sink.next += given.len();
    sink.aggregates.push(Aggregate { name: Name::fixed(name), args, columns: outputs, span });
    given
}

/// A constant number as it is written in a column's name.
fn constant_number(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(Value::Long(number)) => number.to_string(),
        ExprKind::Literal(Value::Int(number)) => number.to_string(),
        ExprKind::Literal(Value::Real(number)) => number.to_string(),
        ExprKind::Shared { value, .. } | ExprKind::Argument { value, .. } => constant_number(value),
        _ => String::new(),
    }
}
