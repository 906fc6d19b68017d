//! Rows that a caller gives under a name: those of a table, or the answer of a function of the workspace, of one call
//! (`_GetWatchlist('Admins')`) or of all (`_Im_Dns`).

use super::bind;
use super::environment::{Environment, SuppliedTable};
use super::ir::{BoundResult, Expr, ExprKind};
use crate::value::{Value, convert};
use crate::{catalog, kql};

/// A call as its answer is looked up: `_GetWatchlist('Admins')`, without white space and with single quotes; the name alone where
/// an argument is no constant.
pub fn call_text(name: &str, args: &[Expr]) -> String {
    let mut texts = Vec::with_capacity(args.len());
    for arg in args {
        texts.push(match &arg.kind {
            ExprKind::Literal(Value::String(text)) => format!("'{text}'"),
            ExprKind::Literal(value) => convert::to_text(value),
            _ => return name.to_owned(),
        });
    }
    format!("{name}({})", texts.join(","))
}

impl Environment {
    /// Says what columns the answer of a call has; where the function itself does not tell all of them, the query has these.
    pub fn supply_answer(&mut self, call: impl Into<String>, answer: SuppliedTable) {
        self.answers.insert(call.into(), answer);
    }

    /// The columns of the answer of this call: of its own, else of that of the function.
    pub(super) fn answer(&self, name: &str, args: &[Expr]) -> Option<&SuppliedTable> {
        if self.answers.is_empty() {
            return None;
        }
        self.answers.get(&call_text(name, args)).or_else(|| self.answers.get(name))
    }

    /// Whether rows given under this name are the answer of a function, not a table.
    pub fn is_answer(&self, name: &str) -> bool {
        name.ends_with(')') || self.function(name).is_some() || catalog::scalar_function(name).is_some()
    }

    /// The columns of the table, or of the answer, that is given under this name, as far as they are known before its rows are
    /// looked at.
    pub fn declared(&self, name: &str) -> Option<SuppliedTable> {
        if !self.is_answer(name) {
            return self.table(name);
        }
        let call = if name.ends_with(')') { name.to_owned() } else { format!("{name}()") };
        match bind(&kql::parse(&call), self).results.pop() {
            Some(BoundResult::Table(table)) => Some(SuppliedTable { columns: table.columns, open: table.open }),
            _ => None,
        }
    }
}
