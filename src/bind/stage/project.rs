//! `project` and its family, `extend`, `serialize`: new columns from old.

use std::sync::Arc;

use super::super::aggregate::Given;
use super::super::indices::Indices;
use super::super::ir::{Column, Expr, ExprKind, Name, Rel, RelKind};
use super::super::naming;
use super::super::projection::{Clash, Projection};
use super::super::scope::{Binder, Row, column};
use super::keeping;
use crate::catalog::{self, Returns};
use crate::kql::ast::{self, SortOrder};
use crate::text::Span;
use crate::value::{Dynamic, Type, Value};

/// How the columns of an operator come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Only what is listed.
    Project,
    /// Added to the input's columns, or in place of one.
    Extend,
    /// Aggregates: added to the keys.
    Summarize,
    /// `print`: the number of the item.
    Print(usize),
}

impl Style {
    const fn clash(self) -> Clash {
        match self {
            Self::Extend => Clash::Replace,
            Self::Project | Self::Summarize | Self::Print(_) => Clash::Number,
        }
    }

    /// Whether a function's further columns are given when fewer names than columns are written (Microsoft:
    /// "`series_fit_2lines()`", "`series_stats()`").
    const fn gives_the_rest(self) -> bool {
        matches!(self, Self::Project | Self::Summarize)
    }
}

impl<'a> Binder<'a> {
    pub(super) fn project(&mut self, input: Rel, items: &'a [ast::NamedExpr], span: Span) -> Rel {
        let mut projection = Projection::of(items.len());
        for item in items {
            self.item(item, &mut projection, Style::Project, Row::of(&input));
        }
        projection.over(input, false, span)
    }

    pub(super) fn extend(&mut self, input: Rel, items: &'a [ast::NamedExpr], span: Span) -> Rel {
        let mut projection = Projection::extending(&input, span, items.len());
        for item in items {
            self.item(item, &mut projection, Style::Extend, Row::of(&input));
        }
        let open = input.open;
        projection.over(input, open, span)
    }

    pub(super) fn serialize(&mut self, input: Rel, items: &'a [ast::NamedExpr], span: Span) -> Rel {
        let input = keeping(input, span, |input| RelKind::Serialize { input });
        if items.is_empty() { input } else { self.extend(input, items, span) }
    }

    /// Adds the column or columns of one item to a projection.
    pub(super) fn item(&mut self, item: &'a ast::NamedExpr, projection: &mut Projection, style: Style, row: Row<'_>) {
        let expr = &item.expr;
        if let (ast::ExprKind::Assign(assigned), true) = (&expr.kind, item.names.is_empty()) {
            return self.item(assigned, projection, style, row);
        }
        if matches!(expr.kind, ast::ExprKind::Star) && item.names.is_empty() {
            for index in 0..row.columns.len() {
                let value = column(row.columns, index, expr.span);
                projection.add(row.columns[index].clone(), value, Some(index), Clash::Replace);
            }
            return;
        }
        if let Some(given) = self.several_columns(expr, row) {
            self.several_items(item, given, projection, style);
            return;
        }
        let value = self.scalar(expr, row);
        if item.names.len() > 1 {
            self.report("type-mismatch", item.span, "the expression gives one column, several names are written");
        }
        if let Some(name) = item.names.first() {
            let plain = matches!(value.kind, ExprKind::Column(_)) && style != Style::Summarize;
            let clash = if plain { Clash::Replace } else { style.clash() };
            let column = Column { name: self.name(*name).into(), ty: value.ty };
            self.declare_column(projection, column, value, None, clash, name.span);
            return;
        }
        self.unnamed_item(expr, value, projection, style, row);
    }

    /// Adds the column of an expression that got no name.
    pub(super) fn unnamed_item(
        &mut self,
        expr: &'a ast::Expr,
        value: Expr,
        projection: &mut Projection,
        style: Style,
        row: Row<'_>,
    ) {
        let ty = value.ty;
        if let Some(source) = self.result_column(expr, &value, row) {
            self.declare_column(projection, row.columns[source].clone(), value, Some(source), Clash::Number, expr.span);
            return;
        }
        let aggregated = self.sink.as_ref().map(|sink| &sink.input);
        let has_column =
            |name: &str| row.index_of(name).is_some() || aggregated.is_some_and(|input| input.index_of(name).is_some());
        let name = match style {
            Style::Print(number) => format!("print_{number}").into(),
            _ => match naming::of_expression(expr, self.text, &has_column) {
                Some(name) => name.into(),
                None if style == Style::Extend => projection.default_name(&has_column),
                None => projection.default_name(&|_| false),
            },
        };
        projection.add(Column { name, ty }, value, None, style.clash());
    }

    /// Adds a column with a written name; reports a second one of that name.
    pub(super) fn declare_column(
        &mut self,
        projection: &mut Projection,
        column: Column,
        value: Expr,
        source: Option<usize>,
        clash: Clash,
        span: Span,
    ) {
        if let Err(again) = projection.declare(column, value, source, clash, span) {
            let message = format!("a column named `{}` is already declared here", again.name);
            self.report("duplicate-column", again.span, message);
        }
    }

    /// The columns of a call that gives several.
    fn several_columns(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Option<Vec<(Given, Expr)>> {
        let ast::ExprKind::Call { name: called, args } = &expr.kind else { return None };
        let text = self.name(*called);
        if self.named(&text).is_some() {
            return None;
        }
        if self.sink.is_some()
            && let Some(function) = catalog::aggregate(&text)
        {
            if !Self::gives_several(function, args) {
                return None;
            }
            let given = self.aggregate(function, called.span, args, expr.span);
            let column = |given: &Given| Expr { kind: ExprKind::Column(given.index), ty: given.ty, span: expr.span };
            return Some(given.into_iter().map(|given| (given.clone(), column(&given))).collect());
        }
        let function = catalog::scalar_function(&text)?;
        let first = || {
            args.first().and_then(|arg| naming::of_expression(&arg.value, self.text, &|_| false)).unwrap_or_default()
        };
        let columns: Vec<(Name, Type)> = match &function.signatures.first()?.returns {
            Returns::Tuple(prefix, columns) => {
                let prefix = prefix.replace("{0}", &first());
                columns.iter().map(|column| (format!("{prefix}{}", column.name).into(), column.ty)).collect()
            }
            // One array stays itself, under its name if it has one; a last `false` is no array.
            Returns::Sorted => {
                let arrays = args.iter().filter(|arg| !is_bool(&arg.value));
                let name = |arg: &ast::Arg| naming::of_expression(&arg.value, self.text, &|_| false);
                let sorted = |name: Option<_>| format!("{}_sorted", name.unwrap_or("array".into()));
                let names: Vec<Option<_>> = arrays.map(name).collect();
                if let [None] = names.as_slice() {
                    return None;
                }
                let names: Vec<Name> = names.into_iter().map(|name| sorted(name).into()).collect();
                if let [name] = names.as_slice() {
                    let given = Given { name: name.clone(), ty: Type::Dynamic, index: 0, source: None };
                    return Some(vec![(given, self.scalar_call(function, called.span, args, expr.span, row))]);
                }
                names.into_iter().map(|name| (name, Type::Dynamic)).collect()
            }
            _ => return None,
        };
        let call = self.scalar_call(function, called.span, args, expr.span, row);
        let call = Arc::new(Expr { ty: Type::Dynamic, ..call });
        Some(
            columns
                .into_iter()
                .enumerate()
                .map(|(at, (name, ty))| {
                    let base = Expr {
                        kind: ExprKind::Argument { name: Name::fixed(function.name), value: Arc::clone(&call) },
                        ty: Type::Dynamic,
                        span: expr.span,
                    };
                    let number = Value::Long(i64::try_from(at).unwrap_or(i64::MAX));
                    let index = Expr { kind: ExprKind::Literal(number), ty: Type::Long, span: expr.span };
                    let kind = ExprKind::Index { base: Box::new(base), index: Box::new(index) };
                    (Given { name, ty, index: at, source: None }, Expr { kind, ty, span: expr.span })
                })
                .collect(),
        )
    }

    fn several_items(
        &mut self,
        item: &'a ast::NamedExpr,
        given: Vec<(Given, Expr)>,
        projection: &mut Projection,
        style: Style,
    ) {
        for name in item.names.iter().skip(given.len()) {
            self.report("type-mismatch", name.span, "there is no value for this name");
        }
        for (at, (given, value)) in given.into_iter().enumerate() {
            let column = Column { name: given.name, ty: given.ty };
            match item.names.get(at) {
                Some(name) => {
                    let column = Column { name: self.name(*name).into(), ..column };
                    let clash = if item.names.len() == 1 { Clash::Replace } else { style.clash() };
                    self.declare_column(projection, column, value, None, clash, name.span);
                    if let Some(source) = given.source {
                        projection.ignore(source);
                    }
                }
                None if item.names.is_empty() || style.gives_the_rest() => {
                    projection.add(column, value, given.source, Clash::Number);
                }
                None => {}
            }
        }
    }

    pub(super) fn project_away(&mut self, input: Rel, columns: &'a [ast::Expr], span: Span) -> Rel {
        let away = self.listed_columns(&input, columns);
        let kept = (0..input.columns.len()).filter(|index| !away.contains(*index)).collect();
        picked(input, kept, span)
    }

    pub(super) fn project_keep(&mut self, input: Rel, columns: &'a [ast::Expr], span: Span) -> Rel {
        let listed = self.listed_columns(&input, columns);
        let kept = (0..input.columns.len()).filter(|index| listed.contains(*index)).collect();
        picked(input, kept, span)
    }

    /// `project-by-names`: columns in the order of the names and patterns that values give; names without a column are passed
    /// over (Microsoft: "project-by-names operator"). `None` where the names are not constant.
    pub(super) fn project_by_names(&mut self, input: &Rel, names: &'a [ast::Expr]) -> Option<Vec<usize>> {
        let mut picked: Vec<usize> = Vec::new();
        for name in names {
            let value = self.scalar(name, Row::default());
            for text in constant_texts(&value)? {
                let found = (0..input.columns.len()).filter(|at| matches_pattern(&text, &input.columns[*at].name));
                let new: Vec<usize> = found.filter(|at| !picked.contains(at)).collect();
                picked.extend(new);
            }
        }
        Some(picked)
    }

    /// The indices of the columns that names and patterns mean.
    fn listed_columns(&mut self, input: &Rel, columns: &'a [ast::Expr]) -> Indices {
        let row = Row::of(input);
        columns.iter().flat_map(|column| self.matching_columns(column, row)).collect()
    }

    fn matching_columns(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Vec<usize> {
        match &expr.kind {
            ast::ExprKind::Star => (0..row.columns.len()).collect(),
            ast::ExprKind::Wildcard(span) => {
                let pattern = pattern_text(span.slice(self.text));
                let found: Vec<usize> = (0..row.columns.len())
                    .filter(|index| matches_pattern(&pattern, &row.columns[*index].name))
                    .collect();
                if found.is_empty() && !row.open {
                    self.report("unknown-column", *span, format!("no column matches `{pattern}`"));
                }
                found
            }
            _ => self.column_index(expr, row).into_iter().collect(),
        }
    }

    pub(super) fn project_rename(&mut self, input: Rel, items: &'a [ast::NamedExpr], span: Span) -> Rel {
        let mut columns = input.columns.to_vec();
        let mut declared: Vec<Name> = Vec::new();
        for item in items {
            let Some(name) = item.names.first() else {
                self.report("column-expected", item.span, "`project-rename` needs `new = old`");
                continue;
            };
            let text = Name::from(self.name(*name));
            let Some(index) = self.column_index(&item.expr, Row::of(&input)) else { continue };
            if declared.contains(&text) || columns.iter().any(|column| column.name == text) {
                self.report("duplicate-column", name.span, format!("a column named `{text}` is already declared here"));
                continue;
            }
            columns[index].name.clone_from(&text);
            declared.push(text);
        }
        let (open, all) = (input.open, (0..columns.len()).collect());
        Rel { kind: RelKind::Pick { input: Box::new(input), columns: all }, columns: columns.into(), open, span }
    }

    pub(super) fn project_reorder(&mut self, input: Rel, keys: &'a [ast::SortKey], span: Span) -> Rel {
        let mut order: Vec<usize> = Vec::new();
        let mut listed = Indices::default();
        for key in keys {
            let mut found = self.matching_columns(&key.key.expr, Row::of(&input));
            let name = |index: &usize| input.columns[*index].name.as_str();
            match key.order {
                Some(SortOrder::Ascending) => found.sort_by(|a, b| name(a).cmp(name(b))),
                Some(SortOrder::Descending) => found.sort_by(|a, b| name(b).cmp(name(a))),
                Some(SortOrder::GrannyAscending) => found.sort_by_key(|index| granny(name(index))),
                Some(SortOrder::GrannyDescending) => found.sort_by_key(|index| std::cmp::Reverse(granny(name(index)))),
                None => {}
            }
            let plain = matches!(key.key.expr.kind, ast::ExprKind::Name(_));
            if plain && found.first().is_some_and(|index| listed.contains(*index)) {
                let text = key.key.expr.span.slice(self.text);
                self.report("duplicate-column", key.key.expr.span, format!("`{text}` is already listed"));
            }
            for index in found {
                if !listed.contains(index) {
                    listed.insert(index);
                    order.push(index);
                }
            }
        }
        order.extend((0..input.columns.len()).filter(|index| !listed.contains(*index)));
        picked(input, order, span)
    }
}

/// These of the input's columns, in this order.
pub(super) fn picked(input: Rel, order: Vec<usize>, span: Span) -> Rel {
    let columns = order.iter().map(|index| input.columns[*index].clone()).collect();
    let open = input.open;
    Rel { kind: RelKind::Pick { input: Box::new(input), columns: order }, columns, open, span }
}

/// Digits count as numbers: `a2` before `a10`.
fn granny(name: &str) -> Vec<(String, u128)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[word..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |at| word + at);
        parts.push((rest[..word].to_owned(), rest[word..digits].parse().unwrap_or(0)));
        rest = &rest[digits..];
    }
    parts
}

/// The pattern of a wildcard, brackets and quotes taken away.
pub(super) fn pattern_text(raw: &str) -> String {
    raw.trim_matches(['[', ']', '\'', '"']).to_owned()
}

/// Whether a name matches a pattern with `*`.
pub(super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some((first, parts)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let (middle, last) = parts.rsplit_once('*').unwrap_or(("", parts));
    for part in middle.split('*') {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether an argument is `true` or `false`.
fn is_bool(expr: &ast::Expr) -> bool {
    matches!(&expr.kind, ast::ExprKind::Literal(literal) if literal.kind == ast::LiteralKind::Bool)
}

/// The texts that a constant text, or a constant array of texts, holds.
fn constant_texts(expr: &Expr) -> Option<Vec<String>> {
    match &expr.kind {
        ExprKind::Literal(Value::String(text) | Value::Dynamic(Dynamic::String(text))) => Some(vec![text.clone()]),
        ExprKind::Literal(Value::Dynamic(Dynamic::Array(items))) => {
            let text = |item: &Dynamic| match item {
                Dynamic::String(text) => Some(text.clone()),
                _ => None,
            };
            items.iter().map(text).collect()
        }
        ExprKind::Shared { value, .. } | ExprKind::Argument { value, .. } => constant_texts(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, matches) in [
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abc", true),
            ("a*bc*c", "abc", false),
            ("*", "", true),
            ("b*", "abc", false),
            ("*b*", "abc", true),
        ] {
            assert_eq!(matches_pattern(pattern, name), matches, "{pattern} {name}");
        }
        assert!(granny("a2") < granny("a10"));
    }
}
