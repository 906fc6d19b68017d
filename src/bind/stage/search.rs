//! `search`, `find`: the rows of many tables that meet a predicate, in which a bare text means that it stands in any column.

use std::collections::HashSet;

use super::super::ir::{Column, Columns, Expr, ExprKind, Name, Rel, RelKind, UnionColumn, UnionLeg};
use super::super::local::converted;
use super::super::scope::{Binder, Row, column, unknown_table};
use super::union::{source_name, unified};
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

/// One table that `find` looks through.
struct Searched {
    name: Name,
    rel: Rel,
    /// What of it stands in each column of the union of all.
    output: Vec<UnionColumn>,
}

/// A column that `find` gives.
struct FoundColumn {
    /// The columns of the union of all tables that go into it.
    places: Vec<usize>,
    column: Column,
    /// The type asked for.
    cast: Option<Type>,
}

/// The columns that `find` gives.
struct Found {
    columns: Vec<FoundColumn>,
    /// The other columns go into a bag, `pack_`.
    packs_rest: bool,
}

impl<'a> Binder<'a> {
    pub(super) fn search(&mut self, input: Option<Rel>, search: &'a ast::SearchOperator, span: Span) -> Rel {
        let mut rels = Vec::new();
        for table in &search.tables {
            self.union_leg(table, &mut rels);
        }
        let rels = match input {
            Some(input) => vec![input],
            None if rels.is_empty() => self.tables_matching("*", span),
            None => rels,
        };
        let searched = unified(rels, Some(&Name::fixed("$table")), span, self.text);
        let predicate = self.search_predicate(&search.predicate, Row::of(&searched));
        let kinds = [("default", false), ("case_insensitive", false), ("case_sensitive", true)];
        let case_sensitive = self.choice(&search.parameters, "kind", &kinds).unwrap_or(false);
        super::keeping(searched, span, |input| RelKind::Search { input, predicate, case_sensitive })
    }

    /// A predicate in which a bare text means that it stands in any column.
    fn search_predicate(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.search_predicate(inner, row),
            ast::ExprKind::Logical { op, operands } => {
                let operands = operands.iter().map(|operand| self.search_predicate(operand, row)).collect();
                Expr { kind: ExprKind::Logical { op: *op, operands }, ty: Type::Bool, span: expr.span }
            }
            ast::ExprKind::Call { name, args } if self.name(*name) == "not" && args.len() == 1 => {
                let args = vec![self.search_predicate(&args[0].value, row)];
                Expr { kind: ExprKind::Call { name: Name::fixed("not"), args }, ty: Type::Bool, span: expr.span }
            }
            ast::ExprKind::Star => Expr { kind: ExprKind::Literal(Value::Bool(true)), ty: Type::Bool, span: expr.span },
            _ => {
                let value = self.scalar(expr, row);
                if value.ty != Type::String {
                    return value;
                }
                let kind = ExprKind::Call { name: Name::fixed("search"), args: vec![value] };
                Expr { kind, ty: Type::Bool, span: expr.span }
            }
        }
    }

    /// Each table is searched on its own and gives its rows in the columns of the result; what it has beyond goes into a bag.
    pub(super) fn find(&mut self, find: &'a ast::FindOperator, span: Span) -> Rel {
        let source = self.parameter_word(&find.parameters, "withsource").map_or(Name::fixed("source_"), Name::from);
        let mut rels = Vec::new();
        for table in &find.tables {
            self.union_leg(table, &mut rels);
        }
        if rels.is_empty() {
            rels = self.tables_matching("*", span);
        }
        let Rel { kind: RelKind::Union { legs }, columns: all, open: all_open, .. } =
            unified(rels, None, span, self.text)
        else {
            return unknown_table("", span);
        };
        let tables: Vec<Searched> = (0..)
            .zip(legs)
            .map(|(number, leg)| {
                let name = source_name(&leg.rel, number, self.text);
                Searched { name, rel: leg.rel, output: leg.output }
            })
            .collect();
        let mut used = HashSet::new();
        let searched: Vec<Rel> = tables
            .iter()
            .enumerate()
            .map(|(number, table)| {
                if number == 0 {
                    self.searched(find, table, &all, &mut used, span)
                } else {
                    self.silently(|binder| binder.searched(find, table, &all, &mut used, span))
                }
            })
            .collect();
        let found = self.found(find, &tables, &all, &used);
        let mut columns = vec![Column { name: source, ty: Type::String }];
        columns.extend(found.columns.iter().map(|found| found.column.clone()));
        if found.packs_rest {
            columns.push(Column { name: Name::fixed("pack_"), ty: Type::Dynamic });
        }
        let columns = Columns::from(columns);
        let reads = |table: &Searched| used.is_empty() || table.rel.columns.iter().any(|of| used.contains(&of.name));
        let legs: Vec<UnionLeg> = tables
            .iter()
            .zip(searched)
            .filter(|(table, _)| table.rel.open || reads(table))
            .map(|(table, searched)| {
                let values = given(table, &found, span);
                let open = searched.open;
                let kind = RelKind::Project { input: Box::new(searched), values };
                let output = (0..columns.len()).map(UnionColumn::Column).collect();
                UnionLeg { rel: Rel { kind, columns: columns.clone(), open, span }, output }
            })
            .collect();
        let open = all_open && find.project.is_empty();
        Rel { kind: RelKind::Union { legs }, columns, open, span }
    }

    /// The rows of a table that meet the predicate: its name, its own columns, and null for each column of the others.
    fn searched(
        &mut self,
        find: &'a ast::FindOperator,
        table: &Searched,
        all: &[Column],
        used: &mut HashSet<Name>,
        span: Span,
    ) -> Rel {
        let text =
            |text: &str| Expr { kind: ExprKind::Literal(Value::String(text.to_owned())), ty: Type::String, span };
        let mut columns = vec![Column { name: Name::fixed("$table"), ty: Type::String }];
        let mut values = vec![text(&table.name)];
        columns.extend(table.rel.columns.iter().cloned());
        values.extend(super::all_columns(&table.rel, span));
        for absent in all.iter().filter(|of| !table.rel.columns.iter().any(|own| own.name == of.name)) {
            columns.push(absent.clone());
            values.push(converted(
                Expr { kind: ExprKind::Literal(Value::null_of(absent.ty)), ty: absent.ty, span },
                Some(absent.ty),
            ));
        }
        let open = table.rel.open;
        let kind = RelKind::Project { input: Box::new(table.rel.clone()), values };
        let rel = Rel { kind, columns: columns.into(), open, span };
        let Some(predicate) = &find.predicate else { return rel };
        let predicate = self.search_predicate(predicate, Row::of(&rel));
        used_columns(&predicate, &rel.columns, used);
        super::keeping(rel, span, |input| RelKind::Search { input, predicate, case_sensitive: false })
    }

    /// What `find` gives: the columns asked for, else those that the predicate names and those that all tables have.
    fn found(
        &mut self,
        find: &'a ast::FindOperator,
        tables: &[Searched],
        all: &Columns,
        used: &HashSet<Name>,
    ) -> Found {
        if find.project.is_empty() {
            let own_name = |at: usize| tables.iter().find_map(|table| own_column(table, at)).map(|own| &own.name);
            let known = || tables.iter().filter(|table| !table.rel.columns.is_empty());
            let in_all = |name: &Name| known().all(|table| table.rel.columns.iter().any(|own| own.name == *name));
            let away: Vec<&str> = find.project_away.iter().map(|column| column.span.slice(self.text)).collect();
            let columns = (0..all.len()).filter(|&at| {
                own_name(at).is_some_and(|name| (used.contains(name) || in_all(name)) && !away.contains(&name.as_str()))
            });
            let packs_rest = !away.contains(&"*") && !away.contains(&"pack_");
            let found = |at: usize| FoundColumn { places: vec![at], column: all[at].clone(), cast: None };
            return Found { columns: columns.map(found).collect(), packs_rest };
        }
        let mut found = Found { columns: Vec::new(), packs_rest: false };
        for (expr, ty) in &find.project {
            match &expr.kind {
                ast::ExprKind::Name(name) => {
                    let (name, ty) = (self.name(*name), ty.map(|ty| self.declared_type(Some(ty))));
                    let of_name = |at: &usize| {
                        tables.iter().find_map(|table| own_column(table, *at)).is_some_and(|own| own.name == *name)
                    };
                    let places: Vec<usize> = (0..all.len()).filter(of_name).collect();
                    if places.is_empty() {
                        let open = tables.iter().any(|table| table.rel.open);
                        self.unknown_column(&name, expr.span, Row { columns: all, open, ..Row::default() });
                    }
                    found.columns.extend(asked_for(&name, places, ty, all));
                }
                ast::ExprKind::Call { .. } => found.packs_rest = true,
                _ => self.report("column-expected", expr.span, "`find` gives columns and `pack_all()`"),
            }
        }
        found
    }
}

/// The columns for a name that is asked for: one of the type written behind it, else one of each type that it has.
fn asked_for(name: &str, places: Vec<usize>, ty: Option<Type>, all: &[Column]) -> Vec<FoundColumn> {
    let Some(ty) = ty else {
        let own = |at: usize| FoundColumn { places: vec![at], column: all[at].clone(), cast: None };
        return places.into_iter().map(own).collect();
    };
    let name = match places.len() {
        0 => return Vec::new(),
        1 => name.into(),
        _ => format!("{name}_{ty}").into(),
    };
    vec![FoundColumn { places, column: Column { name, ty }, cast: Some(ty) }]
}

/// The column of a table that stands at this place of the union.
fn own_column(table: &Searched, at: usize) -> Option<&Column> {
    match table.output.get(at) {
        Some(UnionColumn::Column(index)) => table.rel.columns.get(*index),
        _ => None,
    }
}

/// The names of the columns that a predicate reads.
fn used_columns(predicate: &Expr, columns: &[Column], used: &mut HashSet<Name>) {
    if let ExprKind::Column(index) = predicate.kind
        && let Some(column) = columns.get(index)
    {
        used.insert(column.name.clone());
    }
    for operand in predicate.operands() {
        used_columns(operand, columns, used);
    }
}

/// The values that a table's rows give, over the row of [`Binder::searched`]: its name, then its own columns.
fn given(table: &Searched, found: &Found, span: Span) -> Vec<Expr> {
    let own: Vec<Column> = std::iter::once(Column { name: Name::fixed("$table"), ty: Type::String })
        .chain(table.rel.columns.iter().cloned())
        .collect();
    let mut values = vec![column(&own, 0, span)];
    let mut shown = HashSet::new();
    for found in &found.columns {
        let of_table = |at: &usize| match table.output.get(*at) {
            Some(UnionColumn::Column(index)) => Some(*index),
            _ => None,
        };
        let Some(index) = found.places.iter().find_map(of_table) else {
            let ty = found.column.ty;
            values.push(Expr { kind: ExprKind::Literal(Value::null_of(ty)), ty, span });
            continue;
        };
        shown.insert(index);
        values.push(converted(column(&own, index + 1, span), found.cast));
    }
    if found.packs_rest {
        let packed = (0..table.rel.columns.len()).filter(|at| !shown.contains(at));
        let args = packed.flat_map(|at| {
            let name = Value::String(table.rel.columns[at].name.as_str().to_owned());
            [Expr { kind: ExprKind::Literal(name), ty: Type::String, span }, column(&own, at + 1, span)]
        });
        let kind = ExprKind::Call { name: Name::fixed("bag_pack"), args: args.collect() };
        values.push(Expr { kind, ty: Type::Dynamic, span });
    }
    values
}
