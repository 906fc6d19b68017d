//! The names the engine makes up: of columns that got none (`count_`, `Column1`, `set_x`), of columns that clash (`Key1`),
//! and of columns that differ in type (`x_long`).

use std::borrow::Cow;

use hashbrown::HashMap;

use super::ir::{Column, Columns, ColumnsBuilder, Name};
use super::literal;
use crate::catalog::{self, Naming};
use crate::kql::ast;

/// Names already taken. A clash gets the next number: `x`, `x1`, `x2`.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    taken: HashMap<Name, usize>,
}

impl UniqueNames {
    pub(super) fn take(&mut self, name: &Name) {
        self.taken.entry(name.clone()).or_insert(0);
    }

    /// `name` if it is free, else with the first number that is; it is taken then.
    pub(super) fn unique(&mut self, name: &Name) -> Name {
        let Some(&last) = self.taken.get(name) else {
            self.taken.insert(name.clone(), 0);
            return name.clone();
        };
        let mut number = last + 1;
        let mut candidate = Name::from(format!("{name}{number}"));
        while self.taken.contains_key(&candidate) {
            number += 1;
            candidate = Name::from(format!("{name}{number}"));
        }
        self.taken.insert(name.clone(), number);
        self.taken.insert(candidate.clone(), 0);
        candidate
    }
}

/// The columns of both rows, the left ones first. Every column after the first of its name gets a number, as `join` and
/// `lookup` do; the first ones keep their names wherever they stand.
pub(super) fn side_by_side<'c>(left: &Columns, right: impl Iterator<Item = &'c Column>) -> Columns {
    let more = right.size_hint().0;
    let (mut columns, rest) = if left.have_distinct_names() {
        (ColumnsBuilder::starting_with(left, more), &[][..])
    } else {
        (ColumnsBuilder::of(left.len() + more), &left[..])
    };
    let mut clashing = Vec::new();
    for column in rest.iter().chain(right.map(|column| -> &Column { column })) {
        if columns.index_of(&column.name).is_some() {
            clashing.push(columns.len());
        }
        columns.push(column.clone());
    }
    columns.number(clashing);
    columns.finish()
}

/// The columns with a number behind the name of every one after the first of its name.
pub(super) fn made_unique<'c>(columns: impl Iterator<Item = &'c Column>) -> Vec<Column> {
    side_by_side(Columns::none(), columns).to_vec()
}

/// The name of an expression's column, where the expression gives one; `has_column` says whether the input has a column.
pub(super) fn of_expression<'t>(
    expr: &ast::Expr,
    text: &'t str,
    has_column: &dyn Fn(&str) -> bool,
) -> Option<Cow<'t, str>> {
    match &expr.kind {
        ast::ExprKind::Paren(inner) => of_expression(inner, text, has_column),
        ast::ExprKind::Name(name) => Some(name.text(text)),
        ast::ExprKind::Member { base, selector } => {
            let right = of_expression(selector, text, has_column);
            if is_side(base, text) {
                return right;
            }
            joined(of_expression(base, text, has_column), right)
        }
        ast::ExprKind::Index { base, index } => joined(of_expression(base, text, has_column), index_name(index, text)),
        ast::ExprKind::Call { name, args } => of_call(&name.text(text), args, text, has_column),
        _ => None,
    }
}

fn joined<'t>(left: Option<Cow<'t, str>>, right: Option<Cow<'t, str>>) -> Option<Cow<'t, str>> {
    match left.filter(|left| !left.trim().is_empty()) {
        Some(left) => Some(format!("{left}_{}", right.unwrap_or_default()).into()),
        None => right,
    }
}

fn is_side(expr: &ast::Expr, text: &str) -> bool {
    matches!(&expr.kind, ast::ExprKind::Name(name) if matches!(name.span.slice(text), "$left" | "$right"))
}

fn index_name<'t>(index: &ast::Expr, text: &'t str) -> Option<Cow<'t, str>> {
    match &index.kind {
        ast::ExprKind::Literal(literal) => match literal.kind {
            ast::LiteralKind::String => literal::string_text(literal, text).map(Cow::Owned),
            ast::LiteralKind::Long | ast::LiteralKind::Int => Some(literal.span.slice(text).into()),
            _ => None,
        },
        _ => None,
    }
}

/// The name of a call's column.
pub(super) fn of_call<'t>(
    name: &str,
    args: &[ast::Arg],
    text: &'t str,
    has_column: &dyn Fn(&str) -> bool,
) -> Option<Cow<'t, str>> {
    let function = catalog::aggregate(name).or_else(|| catalog::scalar_function(name))?;
    let first = || args.first().and_then(|arg| of_argument(arg, text, has_column));
    match function.naming {
        Naming::Fixed(name) => Some(name.into()),
        Naming::First => first(),
        Naming::Only if args.len() == 1 => first(),
        Naming::None | Naming::Own(_) | Naming::Only => None,
        Naming::Prefixed(prefix) => Some(format!("{prefix}_{}", first().unwrap_or_default()).into()),
        Naming::PrefixedBoth(prefix) => {
            let names = args.iter().take(2).map(|arg| of_argument(arg, text, has_column).unwrap_or_default());
            Some(std::iter::once(prefix.into()).chain(names).collect::<Vec<_>>().join("_").into())
        }
        Naming::NamedColumn => {
            let ast::ExprKind::Literal(literal) = &args.first()?.value.kind else {
                return None;
            };
            let named = literal::string_text(literal, text).filter(|name| has_column(name)).map(Cow::Owned);
            named.or_else(|| of_argument(args.get(1)?, text, has_column))
        }
    }
}

/// The name of an argument: the one written before it, else that of its expression.
pub(super) fn of_argument<'t>(
    arg: &ast::Arg,
    text: &'t str,
    has_column: &dyn Fn(&str) -> bool,
) -> Option<Cow<'t, str>> {
    match arg.name {
        Some(name) => Some(name.text(text)),
        None => of_expression(&arg.value, text, has_column),
    }
}

/// A fragment of a name: what is no letter or digit becomes `_` (`95.5` in `percentile_x_95_5`).
pub(super) fn fragment(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    #[test]
    fn clashing_columns_get_the_next_free_number() {
        let columns =
            made_unique(["x", "x", "x1"].map(|name| Column { name: Name::fixed(name), ty: Type::Long }).iter());
        assert_eq!(columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["x", "x2", "x1"]);
    }
}
