//! Plugins that give several tables, as `fork` does: the rows that a plugin makes, and a pipe over them for each table
//! (Microsoft: "preview plugin", "`funnel_sequence` plugin").

use super::super::ir::{Aggregate, Column, ContextId, Expr, ExprKind, Name, PluginArg, Rel, RelKind, SortKey};
use super::super::naming;
use super::super::scope::{Binder, column};
use super::keeping;
use crate::text::Span;
use crate::value::{Type, Value};

/// The most ids that `funnel_sequence` shows of a row.
const SAMPLES: i64 = 128;

impl Binder<'_> {
    /// A plugin that gives several tables as what gives them; any other as it is. The columns are those of the first table.
    pub(super) fn tables_of(&mut self, plugin: Rel) -> Rel {
        let RelKind::Plugin { input: Some(input), name, args } = &plugin.kind else { return plugin };
        let (context, span) = (self.new_context(), plugin.span);
        match name.as_str() {
            "preview" => match args.as_slice() {
                [PluginArg::Scalar(count)] => {
                    let rows = inner(input, context);
                    let (input, count) = (Rel::clone(input), count.clone());
                    let first = keeping(rows.clone(), span, |input| RelKind::Take { input, count });
                    let count = self.count(rows, None, span);
                    fork(input, vec![first, count], context, span)
                }
                _ => plugin,
            },
            // The columns are those of `plugin::columns`: time, state before, state behind, id.
            "funnel_sequence" if plugin.columns.len() == 4 => {
                let rows = inner(&plugin, context);
                let tables = [vec![0, 1, 2], vec![0, 1], vec![0, 2]];
                let tables = tables.into_iter().map(|keys| ids_by(&rows, &keys)).collect();
                fork(plugin, tables, context, span)
            }
            _ => plugin,
        }
    }
}

fn fork(input: Rel, branches: Vec<Rel>, context: ContextId, span: Span) -> Rel {
    let (columns, open) = branches.first().map(|first| (first.columns.clone(), first.open)).unwrap_or_default();
    let branches = branches.into_iter().map(|branch| (None, branch)).collect();
    Rel { kind: RelKind::Fork { input: Box::new(input), branches, context }, columns, open, span }
}

/// The rows as the pipes see them.
fn inner(rows: &Rel, context: ContextId) -> Rel {
    Rel { kind: RelKind::Context(context), columns: rows.columns.clone(), open: rows.open, span: rows.span }
}

/// The number of ids, the last column, and some of them, by other columns: the first is the time; the most first.
fn ids_by(rows: &Rel, keys: &[usize]) -> Rel {
    let span = rows.span;
    let id = column(&rows.columns, rows.columns.len().saturating_sub(1), span);
    let aggregate = |name, args, of, ty| {
        let columns = vec![Column { name: Name::fixed(of), ty }];
        Aggregate { name: Name::fixed(name), args, columns, span }
    };
    let most = Expr { kind: ExprKind::Literal(Value::Long(SAMPLES)), ty: Type::Long, span };
    let aggregates = vec![
        aggregate("count_distinct", vec![id.clone()], "dcount", Type::Long),
        aggregate("make_set", vec![id, most], "samples", Type::Dynamic),
    ];
    let kept = keys.iter().map(|&key| &rows.columns[key]);
    let columns = naming::made_unique(kept.chain(aggregates.iter().flat_map(|aggregate| &aggregate.columns)));
    let outputs: Vec<Expr> = (0..columns.len()).map(|at| column(&columns, at, span)).collect();
    let counted = Rel {
        kind: RelKind::Summarize {
            input: Box::new(rows.clone()),
            keyed: true,
            keys: keys.iter().map(|&key| column(&rows.columns, key, span)).collect(),
            aggregates,
            outputs,
        },
        columns: columns.into(),
        open: false,
        span,
    };
    sorted(counted, keys.len(), span)
}

/// By the first column, then the largest of another first.
fn sorted(rows: Rel, largest: usize, span: Span) -> Rel {
    let key = |at, descending| SortKey { value: column(&rows.columns, at, span), descending, nulls_first: false };
    let keys = vec![key(0, false), key(largest, true)];
    keeping(rows, span, |input| RelKind::Sort { input, keys })
}
