//! The catalogue's tables and functions as the binder uses them. Each is read when it is first named and kept for all queries
//! of the process; names that the catalogue does not have are not kept, so there are never more entries than it has.

use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::HashMap;

use super::environment::{FunctionParameter, FunctionResult, SuppliedTable, WorkspaceFunction};
use super::ir::{Column, Columns, Name};
use crate::catalog::{self, ColumnType, WorkspaceResult};

type Kept<T> = RwLock<Option<HashMap<&'static str, T>>>;

/// The table of this very name.
pub(super) fn table(name: &str) -> Option<SuppliedTable> {
    static TABLES: Kept<SuppliedTable> = RwLock::new(None);
    kept(&TABLES, name, || {
        let table = catalog::table(name)?;
        Some((table.name, SuppliedTable { columns: columns(table.columns()), open: table.open }))
    })
}

/// The function of the workspace of this very name.
pub(super) fn function(name: &str) -> Option<Arc<WorkspaceFunction>> {
    static FUNCTIONS: Kept<Arc<WorkspaceFunction>> = RwLock::new(None);
    kept(&FUNCTIONS, name, || {
        let function = catalog::workspace_function(name)?;
        Some((function.name, Arc::new(read(function))))
    })
}

fn kept<T: Clone>(all: &Kept<T>, name: &str, read: impl FnOnce() -> Option<(&'static str, T)>) -> Option<T> {
    let known = all.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|all| all.get(name).cloned());
    if known.is_some() {
        return known;
    }
    let (name, value) = read()?;
    let mut all = all.write().unwrap_or_else(PoisonError::into_inner);
    // Whoever was first is kept, so that everyone shares the same columns.
    Some(all.get_or_insert_default().entry(name).or_insert(value).clone())
}

fn columns(of: impl IntoIterator<Item = ColumnType>) -> Columns {
    of.into_iter().map(column).collect()
}

fn column(of: ColumnType) -> Column {
    Column { name: Name::fixed(of.name), ty: of.ty }
}

fn read(function: catalog::WorkspaceFunction) -> WorkspaceFunction {
    let parameters = function.parameters.into_iter().map(|parameter| FunctionParameter {
        name: Name::fixed(parameter.name),
        ty: parameter.ty,
        optional: parameter.optional,
    });
    let result = match function.result {
        WorkspaceResult::Table { columns: of, open } => {
            FunctionResult::Table(SuppliedTable { columns: columns(of), open })
        }
        WorkspaceResult::Added(added) => FunctionResult::Added(added.into_iter().map(column).collect()),
        WorkspaceResult::Unknown => FunctionResult::Unknown,
    };
    WorkspaceFunction { parameters: parameters.collect(), result }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_once_is_shared() {
        let [first, again] = [(); 2].map(|()| table("SigninLogs").expect("a table of the catalogue"));
        assert!(first.columns.is_same(&again.columns));
        let [first, again] = [(); 2].map(|()| function("_Im_Dns").expect("a function of the catalogue"));
        assert!(Arc::ptr_eq(&first, &again));
        assert!(table("NoSuchTable").is_none() && function("NoSuchFunction").is_none());
    }
}
