//! Expressions.

use super::layout::{BreakKind, Gap};
use super::lower::Lower;
use crate::kql::ast::{Arg, BinaryOp, Expr, ExprKind, LiteralKind, Name, Pipe};
use crate::kql::token::TokenKind;

/// Functions whose arguments come in pairs.
const PAIRED: [&str; 4] = ["case", "bag_pack", "pack", "pack_dictionary"];

impl Lower<'_> {
    /// What the tree says of an expression's layout.
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Call { name, args } => self.call(name, args),
            ExprKind::Index { base, .. } => {
                let open = self.from(base.span.end);
                self.layout.gap(open, Gap::Tight);
                self.joined_brackets(open);
            }
            ExprKind::Name(name) => self.name(name),
            ExprKind::Wildcard(span) => {
                let (first, end) = self.range(*span);
                self.tight(first, end);
            }
            ExprKind::Unary { operand, .. } => self.layout.gap(self.from(operand.span.start), Gap::Tight),
            ExprKind::Binary { op, op_span, operands } => self.binary(expr, *op, &operands[0], op_span.start),
            ExprKind::Logical { operands, .. } => {
                let (first, end) = self.range(expr.span);
                let group = self.chain_group(first, end);
                for operand in &operands[1..] {
                    // Operands may stand in brackets of their own: the operator is the token before the operand.
                    let operator = self.from(operand.span.start).saturating_sub(1);
                    self.layout.line(operator, group, 1);
                }
            }
            ExprKind::Pipe(pipe) => self.pipe(expr, pipe),
            ExprKind::Dynamic(_) => self.json(expr),
            ExprKind::DataTable { columns, values } => self.data_table(expr, columns.len(), values),
            ExprKind::ExternalData(data) => self.arguments(&data.properties),
            ExprKind::Literal(literal) if literal.kind == LiteralKind::String => self.strings(expr),
            // A sign: `-1` in a table of data.
            ExprKind::Literal(literal) => {
                let (first, end) = self.range(literal.span);
                self.tight(first, end);
            }
            ExprKind::Assign(_)
            | ExprKind::TypeOf(_)
            | ExprKind::Star
            | ExprKind::Member { .. }
            | ExprKind::Membership { .. }
            | ExprKind::Between { .. }
            | ExprKind::Paren(_)
            | ExprKind::List(_)
            | ExprKind::Missing => {}
        }
    }

    /// The pipe of a statement: each operator on its line, `indent` levels below the statement.
    pub(super) fn statement_pipe(&mut self, expr: &Expr, indent: usize) {
        let ExprKind::Pipe(pipe) = &expr.kind else { return };
        let (first, end) = self.range(expr.span);
        let group = self.layout.group(first, end, indent);
        self.layout.harden(group);
        for bar in self.bars(pipe) {
            self.layout.line(bar, group, indent);
        }
        self.placed_pipe = Some(expr.span);
    }

    /// A pipe inside something: on one line while it has one bar and fits.
    fn pipe(&mut self, expr: &Expr, pipe: &Pipe) {
        if self.placed_pipe == Some(expr.span) {
            return;
        }
        let bars = self.bars(pipe);
        if bars.is_empty() {
            return;
        }
        let (first, end) = self.range(expr.span);
        let group = self.chain_group(first, end);
        for &bar in &bars {
            self.layout.line(bar, group, 1);
        }
        if bars.len() > 1 {
            self.layout.harden(group);
        }
    }

    /// The `|` before each stage; the first stage of a pipe may have none.
    fn bars(&self, pipe: &Pipe) -> Vec<usize> {
        let before = pipe.stages.iter().map(|stage| self.from(stage.span.start).wrapping_sub(1));
        before.filter(|&index| self.kind(index) == TokenKind::Bar).collect()
    }

    fn call(&mut self, name: &Name, args: &[Arg]) {
        self.name(name);
        let open = self.from(name.span.end);
        self.layout.gap(open, Gap::Tight);
        self.arguments(args);
        if PAIRED.contains(&name.span.slice(self.text)) {
            for pair in args.chunks_exact(2) {
                let (first, second) = (&pair[0].value.span, &pair[1].value.span);
                let group = self.layout.group(self.from(first.start), self.from(second.end), 1);
                self.layout.line(self.from(second.start), group, 1);
            }
        }
    }

    /// `name=value` without blanks.
    pub(super) fn arguments(&mut self, args: &[Arg]) {
        for arg in args.iter().filter(|arg| arg.name.is_some()) {
            self.tight_equals_before(self.from(arg.value.span.start));
        }
    }

    /// The tokens of a name stand together: `['a b']`, `hint.x`.
    pub(super) fn name(&mut self, name: &Name) {
        let (first, end) = self.range(name.span);
        self.tight(first, end);
    }

    /// Nothing stands between the tokens from `first` to before `end`.
    pub(super) fn tight(&mut self, first: usize, end: usize) {
        for index in first + 1..end {
            self.layout.gap(index, Gap::Tight);
            self.layout.join(index);
        }
    }

    /// No line breaks right inside these brackets.
    fn joined_brackets(&mut self, open: usize) {
        if let Some(close) = self.pairs.close_of(open) {
            self.layout.join(open + 1);
            self.layout.join(close);
        }
    }

    fn binary(&mut self, expr: &Expr, op: BinaryOp, left: &Expr, operator: u32) {
        let operator = self.from(operator);
        match op {
            BinaryOp::Colon => {
                self.layout.gap(operator, Gap::Tight);
                self.layout.gap(operator + 1, Gap::Tight);
            }
            // The chain is laid out once, from its top; the walk comes to the parts below later.
            BinaryOp::Add | BinaryOp::Subtract if self.layout.breaks[operator].is_none() => {
                let (first, end) = self.range(expr.span);
                let group = self.chain_group(first, end);
                self.layout.line(operator, group, 1);
                let mut below = left;
                while let ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Subtract, op_span, operands } = &below.kind {
                    self.layout.line(self.from(op_span.start), group, 1);
                    below = &operands[0];
                }
            }
            _ => {}
        }
    }

    /// Strings side by side are one text; they are filled into lines.
    fn strings(&mut self, expr: &Expr) {
        let (first, end) = self.range(expr.span);
        if end > first + 1 {
            let group = self.layout.group(first, end, 1);
            for index in first + 1..end {
                self.layout.place(index, BreakKind::Fill, group, 1);
            }
        }
    }

    /// `dynamic({"a": 1})`: no blank inside braces, one behind each colon.
    fn json(&mut self, expr: &Expr) {
        let (first, end) = self.range(expr.span);
        for index in first + 1..end {
            if self.kind(index - 1) == TokenKind::OpenBrace || self.kind(index) == TokenKind::CloseBrace {
                self.layout.gap(index, Gap::Tight);
            } else if self.kind(index - 1) == TokenKind::Colon {
                self.layout.gap(index, Gap::Space);
            } else if self.kind(index - 1) == TokenKind::Minus {
                self.layout.gap(index, Gap::Tight);
            }
        }
    }

    /// The cells of a row stay on one line while they fit.
    fn data_table(&mut self, expr: &Expr, columns: usize, values: &[Expr]) {
        let Some(close) = self.from(expr.span.end).checked_sub(1) else { return };
        let Some(group) = self.pairs.partner(close).and_then(|open| self.bracket_group(open)) else { return };
        if columns < 2 {
            return;
        }
        for row in values.chunks(columns) {
            let [first, rest @ ..] = row else { continue };
            let start = self.from(first.span.start);
            let Some(last) = rest.last() else { continue };
            let cells = self.layout.group(start, self.from(last.span.end), 1);
            for cell in rest {
                self.layout.line(self.from(cell.span.start), cells, 1);
            }
        }
        if values.len() > columns {
            self.layout.harden(group);
        }
    }
}
