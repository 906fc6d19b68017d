//! The state of binding: names in scope, problems found, and the limits that keep hostile queries from costing more than
//! their length.

use std::borrow::Cow;
use std::sync::Arc;

use super::environment::Environment;
use super::graph::GraphScope;
use super::hint::MissingColumn;
use super::indices::Indices;
use super::ir::{Aggregate, Certainty, Column, Columns, ContextId, Expr, ExprKind, Name, Problem, Rel, RelKind};
use super::suggestion::Suggestion;
use crate::kql::ast;
use crate::text::Span;
use crate::value::{Type, Value};

/// The deepest nesting of expressions that is bound.
const MAX_DEPTH: u32 = 200;
/// The most stages, `let`s and calls of functions that are bound, expansions counted each time: the bound tree is no deeper.
const MAX_STEPS: u32 = 2_000;
/// The most expressions that are copied from where a name was declared to where it stands.
const MAX_COPIED: usize = 1_000_000;

/// A name that differs in so many letters from a known one is taken for a slip of the pen.
const NEAR: usize = 2;

/// What a name of a `let` or a parameter stands for.
#[derive(Debug, Clone)]
pub(super) enum Named<'a> {
    /// A scalar.
    Scalar(Arc<Expr>),
    /// A table.
    Table(Arc<Rel>),
    /// A function.
    Function(Arc<LocalFunction<'a>>),
    /// A pattern.
    Pattern(&'a ast::Pattern),
    /// Something that is not followed (an entity group, a mistake already reported).
    Opaque,
}

/// A function declared in the query.
#[derive(Debug)]
pub(super) struct LocalFunction<'a> {
    /// Parameters and body.
    pub(super) declaration: &'a ast::Function,
    /// How many names were in scope where it is declared: those its body sees.
    pub(super) names_in_scope: usize,
}

/// The row that an expression is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'r> {
    /// The columns of the input.
    pub(super) columns: &'r Columns,
    /// It may have more columns.
    pub(super) open: bool,
    /// Columns are only seen inside aggregates.
    pub(super) inside_aggregates_only: bool,
    /// The steps of `scan` whose state can be read as `step.column`.
    pub(super) steps: &'r [Name],
}

impl Default for Row<'_> {
    /// A row without columns.
    fn default() -> Self {
        Self { columns: Columns::none(), open: false, inside_aggregates_only: false, steps: &[] }
    }
}

impl<'r> Row<'r> {
    /// The row of a table.
    pub(super) fn of(rel: &'r Rel) -> Self {
        Self { columns: &rel.columns, open: rel.open, ..Self::default() }
    }

    /// The index of the column of this name.
    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.index_of(name)
    }
}

/// Where the aggregates go that are met inside an expression of `summarize`.
#[derive(Debug)]
pub(super) struct Sink {
    /// The columns of the input.
    pub(super) input: Columns,
    /// The input may have more columns.
    pub(super) open: bool,
    /// The input's columns that are keys: `arg_max(x, *)` does not repeat them.
    pub(super) keys: Indices,
    /// The index that the first column of the next aggregate has.
    pub(super) next: usize,
    /// The aggregates met.
    pub(super) aggregates: Vec<Aggregate>,
}

/// A scalar or a table.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Scalar(Expr),
    Table(Box<Rel>),
}

impl Operand {
    pub(super) fn table(rel: Rel) -> Self {
        Self::Table(Box::new(rel))
    }
}

/// The state of binding one query.
pub(super) struct Binder<'a> {
    pub(super) environment: &'a Environment,
    pub(super) text: &'a str,
    pub(super) names: Vec<(Name, Named<'a>)>,
    /// Where the names of the present block begin.
    pub(super) block: usize,
    pub(super) sink: Option<Sink>,
    /// The pattern whose clauses are bound.
    pub(super) graph: Option<GraphScope>,
    /// The rows that an inner pipe starts from (`mv-apply … on (…)`).
    pub(super) context: Option<(ContextId, Columns, bool)>,
    /// How many operators have handed rows to an inner pipe.
    contexts: u32,
    /// Tables that cannot be found are left out instead of reported (`union isfuzzy=true`).
    pub(super) fuzzy: bool,
    /// The request properties set so far, later ones last. They hold for functions declared before them too.
    pub(super) properties: Vec<(Name, Arc<Expr>)>,
    /// The tables that the query reads, each once.
    pub(super) tables_read: Vec<String>,
    /// What `toscalar` makes one value of though its calls differ.
    pub(super) computed_once: Vec<Arc<Expr>>,
    /// The columns that were reported missing.
    pub(super) missing: Vec<MissingColumn>,
    problems: Vec<Problem>,
    silent: u32,
    depth: u32,
    steps: u32,
    exhausted: bool,
    /// How many expressions were copied.
    copied: usize,
}

/// A parameter of the query: a value that only its caller knows.
fn given<'a>((name, ty): (&str, Option<Type>)) -> (Name, Named<'a>) {
    let value = |ty| Expr { kind: ExprKind::Literal(Value::Null), ty, span: Span::default() };
    (name.into(), ty.map_or(Named::Opaque, |ty| Named::Scalar(Arc::new(value(ty)))))
}

impl<'a> Binder<'a> {
    pub(super) fn new(environment: &'a Environment, text: &'a str) -> Self {
        let names: Vec<_> = environment.parameters().map(given).collect();
        Self {
            environment,
            text,
            block: names.len(),
            names,
            sink: None,
            graph: None,
            context: None,
            contexts: 0,
            fuzzy: false,
            properties: Vec::new(),
            tables_read: Vec::new(),
            computed_once: Vec::new(),
            missing: Vec::new(),
            problems: Vec::new(),
            silent: 0,
            depth: 0,
            steps: 0,
            exhausted: false,
            copied: 0,
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// A name for the rows that an operator hands to its inner pipe.
    pub(super) const fn new_context(&mut self) -> ContextId {
        self.contexts += 1;
        ContextId(self.contexts)
    }

    /// How many problems are reported so far.
    pub(super) const fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Adds a sentence to what is said to do about a problem.
    pub(super) fn help(&mut self, problem: usize, sentence: &str) {
        let Some(problem) = self.problems.get_mut(problem) else { return };
        let help = problem.help.get_or_insert_default();
        if !help.is_empty() {
            help.push(' ');
        }
        help.push_str(sentence);
    }

    /// Remembers that the query reads a table.
    pub(super) fn note_table(&mut self, name: &str) {
        if !self.tables_read.iter().any(|known| known == name) {
            self.tables_read.push(name.to_owned());
        }
    }

    /// What a name of the query stands for; inner ones hide outer ones.
    pub(super) fn named(&self, name: &str) -> Option<&Named<'a>> {
        self.declared(name).map(|(_, named)| named)
    }

    /// The same, with the name as it is kept.
    pub(super) fn declared(&self, name: &str) -> Option<&(Name, Named<'a>)> {
        self.names.iter().rev().find(|(known, _)| known == name)
    }

    /// The text of a name.
    pub(super) fn name(&self, name: ast::Name) -> Cow<'a, str> {
        name.text(self.text)
    }

    /// Reports a problem, unless what is bound was bound and reported before.
    pub(super) fn report(&mut self, lint: &'static str, span: Span, message: impl Into<String>) {
        self.report_with_help(lint, span, message, None);
    }

    /// Reports a problem with what to do about it.
    pub(super) fn report_with_help(
        &mut self,
        lint: &'static str,
        span: Span,
        message: impl Into<String>,
        suggestion: Option<Suggestion>,
    ) {
        if self.silent > 0 {
            return;
        }
        let (help, replacement) = suggestion.map_or((None, None), |suggestion| {
            (Some(format!("did you mean `{}`?", suggestion.name)), suggestion.certain.then_some(suggestion.name))
        });
        let certainty = Certainty::Certain;
        self.problems.push(Problem { lint, message: message.into(), span, help, certainty, replacement });
    }

    /// Reports the name of a table or of a function that gives one: unless it is nearly the name of a known one, the
    /// workspace may have it.
    pub(super) fn report_missing_table(
        &mut self,
        lint: &'static str,
        span: Span,
        message: impl Into<String>,
        suggestion: Option<Suggestion>,
    ) {
        let count = self.problems.len();
        let is_near = suggestion.as_ref().is_some_and(|suggestion| suggestion.distance <= NEAR);
        self.report_with_help(lint, span, message, suggestion);
        if !is_near {
            self.set_unless_in_workspace(count);
        }
    }

    /// Says of a problem, if it was reported, that the workspace may know better.
    pub(super) fn set_unless_in_workspace(&mut self, problem: usize) {
        if let Some(problem) = self.problems.get_mut(problem) {
            problem.certainty = Certainty::UnlessInWorkspace;
        }
    }

    /// Runs `work` without reporting anything: what it binds is reported elsewhere.
    pub(super) fn silently<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.silent += 1;
        let result = work(self);
        self.silent -= 1;
        result
    }

    /// Whether problems are not reported now.
    pub(super) const fn is_silent(&self) -> bool {
        self.silent > 0
    }

    /// Counts one stage, `let` or call; `false` when there are too many, which is reported once.
    pub(super) fn step(&mut self, span: Span) -> bool {
        if self.steps < MAX_STEPS {
            self.steps += 1;
            return true;
        }
        self.exhaust(span, format!("the query has more than {MAX_STEPS} stages once its functions are expanded"));
        false
    }

    /// What a name stands for, once more; an error where that would be too much, which is reported once.
    pub(super) fn copied(&mut self, value: &Expr, span: Span) -> Expr {
        self.copied = self.copied.saturating_add(if self.exhausted { 0 } else { value.size() });
        if self.exhausted || self.copied > MAX_COPIED {
            self.exhaust(span, format!("the query has more than {MAX_COPIED} expressions once its names are expanded"));
            return error(span);
        }
        Expr { span, ..value.clone() }
    }

    /// Goes one level down, runs `work` and comes back; `None` when the query is nested too deeply, which is reported once.
    pub(super) fn nested<T>(&mut self, span: Span, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.exhaust(span, format!("the query is nested more than {MAX_DEPTH} levels deep"));
            return None;
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        Some(result)
    }

    fn exhaust(&mut self, span: Span, message: String) {
        if !self.exhausted {
            self.exhausted = true;
            let certainty = Certainty::Certain;
            self.problems.push(Problem {
                lint: "too-complex",
                message,
                span,
                help: None,
                certainty,
                replacement: None,
            });
        }
    }
}

/// An expression that could not be bound.
pub(super) const fn error(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, ty: Type::Unknown, span }
}

/// A table that could not be bound: nothing is known of it.
pub(super) fn unknown_table(name: &str, span: Span) -> Rel {
    Rel { kind: RelKind::Table { name: name.into() }, columns: Columns::default(), open: true, span }
}

/// The column of this index as an expression.
pub(super) fn column(columns: &[Column], index: usize, span: Span) -> Expr {
    let ty = columns.get(index).map_or(Type::Unknown, |column| column.ty);
    Expr { kind: ExprKind::Column(index), ty, span }
}
