//! Events that the rule itself finds, made from the query's own conditions: what a filter is judged on. Values for each
//! column come from the literals the query compares it with and from the product catalogue; the columns that the
//! query does not look at get the surroundings of the vocabulary. The evaluator then keeps the events that pass the
//! query's `where` stages, so that only true hits are left.

use std::collections::{BTreeMap, BTreeSet};

use crate::bind::ir::Column;
use crate::bind::{self, Environment, SuppliedTable};
use crate::catalog::column_roles::Role;
use crate::catalog::products::{FactKind, Products};
use crate::eval::builder::ColumnBuilder;
use crate::eval::{self, Database, Settings, Table};
use crate::kql::ast::{Expr, ExprKind, LetValue, LiteralKind, Operator, Query, Stage, StatementKind};
use crate::kql::literal;
use crate::kql::{self, Syntax};
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, time};

use super::vocabulary::Vocabulary;

/// The most events that are made for one rule.
const MAX_CANDIDATES: usize = 20_000;

/// An event: texts by column. Times and numbers are written as text.
pub type Event = BTreeMap<String, String>;

/// The part of a query that filters single events: its table and the `where` stages that follow it directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFilter {
    /// The table.
    pub table: String,
    /// The end of the last `where` stage in the query's text.
    pub end: u32,
    /// The start of the statement that reads the table.
    pub start: u32,
}

/// The row filter of a query whose last statement reads one table; `None` for queries of another form.
pub fn row_filter(syntax: &Syntax) -> Option<RowFilter> {
    let (source, stages, start) = main_pipe(&syntax.query)?;
    let ExprKind::Name(name) = &source.kind else { return None };
    let last = leading_filters(stages).last()?;
    Some(RowFilter { table: name.text(&syntax.text).into_owned(), end: last.span.end, start: start.start })
}

/// Events of the query's table that may pass its filter; whether they do is for the evaluator to say.
pub fn candidates(syntax: &Syntax, rule_name: &str, products: &Products, vocabulary: &Vocabulary) -> Vec<Event> {
    let (Some(filter), Some((_, stages, _))) = (row_filter(syntax), main_pipe(&syntax.query)) else {
        return Vec::new();
    };
    let mut collector = Collector { syntax, values: BTreeMap::new() };
    for stage in leading_filters(stages) {
        if let Operator::Where { predicate, .. } = &stage.operator {
            collector.expression(predicate);
        }
    }
    let mut values = collector.values;
    add_known_values(&mut values, rule_name, products, vocabulary, &filter.table);
    combinations(&values, vocabulary.column(&filter.table, "process"))
}

type Values = BTreeMap<String, BTreeSet<String>>;

fn main_pipe(query: &Query) -> Option<(&Expr, &[Stage], Span)> {
    let last = query.statements.iter().rev().find_map(|statement| match &statement.kind {
        StatementKind::Expression(expr) => Some(expr),
        _ => None,
    })?;
    let ExprKind::Pipe(pipe) = &last.kind else { return None };
    Some((pipe.source.as_ref()?, &pipe.stages, last.span))
}

fn leading_filters(stages: &[Stage]) -> impl Iterator<Item = &Stage> {
    stages.iter().take_while(|stage| matches!(stage.operator, Operator::Where { .. }))
}

/// Gathers what each column is compared with.
struct Collector<'q> {
    syntax: &'q Syntax,
    values: Values,
}

impl Collector<'_> {
    fn expression(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => self.expression(inner),
            ExprKind::Logical { operands, .. } => operands.iter().for_each(|operand| self.expression(operand)),
            ExprKind::Binary { operands, .. } => {
                let [left, right] = &**operands;
                self.compared(left, &[right]);
                self.compared(right, &[left]);
            }
            ExprKind::Membership { value, list, .. } => {
                self.compared(value, &list.iter().collect::<Vec<_>>());
            }
            ExprKind::Call { args, .. } => {
                for arg in args {
                    self.compared(&arg.value, &[]);
                    self.expression(&arg.value);
                }
            }
            _ => {}
        }
    }

    fn compared(&mut self, column: &Expr, with: &[&Expr]) {
        let Some(column) = self.column(column) else { return };
        let texts: Vec<String> = with.iter().flat_map(|expr| self.texts(expr, 0)).collect();
        let known = self.values.entry(column).or_default();
        if with.is_empty() {
            known.insert(String::new());
        }
        known.extend(texts);
    }

    /// The column an operand is, a conversion such as `tolower(…)` taken away.
    fn column(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Name(name) if self.variable(&name.text(&self.syntax.text)).is_none() => {
                Some(name.text(&self.syntax.text).into_owned())
            }
            ExprKind::Paren(inner) => self.column(inner),
            ExprKind::Call { args, .. } if args.len() == 1 => self.column(&args[0].value),
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<&LetValue> {
        self.syntax.query.statements.iter().find_map(|statement| match &statement.kind {
            StatementKind::Let { name: bound, value } if bound.text(&self.syntax.text) == name => Some(value),
            _ => None,
        })
    }

    /// The literals of an operand, variables followed.
    fn texts(&self, expr: &Expr, depth: usize) -> Vec<String> {
        if depth > 4 {
            return Vec::new();
        }
        match &expr.kind {
            ExprKind::Literal(found) if found.kind == LiteralKind::String => {
                vec![literal::string(found.span.slice(&self.syntax.text))]
            }
            ExprKind::Literal(found) if matches!(found.kind, LiteralKind::Long | LiteralKind::Int) => {
                vec![found.span.slice(&self.syntax.text).to_owned()]
            }
            ExprKind::Paren(inner) => self.texts(inner, depth),
            ExprKind::Name(name) => match self.variable(&name.text(&self.syntax.text)) {
                Some(LetValue::Expr(value)) => self.texts(value, depth + 1),
                _ => Vec::new(),
            },
            ExprKind::Dynamic(json) => dynamic_texts(json, &self.syntax.text),
            _ => Vec::new(),
        }
    }
}

fn dynamic_texts(json: &crate::kql::ast::Json, text: &str) -> Vec<String> {
    use crate::kql::ast::JsonKind;
    match &json.kind {
        JsonKind::Array(items) => items.iter().flat_map(|item| dynamic_texts(item, text)).collect(),
        JsonKind::Literal(found) if found.kind == LiteralKind::String => {
            vec![literal::string(found.span.slice(text))]
        }
        _ => Vec::new(),
    }
}

/// Adds what the catalogue knows of the rule's product, and surroundings for the columns that the query does not look at.
fn add_known_values(values: &mut Values, rule_name: &str, products: &Products, vocabulary: &Vocabulary, table: &str) {
    let own = Own::of(rule_name, products);
    let roles: BTreeMap<&str, &str> = vocabulary.columns(table).map(|(role, column)| (column, role)).collect();
    for (column, texts) in values.iter_mut() {
        let role = Role::of_column(column);
        if role == Some(Role::File) || roles.get(column.as_str()) == Some(&"process") {
            let programs =
                texts.iter().filter(|text| !text.is_empty() && !text.contains('.')).map(|text| format!("{text}.exe"));
            let programs: Vec<String> = programs.collect();
            texts.extend(programs);
            texts.extend(own.programs.iter().cloned());
        }
        match role {
            Some(Role::Vendor) => texts.extend(own.vendors.iter().cloned()),
            Some(Role::Product) => texts.extend(own.names.iter().cloned()),
            Some(Role::Domain) => texts.extend(own.domains.iter().cloned()),
            _ => {}
        }
    }
    let columns: Vec<(&str, &str)> = vocabulary.columns(table).collect();
    let free = |role: &str| columns.iter().find(|(known, _)| *known == role).map(|(_, column)| (*column).to_owned());
    let named = [("process", own.programs_or_names()), ("destination", own.domains.clone())];
    for (role, texts) in named {
        if let Some(column) = free(role) {
            values.entry(column).or_insert(texts);
        }
    }
    for (role, texts) in &vocabulary.surroundings {
        if let Some(column) = free(role) {
            values.entry(column).or_insert_with(|| texts.iter().cloned().collect());
        }
    }
}

/// What the catalogue knows of the products that a rule's name speaks of.
#[derive(Default)]
struct Own {
    names: BTreeSet<String>,
    vendors: BTreeSet<String>,
    domains: BTreeSet<String>,
    programs: BTreeSet<String>,
}

impl Own {
    fn of(rule_name: &str, products: &Products) -> Self {
        let mut own = Self::default();
        for mention in products.named_in(rule_name) {
            own.names.insert(rule_name[mention.start..mention.end].to_owned());
            for id in mention.products {
                for fact in &products.get(id).facts {
                    own.add(fact.kind, &fact.value);
                }
            }
        }
        own
    }

    fn add(&mut self, kind: FactKind, value: &str) {
        let value = value.to_owned();
        match kind {
            FactKind::Alias | FactKind::Product => self.names.insert(value),
            FactKind::Company | FactKind::Signer => self.vendors.insert(value),
            FactKind::Domain => self.domains.insert(value),
            FactKind::File if value.to_ascii_lowercase().ends_with(".exe") => self.programs.insert(value),
            FactKind::File => false,
        };
    }

    fn programs_or_names(&self) -> BTreeSet<String> {
        if !self.programs.is_empty() {
            return self.programs.clone();
        }
        self.names.iter().map(|name| format!("{}.exe", name.to_lowercase().replace(' ', ""))).collect()
    }
}

/// One event for each combination of values, at most [`MAX_CANDIDATES`]: the longest lists are shortened first.
fn combinations(values: &Values, process: Option<&str>) -> Vec<Event> {
    let mut lists: Vec<(&String, Vec<&String>)> = values
        .iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(column, texts)| (column, texts.iter().collect()))
        .collect();
    let size = |lists: &[(&String, Vec<&String>)]| {
        lists.iter().fold(1_usize, |size, (_, texts)| size.saturating_mul(texts.len()))
    };
    while size(&lists) > MAX_CANDIDATES {
        let longest = lists.iter_mut().max_by_key(|(_, texts)| texts.len());
        let Some((_, texts)) = longest else { break };
        texts.truncate((texts.len() / 2).max(1));
    }
    let mut events = vec![Event::new()];
    for (column, texts) in lists {
        events = events.iter().flat_map(|event| texts.iter().map(move |text| with(event, column, text))).collect();
    }
    if let Some(process) = process {
        for event in &mut events {
            name_process(event, process);
        }
    }
    events
}

fn with(event: &Event, column: &str, text: &str) -> Event {
    let mut event = event.clone();
    event.insert(column.to_owned(), text.to_owned());
    event
}

/// Puts the event's own process into its command line.
fn name_process(event: &mut Event, column: &str) {
    let Some(process) = event.get(column).cloned() else { return };
    for text in event.values_mut().filter(|text| text.contains("{process}")) {
        *text = text.replace("{process}", &process);
    }
}

/// The column that numbers the candidates while the evaluator judges them.
const NUMBER: &str = "Candidate__";

/// The events among the [`candidates`] that pass the query's row filter, as the evaluator says. Fails with the reason where
/// there is no row filter, or the evaluator cannot run it.
pub fn hits(
    syntax: &Syntax,
    rule_name: &str,
    products: &Products,
    vocabulary: &Vocabulary,
) -> Result<Vec<Event>, String> {
    let filter = row_filter(syntax).ok_or("the query is not one table with conditions on its rows")?;
    let schema = Environment::new()
        .table(&filter.table)
        .ok_or_else(|| format!("the columns of {} are not known", filter.table))?;
    let candidates = candidates(syntax, rule_name, products, vocabulary);
    let now = time::parse_datetime(&vocabulary.now).unwrap_or_default();
    let mut database = Database::new();
    let table = numbered_table(&candidates, &schema, now - TICKS_PER_HOUR);
    let columns = table.schema().map(|(name, ty)| Column { name: name.into(), ty }).collect();
    database.insert(filter.table.clone(), table);
    let mut environment = Environment::new();
    environment.supply(filter.table, SuppliedTable { columns, open: false });
    let text = format!("{}\n| project {NUMBER}", &syntax.text[..filter.end as usize]);
    let bound = bind::bind(&kql::parse(&text), &environment);
    let plan = eval::compile(&bound).map_err(|error| error.to_string())?;
    let passed = plan.run(&database, &Settings::at(now)).map_err(|error| error.to_string())?;
    Ok((0..passed.rows()).filter_map(|row| candidate(&passed.value(row, 0), &candidates)).collect())
}

const TICKS_PER_HOUR: i64 = 3600 * time::TICKS_PER_SECOND;

fn candidate(number: &Value, candidates: &[Event]) -> Option<Event> {
    let Value::Long(number) = number else { return None };
    candidates.get(usize::try_from(*number).ok()?).cloned()
}

/// The candidates as a table of the schema's columns, and their numbers. Times that no candidate gives are `moment`.
fn numbered_table(candidates: &[Event], schema: &SuppliedTable, moment: i64) -> Table {
    let mut names = Vec::new();
    let mut columns = Vec::new();
    for column in &schema.columns {
        let mut builder = ColumnBuilder::new(column.ty);
        for event in candidates {
            let value = event
                .get(column.name.as_str())
                .map_or_else(|| absent(column.ty, moment), |text| typed(text, column.ty));
            if builder.push(value).is_err() {
                builder.push_null();
            }
        }
        names.push(column.name.to_string());
        columns.push(builder.finish());
    }
    let mut numbers = ColumnBuilder::new(Type::Long);
    for number in 0..candidates.len() {
        if numbers.push(Value::Long(i64::try_from(number).unwrap_or(i64::MAX))).is_err() {
            numbers.push_null();
        }
    }
    names.push(NUMBER.to_owned());
    columns.push(numbers.finish());
    Table::new(names, columns, candidates.len())
}

fn absent(ty: Type, moment: i64) -> Value {
    if ty == Type::DateTime { Value::DateTime(moment) } else { Value::Null }
}

fn typed(text: &str, ty: Type) -> Value {
    let value = match ty {
        Type::String => Some(Value::String(text.to_owned())),
        Type::Int => text.parse().ok().map(Value::Int),
        Type::Long => text.parse().ok().map(Value::Long),
        Type::Real => text.parse().ok().map(Value::Real),
        Type::Bool => text.parse().ok().map(Value::Bool),
        Type::DateTime => time::parse_datetime(text).map(Value::DateTime),
        Type::Dynamic => Some(Value::Dynamic(Dynamic::String(text.to_owned()))),
        _ => None,
    };
    value.unwrap_or(Value::Null)
}
