//! The columns of an operator while they are put together: `project`, `extend`, `summarize`, `mv-expand` and their like.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::indices::Indices;
use super::ir::{Column, Columns, ColumnsBuilder, Expr, ExprKind, Name, Rel, RelKind};
use super::scope::column;
use crate::text::Span;
use crate::value::Type;

/// A name that is declared twice in one operator.
#[derive(Debug)]
pub(super) struct Redeclared {
    pub(super) name: Name,
    pub(super) span: Span,
}

/// What a new column may do with an old one of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// Take its place.
    Replace,
    /// Get a number.
    Number,
}

/// Columns, each under a name of its own, and their values.
#[derive(Debug, Default)]
pub(super) struct Projection {
    columns: ColumnsBuilder,
    /// So many columns, the first, are those of the input.
    kept: usize,
    /// The values of those of them that were replaced.
    replaced: BTreeMap<usize, Expr>,
    /// The values of the columns behind them.
    added: Vec<Expr>,
    /// The columns whose names are written.
    declared: Indices,
    /// Names that are written but gave no column.
    declared_in_vain: Vec<Name>,
    /// The last number that was given to a name that clashed.
    numbers: HashMap<Name, usize>,
    /// The input's columns that are never added again.
    ignored: Indices,
    default_number: usize,
}

impl Projection {
    /// Begins with nothing; so many columns will be added.
    pub(super) fn of(count: usize) -> Self {
        Self { added: Vec::with_capacity(count), columns: ColumnsBuilder::of(count), ..Self::default() }
    }

    /// Begins with the columns of the input.
    pub(super) fn extending(input: &Rel, span: Span, more: usize) -> Self {
        let mut projection = Self { ignored: Indices::below(input.columns.len()), ..Self::default() };
        projection.added.reserve(more);
        if input.columns.have_distinct_names() {
            projection.columns = ColumnsBuilder::starting_with(&input.columns, more);
            projection.kept = input.columns.len();
            return projection;
        }
        for (index, of) in input.columns.iter().enumerate() {
            projection.add(of.clone(), column(&input.columns, index, span), None, Clash::Number);
        }
        projection
    }

    /// The columns so far.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The values of the columns that are not the input's.
    pub(super) fn added(&self) -> &[Expr] {
        &self.added
    }

    /// The column added last, and its value.
    pub(super) fn last_added(&mut self) -> Option<(&Column, &mut Expr)> {
        Some((self.columns.last()?, self.added.last_mut()?))
    }

    /// Gives the column at this place another type.
    pub(super) fn set_type(&mut self, at: usize, ty: Type) {
        self.columns.set_type(at, ty);
    }

    /// Takes the values of the columns so far, which are keys: the columns are then those of the keyed row.
    pub(super) fn take_keys(&mut self) -> Vec<Expr> {
        let of_key = |(index, key): (_, &Expr)| Expr { kind: ExprKind::Column(index), ty: key.ty, span: key.span };
        let keyed = self.added.iter().enumerate().map(of_key).collect();
        let keys = std::mem::replace(&mut self.added, keyed);
        for key in &keys {
            if let ExprKind::Column(index) = key.kind {
                self.ignored.insert(index);
            }
        }
        keys
    }

    /// Never adds the input's column of this index again.
    pub(super) fn ignore(&mut self, source: usize) {
        self.ignored.insert(source);
    }

    /// Adds a column whose name nobody wrote. `source` is the input's column it is, if it is just that.
    pub(super) fn add(&mut self, column: Column, value: Expr, source: Option<usize>, clash: Clash) {
        if column.name.is_empty() || source.is_some_and(|source| self.ignored.contains(source)) {
            return;
        }
        match self.columns.index_of(&column.name) {
            None => self.push(column, value),
            Some(at) if clash == Clash::Replace => self.replace(at, column.ty, value),
            Some(_) => {
                let name = self.numbered(&column.name);
                self.push(Column { name, ty: column.ty }, value);
            }
        }
    }

    /// Adds a column whose name is written; a second one of that name is an error.
    pub(super) fn declare(
        &mut self,
        column: Column,
        value: Expr,
        source: Option<usize>,
        clash: Clash,
        span: Span,
    ) -> Result<(), Redeclared> {
        let known = self.columns.index_of(&column.name);
        if known.is_some_and(|at| self.declared.contains(at)) || self.declared_in_vain.contains(&column.name) {
            return Err(Redeclared { name: column.name, span });
        }
        if let (Some(at), Clash::Replace) = (known, clash) {
            self.replace(at, column.ty, value);
            self.declared.insert(at);
            return Ok(());
        }
        let (name, count) = (column.name.clone(), self.columns.len());
        self.add(column, value, source, clash);
        if self.columns.len() > count {
            self.declared.insert(count);
        } else {
            self.declared_in_vain.push(name);
        }
        Ok(())
    }

    fn push(&mut self, column: Column, value: Expr) {
        self.columns.push(column);
        self.added.push(value);
    }

    fn replace(&mut self, at: usize, ty: Type, value: Expr) {
        self.columns.set_type(at, ty);
        match at.checked_sub(self.kept) {
            None => drop(self.replaced.insert(at, value)),
            Some(at) => self.added[at] = value,
        }
    }

    /// The name with the first number that is free.
    fn numbered(&mut self, name: &Name) -> Name {
        let mut number = self.numbers.get(name).copied().unwrap_or(0);
        loop {
            number += 1;
            let candidate = format!("{name}{number}");
            if self.columns.index_of(&candidate).is_none() {
                self.numbers.insert(name.clone(), number);
                return candidate.into();
            }
        }
    }

    /// `Column1`, `Column2` …: the first that neither the projection nor `exists` knows.
    pub(super) fn default_name(&mut self, exists: &dyn Fn(&str) -> bool) -> Name {
        loop {
            self.default_number += 1;
            let name = format!("Column{}", self.default_number);
            if self.columns.index_of(&name).is_none() && !exists(&name) {
                return name.into();
            }
        }
    }

    /// The columns, and the values of those that are not the input's.
    pub(super) fn finish(self) -> (Columns, Vec<Expr>) {
        (self.columns.finish(), self.added)
    }

    /// The operator over its input.
    pub(super) fn over(self, input: Rel, open: bool, span: Span) -> Rel {
        let input = Box::new(input);
        let kind = match self.kept {
            0 => RelKind::Project { input, values: self.added },
            _ => RelKind::Extend { input, replaced: self.replaced.into_iter().collect(), added: self.added },
        };
        Rel { kind, columns: self.columns.finish(), open, span }
    }
}
