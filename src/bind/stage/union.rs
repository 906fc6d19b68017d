//! `union`: the rows of several tables.

use std::sync::Arc;

use hashbrown::HashMap;

use super::super::ir::{Column, Name, Rel, RelKind, UnionColumn, UnionLeg};
use super::super::name::shared_table;
use super::super::naming::UniqueNames;
use super::super::scope::{Binder, LocalFunction, Named, Operand, Row, unknown_table};
use super::project::{matches_pattern, pattern_text};
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

/// The most tables that a pattern may mean.
const MAX_TABLES: usize = 1_000;

impl<'a> Binder<'a> {
    pub(super) fn union(
        &mut self,
        input: Option<Rel>,
        parameters: &'a [ast::OperatorParameter],
        tables: &'a [ast::Expr],
        span: Span,
    ) -> Rel {
        let source =
            self.parameter_word(parameters, "withsource").or_else(|| self.parameter_word(parameters, "with_source"));
        let source = source.map(Name::from);
        let common_only = self.choice(parameters, "kind", &[("inner", true), ("outer", false)]).unwrap_or(false);
        let fuzzy = self.choice(parameters, "isfuzzy", &[("true", true), ("false", false)]).unwrap_or(false);
        let context = self.context.take();
        let outer = std::mem::replace(&mut self.fuzzy, fuzzy);
        let mut rels: Vec<Rel> = input.into_iter().collect();
        let mut incomplete = false;
        for table in tables {
            let before = rels.len();
            self.union_leg(table, &mut rels);
            incomplete |= rels.len() == before;
        }
        self.fuzzy = outer;
        self.context = context;
        if let (true, Some(table)) = (rels.is_empty(), tables.first()) {
            return unknown_table(table.span.slice(self.text), table.span);
        }
        let mut union = if common_only {
            common_columns(rels, source.as_ref(), span, self.text)
        } else {
            unified(rels, source.as_ref(), span, self.text)
        };
        // A table that was left out has columns of its own where it exists.
        union.open |= incomplete;
        union
    }

    pub(super) fn union_leg(&mut self, table: &'a ast::Expr, rels: &mut Vec<Rel>) {
        if let ast::ExprKind::Wildcard(pattern) = &table.kind {
            let pattern = pattern_text(pattern.slice(self.text));
            rels.extend(self.tables_matching(&pattern, table.span));
            return;
        }
        if matches!(table.kind, ast::ExprKind::Star) {
            rels.extend(self.tables_matching("*", table.span));
            return;
        }
        let missing = self.fuzzy && self.is_of_unknown_table(table);
        let rel = self.table(table, Row::default());
        if missing {
            return;
        }
        rels.push(match self.view_name(table) {
            Some(name) => shared_table(name, Arc::new(rel), Span::at(table.span.start)),
            None => rel,
        });
    }

    /// The name of the function declared with `view` that an expression is or calls.
    fn view_name(&self, table: &ast::Expr) -> Option<Name> {
        let name = match &table.kind {
            ast::ExprKind::Paren(inner) => return self.view_name(inner),
            ast::ExprKind::Name(name) | ast::ExprKind::Call { name, .. } => self.name(*name),
            _ => return None,
        };
        match self.named(&name) {
            Some(Named::Function(function)) if function.declaration.view => Some(name.into()),
            _ => None,
        }
    }

    /// Whether an expression starts from the name of a table that nobody knows.
    fn is_of_unknown_table(&self, table: &ast::Expr) -> bool {
        match &table.kind {
            ast::ExprKind::Paren(inner) => self.is_of_unknown_table(inner),
            ast::ExprKind::Pipe(pipe) => pipe.source.as_ref().is_some_and(|source| self.is_of_unknown_table(source)),
            ast::ExprKind::Name(name) => {
                let text = self.name(*name);
                self.named(&text).is_none()
                    && self.environment.table(&text).is_none()
                    && self.environment.function(&text).is_none()
                    && !self.environment.allows_unknown(&text)
            }
            _ => false,
        }
    }

    /// The views and known tables that a pattern means, and a table of which nothing is known for those of the workspace
    /// where the pattern means none or very many.
    pub(super) fn tables_matching(&mut self, pattern: &str, span: Span) -> Vec<Rel> {
        let mut rels = self.views_matching(pattern, span);
        let all = pattern == "*";
        let names: Vec<String> = if all {
            self.environment.supplied_names().map(str::to_owned).collect()
        } else {
            let names = self.environment.names_for_patterns().into_iter();
            names.filter(|name| matches_pattern(pattern, name)).map(str::to_owned).collect()
        };
        if all || names.is_empty() || names.len() > MAX_TABLES {
            rels.push(unknown_table(pattern, span));
        }
        for name in names.into_iter().take(MAX_TABLES) {
            if let Some(table) = self.environment.table(&name) {
                rels.push(Rel {
                    kind: RelKind::Table { name: name.into() },
                    columns: table.columns,
                    open: table.open,
                    span,
                });
            }
        }
        rels
    }

    /// The functions declared with `view` that a pattern means.
    fn views_matching(&mut self, pattern: &str, span: Span) -> Vec<Rel> {
        let mut found: Vec<(Name, Arc<LocalFunction<'a>>)> = Vec::new();
        for (name, named) in &self.names {
            if let Named::Function(function) = named
                && function.declaration.view
                && matches_pattern(pattern, name)
            {
                found.retain(|(known, _)| known != name);
                found.push((name.clone(), Arc::clone(function)));
            }
        }
        let mut rels = Vec::with_capacity(found.len());
        for (name, function) in found {
            let view = self.local_call_with(&name, &function, None, &[], span, Row::default());
            if let Operand::Table(rel) = view {
                rels.push(shared_table(name, Arc::new(*rel), Span::at(span.start)));
            }
        }
        rels
    }
}

/// The name that `withsource` gives to the rows of a leg.
pub(super) fn source_name(rel: &Rel, number: usize, text: &str) -> Name {
    let mut rel = rel;
    loop {
        rel = match &rel.kind {
            RelKind::Table { name } | RelKind::Function { name, .. } => return name.clone(),
            // A table named by `as` or a view. A mere reference to a `let` stands under that name itself.
            RelKind::Shared { name, .. } if !name.is_empty() && rel.span.slice(text) != name.as_str() => {
                return name.clone();
            }
            RelKind::Filter { input, .. }
            | RelKind::Project { input, .. }
            | RelKind::Extend { input, .. }
            | RelKind::Pick { input, .. }
            | RelKind::Sort { input, .. } => input,
            _ => return format!("union_arg{number}").into(),
        };
    }
}

/// A name among the columns of the legs of a union.
struct Unified {
    name: Name,
    /// The known types it has, in the order they are met.
    types: Vec<Type>,
    /// The place of its first column in the output.
    start: usize,
}

impl Unified {
    /// The place in the output for a column of this type. One of unknown type goes where the first of its name goes.
    fn place(&self, ty: Type) -> usize {
        self.start + self.types.iter().position(|known| *known == ty).unwrap_or(0)
    }
}

/// All names of the legs in the order they are met, and for each leg which of them its columns have.
fn names_of(rels: &[Rel]) -> (Vec<Unified>, Vec<Vec<usize>>) {
    let mut names: Vec<Unified> = Vec::new();
    let mut at_name: HashMap<&Name, usize> = HashMap::new();
    let mut of_legs: Vec<Vec<usize>> = Vec::with_capacity(rels.len());
    for (number, rel) in rels.iter().enumerate() {
        if let Some(same) = rels[..number].iter().position(|before| before.columns.is_same(&rel.columns)) {
            of_legs.push(of_legs[same].clone());
            continue;
        }
        at_name.reserve(rel.columns.len());
        let mut of_leg = Vec::with_capacity(rel.columns.len());
        for column in &rel.columns {
            let at = *at_name.entry(&column.name).or_insert_with(|| {
                names.push(Unified { name: column.name.clone(), types: Vec::new(), start: 0 });
                names.len() - 1
            });
            if column.ty != Type::Unknown && !names[at].types.contains(&column.ty) {
                names[at].types.push(column.ty);
            }
            of_leg.push(at);
        }
        of_legs.push(of_leg);
    }
    (names, of_legs)
}

/// All columns of all legs; those of one name and different types are told apart by a suffix, `x_long`.
pub(super) fn unified(rels: Vec<Rel>, source: Option<&Name>, span: Span, text: &str) -> Rel {
    let (mut names, of_legs) = names_of(&rels);
    let mut taken = UniqueNames::default();
    if names.iter().any(|name| name.types.len() > 1) {
        names.iter().filter(|name| name.types.len() <= 1).for_each(|name| taken.take(&name.name));
    }
    let mut columns: Vec<Column> = Vec::with_capacity(names.len() + 1);
    columns.extend(source.map(source_column));
    for of_name in &mut names {
        of_name.start = columns.len();
        match of_name.types.as_slice() {
            [] => columns.push(Column { name: of_name.name.clone(), ty: Type::Unknown }),
            [ty] => columns.push(Column { name: of_name.name.clone(), ty: *ty }),
            types => columns.extend(types.iter().map(|&ty| {
                let name = taken.unique(&format!("{}_{ty}", of_name.name).into());
                Column { name, ty }
            })),
        }
    }
    let width = columns.len();
    let outputs: Vec<Vec<UnionColumn>> = rels
        .iter()
        .zip(of_legs)
        .enumerate()
        .map(|(number, (rel, of_leg))| {
            let mut output = vec![UnionColumn::Absent; width];
            if source.is_some() {
                output[0] = UnionColumn::Source(source_name(rel, number, text));
            }
            for (index, (column, at)) in rel.columns.iter().zip(of_leg).enumerate() {
                output[names[at].place(column.ty)] = UnionColumn::Column(index);
            }
            output
        })
        .collect();
    finished(rels, outputs, columns, span)
}

fn source_column(name: &Name) -> Column {
    Column { name: name.clone(), ty: Type::String }
}

/// Only the columns that all legs have, of one type (`kind=inner`).
fn common_columns(rels: Vec<Rel>, source: Option<&Name>, span: Span, text: &str) -> Rel {
    let in_all = |column: &&Column| rels.iter().all(|rel| rel.columns.contains(column));
    let columns: Vec<Column> =
        rels.first().map(|first| first.columns.iter().filter(in_all).cloned().collect()).unwrap_or_default();
    let outputs = rels
        .iter()
        .enumerate()
        .map(|(number, rel)| {
            let leading = source.map(|_| UnionColumn::Source(source_name(rel, number, text)));
            let indices = columns.iter().map(|column| match Row::of(rel).index_of(&column.name) {
                Some(index) => UnionColumn::Column(index),
                None => UnionColumn::Absent,
            });
            leading.into_iter().chain(indices).collect()
        })
        .collect();
    let columns = source.into_iter().map(source_column).chain(columns).collect();
    finished(rels, outputs, columns, span)
}

fn finished(rels: Vec<Rel>, outputs: Vec<Vec<UnionColumn>>, columns: Vec<Column>, span: Span) -> Rel {
    let open = rels.iter().any(|rel| rel.open);
    let legs = rels.into_iter().zip(outputs).map(|(rel, output)| UnionLeg { rel, output }).collect();
    Rel { kind: RelKind::Union { legs }, columns: columns.into(), open, span }
}
