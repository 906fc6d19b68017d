//! `scan`.

use super::super::ir::{Column, Columns, Expr, ExprKind, Name, Rel, RelKind, Scan, ScanStep, SortKey};
use super::super::scope::{Binder, Row};
use super::keeping;
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    pub(super) fn scan(&mut self, input: Rel, written: &'a ast::ScanOperator, span: Span) -> Rel {
        let open = input.open;
        let keys: Vec<SortKey> = written
            .order_by
            .iter()
            .map(|key| {
                let value = self.scalar(&key.key.expr, Row::of(&input));
                let descending = !matches!(key.order, Some(ast::SortOrder::Ascending));
                SortKey { value, descending, nulls_first: !descending }
            })
            .collect();
        let partition_by = written.partition_by.iter().map(|by| self.scalar(by, Row::of(&input))).collect();
        let input = if keys.is_empty() { input } else { keeping(input, span, |input| RelKind::Sort { input, keys }) };
        let mut columns = input.columns.to_vec();
        let mut declared = Vec::new();
        for (column, default) in &written.declare {
            let ty = self.declared_type(column.ty);
            declared.push(match default {
                Some(default) => self.scalar(default, Row::default()),
                None => Expr { kind: ExprKind::Literal(Value::Null), ty, span: column.name.span },
            });
            columns.push(Column { name: self.name(column.name).into(), ty });
        }
        let names: Vec<Name> = written.steps.iter().map(|step| self.name(step.name).into()).collect();
        let of_steps = Columns::from(columns.clone());
        let row = Row { columns: &of_steps, open, inside_aggregates_only: false, steps: &names };
        let steps = written.steps.iter().map(|step| self.scan_step(step, row)).collect();
        if let Some(match_id) = self.parameter_word(&written.parameters, "with_match_id") {
            columns.push(Column { name: match_id.into(), ty: Type::Long });
        }
        let bound = Scan { input, declared, partition_by, steps };
        Rel { kind: RelKind::Scan(Box::new(bound)), columns: columns.into(), open, span }
    }

    fn scan_step(&mut self, written: &'a ast::ScanStep, row: Row<'_>) -> ScanStep {
        let condition = self.predicate(&written.condition, row);
        let mut assignments = Vec::new();
        for item in &written.assignments {
            let value = self.scalar(&item.expr, row);
            let Some(name) = item.names.first() else { continue };
            let text = self.name(*name);
            match row.index_of(&text) {
                Some(index) => assignments.push((index, value)),
                None => self.unknown_column(&text, name.span, row),
            }
        }
        ScanStep {
            name: self.name(written.name).into(),
            optional: written.optional,
            output: written.output.unwrap_or(ast::ScanOrder::All),
            condition,
            assignments,
        }
    }
}
