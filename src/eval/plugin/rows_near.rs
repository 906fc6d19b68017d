//! `rows_near`: the rows around those that meet a condition (Microsoft: "`rows_near` plugin").

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::{Scope, truth};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::row_count;
use crate::eval::table::Table;
use crate::eval::vector::Operand;
use crate::text::Span;

/// A compiled `rows_near`.
#[derive(Debug)]
pub(crate) struct RowsNear {
    input: Box<Stage>,
    condition: Compiled,
    before: Compiled,
    after: Option<Compiled>,
}

/// Compiles `rows_near`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<RowsNear, Error> {
    let stage = Box::new(compiler.rel(input)?);
    let condition = compiler.expr(super::required(args.first().and_then(super::scalar), "a condition", span)?)?;
    let before = compiler.expr(super::required(args.get(1).and_then(super::scalar), "a number of rows", span)?)?;
    let after = compiler.optional(args.get(2).and_then(super::scalar))?;
    Ok(RowsNear { input: stage, condition, before, after })
}

impl RowsNear {
    pub(super) fn run(&self, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let before = row_count(&self.before, run)?;
        let after = self.after.as_ref().map_or(Ok(before), |after| row_count(after, run))?;
        let holds = self.condition.eval(Scope::all(input.columns(), input.rows()), run)?;
        let holds: Box<dyn Fn(usize) -> bool> = match truth(&holds, input.rows()) {
            Some(Operand::One(holds)) => Box::new(move |_| holds == Some(true)),
            Some(Operand::Many(cells)) => Box::new(move |row| cells.get(row) == Some(&true)),
            None => return Err(Error::unsupported("a condition that is no bool", self.condition.span)),
        };
        let mut kept: Vec<u32> = Vec::new();
        let mut next = 0;
        for row in (0..input.rows()).filter(|row| holds(*row)) {
            let from = row.saturating_sub(before).max(next);
            next = row.saturating_add(after).saturating_add(1).min(input.rows()).max(next);
            kept.extend((from..next).map(|row| u32::try_from(row).unwrap_or(u32::MAX)));
        }
        Ok(input.gather(&kept))
    }
}
