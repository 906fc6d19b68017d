//! Events as typed tables: the values of a test file converted to the types of the columns that the catalogue or `[schema]` gives,
//! or to the types that they show where neither knows the column.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::bind::ir::{Column, Columns};
use crate::bind::{Environment, SuppliedTable};
use crate::diag::{Diagnostic, Level};
use crate::eval::builder::ColumnBuilder;
use crate::eval::{Database, Table, load};
use crate::kql::Syntax;
use crate::kql::ast::{Expr, ExprKind, Operator};
use crate::kql::token::TokenKind;
use crate::kql::walk::{Node, Step, walk};
use crate::text::{Span, Spanned, nearest};
use crate::value::{Type, Value};
use crate::yaml::{self, Mapping};

use super::cell;
use super::file::{Case, EventRows, TableEvents, TestFile};

/// The events of a test file, their files read, and the columns of every table they are for.
#[derive(Debug)]
pub struct Events {
    environment: Environment,
    schemas: BTreeMap<String, SuppliedTable>,
    cases: Vec<Vec<CaseTable>>,
}

/// The rows of one table in one case.
#[derive(Debug)]
struct CaseTable {
    table: String,
    rows: Vec<Row>,
}

/// Values by column; a column given twice has its last value.
#[derive(Debug, Default)]
struct Row {
    cells: Vec<(Spanned<String>, Cell)>,
}

#[derive(Debug, Clone)]
enum Cell {
    /// Written in the test file.
    Node(yaml::Node),
    /// Read from a file of events, with its column's type there.
    Value(Value, Type),
}

/// Reads the events of every case, with the files they name (relative to `folder`), and finds the columns of their tables.
/// `environment` is what the query may name besides. What is wrong is given at its place in the test file.
pub fn load(
    file: &TestFile,
    folder: &Path,
    syntax: &Syntax,
    environment: &Environment,
) -> Result<Events, Vec<Diagnostic>> {
    let mut loader = Loader { environment, names: names_in(syntax), any: reads_any(syntax), problems: Vec::new() };
    let defaults: Vec<(String, &Mapping)> =
        file.defaults.iter().map(|defaults| (defaults.table.value.clone(), &defaults.columns)).collect();
    for defaults in &file.defaults {
        loader.is_read(&defaults.table);
    }
    let cases: Vec<Vec<CaseTable>> = file.cases.iter().map(|case| loader.case(case, &defaults, folder)).collect();
    let mut schemas = BTreeMap::new();
    let named = loader.names.iter().chain(cases.iter().flatten().map(|table| &table.table));
    for name in named {
        schemas.extend(environment.declared(name).map(|table| (name.clone(), table)));
    }
    let known = schemas.clone();
    for table in cases.iter().flatten() {
        let known = known.get(&table.table);
        if known.is_none_or(|known| known.open) {
            let schema = schemas.entry(table.table.clone()).or_insert_with(unknown);
            infer(schema, &table.rows, known.map_or(0, |known| known.columns.len()));
        }
    }
    let environment = with_events(environment, &schemas);
    let events = Events { environment, schemas, cases };
    loader.problems.extend(events.check());
    if loader.problems.is_empty() { Ok(events) } else { Err(loader.problems) }
}

/// A table of which nothing is known.
fn unknown() -> SuppliedTable {
    SuppliedTable { columns: Columns::default(), open: true }
}

/// What a query may name: what it may without events, and the columns that events show.
fn with_events(environment: &Environment, schemas: &BTreeMap<String, SuppliedTable>) -> Environment {
    let mut with_events = environment.clone();
    for (name, table) in schemas.iter().filter(|(_, table)| table.open) {
        if environment.is_answer(name) {
            with_events.supply_answer(name.clone(), table.clone());
        } else {
            with_events.supply(name.clone(), table.clone());
        }
    }
    with_events
}

impl Events {
    /// What a query may name: the catalogue's tables, those of `[schema]`, and those of the events.
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The tables of the case at `index`. A table that the query may read and the case has no events for is empty.
    pub fn database(&self, index: usize) -> Database {
        let mut database = Database::new();
        for (name, schema) in &self.schemas {
            let rows = self.cases.get(index).into_iter().flatten().filter(|table| table.table == *name);
            let rows: Vec<&Row> = rows.flat_map(|table| &table.rows).collect();
            let (table, _) = build(schema, &rows);
            if self.environment.is_answer(name) {
                database.insert_function(name.clone(), table);
            } else {
                database.insert(name.clone(), table);
            }
        }
        database
    }

    /// Every value that has no column or is none of its column's type.
    fn check(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for table in self.cases.iter().flatten() {
            let Some(schema) = self.schemas.get(&table.table) else { continue };
            let rows: Vec<&Row> = table.rows.iter().collect();
            problems.extend(unknown_columns(&table.table, schema, &rows));
            problems.extend(build(schema, &rows).1);
        }
        problems.sort_by_key(|problem| problem.primary.span);
        problems.dedup();
        problems
    }
}

struct Loader<'e> {
    environment: &'e Environment,
    /// Every name in the query's text.
    names: BTreeSet<String>,
    /// The query names its tables by a pattern, so that every table may be read.
    any: bool,
    problems: Vec<Diagnostic>,
}

impl Loader<'_> {
    fn case(&mut self, case: &Case, defaults: &[(String, &Mapping)], folder: &Path) -> Vec<CaseTable> {
        case.events.iter().map(|events| self.table(events, defaults, folder)).collect()
    }

    fn table(&mut self, events: &TableEvents, defaults: &[(String, &Mapping)], folder: &Path) -> CaseTable {
        self.is_read(&events.table);
        let name = &events.table.value;
        let defaults: Vec<&Mapping> =
            defaults.iter().filter(|(table, _)| table == name).map(|(_, columns)| *columns).collect();
        let rows = match &events.rows {
            EventRows::Inline(rows) => rows.iter().map(|event| Row::new(&defaults).with(&event.columns)).collect(),
            EventRows::File(path) => self.file(name, path, folder, &defaults),
        };
        CaseTable { table: name.clone(), rows }
    }

    /// Rows of a file. Defaults fill the columns that the file does not have.
    fn file(&mut self, table: &str, path: &Spanned<String>, folder: &Path, defaults: &[&Mapping]) -> Vec<Row> {
        let known = self.environment.table(table).unwrap_or_default();
        let schema: Vec<(String, Type)> =
            known.columns.iter().map(|column| (column.name.to_string(), column.ty)).collect();
        let loaded = match load::load(&folder.join(&path.value), &schema) {
            Ok(loaded) => loaded,
            Err(error) => {
                self.problems.push(Diagnostic::new("test-events", Level::Error, error.to_string(), path.span));
                return Vec::new();
            }
        };
        let problems = loaded.problems.iter().map(|problem| format!("{}: {problem}", path.value));
        self.problems.extend(problems.map(|message| Diagnostic::new("test-events", Level::Error, message, path.span)));
        (0..loaded.table.rows()).map(|row| Row::new(defaults).with_file(&loaded.table, row, path.span)).collect()
    }

    /// Events for a table that the query does not read are a slip: they could never matter.
    fn is_read(&mut self, table: &Spanned<String>) {
        let name = table.value.split('(').next().unwrap_or_default();
        if self.any || self.names.contains(name) {
            return;
        }
        let message = format!("the query does not read `{}`", table.value);
        let mut problem = Diagnostic::new("test-events", Level::Error, message, table.span);
        let known = self.names.iter().map(String::as_str).filter(|name| self.environment.table(name).is_some());
        problem.help = nearest(name, known).map(|name| format!("did you mean `{name}`?"));
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

impl Row {
    fn new(defaults: &[&Mapping]) -> Self {
        defaults.iter().fold(Self::default(), |row, columns| row.with(columns))
    }

    fn with(mut self, columns: &Mapping) -> Self {
        for entry in &columns.entries {
            self.set(entry.key.clone(), Cell::Node(entry.value.clone()));
        }
        self
    }

    fn with_file(mut self, table: &Table, row: usize, span: Span) -> Self {
        for (index, (name, ty)) in table.schema().enumerate() {
            self.set(Spanned::new(name.to_owned(), span), Cell::Value(table.value(row, index), ty));
        }
        self
    }

    fn set(&mut self, name: Spanned<String>, cell: Cell) {
        self.cells.retain(|(own, _)| own.value != name.value);
        self.cells.push((name, cell));
    }

    fn get(&self, column: &str) -> Option<&(Spanned<String>, Cell)> {
        self.cells.iter().find(|(name, _)| name.value == column)
    }
}

impl Cell {
    fn value(&self, ty: Type) -> Result<Value, String> {
        match self {
            Self::Node(node) => cell::from_node(node, ty),
            Self::Value(value, _) => Ok(value.clone()),
        }
    }

    fn span(&self, name: &Spanned<String>) -> Span {
        match self {
            Self::Node(node) => node.span,
            Self::Value(..) => name.span,
        }
    }

    fn inferred(&self) -> Type {
        match self {
            Self::Node(node) => cell::inferred(node),
            Self::Value(_, ty) => *ty,
        }
    }
}

/// A table of all columns of the schema, with null (or `""`) where a row says nothing, and what could not be converted.
fn build(schema: &SuppliedTable, rows: &[&Row]) -> (Table, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut names = Vec::new();
    let mut columns = Vec::new();
    for column in &schema.columns {
        let mut builder = ColumnBuilder::new(column.ty);
        for row in rows {
            let value = row.get(&column.name).map_or(Ok(Value::Null), |(name, cell)| value_of(column, name, cell));
            let value = value.unwrap_or_else(|problem| {
                problems.push(*problem);
                Value::Null
            });
            if builder.push(value).is_err() {
                builder.push_null();
            }
        }
        names.push(column.name.to_string());
        columns.push(builder.finish());
    }
    (Table::new(names, columns, rows.len()), problems)
}

fn value_of(column: &Column, name: &Spanned<String>, cell: &Cell) -> Result<Value, Box<Diagnostic>> {
    cell.value(column.ty).map_err(|message| {
        let message = format!("`{}`: {message}", column.name);
        Box::new(Diagnostic::new("test-events", Level::Error, message, cell.span(name)))
    })
}

fn unknown_columns(table: &str, schema: &SuppliedTable, rows: &[&Row]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.cells) {
        if schema.columns.iter().any(|column| column.name == name.value) {
            continue;
        }
        let message = format!("`{}` is no column of {table}", name.value);
        let mut problem = Diagnostic::new("test-events", Level::Error, message, name.span);
        let known = schema.columns.iter().map(|column| column.name.as_str());
        problem.help = nearest(&name.value, known).map(|name| format!("did you mean `{name}`?"));
        problems.push(problem);
    }
    problems
}

/// Adds the columns of rows to a schema; where values of one column differ in type the wider of both holds. The first
/// `declared` columns keep their types.
fn infer(schema: &mut SuppliedTable, rows: &[Row], declared: usize) {
    let mut columns = schema.columns.to_vec();
    for (name, cell) in rows.iter().flat_map(|row| &row.cells) {
        let ty = cell.inferred();
        match columns.iter_mut().enumerate().find(|(_, column)| column.name == name.value) {
            Some((at, _)) if at < declared => {}
            Some((_, column)) => column.ty = wider(column.ty, ty),
            None => columns.push(Column { name: name.value.as_str().into(), ty }),
        }
    }
    schema.columns = columns.into();
}

fn wider(one: Type, other: Type) -> Type {
    match (one, other) {
        _ if one == other => one,
        (Type::Long | Type::Real, Type::Long | Type::Real) => Type::Real,
        (Type::Dynamic, _) | (_, Type::Dynamic) => Type::Dynamic,
        _ => Type::String,
    }
}

fn names_in(syntax: &Syntax) -> BTreeSet<String> {
    let names = syntax.tokens.iter().filter(|token| token.kind == TokenKind::Identifier);
    names.map(|token| token.span.slice(&syntax.text).to_owned()).collect()
}

/// Whether a query reads tables that it does not name: `union Device*`, `search "x"`, `find where …`.
fn reads_any(syntax: &Syntax) -> bool {
    let mut any = false;
    walk(&syntax.query, &mut |node| {
        any |= match node {
            Node::Expr(Expr { kind: ExprKind::Wildcard(_), .. }) => true,
            Node::Stage(stage) => match &stage.operator {
                Operator::Search(search) => search.tables.is_empty(),
                Operator::Find(find) => find.tables.is_empty(),
                Operator::Union { tables, .. } => tables.iter().any(|table| table.kind == ExprKind::Star),
                _ => false,
            },
            _ => false,
        };
        Step::Into
    });
    any
}
