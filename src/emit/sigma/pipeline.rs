//! The stages of a query: which rows of which table pass them. A stage that only shapes the result is a loss; one that
//! changes which events count, in a way that no single Sigma rule can, is refused.

use std::collections::HashMap;

use super::Notes;
use super::column::{self, Column};
use super::constants::Constants;
use super::detection::Condition;
use super::logsource::{self, Category, LogSource};
use super::predicate::{self, Reading};
use crate::emit::Matching;
use crate::emit::context::shown;
use crate::kql::Syntax;
use crate::kql::ast::{Expr, ExprKind, LetValue, Name, NamedExpr, Operator, ParsePart, Pipe, Stage, StatementKind};
use crate::text::Span;

/// How many names of tables may lead to one another.
const MAX_STEPS: usize = 64;

/// What a query matches.
#[derive(Debug)]
pub(super) struct Matched {
    /// `logsource.product`
    pub(super) product: &'static str,
    /// The events' log source.
    pub(super) category: &'static Category,
    /// What an event must be like.
    pub(super) condition: Condition,
}

/// What `query` matches; `None` when a reason against it was found. Places are offsets of the query.
pub(super) fn read(syntax: &Syntax, matching: Matching, notes: &mut Notes) -> Option<Matched> {
    let result = the_result(syntax, notes)?;
    let constants = Constants::read(syntax);
    let mut pipeline = Pipeline {
        constants: &constants,
        reading: Reading::new(matching),
        notes,
        source: None,
        conditions: Vec::new(),
        scope: Scope::default(),
    };
    pipeline.tabular(result, MAX_STEPS);
    let (source, conditions, mut reading) = (pipeline.source, pipeline.conditions, pipeline.reading);
    let (source, span) = source.filter(|_| notes.reasons.is_empty())?;
    let category = reading.category.unwrap_or_else(|| source.widest());
    let narrower = Condition::All(conditions);
    // What the category says already stays where nothing else is tested: a rule for every event is none.
    let condition = match reading.said_by_category {
        Some((said, span)) if narrower.is_always() => {
            reading.fields.push(("ActionType".to_owned(), span));
            said
        }
        Some((_, span)) => {
            notes.lose("ActionType", format!("said by the log source, `{}`", category.name), span);
            narrower
        }
        None => narrower,
    };
    if condition.is_always() {
        notes.refuse("the query tests no field, so a Sigma rule would match every event", Some(result.span));
        return None;
    }
    let holds = format!("`{}` holds {} only", category.name, category.holds);
    notes.lose("log source", holds, span);
    for (field, span) in reading.fields.into_iter().filter(|(field, _)| !category.knows(field)) {
        let why = format!("not in SigmaHQ's `{}`: few backends map it", category.name);
        notes.lose(field, why, span);
    }
    Some(Matched { product: source.product(), category, condition })
}

/// The one expression whose value is the result of the query.
fn the_result<'q>(syntax: &'q Syntax, notes: &mut Notes) -> Option<&'q Expr> {
    let mut result = None;
    for statement in &syntax.query.statements {
        match &statement.kind {
            StatementKind::Let { .. } => {}
            StatementKind::Set { .. } => {
                notes.lose("set", "a Sigma rule sets no options of the query engine", statement.span);
            }
            StatementKind::Expression(expr) if result.is_none() => result = Some(expr),
            StatementKind::Expression(_) => notes.refuse("the query has a second result", Some(statement.span)),
            _ => notes.refuse("a Sigma rule has no statements but the query", Some(statement.span)),
        }
    }
    if result.is_none() {
        notes.refuse("the query has no result", None);
    }
    result
}

/// What the names of columns mean after the stages so far.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Columns the query made: the column of the table each stands for, or `None` where it is calculated.
    made: HashMap<String, Option<Column>>,
    /// Whether only `made` columns are left.
    closed: bool,
}

impl Scope {
    /// The column of the table that `name` stands for; an error is what it is instead.
    pub(super) fn column(&self, name: &str) -> Result<Column, &'static str> {
        match self.made.get(name) {
            Some(Some(column)) => Ok(column.clone()),
            Some(None) => Err("is calculated by the query"),
            None if self.closed => Err("is no longer a column of the table here"),
            None => Ok(Column::plain(name)),
        }
    }
}

struct Pipeline<'c, 'q, 'n> {
    constants: &'c Constants<'q>,
    reading: Reading,
    notes: &'n mut Notes,
    source: Option<(LogSource, Span)>,
    conditions: Vec<Condition>,
    scope: Scope,
}

impl Pipeline<'_, '_, '_> {
    fn tabular(&mut self, expr: &Expr, steps: usize) {
        let Some(steps) = steps.checked_sub(1) else {
            return self.refuse("the query's names lead to one another too often", expr.span);
        };
        match &expr.kind {
            ExprKind::Paren(inner) => self.tabular(inner, steps),
            ExprKind::Name(name) => self.source(name, expr.span, steps),
            ExprKind::Call { name, args } if self.constants.name(name) == "materialize" && args.len() == 1 => {
                self.tabular(&args[0].value, steps);
            }
            ExprKind::Call { name, .. } => {
                let name = self.constants.name(name);
                self.refuse(&format!("`{}` is a function; Sigma has none", shown(&name)), expr.span);
            }
            ExprKind::Pipe(pipe) => self.pipe(pipe, expr.span, steps),
            ExprKind::DataTable { .. } => {
                self.refuse("a table written in the query has no log source in Sigma", expr.span);
            }
            ExprKind::ExternalData(_) => self.refuse("Sigma reads no external data", expr.span),
            _ => self.refuse("this is no table with a log source in Sigma", expr.span),
        }
    }

    fn source(&mut self, name: &Name, span: Span, steps: usize) {
        match self.constants.bound(name) {
            Some(LetValue::Expr(bound)) => self.tabular(bound, steps),
            Some(_) => self.refuse("a function of the query's own; Sigma has none", span),
            None => {
                let name = self.constants.name(name);
                self.source = LogSource::of(&name).map(|source| (source, span));
                if self.source.is_none() {
                    let known: Vec<&str> = logsource::tables().collect();
                    let message =
                        format!("`{}` has no log source in Sigma; these have: {}", shown(&name), known.join(", "));
                    self.refuse(&message, span);
                }
            }
        }
    }

    fn pipe(&mut self, pipe: &Pipe, span: Span, steps: usize) {
        match &pipe.source {
            Some(source) => self.tabular(source, steps),
            None if matches!(pipe.stages.first().map(|stage| &stage.operator), Some(Operator::Union { .. })) => {
                return self.refuse("`union`: a Sigma rule has one log source", span);
            }
            None => return self.refuse("the query reads no single table", span),
        }
        for stage in &pipe.stages {
            self.stage(stage);
        }
    }

    fn stage(&mut self, stage: &Stage) {
        match &stage.operator {
            Operator::Where { predicate, .. } => {
                let source = self.source.map(|(source, _)| source);
                let condition =
                    predicate::read(predicate, self.constants, &self.scope, source, &mut self.reading, self.notes);
                self.conditions.extend(condition);
            }
            Operator::Extend(columns) | Operator::Serialize(columns) | Operator::ProjectRename(columns) => {
                let made = self.made(columns);
                self.scope.made.extend(made);
                self.lose(stage, "a Sigma rule makes no columns");
            }
            Operator::Project(columns) => {
                let made = self.made(columns);
                self.scope = Scope { made: made.into_iter().collect(), closed: true };
                self.lose(stage, "a Sigma rule names no result columns");
            }
            Operator::Distinct { columns, .. } => {
                if !columns.iter().any(|column| matches!(column.kind, ExprKind::Star)) {
                    let columns = columns.iter().filter_map(|column| self.kept(None, column)).collect();
                    self.scope = Scope { made: columns, closed: true };
                }
                self.lose(stage, "equal rows are not joined: one alert an event");
            }
            Operator::Summarize(summarize) => {
                let keys = summarize.by.iter().flatten();
                let made = self.made(&keys.cloned().collect::<Vec<_>>()).into_iter().collect();
                self.scope = Scope { made, closed: true };
                self.lose(stage, "the aggregation is dropped: one alert an event");
            }
            Operator::Parse(parse) => {
                for part in &parse.pattern {
                    if let ParsePart::Column(column) = part {
                        let name = self.constants.name(&column.name);
                        self.scope.made.insert(name, None);
                    }
                }
                self.lose(stage, "a Sigma rule makes no columns");
            }
            Operator::ProjectAway(_) | Operator::ProjectKeep(_) | Operator::ProjectReorder(_) => {
                self.lose(stage, "a Sigma rule names no result columns");
            }
            Operator::Sort { .. } => self.lose(stage, "alerts have no order"),
            Operator::Take { .. } | Operator::Top { .. } | Operator::Sample { .. } => {
                self.lose(stage, "the number of results is not limited: one alert an event");
            }
            Operator::Render { .. } => self.lose(stage, "a Sigma rule draws no chart"),
            Operator::As { .. } => {}
            Operator::Join(_) | Operator::Lookup(_) | Operator::Union { .. } => {
                self.refuse_stage(stage, "joins events of more than one source; a Sigma rule has one");
            }
            Operator::Count { .. } => {
                self.refuse_stage(stage, "gives one row whatever happens; a Sigma rule matches events");
            }
            _ => self.refuse_stage(stage, "has no counterpart in Sigma"),
        }
    }

    /// The columns that `name = expression` pairs make.
    fn made(&self, columns: &[NamedExpr]) -> HashMap<String, Option<Column>> {
        let mut made = HashMap::new();
        for column in columns {
            match &*column.names {
                [] => made.extend(self.kept(None, &column.expr)),
                [name] => made.extend(self.kept(Some(name), &column.expr)),
                names => made.extend(names.iter().map(|name| (self.constants.name(name), None))),
            }
        }
        made
    }

    /// One column after the stage: its name, and the column of the table it stands for.
    fn kept(&self, name: Option<&Name>, expr: &Expr) -> Option<(String, Option<Column>)> {
        let column = column::column(expr, self.constants, &self.scope).ok();
        let own = match &expr.kind {
            ExprKind::Name(own) => Some(own),
            _ => None,
        };
        let name = self.constants.name(name.or(own)?);
        Some((name, column))
    }

    fn lose(&mut self, stage: &Stage, why: &str) {
        let word = self.word(stage);
        self.notes.lose(word, why, stage.span);
    }

    fn refuse_stage(&mut self, stage: &Stage, why: &str) {
        let word = self.word(stage);
        self.refuse(&format!("`{word}` {why}"), stage.keyword);
    }

    fn word(&self, stage: &Stage) -> String {
        shown(self.constants.slice(stage.keyword))
    }

    fn refuse(&mut self, message: &str, span: Span) {
        self.notes.refuse(message, Some(span));
    }
}
