//! Window functions need rows in an order. `sort`, `top`, `range` and `serialize` give one, operators that go row by row keep
//! it; tables, groups, joins and unions have none, and there the service refuses window functions (Microsoft: "Window
//! functions overview"). The page does not list every operator: rows of those it leaves out are taken to be in order.

use crate::bind::ir::{ExprKind, Rel, RelKind};
use crate::eval::error::Error;
use crate::eval::window::Window;

/// Refuses an operator that calls a window function over rows without an order.
pub(super) fn check(rel: &Rel) -> Result<(), Error> {
    let call = match &rel.kind {
        RelKind::Filter { predicate, .. } => Window::call_in(predicate),
        RelKind::Project { values, .. } => values.iter().find_map(Window::call_in),
        RelKind::Extend { replaced, added, .. } => {
            replaced.iter().map(|(_, value)| value).chain(added).find_map(Window::call_in)
        }
        _ => None,
    };
    let Some(call) = call else { return Ok(()) };
    let ExprKind::Call { name, .. } = &call.kind else { return Ok(()) };
    if !row_by_row(rel).is_some_and(is_scattered) {
        return Ok(());
    }
    Err(Error::schema(format!("{name}() needs rows in an order: sort or serialize them before"), call.span))
}

/// Whether the rows are known to stand in no order.
fn is_scattered(rel: &Rel) -> bool {
    match &rel.kind {
        RelKind::Table { .. } | RelKind::Summarize { keyed: true, .. } | RelKind::Join(_) => true,
        RelKind::Union { legs } => legs.len() > 1,
        RelKind::Shared { rel, .. } => is_scattered(rel),
        _ => row_by_row(rel).is_some_and(is_scattered),
    }
}

/// The input of an operator that keeps the order of its rows.
fn row_by_row(rel: &Rel) -> Option<&Rel> {
    match &rel.kind {
        RelKind::Filter { input, .. }
        | RelKind::Project { input, .. }
        | RelKind::Extend { input, .. }
        | RelKind::Pick { input, .. }
        | RelKind::Take { input, .. } => Some(input),
        RelKind::Parse(parse) => Some(&parse.input),
        RelKind::MvExpand(expand) => Some(&expand.input),
        _ => None,
    }
}
