//! Expressions: names, operators, and access to the parts of a value.

use std::sync::Arc;

use super::ir::{Column, Expr, ExprKind, Rel, RelKind};
use super::overload::{self, Mismatch};
use super::scope::{Binder, Named, Operand, Row, column, error, suggest, unknown_table};
use super::types::Argument;
use crate::catalog;
use crate::kql::ast::{self, BinaryOp, LogicalOp, UnaryOp};
use crate::text::Span;
use crate::value::{Type, Value};

/// What is wanted of an expression: it decides what an unknown name is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A scalar.
    Scalar,
    /// A table.
    Table,
    /// Either.
    Any,
}

impl<'a> Binder<'a> {
    /// A scalar expression. A table in its place is reported.
    pub(super) fn scalar(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        match self.operand(expr, row, Want::Scalar) {
            Operand::Scalar(bound) => bound,
            Operand::Table(_) => {
                self.report("type-mismatch", expr.span, "a scalar value is expected here, this is a table");
                error(expr.span)
            }
        }
    }

    /// A scalar expression that must be a bool.
    pub(super) fn predicate(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let bound = self.scalar(expr, row);
        self.expect_type(&bound, expr.span, Type::Bool);
        bound
    }

    /// Reports a value that is not of the type wanted.
    pub(super) fn expect_type(&mut self, bound: &Expr, span: Span, wanted: Type) {
        if bound.ty != wanted && bound.ty != Type::Unknown {
            self.report("type-mismatch", span, format!("a {wanted} is expected here, this is a {}", bound.ty));
        }
    }

    /// A scalar expression that must be a whole number.
    pub(super) fn integer(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let bound = self.scalar(expr, row);
        if !matches!(bound.ty, Type::Int | Type::Long | Type::Unknown) {
            self.report("type-mismatch", expr.span, format!("an integer is expected here, this is a {}", bound.ty));
        }
        bound
    }

    /// A scalar or tabular expression.
    pub(super) fn operand(&mut self, expr: &'a ast::Expr, row: Row<'_>, want: Want) -> Operand {
        self.nested(expr.span, |binder| binder.operand_inside(expr, row, want)).unwrap_or(match want {
            Want::Table => Operand::Table(unknown_table("", expr.span)),
            Want::Scalar | Want::Any => Operand::Scalar(error(expr.span)),
        })
    }

    fn operand_inside(&mut self, expr: &'a ast::Expr, row: Row<'_>, want: Want) -> Operand {
        let span = expr.span;
        let bound = match &expr.kind {
            ast::ExprKind::Paren(inner) => return self.operand(inner, row, want),
            ast::ExprKind::Name(name) => return self.name_operand(*name, row, want),
            ast::ExprKind::Call { name, args } => return self.call(*name, args, span, row, want),
            ast::ExprKind::Member { base, selector } => return self.member(base, selector, span, row, want),
            ast::ExprKind::Pipe(pipe) => return Operand::Table(self.pipe(pipe, span)),
            ast::ExprKind::DataTable { columns, values } => {
                return Operand::Table(self.data_table(columns, values, span));
            }
            ast::ExprKind::ExternalData { columns, uris, properties } => {
                return Operand::Table(self.external_data(columns, uris, properties, span));
            }
            ast::ExprKind::Literal(literal) => self.literal(*literal),
            ast::ExprKind::Dynamic(json) => self.dynamic(json, span),
            ast::ExprKind::TypeOf(columns) => self.type_literal(columns, span),
            ast::ExprKind::Index { base, index } => self.index(base, index, span, row),
            ast::ExprKind::Unary { op, operand } => self.unary(*op, operand, span, row),
            ast::ExprKind::Binary { .. } => self.binary(expr, row),
            ast::ExprKind::Logical { op, operands } => self.logical(*op, operands, span, row),
            ast::ExprKind::Membership { .. } => self.membership(expr, row),
            ast::ExprKind::Between { .. } => self.between(expr, row),
            ast::ExprKind::Wildcard(_) => {
                self.report("unknown-column", span, "a pattern of names is not a value");
                error(span)
            }
            ast::ExprKind::Star => {
                self.report("type-mismatch", span, "`*` is not a value here");
                error(span)
            }
            ast::ExprKind::Assign(assigned) => {
                self.scalar(&assigned.expr, row);
                let message = "a value is expected here, this is an assignment; `==` compares";
                self.report("type-mismatch", self.sign_before(&assigned.expr, span), message);
                error(span)
            }
            ast::ExprKind::List(items) => {
                for item in items {
                    self.scalar(item, row);
                }
                error(span)
            }
            ast::ExprKind::Missing => error(span),
        };
        Operand::Scalar(bound)
    }

    /// The `=` before the value of an assignment; the whole where it cannot be told.
    fn sign_before(&self, value: &ast::Expr, whole: Span) -> Span {
        let before = self.text.get(whole.start as usize..value.span.start as usize).unwrap_or_default();
        before.rfind('=').map_or(whole, |at| {
            let start = whole.range().start + at;
            Span::from_range(start..start + 1)
        })
    }

    fn type_literal(&mut self, columns: &[ast::ColumnDecl], span: Span) -> Expr {
        let columns = self.declared_columns(columns);
        Expr { kind: ExprKind::TypeLiteral(columns), ty: Type::Unknown, span }
    }

    /// The columns that a schema declares; an unknown type is reported.
    pub(super) fn declared_columns(&mut self, columns: &[ast::ColumnDecl]) -> Vec<Column> {
        columns
            .iter()
            .map(|column| Column { name: self.name(column.name), ty: self.declared_type(column.ty) })
            .collect()
    }

    /// The type written; `string` where none is.
    pub(super) fn declared_type(&mut self, ty: Option<ast::TypeName>) -> Type {
        let Some(ty) = ty else { return Type::String };
        let text = ty.span.slice(self.text);
        Type::from_name(text).unwrap_or_else(|| {
            if !text.is_empty() {
                self.report("unknown-type", ty.span, format!("`{text}` is no type"));
            }
            Type::Unknown
        })
    }

    // Names -----------------------------------------------------------------------------------------------------------

    fn name_operand(&mut self, name: ast::Name, row: Row<'_>, want: Want) -> Operand {
        let text = self.name(name);
        if text.is_empty() {
            return Operand::Scalar(error(name.span));
        }
        if !row.inside_aggregates_only
            && let Some(index) = row.index_of(&text)
        {
            return Operand::Scalar(column(row.columns, index, name.span));
        }
        match self.named(&text) {
            Some(Named::Scalar(value)) => {
                if matches!(value.kind, ExprKind::Argument { .. }) {
                    return Operand::Scalar(Expr { span: name.span, ..value.as_ref().clone() });
                }
                let ty = value.ty;
                return Operand::Scalar(Expr { kind: ExprKind::Shared { name: text, value }, ty, span: name.span });
            }
            Some(Named::Table(rel)) => return Operand::Table(shared_table(&text, rel, name.span)),
            Some(Named::Function(function)) => return self.local_call(&text, &function, &[], name.span, row),
            Some(Named::Opaque) if want == Want::Table => return Operand::Table(unknown_table(&text, name.span)),
            Some(Named::Opaque) => return Operand::Scalar(error(name.span)),
            None => {}
        }
        if row.open && want == Want::Scalar && !row.inside_aggregates_only {
            return Operand::Scalar(Expr { kind: ExprKind::OpenColumn(text), ty: Type::Unknown, span: name.span });
        }
        if let Some(function) = self.environment.supplied_function(&text).cloned() {
            return self.workspace_call(&text, function, &[], name.span, row, want);
        }
        if let Some(table) = self.environment.table(&text) {
            let (columns, open) = (table.columns, table.open);
            self.note_table(&text);
            return Operand::Table(Rel { kind: RelKind::Table { name: text }, columns, open, span: name.span });
        }
        if let Some(function) = self.environment.function(&text) {
            return self.workspace_call(&text, function, &[], name.span, row, want);
        }
        if want != Want::Table && catalog::scalar_function(&text).is_some() && !row.open {
            self.report(
                "unknown-column",
                name.span,
                format!("`{text}` is a function: it needs its arguments in parentheses"),
            );
            return Operand::Scalar(error(name.span));
        }
        self.unknown_name(text, name.span, row, want)
    }

    fn unknown_name(&mut self, text: String, span: Span, row: Row<'_>, want: Want) -> Operand {
        if want == Want::Table {
            return Operand::Table(self.unknown_table_name(&text, span));
        }
        if row.open && !row.inside_aggregates_only {
            return Operand::Scalar(Expr { kind: ExprKind::OpenColumn(text), ty: Type::Unknown, span });
        }
        if want == Want::Any && self.environment.allows_unknown(&text) {
            return Operand::Table(unknown_table(&text, span));
        }
        if row.inside_aggregates_only {
            let message = format!("`{text}` is no aggregate: name the column in `by`, or aggregate it");
            self.report("not-aggregated", span, message);
            return Operand::Scalar(error(span));
        }
        if want == Want::Any {
            let suggestion = suggest(&text, self.environment.table_names());
            let message = format!("there is no table, variable or function named `{text}`");
            self.report_missing_table("unknown-name", span, message, suggestion);
            return Operand::Scalar(error(span));
        }
        self.unknown_column(&text, span, row);
        Operand::Scalar(error(span))
    }

    /// A table that nobody knows: open where the environment allows it, else reported.
    pub(super) fn unknown_table_name(&mut self, name: &str, span: Span) -> Rel {
        if !name.is_empty() && !self.fuzzy && !self.environment.allows_unknown(name) {
            let suggestion = suggest(name, self.environment.table_names());
            self.report_missing_table("unknown-table", span, format!("there is no table named `{name}`"), suggestion);
        }
        unknown_table(name, span)
    }

    /// The input's column that an expression names, parentheses aside; anything else is reported.
    pub(super) fn column_index(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Option<usize> {
        match &expr.kind {
            ast::ExprKind::Paren(inner) => self.column_index(inner, row),
            ast::ExprKind::Name(name) => {
                let text = self.name(*name);
                let index = row.index_of(&text);
                if index.is_none() && !row.open && !text.is_empty() {
                    self.unknown_column(&text, name.span, row);
                }
                index
            }
            ast::ExprKind::Missing => None,
            _ => {
                self.report("column-expected", expr.span, "the name of a column is expected here");
                None
            }
        }
    }

    // Parts of values -------------------------------------------------------------------------------------------------

    fn member(
        &mut self,
        base: &'a ast::Expr,
        selector: &'a ast::Expr,
        span: Span,
        row: Row<'_>,
        want: Want,
    ) -> Operand {
        if let Some(operand) = self.remote(base, selector, span, row) {
            return operand;
        }
        if let Some(operand) = self.step_state(base, selector, span, row) {
            return Operand::Scalar(operand);
        }
        let base_expr = match self.operand(base, row, if want == Want::Table { Want::Any } else { want }) {
            Operand::Scalar(bound) => bound,
            Operand::Table(_) => {
                self.report("type-mismatch", base.span, "a table has no members");
                error(base.span)
            }
        };
        let name = match &selector.kind {
            ast::ExprKind::Name(name) => name,
            ast::ExprKind::Call { .. } => {
                self.report("type-mismatch", selector.span, "a dynamic value has no functions");
                return Operand::Scalar(error(span));
            }
            _ => {
                let index = self.scalar(selector, row);
                return Operand::Scalar(part(base_expr, index, span));
            }
        };
        let key = self.name(*name);
        if !matches!(base_expr.ty, Type::Dynamic | Type::Unknown) {
            let message = format!("a {} has no member `{key}`; only dynamic values have", base_expr.ty);
            self.report("unknown-column", selector.span, message);
            return Operand::Scalar(error(span));
        }
        let index = Expr { kind: ExprKind::Literal(Value::String(key)), ty: Type::String, span: selector.span };
        Operand::Scalar(part(base_expr, index, span))
    }

    /// `step.column` inside `scan`.
    fn step_state(&mut self, base: &ast::Expr, selector: &ast::Expr, span: Span, row: Row<'_>) -> Option<Expr> {
        let (ast::ExprKind::Name(step), ast::ExprKind::Name(name)) = (&base.kind, &selector.kind) else {
            return None;
        };
        let step = self.name(*step);
        let step = row.steps.iter().position(|known| *known == step)?;
        let name_text = self.name(*name);
        let Some(index) = row.index_of(&name_text) else {
            self.unknown_column(&name_text, name.span, row);
            return Some(error(span));
        };
        let ty = row.columns[index].ty;
        Some(Expr { kind: ExprKind::Column((step + 1) * row.columns.len() + index), ty, span })
    }

    fn index(&mut self, base: &'a ast::Expr, index: &'a ast::Expr, span: Span, row: Row<'_>) -> Expr {
        let base_expr = self.scalar(base, row);
        let index_expr = self.scalar(index, row);
        if !matches!(base_expr.ty, Type::Dynamic | Type::Unknown) {
            let message = format!("a {} has no elements; only dynamic values have", base_expr.ty);
            self.report("type-mismatch", index.span, message);
            return error(span);
        }
        if !matches!(index_expr.ty, Type::Int | Type::Long | Type::String | Type::Dynamic | Type::Unknown) {
            self.report("type-mismatch", index.span, "an element is named by an integer or a string");
        }
        part(base_expr, index_expr, span)
    }

    // Operators -------------------------------------------------------------------------------------------------------

    fn unary(&mut self, op: UnaryOp, operand: &'a ast::Expr, span: Span, row: Row<'_>) -> Expr {
        let bound = self.scalar(operand, row);
        if let Some(folded) = signed(op, &bound, span) {
            return folded;
        }
        let text = if op == UnaryOp::Minus { "unary -" } else { "unary +" };
        let fits = matches!(bound.ty, Type::Unknown | Type::Dynamic) || super::types::is_summable(bound.ty);
        if !fits || catalog::operator(text).is_none() {
            let op_span = Span::new(span.start, span.start + 1);
            self.report("type-mismatch", op_span, format!("the operator is not defined for a {}", bound.ty));
            return error(span);
        }
        let ty = super::types::promoted(bound.ty);
        Expr { kind: ExprKind::Unary { op, operand: Box::new(bound) }, ty, span }
    }

    /// A chain of operators that lean to the left is bound from its first operand on, without recursion.
    fn binary(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let mut chain = Vec::new();
        let mut first = expr;
        while let ast::ExprKind::Binary { op, op_span, left, right } = &first.kind {
            chain.push((*op, *op_span, right.as_ref(), first.span));
            first = left.as_ref();
        }
        if chain.len() > 1_000 {
            self.report("too-complex", expr.span, "a chain of more than 1000 operators");
            return error(expr.span);
        }
        let starred = matches!(first.kind, ast::ExprKind::Star);
        let mut bound = if starred { None } else { Some(self.scalar(first, row)) };
        while let Some((op, op_span, right, span)) = chain.pop() {
            let right = self.scalar(right, row);
            bound = Some(match bound.take() {
                Some(left) => self.binary_of(op, op_span, left, right, span),
                None => self.any_column(op, op_span, &right, span, row),
            });
        }
        bound.unwrap_or_else(|| error(expr.span))
    }

    /// An operator over two bound operands.
    pub(super) fn binary_of(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        let canonical = if op == BinaryOp::NotEqualAngle { "!=" } else { op.as_str() };
        let Some(operator) = catalog::operator(canonical) else { return error(span) };
        let choice = overload::choose_operator(operator, &[Argument::Scalar(left.ty), Argument::Scalar(right.ty)]);
        if !choice.mismatches.is_empty() {
            let message = format!("`{}` is not defined for {} and {}", op.as_str(), left.ty, right.ty);
            self.report("type-mismatch", op_span, message);
            return Expr { ty: choice.ty, ..error(span) };
        }
        Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, ty: choice.ty, span }
    }

    /// `* has "x"`: the comparison is true of at least one column.
    fn any_column(&mut self, op: BinaryOp, op_span: Span, right: &Expr, span: Span, row: Row<'_>) -> Expr {
        let textual = right.ty == Type::String || right.ty == Type::Unknown;
        let operands: Vec<Expr> = (0..row.columns.len())
            .filter(|index| textual || row.columns[*index].ty == right.ty)
            .map(|index| {
                let value = column(row.columns, index, span);
                let value = if textual { as_text(value) } else { value };
                self.binary_of(op, op_span, value, right.clone(), span)
            })
            .collect();
        any_of(operands, span)
    }

    fn logical(&mut self, op: LogicalOp, operands: &'a [ast::Expr], span: Span, row: Row<'_>) -> Expr {
        let mut bound = Vec::with_capacity(operands.len());
        for operand in operands {
            let value = self.scalar(operand, row);
            if !matches!(value.ty, Type::Bool | Type::Dynamic | Type::Unknown) {
                let message = format!("`{}` joins bools, this is a {}", op.as_str(), value.ty);
                self.report("type-mismatch", operand.span, message);
            }
            bound.push(value);
        }
        Expr { kind: ExprKind::Logical { op, operands: bound }, ty: Type::Bool, span }
    }

    fn membership(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let ast::ExprKind::Membership { op, op_span, value, list, .. } = &expr.kind else {
            return error(expr.span);
        };
        let starred = matches!(value.kind, ast::ExprKind::Star);
        let bound = if starred { None } else { Some(self.scalar(value, row)) };
        let items: Vec<Operand> = list.iter().map(|item| self.operand(item, row, Want::Any)).collect();
        let left = bound.as_ref().map_or(Type::String, |bound| bound.ty);
        let mut arguments = vec![Argument::Scalar(left)];
        arguments.extend(items.iter().map(|item| match item {
            Operand::Scalar(item) => Argument::Scalar(item.ty),
            Operand::Table(_) => Argument::Table,
        }));
        if let Some(operator) = catalog::operator(op.as_str()) {
            let choice = overload::choose(operator, &arguments);
            if !choice.mismatches.is_empty() && !list.is_empty() {
                self.membership_mismatch(op.as_str(), *op_span, value, list, &choice.mismatches);
                return Expr { ty: Type::Bool, ..error(expr.span) };
            }
        }
        let values: Vec<Expr> = match bound {
            Some(bound) => vec![bound],
            None => (0..row.columns.len()).map(|index| as_text(column(row.columns, index, value.span))).collect(),
        };
        let tests = values.into_iter().map(|value| membership_of(*op, value, &items, expr.span)).collect();
        any_of(tests, expr.span)
    }

    fn membership_mismatch(
        &mut self,
        op: &str,
        op_span: Span,
        value: &ast::Expr,
        list: &[ast::Expr],
        mismatches: &[Mismatch],
    ) {
        match mismatches.first() {
            Some(Mismatch::Argument(0, expected)) => {
                self.report("type-mismatch", value.span, format!("`{op}` needs {} on its left", expected.0));
            }
            Some(Mismatch::Argument(at, expected)) if list.get(at - 1).is_some() => {
                self.report("type-mismatch", list[at - 1].span, format!("{} is expected in the list", expected.0));
            }
            _ => self.report("type-mismatch", op_span, format!("`{op}` is not defined for these operands")),
        }
    }

    fn between(&mut self, expr: &'a ast::Expr, row: Row<'_>) -> Expr {
        let ast::ExprKind::Between { negated, op_span, value, low, high } = &expr.kind else {
            return error(expr.span);
        };
        let [value_expr, low_expr, high_expr] = [value, low, high].map(|operand| self.scalar(operand, row));
        let types = [value_expr.ty, low_expr.ty, high_expr.ty];
        let name = if *negated { "!between" } else { "between" };
        if let Some(operator) = catalog::operator(name) {
            let choice = overload::choose(operator, &types.map(Argument::Scalar));
            match choice.mismatches.first() {
                None => {}
                Some(Mismatch::Argument(at, expected)) => {
                    let span = [value, low, high].get(*at).map_or(*op_span, |operand| operand.span);
                    self.report("type-mismatch", span, format!("{} is expected here", expected.0));
                }
                Some(_) => {
                    let [value, low, high] = types;
                    let message = format!("`{name}` is not defined for {value}, {low} and {high}");
                    self.report("type-mismatch", *op_span, message);
                }
            }
        }
        let kind = ExprKind::Between {
            negated: *negated,
            value: Box::new(value_expr),
            low: Box::new(low_expr),
            high: Box::new(high_expr),
        };
        Expr { kind, ty: Type::Bool, span: expr.span }
    }
}

fn membership_of(op: ast::MembershipOp, value: Expr, items: &[Operand], span: Span) -> Expr {
    let value = Box::new(value);
    let kind = match items {
        [Operand::Table(table)] => ExprKind::MembershipTable { op, value, table: Box::new(table.clone()) },
        items => ExprKind::Membership {
            op,
            value,
            list: items
                .iter()
                .map(|item| match item {
                    Operand::Scalar(item) => item.clone(),
                    Operand::Table(table) => error(table.span),
                })
                .collect(),
        },
    };
    Expr { kind, ty: Type::Bool, span }
}

/// A shared table by its name.
pub(super) fn shared_table(name: &str, rel: Arc<Rel>, span: Span) -> Rel {
    let (columns, open) = (rel.columns.clone(), rel.open);
    Rel { kind: RelKind::Shared { name: name.to_owned(), rel }, columns, open, span }
}

fn part(base: Expr, index: Expr, span: Span) -> Expr {
    let ty = if base.ty == Type::Unknown { Type::Unknown } else { Type::Dynamic };
    Expr { kind: ExprKind::Index { base: Box::new(base), index: Box::new(index) }, ty, span }
}

fn as_text(value: Expr) -> Expr {
    if value.ty == Type::String {
        return value;
    }
    let span = value.span;
    Expr { kind: ExprKind::Call { name: "tostring".to_owned(), args: vec![value] }, ty: Type::String, span }
}

fn any_of(mut operands: Vec<Expr>, span: Span) -> Expr {
    match operands.len() {
        0 => Expr { kind: ExprKind::Literal(Value::Bool(false)), ty: Type::Bool, span },
        1 => operands.swap_remove(0),
        _ => Expr { kind: ExprKind::Logical { op: LogicalOp::Or, operands }, ty: Type::Bool, span },
    }
}

/// A number literal with its sign.
fn signed(op: UnaryOp, operand: &Expr, span: Span) -> Option<Expr> {
    let ExprKind::Literal(value) = &operand.kind else { return None };
    let value = match (op, value) {
        (UnaryOp::Plus, Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::TimeSpan(_)) => value.clone(),
        (UnaryOp::Minus, Value::Long(value)) => Value::Long(value.checked_neg()?),
        (UnaryOp::Minus, Value::Int(value)) => Value::Int(value.checked_neg()?),
        (UnaryOp::Minus, Value::Real(value)) => Value::Real(-value),
        (UnaryOp::Minus, Value::TimeSpan(value)) => Value::TimeSpan(value.checked_neg()?),
        (UnaryOp::Minus, Value::Decimal(value)) => Value::Decimal(value.negate()),
        _ => return None,
    };
    Some(Expr { kind: ExprKind::Literal(value), ty: operand.ty, span })
}
