//! `search` and `find`: the rows of several tables that satisfy a predicate over any of their columns.

use super::super::ir::{Column, Expr, ExprKind, Rel, RelKind};
use super::super::scope::{Binder, Row, unknown_table};
use super::super::types;
use super::union::unified;
use crate::kql::ast;
use crate::kql::walk::{Node, Step, walk_expr};
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    pub(super) fn search(&mut self, input: Option<Rel>, search: &'a ast::SearchOperator, span: Span) -> Rel {
        let mut rels = Vec::new();
        for table in &search.tables {
            self.union_leg(table, &mut rels);
        }
        let searched = match (input, rels.is_empty()) {
            (Some(input), _) => unified(vec![input], Some("$table".to_owned()), span, self.text),
            (None, true) => unified(vec![unknown_table("*", span)], Some("$table".to_owned()), span, self.text),
            (None, false) => unified(rels, Some("$table".to_owned()), span, self.text),
        };
        let predicate = self.search_predicate(&search.predicate, Row::of(&searched));
        let case_sensitive = self.parameter_word(&search.parameters, "kind").as_deref() == Some("case_sensitive");
        if case_sensitive {
            let name = "search kind=case_sensitive".to_owned();
            return super::keeping(searched, span, |input| RelKind::Other { input: Some(input), name });
        }
        super::keeping(searched, span, |input| RelKind::Search { input, predicate })
    }

    /// A predicate in which a bare text means that it stands in any column.
    fn search_predicate(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.search_predicate(inner, row),
            ast::ExprKind::Logical { op, operands } => {
                let operands = operands.iter().map(|operand| self.search_predicate(operand, row)).collect();
                Expr { kind: ExprKind::Logical { op: *op, operands }, ty: Type::Bool, span: expr.span }
            }
            ast::ExprKind::Star => Expr { kind: ExprKind::Literal(Value::Bool(true)), ty: Type::Bool, span: expr.span },
            _ => {
                let value = self.scalar(expr, row);
                if value.ty != Type::String {
                    return value;
                }
                let kind = ExprKind::Call { name: "search".to_owned(), args: vec![value] };
                Expr { kind, ty: Type::Bool, span: expr.span }
            }
        }
    }

    pub(super) fn find(&mut self, find: &'a ast::FindOperator, span: Span) -> Rel {
        let source = self.parameter_word(&find.parameters, "withsource").unwrap_or_else(|| "source_".to_owned());
        let mut rels = Vec::new();
        for table in &find.tables {
            self.union_leg(table, &mut rels);
        }
        if rels.is_empty() {
            rels.push(unknown_table("*", span));
        }
        let searched = by_name(&rels);
        let open = rels.iter().any(|rel| rel.open);
        let row = Row { columns: &searched, open, ..Row::default() };
        let predicate = find.predicate.as_ref().map(|predicate| self.search_predicate(predicate, row));
        let referenced = self.referenced(find.predicate.as_ref(), predicate.as_ref(), row);
        let chosen = referenced.tables(&rels);
        let mut columns = vec![Column { name: source.clone(), ty: Type::String }];
        if find.project.is_empty() {
            columns.extend(common_columns(&chosen));
            for column in referenced.columns {
                if !columns.iter().any(|known| known.name == column.name) {
                    columns.push(column);
                }
            }
            if packs_more(&chosen, &columns) {
                columns.push(Column { name: "pack_".to_owned(), ty: Type::Dynamic });
            }
        } else {
            self.found_columns(find, row, &mut columns);
        }
        self.leave_out(find, &source, &mut columns);
        let open = open && find.project.is_empty();
        let found = unified(rels, Some(source), span, self.text);
        Rel { kind: RelKind::Other { input: Some(Box::new(found)), name: "find".to_owned() }, columns, open, span }
    }

    /// What the predicate of `find`, written and bound, speaks of.
    fn referenced(&self, written: Option<&'a ast::Expr>, bound: Option<&Expr>, row: Row<'_>) -> Referenced {
        let mut referenced = Referenced { columns: Vec::new(), everything: bound.is_none_or(searches_all_columns) };
        let Some(written) = written else { return referenced };
        walk_expr(written, &mut |node| {
            match node {
                Node::Expr(ast::Expr { kind: ast::ExprKind::Star, .. }) => referenced.everything = true,
                Node::Expr(ast::Expr { kind: ast::ExprKind::Name(name), .. }) => {
                    let column = row.index_of(&self.name(*name)).map(|index| row.columns[index].clone());
                    referenced.columns.extend(column.filter(|column| !referenced.columns.contains(column)));
                }
                _ => {}
            }
            Step::Into
        });
        referenced
    }

    /// The columns that `project` of `find` lists.
    fn found_columns(&mut self, find: &'a ast::FindOperator, row: Row<'_>, columns: &mut Vec<Column>) {
        for (expr, ty) in &find.project {
            let ast::ExprKind::Name(_) = &expr.kind else {
                // `pack(*)`: the columns that are not listed.
                columns.push(Column { name: "pack_".to_owned(), ty: Type::Dynamic });
                continue;
            };
            let index = self.column_index(expr, row);
            let declared = ty.map(|ty| self.declared_type(Some(ty)));
            let known = index.map_or(Type::Unknown, |index| row.columns[index].ty);
            let name = expr.span.slice(self.text);
            columns.push(Column { name: super::project::pattern_text(name), ty: declared.unwrap_or(known) });
        }
    }

    /// Takes the columns of `project-away` out; `*` means all but the source and what is packed by hand.
    fn leave_out(&self, find: &ast::FindOperator, source: &str, columns: &mut Vec<Column>) {
        let all = find.project_away.iter().any(|expr| matches!(expr.kind, ast::ExprKind::Star));
        let is_packed = |name: &str| name == "pack_" && !find.project.is_empty();
        let away: Vec<String> =
            find.project_away.iter().map(|expr| super::project::pattern_text(expr.span.slice(self.text))).collect();
        columns.retain(|column| {
            if all { column.name == source || is_packed(&column.name) } else { !away.contains(&column.name) }
        });
    }
}

/// The columns of all tables, each name once; of several types it is the type that holds them all, else `dynamic`.
fn by_name(rels: &[Rel]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for column in rels.iter().flat_map(|rel| &rel.columns) {
        match columns.iter_mut().find(|known| known.name == column.name) {
            Some(known) => known.ty = types::common(known.ty, column.ty).unwrap_or(Type::Dynamic),
            None => columns.push(column.clone()),
        }
    }
    columns
}

/// What the predicate of `find` speaks of: it decides which tables are read, and which columns are shown.
struct Referenced {
    /// The columns it names, in the order of their first mention.
    columns: Vec<Column>,
    /// A bare text or `*` means every column of every table.
    everything: bool,
}

impl Referenced {
    /// The tables that have a column of the predicate: only their rows can be found.
    fn tables<'r>(&self, rels: &'r [Rel]) -> Vec<&'r Rel> {
        let has =
            |rel: &Rel| rel.open || self.columns.iter().any(|column| Row::of(rel).index_of(&column.name).is_some());
        rels.iter().filter(|rel| self.everything || rels.len() == 1 || has(rel)).collect()
    }
}

/// Whether a bare text stands in the predicate: it is searched in every column.
fn searches_all_columns(predicate: &Expr) -> bool {
    matches!(&predicate.kind, ExprKind::Call { name, .. } if name == "search")
        || predicate.operands().into_iter().any(searches_all_columns)
}

/// The columns that all tables have.
fn common_columns(rels: &[&Rel]) -> Vec<Column> {
    let Some((first, others)) = rels.split_first() else { return Vec::new() };
    let shared = |column: &Column| {
        let mut shared = column.clone();
        for other in others {
            let index = Row::of(other).index_of(&column.name)?;
            shared.ty = types::common(shared.ty, other.columns[index].ty).unwrap_or(Type::Dynamic);
        }
        Some(shared)
    };
    first.columns.iter().filter_map(shared).collect()
}

/// Whether a table has columns that are not shown: `find` packs them.
fn packs_more(rels: &[&Rel], shown: &[Column]) -> bool {
    let is_shown = |column: &Column| shown.iter().any(|known| known.name == column.name);
    rels.iter().any(|rel| !rel.open && !rel.columns.iter().all(is_shown))
}
